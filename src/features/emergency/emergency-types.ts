import type { Static, TObject } from 'typebox'
import type { ConferenceRoom } from './rooms/rules/rooms.ts'
import type { TalkTimes } from './conference/rules/talk.ts'
import type { DialFacts } from './dial/rules/next-dial.ts'
import type { memberColumns, ownIncidentColumns } from './incident-columns.ts'
import type { IncidentEventKind } from './rules/incident-events.ts'
import type { MemberFacts } from './rules/roster.ts'

/** 总体预案 专项预案 子预案 */
export const planKinds = ['overall', 'special', 'sub'] as const
export type PlanKind = typeof planKinds[number]

/** How far a plan is; only an effective one is in force. */
export const planStatuses = ['DRAFT', 'DRILLED', 'INSPECTED', 'EFFECTIVE', 'REVISING', 'RETIRED'] as const
export type PlanStatus = typeof planStatuses[number]

/** `node`: PBX node its root room is on; the conference's, not the incident's: of `conference_room`. */
export type Incident = Static<TObject<typeof ownIncidentColumns>> & { node: string, rooms: ConferenceRoom[] }

/** An incident that has ended and whose conference its PBXs may still have open. */
export interface EndedIncident { id: string, revision: number, nodes: string[], prefix: string }

/** One row of the roster. */
export type Member = Static<TObject<typeof memberColumns>>

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

export const dialFacts = (m: Member, now: Date): DialFacts => ({
  id: m.id,
  personId: m.person_id,
  ordering: m.ordering,
  state: m.state,
  dialOpen: m.request_id !== null,
  turnOver: m.turn_until === null || m.turn_until <= now,
  missedLegs: m.missed_legs,
  numberCount: m.number_count,
  skipped: m.skipped,
  mustAnswer: m.must_answer,
  deputyPersonId: m.deputy_person_id,
  deputyOf: m.deputy_of,
  sameTelephoneAs: m.same_telephone_as
})
