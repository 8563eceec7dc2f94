import type { Logger } from 'pino'
import type { Database } from '../../../db/database.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import type { LiveState } from '../../../pbx/live-state.ts'
import { goesBefore } from '../rules/seating.ts'
import { noteInversion } from './seat-store.ts'
import { telephoneOf, waitingCitizens } from './who-waits.ts'

export interface InversionsOptions {
  nodes: { all: ReadonlyArray<{ name: string, live: LiveState, isUp: () => boolean }> }
  db: Database
  clock: Clock
  log: Logger
}

/** Moving an agent takes a moment: who has waited longer by less is no inversion, ms. */
const toleratedMs = 1000

/** Notes each citizen who was offered to an agent while another, whom this agent could have been offered, had waited longer. */
export function createInversions ({ nodes, db, clock, log }: InversionsOptions): { offered: (node: string, extension: string) => void } {
  /** the last offer that was looked at, by extension */
  const seen = new Map<string, string>()
  return {
    offered (node, extension) {
      const up = nodes.all.filter(n => n.isUp() && n.live.isLive())
      const here = up.find(n => n.name === node)
      const uniqueId = here?.live.agent(extension)?.ringingFor ?? null
      if (here === undefined || uniqueId === null || seen.get(extension) === uniqueId) return
      seen.set(extension, uniqueId)
      const caller = here.live.callers().find(c => c.uniqueId === uniqueId)
      if (caller === undefined) return
      const offered = { node, priority: caller.priority, since: caller.since }
      const able = new Set(telephoneOf(up, extension).reachableAt)
      const [over] = waitingCitizens(up.filter(n => n.name !== node && able.has(n.name)))
        .filter(other => goesBefore(other, offered) && Math.abs(offered.since.getTime() - other.since.getTime()) > toleratedMs &&
          clock.now().getTime() - other.since.getTime() > toleratedMs)
      if (over === undefined) return
      const longerMs = Math.abs(offered.since.getTime() - over.since.getTime())
      log.warn({ node, over: over.node, longerMs }, 'a citizen was offered before one who has waited longer on another PBX')
      noteInversion(db, { offered: uniqueId, at: clock.now(), node, overNode: over.node, longerMs }).catch((error: unknown) => {
        log.warn({ err: error }, 'the inversion could not be noted')
      })
    }
  }
}
