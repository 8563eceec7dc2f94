import type { Queryable, Tx } from '../../db/database.ts'
import { lockNamed } from '../../db/lock-store.ts'

/** `numberSealed` null: every number without a row of its own. `calls` null: any number of calls. */
export interface NumberLimitRow {
  id: string
  numberSealed: Buffer | null
  numberHash: Buffer | null
  calls: number | null
  reason: string
  enteredBy: string
  enteredAt: Date
}

const columns = `id, number_sealed as "numberSealed", number_hash as "numberHash", calls, reason, entered_by as "enteredBy",
  entered_at as "enteredAt"`

/** Rows that stand at once, at most: an edge knows them all. */
export const mostLimits = 1000

/** One person at a time enters and ends limits. */
export async function lockLimits (tx: Tx): Promise<void> { await lockNamed(tx, 'number-limits') }

/** Those that stand, everybody's first, then the newest. */
export const standingLimits = async (q: Queryable): Promise<NumberLimitRow[]> => await q.query<NumberLimitRow>(
  `select ${columns} from number_limit where ended_at is null order by number_hash is not null, entered_at desc, id limit ${mostLimits}`)

export function insertLimit (tx: Tx, row: NumberLimitRow): void {
  tx.write(`insert into number_limit (id, number_sealed, number_hash, calls, reason, entered_by, entered_at)
    values ($1, $2, $3, $4, $5, $6, $7)`,
  [row.id, row.numberSealed, row.numberHash, row.calls, row.reason, row.enteredBy, row.enteredAt])
}

export function endLimit (tx: Tx, id: string, by: string, at: Date): void {
  tx.write('update number_limit set ended_by = $2, ended_at = $3 where id = $1 and ended_at is null', [id, by, at])
}
