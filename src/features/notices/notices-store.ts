import type { Queryable, Tx } from '../../db/database.ts'

export interface NoticeRow {
  /** null: it was taken back */
  value: { text: string, prompt: string, until: string } | null
  by: string
  at: Date
}

/** The notice put last, over or not; null before the first. */
export async function lastNotice (q: Queryable): Promise<NoticeRow | null> {
  return (await q.query<NoticeRow>(
    'select value, changed_by as by, changed_at as at from setting where name = \'notice\''))[0] ?? null
}

export function saveNotice (tx: Tx, { value, by, at }: NoticeRow): void {
  tx.write(`insert into setting (name, value, changed_by, changed_at) values ('notice', $1, $2, $3)
    on conflict (name) do update set value = $1, changed_by = $2, changed_at = $3`, [JSON.stringify(value), by, at])
}
