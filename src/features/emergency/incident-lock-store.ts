import type { Tx } from '../../db/database.ts'
import type { Incident } from './emergency-types.ts'
import { incidentColumns } from './incident-columns.ts'

/**
 * Incidents as they are after their lock. A statement that has waited for a lock sees other tables, here the rooms, as they were before:
 * one statement locks the rows, `for update` in the order of their ids, and this one reads them.
 */
export async function asLocked (tx: Tx, locked: ReadonlyArray<{ id: string }>): Promise<Incident[]> {
  if (locked.length === 0) return []
  return await tx.query<Incident>(`select ${incidentColumns} from incident where id = any($1::uuid[]) order by id`,
    [locked.map(row => row.id)])
}
