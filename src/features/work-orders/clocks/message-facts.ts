import { orderKind } from '../../../access/rules/visibility.ts'
import { factsOf, type LoadedOrder, type OrderContext } from '../life-cycle/order-context.ts'
import type { MessageFacts } from '../rules/order-messages.ts'

/** The facts of an order a text message may contain. */
export async function messageFacts ({ directory, sealing }: OrderContext, loaded: LoadedOrder): Promise<MessageFacts> {
  const { row, calendar } = loaded
  const category = row.categoryCode === null ? null : await directory.category(row.categoryCode).catch(() => null)
  return {
    number: row.number,
    title: row.title,
    categoryName: category?.name ?? null,
    place: row.placeSealed && sealing.open(row.placeSealed),
    kind: orderKind(factsOf(loaded)),
    timeZone: calendar.timeZone
  }
}
