import type { Algorithm, KeyState } from '../../domain/data-key.ts'
import type { Queryable, Tx } from '../database.ts'

/** A key as the database has it; the bytes are kept elsewhere. `movedAt` null: earlier values are being moved, or it does not write. */
export interface DataKeyRow { id: number, algorithm: Algorithm, state: KeyState, since: Date, print: Buffer, movedAt: Date | null }

const columns = 'id, algorithm, state, since, print, moved_at "movedAt"'

/** Every key but the installation's own, by id. */
export const dataKeys = async (q: Queryable): Promise<DataKeyRow[]> =>
  await q.query<DataKeyRow>(`select ${columns} from data_key order by id`)

/** The same, and nobody else changes one until the transaction ends. */
export async function lockDataKeys (tx: Tx): Promise<DataKeyRow[]> {
  tx.write('lock table data_key in share row exclusive mode')
  return await dataKeys(tx)
}

export function insertDataKey (tx: Tx, row: Omit<DataKeyRow, 'movedAt' | 'state'>): void {
  tx.write('insert into data_key (id, algorithm, state, since, print) values ($1, $2, \'waiting\', $3, $4)',
    [row.id, row.algorithm, row.since, row.print])
}

export function setKeyState (tx: Tx, id: number, state: KeyState, at: Date): void {
  tx.write('update data_key set state = $2, since = $3, moved_at = null where id = $1', [id, state, at])
}

/** Everything is under this key, if it still writes. */
export async function saveMoved (q: Queryable, id: number, at: Date): Promise<void> {
  await q.query('update data_key set moved_at = $2 where id = $1 and state = \'writes\'', [id, at])
}

/** Which keys a process holds; `ageMs` by the database's clock. */
export interface KeyHolder { process: string, held: number[], ageMs: number }

export const keyHolders = async (q: Queryable): Promise<KeyHolder[]> => await q.query<KeyHolder>(`select process, held,
  round(extract(epoch from clock_timestamp() - at) * 1000)::int "ageMs" from data_key_holder order by process`)

/** Says what this process holds; what processes said an hour ago is dropped. */
export async function saveHolder (q: Queryable, process: string, held: readonly number[]): Promise<void> {
  await q.query(`insert into data_key_holder (process, held, at) values ($1, $2, clock_timestamp())
    on conflict (process) do update set held = excluded.held, at = excluded.at`, [process, held])
  await q.query('delete from data_key_holder where at < clock_timestamp() - interval \'1 hour\'')
}

/** It ends in order, and need not be waited for. */
export async function deleteHolder (q: Queryable, process: string): Promise<void> {
  await q.query('delete from data_key_holder where process = $1', [process])
}
