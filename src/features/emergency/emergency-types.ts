import type { TalkTimes } from './conference/rules/talk.ts'
import type { DialFacts } from './dial/rules/next-dial.ts'
import type { IncidentEventKind } from './rules/incident-events.ts'
import type { MemberFacts, MemberState } from './rules/roster.ts'

/** 总体预案 专项预案 子预案 */
export const planKinds = ['overall', 'special', 'sub'] as const
export type PlanKind = typeof planKinds[number]

/** How far a plan is; only an effective one is in force. */
export const planStatuses = ['DRAFT', 'DRILLED', 'INSPECTED', 'EFFECTIVE', 'REVISING', 'RETIRED'] as const
export type PlanStatus = typeof planStatuses[number]

export interface Incident {
  id: string
  number: string
  plan_code: string | null
  order_id: string | null
  title: string
  place: string
  level: string
  reason: string
  drill: boolean
  mode: 'simultaneous' | 'sequential'
  state: 'dialling' | 'stopped' | 'ended'
  pin_sealed: Buffer
  /** PBX node its root room is on; the conference's, not the incident's: of `conference_room` */
  node: string
  room_prefix: string
  leaf_rooms: number
  locked: boolean
  muted_all: boolean
  recording: string | null
  message: string
  prompt: string | null
  started_by: string
  started_at: Date
  ended_by: string | null
  ended_at: Date | null
  /** since when the PBX is to be told of its rooms and of the members who may come in; null: it has been told */
  way_in_due: Date | null
  revision: number
}

/** An incident that has ended and whose conference the PBX may still have open. */
export interface EndedIncident { id: string, node: string, rooms: string[] }

/** One row of the roster. */
export interface Member {
  id: string
  incident_id: string
  person_id: string | null
  name: string
  roles: string[]
  unit_id: string | null
  ordering: number
  commander: boolean
  must_answer: boolean
  numbers_sealed: Buffer
  number_count: number
  deputy_person_id: string | null
  deputy_of: string | null
  state: MemberState
  state_at: Date
  dial_round: number
  /** the request the dialler is at; null: none is open */
  request_id: string | null
  missed_legs: number
  skipped: boolean
  leg_id: string | null
  channel_id: string | null
  channel_name: string | null
  room: string
  in_room: string | null
  acknowledged_at: Date | null
  joined_at: Date | null
  left_at: Date | null
  joins: number
  muted: boolean
  removed: boolean
  private_room: string | null
  admitted_by: string | null
  /** PBX node of the member's channel in a room */
  channel_node: string | null
  /** coordinator's login on the own row; null for everybody else */
  chair_login: string | null
  /** the member for whom this one's only telephone is rung already; that answer stands for both */
  same_telephone_as: string | null
  /** by the member's own key */
  self_muted: boolean
  /** pressed 2 while the conference was locked, and waits on the line */
  locked_out: boolean
}

/** A coordinator speaks alone with a member whose line is open. */
export interface Talk extends TalkTimes {
  id: string
  incident_id: string
  member_id: string
  leg_id: string
  room: string
  login: string
  begun_at: Date
  said: boolean
}

export interface IncidentEntry {
  incidentId: string
  memberId?: string | null
  legId?: string | null
  at: Date
  kind: IncidentEventKind
  actor: string
  detail?: Record<string, unknown>
}

export const memberFacts = (m: Member): MemberFacts => ({
  state: m.state,
  joins: m.joins,
  missedLegs: m.missed_legs,
  numberCount: m.number_count,
  removed: m.removed,
  channelId: m.channel_id,
  room: m.in_room
})

export const dialFacts = (m: Member): DialFacts => ({
  id: m.id,
  personId: m.person_id,
  ordering: m.ordering,
  state: m.state,
  dialOpen: m.request_id !== null,
  missedLegs: m.missed_legs,
  numberCount: m.number_count,
  skipped: m.skipped,
  mustAnswer: m.must_answer,
  deputyPersonId: m.deputy_person_id,
  deputyOf: m.deputy_of,
  sameTelephoneAs: m.same_telephone_as
})
