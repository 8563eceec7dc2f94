import { linkedSight, type OrderKind, type OrderSight } from '../../../access/rules/visibility.ts'
import type { ReaderUnit } from '../../../domain/people/reader-unit.ts'
import type { Actor } from '../../../domain/people/roles.ts'

/** A person with the citizen on the line may ask, whatever the order: sees that there is one, and nothing of it. */
const toAsk: OrderSight = { words: false, name: false, number: 'hidden', recordings: false }

/**
 * What a person sees of a callback: as much as of its order; null: not even that there is one.
 * @param onLine the citizen is, or was, on this person's own line
 */
export function callbackSight (
  actor: Actor,
  order: { orderKind: OrderKind, aboutUnitId: string | null },
  ownUnit: ReaderUnit,
  onLine = false
): OrderSight | null {
  const sight = linkedSight(actor, { kind: order.orderKind, about: order.aboutUnitId }, ownUnit)
  const isAboutOwn = order.aboutUnitId !== null && ownUnit.line.includes(order.aboutUnitId)
  return sight === null && onLine && !isAboutOwn ? toAsk : sight
}
