import { linkedSight, type OrderKind, type OrderSight } from '../../../access/rules/visibility.ts'
import type { Actor } from '../../../domain/people/roles.ts'

/** A person with the citizen on the line may ask, whatever the order: sees that there is one, and nothing of it. */
const toAsk: OrderSight = { words: false, name: false, number: 'hidden', recordings: false }

/**
 * What a person sees of a callback: as much as of its order; null: not even that there is one.
 * @param unitPath the person's unit and everybody above it, without the Centre
 * @param onLine the citizen is, or was, on this person's own line
 */
export function callbackSight (
  actor: Actor,
  order: { orderKind: OrderKind, aboutUnitId: string | null },
  unitPath: readonly string[],
  onLine = false
): OrderSight | null {
  const sight = linkedSight(actor, { kind: order.orderKind, about: order.aboutUnitId }, unitPath)
  const isAboutOwn = order.aboutUnitId !== null && unitPath.includes(order.aboutUnitId)
  return sight === null && onLine && !isAboutOwn ? toAsk : sight
}
