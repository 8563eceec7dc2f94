import type { Queryable, Tx } from '../../db/database.ts'

/** One audit entry: actor, action, subject and time; ids and states, no personal data. */
export interface AuditEntry {
  at: Date
  actor: string
  /** noun and verb: `order.file`, `user.disable` */
  action: string
  /** its subject, e.g. the order's id */
  subject: string
  /** null: no request asked for it */
  requestId: string | null
  detail: Record<string, unknown>
}

/** `from` and `to` are moments, ISO 8601; null: any. */
export interface AuditFilter { actor: string | null, action: string | null, subject: string | null, from: string | null, to: string | null }

const insertSql = 'insert into audit_entry (at, actor, action, subject, request_id, detail) values ($1, $2, $3, $4, $5, $6)'

const values = ({ at, actor, action, subject, requestId, detail }: AuditEntry): unknown[] =>
  [at, actor, action, subject, requestId, JSON.stringify(detail)]

/** Part of the write it records. */
export function noteAudit (tx: Tx, entry: AuditEntry): void {
  tx.write(insertSql, values(entry))
}

/** For a refusal, which no transaction commits. */
export async function noteRefusal (q: Queryable, entry: AuditEntry): Promise<void> {
  await q.query(insertSql, values(entry))
}

/** One more row than `limit`, newest first, older than `after`. */
export async function listAudit (
  q: Queryable, { actor, action, subject, from, to }: AuditFilter, { after, limit }: { after: number | null, limit: number }
): Promise<Array<AuditEntry & { id: number }>> {
  return await q.query(`
    select id, at, actor, action, subject, request_id as "requestId", detail from audit_entry
     where ($1::bigint is null or id < $1) and ($2::text is null or actor = $2) and ($3::text is null or action = $3)
       and ($4::text is null or subject = $4) and ($5::timestamptz is null or at >= $5) and ($6::timestamptz is null or at < $6)
     order by id desc limit $7`, [after, actor, action, subject, from, to, limit + 1])
}

/** How often one person did this, or looked up a number that was typed, since each of two moments. */
export async function countAudited (
  q: Queryable, { actor, action, since, sinceLately }: { actor: string, action: string, since: Date, sinceLately: Date }
): Promise<{ all: number, lately: number }> {
  const [counted] = await q.query<{ all: number, lately: number }>(`
    select count(*)::int as all, count(*) filter (where at > $4)::int as lately from audit_entry
     where actor = $1 and (action = $2 or detail->>'typed' = 'true') and at > $3`, [actor, action, since, sinceLately])
  return counted ?? { all: 0, lately: 0 }
}
