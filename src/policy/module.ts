import type { Database } from '../db/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { Module } from '../module.ts'
import { createPolicies, type Policies } from './policies.ts'
import { policiesRoutes } from './policies-routes.ts'

/** How the city wants things done, as rows with a first day. */
export function policyModule (needs: { db: Database, clock: Clock, timeZone: string }): Module & { policies: Policies } {
  const policies = createPolicies(needs)
  return { name: 'policy', policies, routes: [policiesRoutes({ policies })] }
}
