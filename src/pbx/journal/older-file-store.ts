import type { Queryable } from '../../db/database.ts'
import type { DsvRow } from './dsv.ts'
import { eventName, type FilePlace } from './shipped-rows.ts'

/** `sign` tells a line from another at the same byte: its unique id holds the second in which the channel began. */
export interface CarriedLine { line: number, sign: string }
const carried = 'line, concat_ws(\' \', event, unique_id, channel, num) sign'
export const signOf = ({ fields }: DsvRow): string =>
  [eventName(fields[0] ?? '', fields[1] ?? ''), fields[10], fields[7], fields[3]].join(' ')

/** The rows of these generations that begin at these bytes. */
export async function rowsAt (
  db: Queryable, node: string, generations: readonly number[], lines: readonly number[]
): Promise<CarriedLine[]> {
  return await db.query<CarriedLine>(
    `select ${carried} from pbx_journal where node = $1 and generation = any($2) and line = any($3::bigint[])`, [node, generations, lines])
}

export async function lastRow (db: Queryable, node: string, generation: number): Promise<CarriedLine | null> {
  const [row] = await db.query<CarriedLine>(
    `select ${carried} from pbx_journal where node = $1 and generation = $2 order by line desc limit 1`, [node, generation])
  return row ?? null
}

/** A generation begins with a copy of an earlier one: it is carried from there on. */
export async function beginCopy (
  db: Queryable, node: string, { generation, copyOf, position, head }: Omit<FilePlace, 'complete'> & { copyOf: number }
): Promise<void> {
  await db.query(`insert into journal_file (node, generation, position, head, copy_of) values ($1, $2, $3, $4, $5)
    on conflict (node, generation) do nothing`, [node, generation, position, head, copyOf])
}
