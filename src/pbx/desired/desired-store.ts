import type { Database, Queryable, Tx } from '../../db/database.ts'
import type { Lack } from './rules/standing.ts'
import type { DesiredPart } from './sections.ts'

export interface DesiredRow {
  keyHash: Buffer
  section: string
  keySealed: Buffer
  /** null: withdrawn */
  valueSealed: Buffer | null
  /** null: not numbered yet */
  revision: number | null
}

export interface NewValue {
  keyHash: Buffer
  section: string
  node: string | null
  keySealed: Buffer
  valueSealed: Buffer
  valueHash: Buffer
  endsAt: Date | null
}

/** In this order; a value that stands already gets no new revision. */
export function putValues (tx: Tx, values: readonly NewValue[], at: Date): void {
  tx.write(`insert into desired_state as d (key_hash, section, node, key_sealed, value_sealed, value_hash, ends_at, changed_at, seq)
      select v.key_hash, v.section, v.node, v.key_sealed, v.value_sealed, v.value_hash, v.ends_at, $8, nextval('desired_change')
        from unnest($1::bytea[], $2::text[], $3::text[], $4::bytea[], $5::bytea[], $6::bytea[], $7::timestamptz[]) with ordinality
          v (key_hash, section, node, key_sealed, value_sealed, value_hash, ends_at, n) order by v.n
    on conflict (key_hash) do update set value_sealed = excluded.value_sealed, value_hash = excluded.value_hash,
      ends_at = excluded.ends_at, changed_at = excluded.changed_at, seq = excluded.seq,
      revision = case when d.value_hash = excluded.value_hash then d.revision end
    where (d.value_hash, d.ends_at) is distinct from (excluded.value_hash, excluded.ends_at)`,
  [
    values.map(v => v.keyHash), values.map(v => v.section), values.map(v => v.node), values.map(v => v.keySealed),
    values.map(v => v.valueSealed), values.map(v => v.valueHash), values.map(v => v.endsAt), at
  ])
}

export function withdrawValues (tx: Tx, keyHashes: readonly Buffer[], at: Date): void {
  tx.write(`update desired_state set value_sealed = null, value_hash = null, ends_at = null, changed_at = $2,
      seq = nextval('desired_change'), revision = null
    where key_hash = any($1::bytea[]) and value_sealed is not null`, [keyHashes, at])
}

export type StandingValue = Pick<NewValue, 'keyHash' | 'endsAt'> & { valueSealed: Buffer | null, valueHash: Buffer | null }

/** What stands of these keys, locked. */
export async function lockValues (tx: Tx, keyHashes: readonly Buffer[]): Promise<StandingValue[]> {
  return await tx.query<StandingValue>(`select key_hash as "keyHash", value_sealed as "valueSealed", value_hash as "valueHash",
      ends_at as "endsAt" from desired_state where key_hash = any($1::bytea[]) order by key_hash for update`, [keyHashes])
}

/** Puts values back where the one to be replaced still stands. */
export function restoreValues (tx: Tx, values: ReadonlyArray<StandingValue & { insteadOf: Buffer | null }>, at: Date): void {
  tx.write(`update desired_state d set value_sealed = v.value_sealed, value_hash = v.value_hash, ends_at = v.ends_at, changed_at = $6,
      seq = nextval('desired_change'), revision = null
    from unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::timestamptz[], $5::bytea[]) v (key_hash, value_sealed, value_hash, ends_at, now)
    where d.key_hash = v.key_hash and d.value_hash is not distinct from v.now and d.value_hash is distinct from v.value_hash`,
  [
    values.map(v => v.keyHash), values.map(v => v.valueSealed), values.map(v => v.valueHash), values.map(v => v.endsAt),
    values.map(v => v.insteadOf), at
  ])
}

/** Withdraws what has ended, at most `limit` rows. @returns how many */
export async function withdrawEnded (q: Queryable, now: Date, limit: number): Promise<number> {
  return (await q.query(`update desired_state set value_sealed = null, value_hash = null, ends_at = null, changed_at = $1,
      seq = nextval('desired_change'), revision = null
    where key_hash in (select key_hash from desired_state where ends_at <= $1 order by ends_at limit $2 for update skip locked)
    returning 1`, [now, limit])).length
}

/** Drops withdrawn rows that each of these PBXs has applied, or that were withdrawn before a moment: a login compares everything. */
export async function dropWithdrawn (q: Queryable, nodes: readonly string[], before: Date, limit: number): Promise<void> {
  await q.query(`delete from desired_state where key_hash in (
      select d.key_hash from desired_state d where d.value_sealed is null and d.revision is not null
         and (d.changed_at < $2 or not exists (select 1 from unnest($1::text[]) n (node) left join desired_applied a
                                                 on a.node = n.node and (a.part = 'files') = (d.section = 'files')
                                               where coalesce(a.revision, 0) < d.revision))
       order by d.revision limit $3 for update skip locked)`, [nodes, before, limit])
  await q.query('delete from desired_applied where not node = any($1::text[])', [nodes])
}

