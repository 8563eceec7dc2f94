import type { Database } from '../../../db/database.ts'

/** An order whose place on the map has not been looked up in the areas as they are now. */
export interface OrderOnMap { id: string, longitude: number, latitude: number, receivedAt: Date }

export async function ordersBehindAreas (db: Database, revision: number, limit: number): Promise<OrderOnMap[]> {
  return await db.query<OrderOnMap>(`select id, longitude, latitude, received_at as "receivedAt" from work_order
    where longitude is not null and latitude is not null and cell_revision < $1 order by cell_revision limit $2`, [revision, limit])
}

/** Kept only where the order still lies there, and nobody has looked by later areas. Its version stays: nothing was said. */
export async function saveCell (
  db: Database, { id, longitude, latitude }: OrderOnMap, cellId: string | null, revision: number
): Promise<void> {
  await db.query(`update work_order set cell_id = $4, cell_revision = $5
    where id = $1 and longitude = $2 and latitude = $3 and cell_revision < $5`, [id, longitude, latitude, cellId, revision])
}
