import type { Database } from '../../db/database.ts'
import type { Module } from '../../module.ts'
import { parkedRows, retryParked } from './parked.ts'
import { parkedRoutes } from './parked-routes.ts'

/** Journal rows that no handler could handle, for the administrators. */
export const journalModule = ({ db }: { db: Database }): Module => ({
  name: 'journal',
  routes: [parkedRoutes({ parked: async () => await parkedRows(db), retry: async linkedId => await retryParked(db, linkedId) })]
})
