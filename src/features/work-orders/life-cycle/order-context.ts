import type { Tx } from '../../../db/database.ts'
import type { Sealing } from '../../../db/sealing.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import type { FeedAudience, Feed } from '../../../feed/feed.ts'
import type { Alarms } from '../../../queue/alarms.ts'
import type { Sms } from '../../../sms/sms-types.ts'
import { orderKind, rolesOwning, rolesSeeing } from '../../../access/rules/visibility.ts'
import { systemActor, type Actor, type Role } from '../../../domain/people/roles.ts'
import type { CallOrderRole } from '../../../domain/work-order.ts'
import type { OrderCatalogue, OrderDirectory, OrderListener, OrderPlaces, VersionedRef } from '../order-types.ts'
import type { AssignmentFacts, OrderEventType, OrderFacts } from '../rules/order-facts.ts'
import { readerUnit } from '../../../domain/people/reader-unit.ts'
import { below, standingUnit, unitIncludingEnded, type UnitFacts, type UnitTree } from '../../../domain/people/unit-tree.ts'
import type { WorkingCalendar } from '../../../calendar/rules/working-time.ts'
import type { ChannelPolicies } from '../../../policy/rules/channel-policy.ts'
import type { DeadlinePolicies } from '../../../policy/rules/deadline-policy.ts'
import type { RulePolicies } from '../../../policy/rules/rule-policy.ts'
import { DomainError } from '../../../domain/errors.ts'
import { assignmentsOf, type AssignmentRow } from '../assignment/assignment-store.ts'
import { deadlinesOf, type DeadlineRow } from '../clocks/deadline-store.ts'
import { callId, isConfidential, lockOrder, noSuchCall, noSuchOrder, type OrderRow } from '../work-orders-store.ts'
import { isHidden } from './rules/life-cycle.ts'
import { answerable } from '../rules/order-facts.ts'

/** What every part of this feature needs. */
export interface OrderContext {
  clock: Clock
  feed: Feed
  alarms: Alarms
  sms: Sms
  sealing: Sealing
  directory: OrderDirectory
  places: OrderPlaces
  catalogue: OrderCatalogue
  /** tells the listeners */
  announce: OrderListener
  /** Whether this person may know of the orders a call belongs to; only such calls may be named. */
  seesCall: (tx: Tx, actor: Actor, callId: string) => Promise<boolean>
  /** A call belongs to an order from then on; its id is the one it has now. */
  linkCall: (tx: Tx, link: { callId: string, orderId: string, role: CallOrderRole, by: string, at: Date }) => void
  calendar: () => Promise<WorkingCalendar>
  policies: () => Promise<DeadlinePolicies>
  channels: () => Promise<ChannelPolicies>
  /** figures the city chooses */
  rules: () => Promise<RulePolicies>
}

/** One order with all that belongs to its life; the row is locked. Changed in memory as it is written. */
export interface LoadedOrder {
  row: OrderRow
  assignments: AssignmentRow[]
  deadlines: DeadlineRow[]
  units: UnitTree
  calendar: WorkingCalendar
  policies: DeadlinePolicies
  rules: RulePolicies
  /** the version somebody has seen, until it is known to be the one that stands */
  seenVersion?: number | undefined
}

/** A unit that exists today. @throws DomainError `unknown-unit` */
export function knownUnit (units: UnitTree, id: string): UnitFacts {
  const unit = standingUnit(units, id)
  if (!unit) throw new DomainError('unknown-unit', 'there is no such unit today', { unit: id })
  return unit
}

function assignmentFacts (row: AssignmentRow, units: UnitTree): AssignmentFacts {
  const { id, no, role, cycle, state, dispatchedAt, signedAt, endedAt } = row
  return { id, no, role, unit: unitIncludingEnded(units, row.unitId), cycle, state, dispatchedAt, signedAt, open: endedAt === null }
}

