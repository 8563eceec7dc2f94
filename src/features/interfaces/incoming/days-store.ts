import type { Queryable, Tx } from '../../../db/database.ts'

export interface ReportedDay { day: string, ids: string[], reportedAt: Date }

/** A day is told once more when its sender has corrected its books. */
export function saveReportedDay (tx: Tx, interfaceId: string, { day, ids, reportedAt }: ReportedDay): void {
  tx.write(`insert into reported_day (interface_id, day, ids, reported_at) values ($1, $2, $3, $4)
    on conflict (interface_id, day) do update set ids = excluded.ids, reported_at = excluded.reported_at`,
  [interfaceId, day, ids, reportedAt])
}

/** The newest days, the newest first. */
export const reportedDays = async (q: Queryable, interfaceId: string, limit: number): Promise<ReportedDay[]> =>
  await q.query<ReportedDay>(`
    select day, ids, reported_at as "reportedAt" from reported_day where interface_id = $1
      order by day desc limit $2`, [interfaceId, limit])

/** Those of these messages that ever came. */
export async function messagesHad (q: Queryable, interfaceId: string, ids: readonly string[]): Promise<string[]> {
  const rows = await q.query<{ id: string }>(`
    select message_id as id from envelope where interface_id = $1 and message_id = any($2::text[]) and not differs`, [interfaceId, ids])
  return rows.map(row => row.id)
}

/** Messages that tell of these days, by the district's clock; those that are about the exchange itself (`but`) are not counted. */
export const messagesOf = async (
  q: Queryable, interfaceId: string,
  { first, last, timeZone, but }: { first: string, last: string, timeZone: string, but: readonly string[] }
): Promise<Array<{ day: string, id: string }>> => await q.query(`
  select (at at time zone $4)::date as day, message_id as id from envelope
    where interface_id = $1 and state <> 'dropped' and not differs and kind <> all($5::text[])
      and at >= ($2::date)::timestamp at time zone $4 and at < ($3::date + 1)::timestamp at time zone $4
    order by at, message_id`, [interfaceId, first, last, timeZone, but])

export async function forgetDays (q: Queryable, before: Date): Promise<void> {
  await q.query('delete from reported_day where reported_at < $1', [before])
}
