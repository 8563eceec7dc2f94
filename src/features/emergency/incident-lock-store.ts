import type { Tx } from '../../db/database.ts'
import type { Incident } from './emergency-types.ts'
import { incidentColumns } from './incident-columns.ts'

/**
 * Incidents, locked in one order, as they then are. The rows are locked first and read afterwards: a statement that has waited for a lock
 * sees other tables, here the rooms, as they were before.
 * @param condition SQL on `incident`
 */
export async function lockIncidents (tx: Tx, condition: string, values: readonly unknown[]): Promise<Incident[]> {
  const rows = await tx.query<{ id: string }>(`select id from incident where ${condition} order by id for update`, values)
  if (rows.length === 0) return []
  return await tx.query<Incident>(`select ${incidentColumns} from incident where id = any($1::uuid[]) order by id`,
    [rows.map(row => row.id)])
}
