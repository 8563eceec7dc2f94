import type { Queryable, Tx } from '../../../db/database.ts'
import type { Basis } from '../../../domain/work-order.ts'
import { newId } from '../../../domain/ids.ts'
import { keysOf } from '../../../domain/properties.ts'
import type { AssignmentEnd, AssignmentRole, AssignmentState } from '../rules/order-facts.ts'
import { snake } from '../work-orders-store.ts'

/** A row of `assignment`: one hop of responsibility. */
export interface AssignmentRow {
  id: string
  orderId: string
  no: number
  role: AssignmentRole
  unitId: string
  personId: string | null
  basis: Basis
  basisEvidence: string
  cycle: number
  forwardedFrom: string | null
  state: AssignmentState
  dispatchedAt: Date | null
  notifiedAt: Date | null
  signedAt: Date | null
  arrivedAt: Date | null
  arrivedLongitude: number | null
  arrivedLatitude: number | null
  reportedAt: Date | null
  report: string | null
  endedAt: Date | null
  endReason: AssignmentEnd | null
}

const properties: ReadonlyArray<keyof AssignmentRow> = [
  'id', 'orderId', 'no', 'role', 'unitId', 'personId', 'basis', 'basisEvidence', 'cycle', 'forwardedFrom', 'state', 'dispatchedAt',
  'notifiedAt', 'signedAt', 'arrivedAt', 'arrivedLongitude', 'arrivedLatitude', 'reportedAt', 'report', 'endedAt', 'endReason'
]
export const assignmentColumns = properties.map(p => `a.${snake(p)} as "${p}"`).join(', ')
const insertSql = `insert into assignment (${properties.map(snake).join(', ')})
  values (${properties.map((_, i) => `$${i + 1}`).join(', ')})`

export async function assignmentsOf (db: Queryable, orderId: string): Promise<AssignmentRow[]> {
  return await db.query<AssignmentRow>(`select ${assignmentColumns} from assignment a where a.order_id = $1 order by a.no`, [orderId])
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
  tx.write(`update assignment set ${names.map((name, i) => `${snake(name)} = $${i + 2}`).join(', ')} where id = $1`,
    [row.id, ...names.map(name => changes[name])])
}

/** Ends whichever of these are open. */
export function endAssignments (
  tx: Tx, list: readonly AssignmentRow[], which: (a: AssignmentRow) => boolean, at: Date, reason: AssignmentEnd
): void {
  for (const a of list) if (!a.endedAt && which(a)) updateAssignment(tx, a, { state: 'ended', endedAt: at, endReason: reason })
}
