import type { Queryable, Tx } from '../../../db/database.ts'
import type { Cycle } from '../registry/rules/interface-words.ts'
import type { SourceState } from './rules/source-states.ts'

export interface SourceRow {
  interfaceId: string
  secretsSealed: Buffer
  toleranceMinutes: number
  state: SourceState
  version: number
}

export async function sourceOf (q: Queryable, interfaceId: string): Promise<SourceRow | null> {
  const [row] = await q.query<SourceRow>(`
    select interface_id as "interfaceId", secrets_sealed as "secretsSealed", tolerance_minutes as "toleranceMinutes", state, version
      from envelope_source where interface_id = $1`, [interfaceId])
  return row ?? null
}

export async function lockSource (tx: Tx, interfaceId: string): Promise<SourceRow | null> {
  const [row] = await tx.query<SourceRow>(`
    select interface_id as "interfaceId", secrets_sealed as "secretsSealed", tolerance_minutes as "toleranceMinutes", state, version
      from envelope_source where interface_id = $1 for update`, [interfaceId])
  return row ?? null
}

/** @returns false: it receives already */
export async function insertSource (
  tx: Tx, { interfaceId, secretsSealed, toleranceMinutes }: Pick<SourceRow, 'interfaceId' | 'secretsSealed' | 'toleranceMinutes'>,
  by: string, at: Date
): Promise<boolean> {
  return (await tx.query(`
    insert into envelope_source (interface_id, secrets_sealed, tolerance_minutes, since, changed_by) values ($1, $2, $3, $4, $5)
      on conflict (interface_id) do nothing returning 1`, [interfaceId, secretsSealed, toleranceMinutes, at, by])).length > 0
}

/** Switched on again, it is silent from then on at the earliest. */
export function updateSource (
  tx: Tx, interfaceId: string, { toleranceMinutes, state }: Pick<SourceRow, 'toleranceMinutes' | 'state'>, by: string, at: Date
): void {
  tx.write(`update envelope_source set tolerance_minutes = $2, since = case when state = 'off' and $3 = 'on' then $5 else since end,
      state = $3, changed_by = $4, version = version + 1 where interface_id = $1`, [interfaceId, toleranceMinutes, state, by, at])
}

export function saveSourceSecrets (tx: Tx, interfaceId: string, secretsSealed: Buffer, by: string): void {
  tx.write('update envelope_source set secrets_sealed = $2, changed_by = $3, version = version + 1 where interface_id = $1',
    [interfaceId, secretsSealed, by])
}

/** Marks those of these that were not told of since `before`, so that each is told of once. @returns the marked ones */
export async function markTold (tx: Tx, interfaceIds: readonly string[], { before, at }: { before: Date, at: Date }): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(`
    update envelope_source set told_at = $3 where interface_id in (
      select interface_id from envelope_source where interface_id = any($1::uuid[]) and state = 'on' and (told_at is null or told_at <= $2)
        for update skip locked) returning interface_id as id`, [interfaceIds, before, at])
  return rows.map(row => row.id)
}

/** The receiving side of an interface with its figures. */
export interface ListedSource {
  interfaceId: string
  toleranceMinutes: number
  state: SourceState
  since: Date
  version: number
  cycle: Cycle
  lastReceivedAt: Date | null
  /** messages that wait for a person */
  quarantined: number
}

export const allSources = async (q: Queryable): Promise<ListedSource[]> => await q.query<ListedSource>(`
  select s.interface_id as "interfaceId", s.tolerance_minutes as "toleranceMinutes", s.state, s.since, s.version, i.cycle,
      l.at as "lastReceivedAt", n.count as quarantined
    from envelope_source s join interface i on i.id = s.interface_id
      cross join lateral (select max(received_at) as at from envelope where interface_id = s.interface_id) l
      cross join lateral (select count(*)::int as count from envelope
        where interface_id = s.interface_id and state = 'quarantined') n
    order by s.interface_id`)
