import type { Queryable } from '../db/database.ts'

/** A PBX lacks a spoken sentence. */
export interface Lack { node: string, name: string }

export async function noteLacks (q: Queryable, nodes: readonly string[], name: string, at: Date): Promise<void> {
  await q.query(`insert into spoken_lack (node, name, at) select unnest($1::text[]), $2, $3
    on conflict (node, name) do update set at = excluded.at`, [nodes, name, at])
}

export const lacksOf = async (q: Queryable, names: readonly string[]): Promise<Lack[]> =>
  await q.query<Lack>('select node, name from spoken_lack where name = any($1)', [names])

/** The newest of these PBXs, at most `limit`. */
export const lacksAt = async (q: Queryable, nodes: readonly string[], limit: number): Promise<Lack[]> =>
  await q.query<Lack>('select node, name from spoken_lack where node = any($1) order by at desc limit $2', [nodes, limit])

export async function forgetLack (q: Queryable, { node, name }: Lack): Promise<void> {
  await q.query('delete from spoken_lack where node = $1 and name = $2', [node, name])
}

export async function forgetLacksBefore (q: Queryable, at: Date): Promise<void> {
  await q.query('delete from spoken_lack where at < $1', [at])
}
