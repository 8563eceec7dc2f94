import type { Queryable, Tx } from '../../../db/database.ts'
import type { ObjectionCode } from './rules/objection.ts'

/** An objection to a dispatch (派单异议), as it stands. */
export interface ObjectionRow {
  id: string
  orderId: string
  number: string
  categoryCode: string | null
  townId: string | null
  /** the unit that objects */
  unitId: string
  /** the row of the catalogue by which it has the order, or null */
  ruleId: string | null
  code: ObjectionCode
  reason: string
  evidence: string
  instance: number
  askedBy: string
  askedAt: Date
  dueAt: Date
  decidedBy: string | null
  decidedAt: Date | null
  upheld: boolean | null
  decision: string | null
  /** the unit that leads instead */
  leadUnit: string | null
}

/** Those that wait, first due first; then the last hundred that were upheld. */
export async function objections (q: Queryable): Promise<ObjectionRow[]> {
  return await q.query<ObjectionRow>(`with shown as (
      (select * from dispatch_objection where decided_at is null)
      union all (select * from dispatch_objection where upheld order by decided_at desc limit 100))
    select b.id, b.order_id as "orderId", o.number, o.category_code as "categoryCode", o.town_id as "townId", a.unit_id as "unitId",
      b.rule_id as "ruleId", b.code, b.reason, b.evidence, b.instance, b.asked_by as "askedBy", b.asked_at as "askedAt",
      b.due_at as "dueAt", b.decided_by as "decidedBy", b.decided_at as "decidedAt", b.upheld, b.decision, b.lead_unit as "leadUnit"
    from shown b join work_order o on o.id = b.order_id join assignment a on a.id = b.assignment_id
    order by b.decided_at desc nulls first, b.due_at, b.id`)
}

/** How many objections this hop has had, lapsed ones too. */
export async function objectionsOfHop (tx: Tx, assignmentId: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    'select count(*)::int as count from dispatch_objection where assignment_id = $1', [assignmentId])
  return row?.count ?? 0
}

/** Logins that had a part in what is objected to: the last person to give the order to a unit, and those who decided on it before. */
export async function concernedIn (tx: Tx, orderId: string): Promise<string[]> {
  const rows = await tx.query<{ login: string }>(`
    (select actor as login from order_event where order_id = $1 and actor <> 'system'
      and kind in ('case.dispatch', 'return.approve', 'help.resolve', 'objection.uphold') order by id desc limit 1)
    union select decided_by from dispatch_objection where decided_by is not null and assignment_id =
      (select assignment_id from dispatch_objection where order_id = $1 and decided_at is null)`, [orderId])
  return rows.map(row => row.login)
}

export function insertObjection (
  tx: Tx,
  r: Pick<ObjectionRow, 'id' | 'orderId' | 'ruleId' | 'code' | 'reason' | 'evidence' | 'instance' | 'askedBy' | 'askedAt' | 'dueAt'> &
    { assignmentId: string }
): void {
  tx.write(`insert into dispatch_objection (id, order_id, assignment_id, rule_id, code, reason, evidence, instance, asked_by, asked_at,
      due_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
  [r.id, r.orderId, r.assignmentId, r.ruleId, r.code, r.reason, r.evidence, r.instance, r.askedBy, r.askedAt, r.dueAt])
}

/** Decides the one that waits. */
export function decideObjection (
  tx: Tx, orderId: string, d: { by: string, at: Date, upheld: boolean, decision: string, leadUnit: string | null }
): void {
  tx.write(`update dispatch_objection set decided_by = $2, decided_at = $3, upheld = $4, decision = $5, lead_unit = $6
    where order_id = $1 and decided_at is null`, [orderId, d.by, d.at, d.upheld, d.decision, d.leadUnit])
}

/** The unit reported, or the order went elsewhere: nothing is left to decide. */
export function lapseObjection (tx: Tx, orderId: string, at: Date): void {
  decideObjection(tx, orderId, { by: 'system', at, upheld: false, decision: 'lapsed', leadUnit: null })
}

/** Orders whose objection is due and was not said to be late, the first due first. */
export async function lateObjections (q: Queryable, now: Date, limit: number): Promise<string[]> {
  return (await q.query<{ orderId: string }>(`select order_id as "orderId" from dispatch_objection
    where decided_at is null and late_at is null and due_at <= $1 order by due_at limit $2`, [now, limit])).map(row => row.orderId)
}

/** False: it was decided, or said to be late, meanwhile. */
export async function sayLate (tx: Tx, orderId: string, now: Date): Promise<boolean> {
  return (await tx.query(`update dispatch_objection set late_at = $2
    where order_id = $1 and decided_at is null and late_at is null and due_at <= $2 returning id`, [orderId, now])).length > 0
}
