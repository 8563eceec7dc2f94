import type { Tx } from '../../../db/database.ts'
import type { LoadedOrder, OrderContext } from '../life-cycle/order-context.ts'
import { receiptOf, requestsOf } from '../requests/request-store.ts'
import { parkingMessage } from '../rules/order-messages.ts'
import { standingParking } from './parking-store.ts'

/** Each complainant with a number is sent a text; a person who complains twice is told once. Returns how many were told. */
export async function tellParked (
  context: OrderContext, tx: Tx, { row, calendar }: LoadedOrder, { no, until }: { no: number, until: Date }
): Promise<number> {
  const told = new Set<string>()
  for (const request of await requestsOf(tx, row.id)) {
    const number = request.numberHash?.toString('hex')
    if (request.numberSealed === null || number === undefined || request.anonymous || told.has(number)) continue
    told.add(number)
    await context.sms.send(tx, {
      key: `parking-${row.id}-${no}-${request.id}`,
      to: context.sealing.openNumber(request.numberSealed),
      body: parkingMessage(receiptOf(request), until, calendar.timeZone),
      subject: `order:${row.id}`
    })
  }
  return told.size
}

/** A person who joins a parked order is told as the others were; those are told once. */
export async function tellJoined (context: OrderContext, tx: Tx, loaded: LoadedOrder): Promise<void> {
  const parking = loaded.row.parkedUntil === null ? null : await standingParking(tx, loaded.row.id)
  if (parking !== null) await tellParked(context, tx, loaded, parking)
}
