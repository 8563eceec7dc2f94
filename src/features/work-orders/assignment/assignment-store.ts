import type { Static, TObject } from 'typebox'
import { columnName } from '../../../db/column-name.ts'
import type { Queryable, Tx } from '../../../db/database.ts'
import { newId } from '../../../domain/ids.ts'
import { keysOf } from '../../../domain/properties.ts'
import type { AssignmentEnd } from '../rules/order-facts.ts'
import { assignmentColumns } from './assignment-columns.ts'

/** A row of `assignment`: one hop of responsibility. */
export type AssignmentRow = Static<TObject<typeof assignmentColumns>>

const properties = keysOf(assignmentColumns)
const selected = properties.map(p => `a.${columnName(p)} as "${p}"`).join(', ')
const insertSql = `insert into assignment (${properties.map(columnName).join(', ')})
  values (${properties.map((_, i) => `$${i + 1}`).join(', ')})`

export async function assignmentsOf (db: Queryable, orderId: string): Promise<AssignmentRow[]> {
  return await db.query<AssignmentRow>(`select ${selected} from assignment a where a.order_id = $1 order by a.no`, [orderId])
}

/** Hops begun until that moment whose unit has not been told, the oldest first. */
export async function untoldAssignments (db: Queryable, until: Date, limit: number): Promise<Array<Pick<AssignmentRow, 'id' | 'orderId'>>> {
  return await db.query<Pick<AssignmentRow, 'id' | 'orderId'>>(`select id, order_id as "orderId" from assignment
    where notified_at is null and ended_at is null and state <> 'waiting' and dispatched_at <= $1 order by dispatched_at limit $2`,
  [until, limit])
}

export type NewAssignment = Pick<AssignmentRow, 'role' | 'unitId' | 'personId' | 'basis' | 'basisEvidence' | 'cycle' | 'forwardedFrom'>

/** Adds a hop to the order's list; `dispatchedAt` null: it waits for its turn in a sequence. */
export function addAssignment (
  tx: Tx, list: AssignmentRow[], orderId: string, hop: NewAssignment, dispatchedAt: Date | null
): AssignmentRow {
  const row: AssignmentRow = {
    id: newId(),
    orderId,
    no: Math.max(0, ...list.map(a => a.no)) + 1,
    ...hop,
    state: dispatchedAt ? 'dispatched' : 'waiting',
    dispatchedAt,
    notifiedAt: null,
    signedAt: null,
    arrivedAt: null,
    arrivedLongitude: null,
    arrivedLatitude: null,
    reportedAt: null,
    report: null,
    endedAt: null,
    endReason: null
  }
  list.push(row)
  tx.write(insertSql, properties.map(p => row[p]))
  return row
}

export function updateAssignment (tx: Tx, row: AssignmentRow, changes: Partial<Omit<AssignmentRow, 'id' | 'orderId' | 'no'>>): void {
  Object.assign(row, changes)
  const names = keysOf(changes)
  tx.write(`update assignment set ${names.map((name, i) => `${columnName(name)} = $${i + 2}`).join(', ')} where id = $1`,
    [row.id, ...names.map(name => changes[name])])
}

/** Ends whichever of these are open. */
export function endAssignments (
  tx: Tx, list: readonly AssignmentRow[], which: (a: AssignmentRow) => boolean, at: Date, reason: AssignmentEnd
): void {
  for (const a of list) if (!a.endedAt && which(a)) updateAssignment(tx, a, { state: 'ended', endedAt: at, endReason: reason })
}
