import type { Foundation } from './foundation.ts'
import type { Module } from '../module.ts'
import type { Sweep } from '../queue/alarms.ts'
import { createHeartBeat, type WorkerReport } from '../queue/heart-beat.ts'
import { createRelay, type Relay } from '../queue/relay.ts'
import { createSweeper, type Sweeper } from '../queue/sweeper.ts'
import { createWorkers, type Workers } from '../queue/workers.ts'
import type { JournalReader } from './journal-reader.ts'
import { journalHandlersOf } from './module-order.ts'
import { createNodeBackground, type NodeBackground } from './node-background.ts'

/** Background work: the journals, the alarms, the sweeps, and the steps after a login to a PBX. */
export interface Background {
  start: () => Promise<void>
  stop: () => Promise<void>
  settle: () => Promise<void>
}

export interface BackgroundOptions {
  foundation: Foundation
  modules: readonly Module[]
  /** sweeps of the foundation itself */
  sweeps: readonly Sweep[]
  journal: JournalReader
}

export function createBackground ({ foundation, modules, sweeps, journal }: BackgroundOptions): Background {
  const { config, db, clock, nodes, feed, log } = foundation
  const perNode = new Map<string, NodeBackground>()
  const ending = new Set<Promise<void>>()
  let relay: Relay | null = null
  let workers: Workers | null = null
  let sweeper: Sweeper | null = null

  const lostChannels: Sweep = {
    name: 'lost-channels',
    pace: 'ordinary',
    async run (now) { await Promise.all([...perNode.values()].map(async node => { await node.lostChannels.run(now) })) }
  }

  function end (name: string): void {
    const ended = perNode.get(name)?.stop() ?? Promise.resolve()
    perNode.delete(name)
    ending.add(ended)
    void ended.catch(() => {}).finally(() => { ending.delete(ended) })
  }

  async function report (): Promise<WorkerReport> {
    const failing = sweeper?.status().filter(s => s.failures > 0).map(s => s.name) ?? []
    return { redis: await relay?.answers() ?? false, journalFailures: journal.failures(), failing }
  }

  return {
    async start () {
      journal.start(journalHandlersOf(modules))
      relay = createRelay({ db, redisUrl: config.redisUrl, clock, log })
      workers = createWorkers({ redisUrl: config.redisUrl, handlers: modules.flatMap(module => module.alarms ?? []), log })
      const heartBeat = createHeartBeat({ db, report })
      sweeper = createSweeper({
        sweeps: [
          heartBeat, ...modules.flatMap(module => module.sweeps ?? []), ...sweeps, feed.sweep, lostChannels
        ],
        clock,
        log,
        paceMs: config.sweepMs
      })
      nodes.each(node => {
        const one = createNodeBackground({ node, foundation, modules, journal })
        perNode.set(node.name, one)
        one.start()
        return () => { end(node.name) }
      })
      for (const module of modules) await module.start?.()
      await heartBeat.run(clock.now())
    },

    async stop () {
      for (const name of [...perNode.keys()]) end(name)
      await Promise.all(ending)
      await sweeper?.close()
      await workers?.close()
      await relay?.close()
      for (const module of modules.toReversed()) await module.stop?.()
      await journal.stop()
    },

    async settle () {
      await journal.catchUp()
      await sweeper?.runOnce()
      await relay?.settled()
      await journal.catchUp()
      await Promise.all([...perNode.values()].map(async node => { await node.settled() }))
      await feed.settled()
    }
  }
}
