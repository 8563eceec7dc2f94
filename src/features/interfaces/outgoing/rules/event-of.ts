import type { OrderKind } from '../../../../access/rules/visibility.ts'
import type { OrderState, Urgency } from '../../../../domain/work-order.ts'

/** What an endpoint may ask to be told; the same stands in the table's CHECK. Standard Webhooks: components divided by full stops. */
export const orderEvents = [
  'order.filed', 'order.answered', 'order.rejected', 'order.dispatched', 'order.forwarded', 'order.signed', 'order.returned',
  'order.arrived', 'order.reported', 'order.merged', 'order.unmerged', 'order.reworked', 'order.reopened', 'order.closed', 'order.overdue'
] as const
/** Sent by hand, to try an endpoint. */
export const trialEvent = 'interface.trial'
export const eventTypes = [...orderEvents, trialEvent] as const
export type OrderEvent = typeof orderEvents[number]
export type EventType = typeof eventTypes[number]

/** Steps of an order, as the feed names them, of which others are told. */
const eventOfStep: ReadonlyMap<string, OrderEvent> = new Map([
  ['case.file', 'order.filed'],
  ['intake.answer', 'order.answered'],
  ['intake.reject', 'order.rejected'],
  ['case.dispatch', 'order.dispatched'],
  ['assignment.forward', 'order.forwarded'],
  ['assignment.sign', 'order.signed'],
  ['return.approve', 'order.returned'],
  ['handling.arrive', 'order.arrived'],
  ['handling.report', 'order.reported'],
  ['case.merge', 'order.merged'],
  ['case.unmerge', 'order.unmerged'],
  ['case.rework', 'order.reworked'],
  ['case.reopen', 'order.reopened'],
  ['case.close', 'order.closed'],
  ['overtime', 'order.overdue']
])

/** An order as its events tell of it. */
export interface ToldOrder {
  id: string
  number: string
  state: OrderState
  version: number
  categoryCode: string | null
  townId: string | null
  urgency: Urgency
  kind: OrderKind
}

/**
 * The event of a step; null: nobody outside is told. No word, name or number of a citizen is in it, nor a class or place of a confidential
 * order; of an order with named readers nothing goes out.
 */
export function eventOf (what: string, order: Pick<ToldOrder, 'kind'>): OrderEvent | null {
  return order.kind === 'restricted' ? null : eventOfStep.get(what) ?? null
}

/** The body of an event, as Standard Webhooks has it: thin, its reader asks for more with a key of its own. */
export interface EventBody { type: EventType, timestamp: string, data: Record<string, unknown> }

/** @param line of one order, the larger is the later */
export function bodyOf (type: OrderEvent, at: Date, { kind, ...order }: ToldOrder, line: number): EventBody {
  const { id, number, state, version, categoryCode, townId, urgency } = order
  const data = kind === 'ordinary'
    ? { order: id, sequence: line, kind, number, state, version, category: categoryCode, town: townId, urgency }
    : { order: id, sequence: line, kind }
  return { type, timestamp: at.toISOString(), data }
}
