import type { Queryable } from '../../db/database.ts'

/** Those of these legs of which no answer has been read. */
export async function unansweredLegs (q: Queryable, legIds: readonly string[]): Promise<Set<string>> {
  const rows = await q.query<{ id: string }>(
    'select id from leg where id = any($1::text[]) and answered_at is null and state <> \'ended\'', [legIds])
  return new Set(rows.map(row => row.id))
}
