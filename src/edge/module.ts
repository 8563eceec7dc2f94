import type { Database } from '../db/database.ts'
import type { Sealing } from '../db/sealing.ts'
import type { Clock } from '../domain/time/clock.ts'
import type { Module } from '../module.ts'
import { edgeCheck } from './edge-health.ts'
import { edgeRoutes } from './edge-routes.ts'
import { numberLimitRoutes } from './limits/number-limit-routes.ts'
import { createNumberLimits } from './limits/number-limits.ts'
import { limitNumbers } from './limits/sealed-limits-store.ts'

/** What the service says of the edges, and tells them. An edge itself is a process of its own: `edge.ts`. */
export const edgesModule = (needs: { db: Database, sealing: Sealing, clock: Clock }): Module => ({
  name: 'edges',
  routes: [edgeRoutes(needs), numberLimitRoutes({ limits: createNumberLimits(needs) })],
  health: [edgeCheck(needs)],
  resealed: { numbers: [limitNumbers] }
})
