import type { Queryable } from '../db/database.ts'
import type { RefusalCount } from './refusal-counts.ts'

/** Reports that this edge lives. A hung one reports nothing. */
export async function saveBeat (q: Queryable, name: string, draining: boolean, report: object): Promise<void> {
  await q.query(`insert into edge (name, at, draining, report) values ($1, clock_timestamp(), $2, $3)
    on conflict (name) do update set at = excluded.at, draining = excluded.draining, report = excluded.report`,
  [name, draining, JSON.stringify(report)])
}

export interface EdgeBeat { edge: string, ageMs: number, draining: boolean }

/** All edges heard of within a day, with the age of their last report by this database's clock. */
export const edgeBeats = async (q: Queryable): Promise<EdgeBeat[]> => await q.query<EdgeBeat>(`
  select name as edge, round(extract(epoch from clock_timestamp() - at) * 1000)::int as "ageMs", draining from edge
   where at > clock_timestamp() - interval '1 day' order by name`)

/** Adds to the counts of their minutes. */
export async function addRefusals (q: Queryable, edge: string, counts: readonly RefusalCount[]): Promise<void> {
  await q.query(`insert into edge_refusal (edge, minute, source, reason, count)
    select $1, to_timestamp(l.minute / 1000.0), l.source::inet, l.reason, l.count
      from jsonb_to_recordset($2::jsonb) as l (minute float8, source text, reason text, count int)
    on conflict (minute, edge, source, reason) do update set count = edge_refusal.count + excluded.count`,
  [edge, JSON.stringify(counts)])
}

/** Refusals older than `days` are of no use to anybody. */
export async function forgetRefusals (q: Queryable, edge: string, days: number): Promise<void> {
  await q.query('delete from edge_refusal where edge = $1 and minute < clock_timestamp() - make_interval(days => $2)', [edge, days])
}