/** Numbers committed changes in the order of their commits. Waits for the lock, never tries it: its holder may not see our commit yet. */
export async function numberChanges (db: Database, limit: number): Promise<number> {
  if ((await db.query('select 1 from desired_state where revision is null limit 1')).length === 0) return 0
  return await db.tx(async tx => {
    tx.write('set local lock_timeout = \'2s\'')
    tx.write('select pg_advisory_xact_lock(962000, 3)')
    // A row that somebody changes again is numbered after that.
    return (await tx.query(`update desired_state d set revision = n.revision
      from (select key_hash, nextval('desired_revision') as revision
              from (select key_hash from desired_state where revision is null order by seq limit $1 for update skip locked) s) n
      where d.key_hash = n.key_hash returning 1`, [limit])).length
  })
}

/** The last revision given; 0 when there is none. */
export async function newestRevision (q: Queryable): Promise<number> {
  const [row] = await q.query<{ revision: number | null }>('select max(revision) as revision from desired_state')
  return row?.revision ?? 0
}

const columns = 'key_hash as "keyHash", section, key_sealed as "keySealed", value_sealed as "valueSealed", revision'

/** One part of what a PBX is given. */
export interface Applied { node: string, part: DesiredPart }

/** Changes for this PBX after a revision and up to another, in their order. */
export async function changesBetween (
  q: Queryable, { node, part, after, upTo, limit }: Applied & { after: number, upTo: number, limit: number }
): Promise<DesiredRow[]> {
  return await q.query<DesiredRow>(`select ${columns} from desired_state
    where revision > $3 and revision <= $4 and (node is null or node = $1) and (section = 'files') = ($2 = 'files')
    order by revision limit $5`, [node, part, after, upTo, limit])
}

/** What stands for this PBX, numbered or not, in pages by the hash of the key. */
export async function standingValues (
  q: Queryable, { node, part, after, limit }: Applied & { after: Buffer, limit: number }
): Promise<DesiredRow[]> {
  return await q.query<DesiredRow>(`select ${columns} from desired_state
    where key_hash > $3 and value_sealed is not null and (node is null or node = $1) and (section = 'files') = ($2 = 'files')
    order by key_hash limit $4`, [node, part, after, limit])
}

export async function saveApplied (
  q: Queryable, { node, part, revision, lacks }: Applied & { revision: number, lacks: readonly Lack[] }
): Promise<void> {
  await q.query(`insert into desired_applied (node, part, revision, lacks, at) values ($1, $2, $3, $4, now())
    on conflict (node, part) do update set revision = $3, lacks = $4, at = now()`, [node, part, revision, JSON.stringify(lacks)])
}

/** PBXs of these that have not applied what stands of these keys, or lack one of them. */
export async function nodesWithout (
  q: Queryable, nodes: readonly string[], keyHashes: readonly Buffer[]
): Promise<Array<{ node: string, lacks: boolean }>> {
  return await q.query<{ node: string, lacks: boolean }>(`select n.node, bool_or(a.revision >= d.revision) as lacks
    from unnest($1::text[]) n (node) join desired_state d on d.key_hash = any($2::bytea[])
      left join desired_applied a on a.node = n.node and (a.part = 'files') = (d.section = 'files')
    where d.revision is null or a.node is null or a.revision < d.revision
      or a.lacks @> jsonb_build_array(jsonb_build_object('key', encode(d.key_hash, 'hex')))
    group by n.node`, [nodes, keyHashes])
}

export interface AppliedRow extends Applied { revision: number | null, lacks: Lack[], late: string[] }

/** Where each of these parts stands; `late`: sections with changes older than `before` that the PBX was not given. */
export async function appliedBy (q: Queryable, parts: readonly Applied[], before: Date): Promise<AppliedRow[]> {
  return await q.query<AppliedRow>(`select n.node, n.part, a.revision, coalesce(a.lacks, '[]') as lacks,
      array(select distinct d.section from desired_state d where (d.revision is null or d.revision > coalesce(a.revision, 0))
              and d.changed_at < $3 and (d.node is null or d.node = n.node) and (d.section = 'files') = (n.part = 'files')) as late
    from unnest($1::text[], $2::text[]) n (node, part) left join desired_applied a on a.node = n.node and a.part = n.part
    order by n.node, n.part`, [parts.map(p => p.node), parts.map(p => p.part), before])
}
