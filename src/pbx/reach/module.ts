import type { Clock } from '../../domain/time/clock.ts'
import type { Module } from '../../module.ts'
import { createReachWatch, type ReachWatchOptions } from './reach-watch.ts'
import { reachRoutes } from './reach-routes.ts'

/** Which PBXs are linked, unreachable, lost. */
export const reachModule = ({ clock, ...needs }: ReachWatchOptions & { clock: Clock }): Module => ({
  name: 'reach',
  routes: [reachRoutes({ db: needs.db, nodes: needs.nodes, clock })],
  sweeps: [createReachWatch(needs)]
})
