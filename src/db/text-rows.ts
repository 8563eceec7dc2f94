import type { Tx } from './database.ts'

/** Rows of a file: text cells by the name of their column, an empty cell is null. */
export type TextRows = ReadonlyArray<Readonly<Record<string, string | null>>>

/**
 * Inserts rows of text cells into a table, a list of values for each column. `types`: the column's name with its type in SQL. Existing
 * rows are left alone: an administrator's changes survive another loading of the file.
 */
export async function insertTextRows (tx: Tx, into: string, types: Readonly<Record<string, string>>, rows: TextRows): Promise<void> {
  if (rows.length === 0) return
  const columns = Object.keys(types)
  const lists = columns.map((_, i) => `$${i + 1}::text[]`)
  const picked = columns.map(column => `x.${column}::${types[column]}`)
  await tx.query(`insert into ${into} (${columns.join(', ')}) select ${picked.join(', ')}
    from unnest(${lists.join(', ')}) as x(${columns.join(', ')}) on conflict do nothing`,
  columns.map(column => rows.map(row => row[column] ?? null)))
}
