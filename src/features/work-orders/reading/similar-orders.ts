import { parseTypedNumber } from '../../../domain/telephone/phone-number.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import { plainPlace } from '../intake/rules/order-fields.ts'
import { isOpen } from '../life-cycle/rules/life-cycle-steps.ts'
import { ofCaller } from './order-list-sql.ts'
import { namesOf, sightOf, summaryColumns, summaryFrom, summaryOf, type SummaryRow } from './order-summary.ts'
import type { SimilarOrder, SimilarQuery } from './order-views.ts'
import { visible, type QueriesContext } from './visible-orders.ts'

/** Time in which an agent may still write about a call just ended, ms. */
const afterCallMs = 3_600_000

/** Two places this near are one, metres. */
const nearMetres = 200

/** The fingerprint of a call on this person's own line, also while it rings there; null: it is not, or has no number. */
async function numberOnLine ({ db, clock }: QueriesContext, actor: Actor, callId: string): Promise<Buffer | null> {
  if (actor.extension === null) return null
  const [call] = await db.query<{ hash: Buffer | null }>(`select c.number_hash as hash from call_read c
    where c.id = (select id from call_root($1)) and c.purpose is distinct from 'manual'
      and exists (select 1 from channel_read h where h.call_id = c.id and h.extension = $2
      and (h.answered_at is not null or h.ended_at is null))
      and (c.ended_at is null or c.ended_at > $3)`, [callId, actor.extension, new Date(clock.now().getTime() - afterCallMs)])
  return call?.hash ?? null
}

/** Whether this number is the caller's of a call on this person's own line. @throws DomainError `not-a-phone-number` */
export async function isCaller (context: QueriesContext, actor: Actor, callId: string, number: string): Promise<boolean> {
  return (await numberOnLine(context, actor, callId))?.equals(context.sealing.fingerprint(parseTypedNumber(number).number)) ?? false
}

/** The same for any call the order belongs to. @throws DomainError `not-a-phone-number` */
export async function isCallerOf (context: QueriesContext, actor: Actor, orderId: string, number: string): Promise<boolean> {
  const calls = await context.db.query<{ id: string }>('select call_id as id from call_work_order_read where order_id = $1', [orderId])
  for (const { id } of calls) if (await isCaller(context, actor, id, number)) return true
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
  if (hash !== null) ways.push(['caller', ofCaller(v(hash))])
  if (place && plainPlace(place) !== '') ways.push(['place', `o.place_hash = ${v(sealing.fingerprint(plainPlace(place)))}`])
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
  const flags = ways.map(([, sql], i) => `coalesce((${sql}), false) as w${i}`)
  const [rows, names] = await Promise.all([
    db.query<SummaryRow & Record<`w${number}`, boolean>>(`select *
      from (select ${summaryColumns}, ${flags.join(', ')} from ${summaryFrom} where ${where.text()}) s
      where ${ways.map((_, i) => `w${i}`).join(' or ')}
      order by ${ways.map((_, i) => `w${i}::int`).join(' + ')} desc, "receivedAt" desc limit 20`, where.values), namesOf(directory)
  ])
  return rows.map(row => ({
    ...summaryOf(sealing, actor, row, names, sightOf(actor, row, units)),
    open: isOpen(row.state),
    why: ways.filter((_, i) => row[`w${i}`]).map(([why]) => why)
  }))
}