/** The order as the rules see it, as it stands in memory now. */
export function factsOf ({ row, assignments, units }: Pick<LoadedOrder, 'row' | 'assignments' | 'units'>): OrderFacts {
  return {
    id: row.id,
    state: row.state,
    restricted: row.restricted,
    confidential: isConfidential(row),
    requestType: row.requestType,
    categoryCode: row.categoryCode,
    urgency: row.urgency,
    title: row.title,
    unitText: row.unitText,
    townId: row.townId,
    aboutUnit: row.aboutUnitId === null ? null : unitIncludingEnded(units, row.aboutUnitId),
    cycle: row.cycle,
    returnCount: row.returnCount,
    reworkCount: row.reworkCount,
    problem: row.problem,
    level: row.level,
    callbackStatus: row.callbackStatus,
    verificationStatus: row.verificationStatus,
    extensionAsked: row.extensionAskedAt !== null,
    answerDraftedBy: row.replyReviewedAt === null ? row.replyDraftedBy : null,
    objectionAsked: row.objectionAskedAt !== null,
    parkingAsked: row.parkingAskedAt !== null,
    parked: row.parkedUntil !== null,
    createdBy: row.createdBy,
    assignments: assignments.map(a => assignmentFacts(a, units))
  }
}

/** A person and the step they ask for: nobody is told anything of an order they may not know of. */
export interface Asking { actor: Actor, type: OrderEventType }

/**
 * Loads and locks, for a person's step or for the service itself. Whether `version` is current is asked with the rules: only people with a
 * say in the order learn its state. @throws DomainError `not-found`, also where it is hidden from them
 */
export async function loadOrder (context: OrderContext, tx: Tx, seen: VersionedRef, asking: Asking | 'service'): Promise<LoadedOrder> {
  // Sent together: the rows behind are read after the lock is held.
  const [row, assignments, deadlines, units, calendar, policies, rules] = await Promise.all([
    lockOrder(tx, seen.orderId), assignmentsOf(tx, seen.orderId), deadlinesOf(tx, seen.orderId), context.directory.tree(),
    context.calendar(), context.policies(), context.rules()
  ])
  if (
    asking !== 'service' && isHidden(factsOf({ row, assignments, units }), asking.type, asking.actor,
      readerUnit(units, asking.actor.unitId))
  ) {
    throw noSuchOrder()
  }
  return { row, assignments, deadlines, units, calendar, policies, rules, seenVersion: seen.version }
}

/** A call a person names, under the id it has now. @throws DomainError `not-found`, also when one of its orders is hidden from them */
export async function namedCall ({ seesCall }: OrderContext, tx: Tx, actor: Actor, named: string): Promise<string> {
  const id = await callId(tx, named)
  if (actor.id !== systemActor.id && !await seesCall(tx, actor, id)) throw noSuchCall()
  return id
}

/** Desks that follow orders as they go; agents hear of their own. */
const followers: readonly Role[] = ['DISPATCHER', 'SHIFT_LEADER', 'SUPERVISOR', 'LEADER', 'CALLBACK_OFFICER', 'EMERGENCY_COORDINATOR']

/** Audience of an order's events: people who see it by the visibility policy, while it concerns their desk. */
export function orderAudience (loaded: Pick<LoadedOrder, 'row' | 'assignments' | 'units'>): FeedAudience {
  const facts = factsOf(loaded)
  const kind = orderKind(facts)
  const seeing = rolesSeeing(kind)
  const answers = answerable(facts)
  const parts = facts.assignments.filter(a => a.state !== 'waiting' && (a.open || a.id === answers?.id))
  const inTown = facts.townId !== null && facts.state !== 'DRAFT' && kind !== 'restricted' ? [facts.townId] : []
  const line = (path: readonly string[]): string[] => [...path, ...below(loaded.units, path[0] ?? '')]
  const unique = (ids: readonly string[]): string[] => [...new Set(ids)]
  return {
    roles: followers.filter(role => seeing.includes(role)),
    handlers: unique(parts.map(a => a.unit.id)),
    operators: unique([...parts.flatMap(a => a.unit.path), ...inTown]),
    ...(facts.state === 'VERIFYING' ? { verifiersBut: unique(facts.assignments.flatMap(a => line(a.unit.path))) } : {}),
    ...(facts.aboutUnit && facts.aboutUnit.kind !== 'centre'
      ? { never: unique(line(facts.aboutUnit.path)) }
      : {}),
    own: { login: loaded.row.createdBy, roles: rolesOwning(kind) }
  }
}
