import type { Queryable } from '../../db/database.ts'
import { bind } from '../../domain/bind.ts'
import { DomainError } from '../../domain/errors.ts'
import { maskNumber, shownFully } from '../../domain/telephone/phone-number.ts'
import { recordOf } from '../../domain/properties.ts'
import type { Actor } from '../../domain/people/roles.ts'
import type { SeenOrders } from './emergency.ts'
import { isApart } from './conference/seats.ts'
import { roomName } from './rooms/rules/rooms.ts'
import type { EmergencyStore } from './emergency-store.ts'
import { memberStates, type MemberState } from './rules/roster.ts'
import type { PlanRow } from './dial/plan-store.ts'
import type { Incident, Member } from './emergency-types.ts'

/** One line of the live board. */
export interface MemberView {
  id: string
  personId: string | null
  name: string
  roles: string[]
  unitId: string | null
  order: number
  commander: boolean
  deputyOf: string | null
  numbers: string[]
  state: MemberState
  stateAt: Date
  round: number
  joins: number
  inConference: boolean
  /** the member's newest leg; momentary events name legs */
  legId: string | null
  /** the coordinator's own row: rings in personally, is not counted as dialled */
  chair: boolean
  /** member whose telephone is rung for this one */
  sameTelephoneAs: string | null
  /** by the member, with *1 */
  selfMuted: boolean
  /** wanted to come in while the conference was locked */
  lockedOut: boolean
  /** the room is cut off from the others, and hears music */
  cutOff: boolean
  muted: boolean
  removed: boolean
  skipped: boolean
  private: boolean
  admittedBy: string | null
  joinedAt: Date | null
  leftAt: Date | null
}

export interface IncidentSummary {
  id: string
  number: string
  planCode: string | null
  /** null also for those from whom the order is hidden */
  orderId: string | null
  title: string
  place: string
  level: string
  drill: boolean
  mode: 'simultaneous' | 'sequential'
  state: 'dialling' | 'stopped' | 'ended'
  locked: boolean
  mutedAll: boolean
  recording: boolean
  startedBy: string
  startedAt: Date
  endedAt: Date | null
  endedBy: string | null
}

const summary = (i: Incident): IncidentSummary => ({
  id: i.id,
  number: i.number,
  planCode: i.plan_code,
  orderId: i.order_id,
  title: i.title,
  place: i.place,
  level: i.level,
  drill: i.drill,
  mode: i.mode,
  state: i.state,
  locked: i.locked,
  mutedAll: i.muted_all,
  recording: i.recording !== null,
  startedBy: i.started_by,
  startedAt: i.started_at,
  endedAt: i.ended_at,
  endedBy: i.ended_by
})

export interface IncidentQueriesOptions { db: Queryable, store: EmergencyStore, today: () => string, seenOrders: SeenOrders }

export type IncidentQueries = ReturnType<typeof createIncidentQueries>

/** How this person sees incidents: with the orders the person may know of. */
async function summaryFor (
  { db, seenOrders }: IncidentQueriesOptions,
  actor: Actor,
  incidents: readonly Incident[]
): Promise<(i: Incident) => IncidentSummary> {
  const seen = await seenOrders(db, actor, incidents.flatMap(i => i.order_id ?? []))
  return i => ({ ...summary(i), orderId: i.order_id !== null && seen.has(i.order_id) ? i.order_id : null })
}

const shown = (numbers: readonly string[], full: boolean): string[] => numbers.map(n => full ? shownFully(n) : maskNumber(n))

const view = (m: Member, numbers: readonly string[], full: boolean, cut: ReadonlySet<string>): MemberView => ({
  id: m.id,
  personId: m.person_id,
  name: m.name,
  roles: m.roles,
  unitId: m.unit_id,
  order: m.ordering,
  commander: m.commander,
  deputyOf: m.deputy_of,
  numbers: shown(numbers, full),
  state: m.state,
  stateAt: m.state_at,
  round: m.dial_round,
  joins: m.joins,
  inConference: m.channel_id !== null,
  legId: m.leg_id,
  chair: m.chair_login !== null,
  sameTelephoneAs: m.same_telephone_as,
  selfMuted: m.self_muted,
  lockedOut: m.locked_out,
  cutOff: m.in_room !== null && cut.has(m.in_room),
  muted: m.muted,
  removed: m.removed,
  skipped: m.skipped,
  private: isApart(m),
  admittedBy: m.admitted_by,
  joinedAt: m.joined_at,
  leftAt: m.left_at
})

/**
 * An incident whole: roster, how many stand where, and every step of it; `full`: numbers unmasked, for those who dial.
 * @throws DomainError `not-found`
 */
async function whole (context: IncidentQueriesOptions, actor: Actor, id: string, full: boolean) {
  const { db, store } = context
  const incident = await store.read(db, id)
  if (!incident) throw new DomainError('not-found', 'there is no such incident')
  const [members, summarise] = await Promise.all([store.members(db, id), summaryFor(context, actor, [incident])])
  const cut = new Set(incident.rooms.flatMap(r => r.number > 0 && !r.joined ? roomName(incident.room_prefix, r.number) : []))
  // The coordinator rings in personally and need not be reached by the dial. A member who was put out has not dropped.
  const people = members.filter(m => m.chair_login === null && !m.removed)
  const counts = recordOf(memberStates, state => people.filter(m => m.state === state).length)
  return {
    ...summarise(incident),
    reason: incident.reason,
    message: incident.message,
    pin: full ? store.pinOf(incident) : null,
    counts,
    recordings: (await store.recordingsOf(db, id)).map(({ file, ...part }) => part),
    members: members.map(m => view(m, store.numbersOf(m), full, cut)),
    timeline: await store.timeline(db, id)
  }
}

/** Newest first; `after` is the last row of the page before. */
async function list (
  context: IncidentQueriesOptions,
  actor: Actor,
  after: readonly [Date, string] | null,
  limit: number,
  openOnly: boolean
): Promise<IncidentSummary[]> {
  const rows = await context.store.incidentsPage(context.db, { after, limit: limit + 1, openOnly })
  return rows.map(await summaryFor(context, actor, rows))
}

/** Plans with their command members; numbers masked; the status tells which are not yet effective. */
async function plans ({ db, store, today }: IncidentQueriesOptions): Promise<PlanRow[]> {
  return await store.plans(db, today())
}

/** @throws DomainError `unknown-plan` */
async function plan (context: IncidentQueriesOptions, code: string, full: boolean) {
  const { db, store, today } = context
  const [plan] = (await plans(context)).filter(p => p.code === code)
  if (!plan) throw new DomainError('unknown-plan', 'there is no such plan')
  const members = await store.planMembers(db, code, today())
  return {
    ...plan,
    members: members.map(m => ({
      personId: m.personId,
      name: m.name,
      here: m.here,
      role: m.role,
      unitId: m.unitId,
      order: m.callOrder,
      commander: m.commander,
      mustAnswer: m.mustAnswer,
      deputyPersonId: m.deputyPersonId,
      numbers: shown([m.mobile, m.office].filter(n => n !== null), full)
    }))
  }
}

/** What screens read of incidents. */
export const createIncidentQueries = (context: IncidentQueriesOptions) => bind(context, { whole, list, plans, plan })
