import type { Foundation } from './foundation.ts'
import { clockCheck, databaseCheck } from '../db/database-health.ts'
import type { KeyFollower } from '../db/keys/key-follower.ts'
import { dataKeysCheck } from '../db/keys/keys-health.ts'
import type { HealthCheck } from '../domain/health-check.ts'
import { carriedBy, nodeDisksCheck, nodesCheck, promptsCheck } from '../node/node-health.ts'
import { desiredCheck } from '../pbx/desired/desired-health.ts'
import { pbxCheck } from '../pbx/link-health.ts'
import { journalCheck } from '../pbx/journal/journal-health.ts'
import { redisCheck, workersCheck } from '../queue/worker-health.ts'
import type { Module } from '../module.ts'

/**
 * Each part of the running system, checked by the process that answers HTTP. Only the database is vital: with everything
 * else away orders can still be filed. The heart-beat holds what only a worker sees, in this process or another; a node's row what only the
 * process beside that PBX sees.
 */
export function healthChecks (
  foundation: Foundation, modules: readonly Module[], keys: Pick<KeyFollower, 'status'>
): HealthCheck[] {
  const background = { ...foundation, sweepMs: foundation.config.sweepMs.ordinary }
  // Those of now: they come and go.
  const nodes = {
    ...background,
    get names () { return foundation.nodes.all.flatMap(({ name, door }) => door === null ? [] : name) },
    isLinked: (name: string) => foundation.nodes.all.some(node => node.name === name && node.isUp())
  }
  return [
    databaseCheck(foundation),
    dataKeysCheck({ ring: foundation.sealing, keys }),
    pbxCheck(foundation),
    desiredCheck(foundation),
    clockCheck(foundation),
    nodesCheck(nodes),
    nodeDisksCheck(nodes),
    promptsCheck(nodes),
    ...modules.flatMap(module => module.health ?? []),
    journalCheck({ ...background, carried: async () => await carriedBy(nodes) }),
    redisCheck(background),
    workersCheck(background)
  ]
}
