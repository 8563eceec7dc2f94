import type { Queryable, Tx } from '../db/database.ts'
import type { LegOutcome, LegPurpose } from '../domain/telephone/legs.ts'
import type { WaitingMove } from './dialler-types.ts'
import type { PlacedLeg } from './legs/leg-nodes.ts'

/** A request as it is kept. */
export interface RequestRow {
  id: string
  key: string
  purpose: LegPurpose
  priority: number
  ordering: number
  subject: string
  sealed: Buffer
  count: number
  attempts: number
  /** seconds */
  gap: number
  /** seconds */
  ring: number
  /** seconds */
  talk: number
  /** JSON */
  script: string
  windows: string
  node: string | null
  trunk: string | null
  next: Date
}

/** Keeps these requests; one whose key is known stays as it is. Returns the id of each key. */
export async function keepRequests (tx: Tx, rows: readonly RequestRow[], now: Date): Promise<Map<string, string>> {
  const column = <K extends keyof RequestRow>(name: K): Array<RequestRow[K]> => rows.map(row => row[name])
  const stored = await tx.query<{ id: string, key: string }>(`
    with added as (
      insert into dial_request (id, key, purpose, priority, ordering, subject, numbers_sealed, number_count, attempts, gap_seconds,
                                ring_seconds, talk_seconds, script, windows, next_at, node, trunk_id, created_at)
      select id, key, purpose, priority, ordering, subject, sealed, count, attempts, gap, ring, talk, script::jsonb, windows, next,
             node, trunk, $18
        from unnest($1::uuid[], $2::text[], $3::text[], $4::smallint[], $5::int[], $6::text[], $7::bytea[], $8::int[], $9::int[],
          $10::int[], $11::int[], $12::int[], $13::text[], $14::text[], $15::timestamptz[], $16::text[], $17::text[])
             with ordinality
             n(id, key, purpose, priority, ordering, subject, sealed, count, attempts, gap, ring, talk, script, windows, next, node,
               trunk, nth)
       order by nth
      on conflict (key) do nothing returning id, key)
    select id, key from added union all select id, key from dial_request where key = any($2::text[])`,
  [column('id'), column('key'), column('purpose'), column('priority'), column('ordering'), column('subject'), column('sealed'),
    column('count'), column('attempts'), column('gap'), column('ring'), column('talk'), column('script'), column('windows'),
    column('next'), column('node'), column('trunk'), now])
  const ids = new Map(stored.map(row => [row.key, row.id]))
  const missing = rows.filter(row => !ids.has(row.key)).map(row => row.key)
  if (missing.length > 0) {
    // Another transaction committed the same key while this one waited for it; its rows are visible to a new statement.
    for (const row of await tx.query<{ id: string, key: string }>('select id, key from dial_request where key = any($1::text[])',
      [missing])) {
      ids.set(row.key, row.id)
    }
  }
  return ids
}

/** Brings those that still wait forward to now. */
export function dueNow (tx: Tx, ids: readonly string[], now: Date): void {
  tx.write('update dial_request set next_at = $2 where id = any($1::uuid[]) and state = \'waiting\'', [ids, now])
}

export interface UnfinishedRequest {
  id: string
  purpose: LegPurpose
  subject: string
  state: string
  attempt: number
  outcome: LegOutcome | null
  tried: boolean
}

/** Those of these requests that are not finished. */
export async function lockUnfinished (tx: Tx, ids: readonly string[]): Promise<UnfinishedRequest[]> {
  return await tx.query<UnfinishedRequest>(`
    select id, purpose, subject, state, attempt, outcome, tried from dial_request
     where id = any($1::uuid[]) and state <> 'finished' order by id for update`, [ids])
}

/** Waiting requests are finished; those that are dialling end with their legs. */
export function cancelRequests (tx: Tx, ids: readonly string[], reason: string, now: Date): void {
  tx.write(`update dial_request set cancel_reason = $2, revision = revision + 1,
      state = case when state = 'waiting' then 'finished' else state end,
      outcome = case when state = 'waiting' then coalesce(outcome, 'cancelled') else outcome end,
      finished_at = case when state = 'waiting' then $3 else finished_at end
    where id = any($1::uuid[])`, [ids, reason, now])
}

/** Unfinished requests are for this node from now on. */
export function moveRequests (tx: Tx, ids: readonly string[], node: string): void {
  tx.write('update dial_request set node = $2 where id = any($1::uuid[]) and state <> \'finished\'', [ids, node])
}

/** Those of these that wait are for other nodes, with other variables, from now on. @returns their ids */
export async function moveWaitingRequests (tx: Tx, moves: readonly WaitingMove[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(`update dial_request r set node = n.node, revision = revision + 1,
      script = jsonb_set(r.script, '{variables}', r.script->'variables' || n.variables)
    from unnest($1::uuid[], $2::text[], $3::jsonb[]) n(id, node, variables) where r.id = n.id and r.state = 'waiting' returning r.id`,
  [moves.map(m => m.requestId), moves.map(m => m.node), moves.map(m => JSON.stringify(m.variables))])
  return new Set(rows.map(row => row.id))
}

/** Living legs of these requests; with `answered` those that were answered too. */
export async function lockLegsOf (tx: Tx, requestIds: readonly string[], answered: boolean): Promise<PlacedLeg[]> {
  return await tx.query<PlacedLeg>(`
    select id "legId", node from leg where request_id = any($1::uuid[]) and state <> 'ended'
       and ($2 or state not in ('answered', 'confirmed')) order by id for update`, [requestIds, answered])
}

/** How many requests wait, legs live, and legs have not been reported on since before this time. */
export async function diallerCounts (q: Queryable, before: Date): Promise<{ waiting: number, living: number, inDoubt: number }> {
  const [counts] = await q.query<{ waiting: number, living: number, inDoubt: number }>(`
    select (select count(*) from dial_request where state = 'waiting')::int as waiting,
           (select count(*) from leg where state <> 'ended')::int as living,
           (select count(*) from leg where state = 'placing' and placing_at < $1)::int as "inDoubt"`, [before])
  return counts ?? { waiting: 0, living: 0, inDoubt: 0 }
}
