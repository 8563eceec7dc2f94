import { orderKind } from '../../../access/rules/visibility.ts'
import { unitIncludingEnded } from '../../../domain/people/unit-tree.ts'
import { factsOf, type LoadedOrder, type OrderContext } from '../life-cycle/order-context.ts'
import type { MessageFacts } from '../rules/order-messages.ts'

/** The facts of an order a text message to this unit may contain; null: to people of several units. */
export async function messageFacts ({ directory, sealing }: OrderContext, loaded: LoadedOrder, to: string | null): Promise<MessageFacts> {
  const { row, units, calendar } = loaded
  const category = row.categoryCode === null ? null : await directory.category(row.categoryCode).catch(() => null)
  return {
    number: row.number,
    title: row.title,
    categoryName: category?.name ?? null,
    place: row.placeSealed && sealing.open(row.placeSealed),
    words: to !== null && unitIncludingEnded(units, to).government && orderKind(factsOf(loaded)) === 'ordinary',
    timeZone: calendar.timeZone
  }
}
