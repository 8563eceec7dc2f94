import type { Queryable } from '../db/database.ts'
import { others, type RefusalCount } from './refusal-counts.ts'
import type { Refusal } from './rules/admission.ts'

/** What an edge says of itself: its link to drachtio-server, calls on all nodes as it counts them, and each node as it sees it. */
export interface EdgeReport {
  link: boolean
  calls: number
  /** another process of its name is at work */
  another: boolean
  nodes: Array<{ name: string, takesCalls: boolean, sound: boolean | null, link: boolean, calls: number }>
}

/**
 * Reports that this edge lives. A hung one reports nothing.
 * @param by tells this process from another one of its name
 * @returns who had reported before; null: nobody
 */
export async function saveBeat (
  q: Queryable, name: string, { by, draining, report }: { by: string, draining: boolean, report: EdgeReport }
): Promise<string | null> {
  const [row] = await q.query<{ before: string | null }>(`insert into edge (name, at, draining, report)
    values ($1, clock_timestamp(), $2, $3)
    on conflict (name) do update set at = excluded.at, draining = excluded.draining, report = excluded.report
    returning (select o.report->>'by' from edge o where o.name = $1) before`, [name, draining, JSON.stringify({ ...report, by })])
  return row?.before ?? null
}

export interface EdgeBeat { edge: string, ageMs: number, draining: boolean, report: EdgeReport }

/** All edges heard of within a day, with the age of their last report by this database's clock. */
export const edgeBeats = async (q: Queryable): Promise<EdgeBeat[]> => await q.query<EdgeBeat>(`
  select name as edge, round(extract(epoch from clock_timestamp() - at) * 1000)::int as "ageMs", draining, report from edge
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

export interface RefusalRow { minute: Date, source: string | null, reason: Refusal, count: number }

/** The newest `limit` of the last hour, all edges together; `source` null: all others of a minute with too many. */
export const refusalsLately = async (q: Queryable, limit: number): Promise<RefusalRow[]> => await q.query<RefusalRow>(`
  select r.minute, nullif(host(r.source), $1) as source, r.reason, sum(r.count)::int as count from edge_refusal r
   where r.minute > clock_timestamp() - interval '1 hour' group by r.minute, r.source, r.reason
   order by r.minute desc, count desc, r.reason, r.source limit $2`, [others, limit])

/** How many requests were refused within the last hour and why, most first. */
export const refusedLately = async (q: Queryable): Promise<Array<{ reason: Refusal, count: number }>> =>
  await q.query<{ reason: Refusal, count: number }>(`select reason, sum(count)::int as count from edge_refusal
    where minute > clock_timestamp() - interval '1 hour' group by reason order by count desc, reason`)
