import { parseTypedNumber } from '../../../domain/telephone/phone-number.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import { plainPlace } from '../intake/rules/order-fields.ts'
import { isOpen } from '../life-cycle/rules/steps/states-and-roles.ts'
import { ofCaller } from './order-list-sql.ts'
import { namesOf, sightOf, summaryOf } from './order-summary.ts'
import type { SimilarOrder, SimilarQuery } from './order-views.ts'
import { alikeOrders, callIdsOf, numberAtExtension } from './similar-orders-queries.ts'
import { visible, type QueriesContext } from './visible-orders.ts'

/** Time in which an agent may still write about a call just ended, ms. */
const afterCallMs = 3_600_000

/** Two places this near are one, metres. */
const nearMetres = 200

/** The fingerprint of a call on this person's own line, also while it rings there; null: it is not, or has no number. */
async function numberOnLine ({ db, clock }: QueriesContext, actor: Actor, callId: string): Promise<Buffer | null> {
  if (actor.extension === null) return null
  const endedAfter = new Date(clock.now().getTime() - afterCallMs)
  return await numberAtExtension(db, { callId, extension: actor.extension, endedAfter })
}

/** Whether this number is the caller's of a call on this person's own line. @throws DomainError `not-a-phone-number` */
export async function isCaller (context: QueriesContext, actor: Actor, callId: string, number: string): Promise<boolean> {
  const onLine = await numberOnLine(context, actor, callId)
  return onLine !== null && context.sealing.fingerprints(parseTypedNumber(number).number).some(hash => hash.equals(onLine))
}

/** The same for any call the order belongs to. @throws DomainError `not-a-phone-number` */
export async function isCallerOf (context: QueriesContext, actor: Actor, orderId: string, number: string): Promise<boolean> {
  for (const id of await callIdsOf(context.db, orderId)) if (await isCaller(context, actor, id, number)) return true
  return false
}

/** Orders that may be about the same matter, most alike first. */
export async function similar (
  context: QueriesContext,
  actor: Actor,
  { callId, place, townId, category, longitude, latitude, withinHours = 24 * 30 }: SimilarQuery
): Promise<SimilarOrder[]> {
  const { db, clock, directory, sealing } = context
  const { where, units } = await visible(context, actor)
  const since = new Date(clock.now().getTime() - withinHours * 3_600_000)
  where.add(v => `o.received_at >= ${v(since)} and o.state not in ('DRAFT', 'MERGED', 'REJECTED')`)
  const ways: Array<[SimilarOrder['why'][number], string]> = []
  const v = (value: unknown): string => `$${where.values.push(value)}`
  // The person with the caller on the line knows this number: finding by any other is a search of its own.
  const hash = callId === undefined ? null : await numberOnLine(context, actor, callId)
  if (hash !== null) ways.push(['caller', ofCaller(v([hash]))])
  if (place && plainPlace(place) !== '') ways.push(['place', `o.place_hash = any(${v(sealing.fingerprints(plainPlace(place)))}::bytea[])`])
  if (longitude !== undefined && latitude !== undefined) {
    const [lon, lat] = [v(longitude), v(latitude)]
    ways.push([
      'near',
      `o.longitude is not null and o.latitude is not null
        and 111320 * sqrt(power(o.latitude - ${lat}::float8, 2) + power((o.longitude - ${lon}::float8) * cos(radians(${lat}::float8)),
        2)) <= ${nearMetres}`
    ])
  }
  if (category && townId) ways.push(['category-and-town', `o.category_code = ${v(category)} and o.town_id = ${v(townId)}`])
  if (ways.length === 0) return []
  const [rows, names] = await Promise.all([alikeOrders(db, where, ways.map(([, sql]) => sql)), namesOf(directory)])
  return rows.map(row => ({
    ...summaryOf(sealing, actor, row, names, sightOf(actor, row, units)),
    open: isOpen(row.state),
    why: ways.filter((_, i) => row[`w${i}`]).map(([why]) => why)
  }))
}
