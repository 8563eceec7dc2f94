import type { Foundation } from './foundation.ts'
import { freeShareOf } from '../disk/free-share.ts'
import type { Module } from '../module.ts'
import { pruneJournal, type PruneOptions } from '../pbx/journal/backups.ts'
import { createLostChannels, type BelievedChannel } from '../pbx/journal/lost-channels.ts'
import { journalNodeRestart } from '../pbx/journal/node-restart.ts'
import type { Sweep } from '../queue/alarms.ts'
import { createHeartBeat, type WorkerReport } from '../queue/heart-beat.ts'
import { createRelay, type Relay } from '../queue/relay.ts'
import { createSweeper, type Sweeper } from '../queue/sweeper.ts'
import { createWorkers, type Workers } from '../queue/workers.ts'
import type { JournalReader } from './journal-reader.ts'
import { journalHandlersOf } from './module-order.ts'

/** What works without being asked: the journal, the alarms, the sweeps, and what follows a login to the PBX. */
export interface Background {
  start: () => Promise<void>
  stop: () => Promise<void>
  settle: () => Promise<void>
}

const hourMs = 3_600_000
const journalKeptMs = 7 * 24 * hourMs

/** Deletes journal files that were carried over long ago and are in a backup, once an hour. */
function oldJournalFiles (options: Pick<PruneOptions, 'db' | 'file' | 'node' | 'log'>): Sweep {
  let next = 0
  return {
    name: 'old journal files',
    pace: 'ordinary',
    async run (now) {
      if (now.getTime() < next) return
      await pruneJournal({ ...options, keepMs: journalKeptMs, freeShare: freeShareOf })
      next = now.getTime() + hourMs
    }
  }
}

/** Of all modules, each channel once: the first to name it knows most of it. */
async function believedBy (modules: readonly Module[]): Promise<BelievedChannel[]> {
  const named = await Promise.all(modules.map(async module => await module.believedChannels?.() ?? []))
  const byId = new Map<string, BelievedChannel>()
  for (const channel of named.flat()) if (!byId.has(channel.uniqueId)) byId.set(channel.uniqueId, channel)
  return [...byId.values()]
}

export interface BackgroundOptions {
  foundation: Foundation
  modules: readonly Module[]
  /** sweeps of the ground itself */
  sweeps: readonly Sweep[]
  journal: JournalReader
}

export function createBackground ({ foundation, modules, sweeps, journal }: BackgroundOptions): Background {
  const { config, db, clock, clockOffset, exchange, feed, journalFile, log } = foundation
  let relay: Relay | null = null
  let workers: Workers | null = null
  let sweeper: Sweeper | null = null
  let stopListening: Array<() => void> = []

  /** After each login: what happened while the link was away comes first, then what depends on it. */
  async function linkIsUp (loginAt: Date): Promise<void> {
    const { startedAt } = await exchange.switchboard.coreStatus()
    await journal.ship()
    const living = (await exchange.switchboard.livingChannels()).map(channel => channel.uniqueId)
    await journalNodeRestart(db, config.pbxNode, startedAt, { offsetMs: clockOffset(), living, loginAt })
    await journal.catchUp()
    for (const module of modules) await module.reloadPbx?.()
    await Promise.all(modules.map(async module => { await module.exchangeIsUp?.() }))
  }

  async function report (): Promise<WorkerReport> {
    const [redis, { failures, behindBytes }] = await Promise.all([relay?.answers() ?? false, journal.report()])
    return { redis, journalFailures: failures, behindBytes, failing: sweeper?.status().filter(s => s.failures > 0).map(s => s.name) ?? [] }
  }

  let again: NodeJS.Timeout | undefined
  let stopped = false

  /** Tried until it went well or the link is gone again: without it nothing may be placed anew. */
  async function resumeAfterLogin (loginAt: Date): Promise<void> {
    clearTimeout(again)
    try {
      await linkIsUp(loginAt)
    } catch (error) {
      log.warn({ err: error }, 'taking up the PBX again failed; it is tried again in a second')
      if (!stopped && exchange.ami.isUp()) again = setTimeout(() => { void resumeAfterLogin(loginAt) }, 1000)
    }
  }

  return {
    async start () {
      journal.start(journalHandlersOf(modules))
      relay = createRelay({ db, redisUrl: config.redisUrl, clock, log })
      workers = createWorkers({ redisUrl: config.redisUrl, handlers: modules.flatMap(module => module.alarms ?? []), log })
      const heartBeat = createHeartBeat({ db, report })
      const lostChannels = createLostChannels({
        db,
        node: config.pbxNode,
        believed: async () => await believedBy(modules),
        switchboard: exchange.switchboard,
        isUp: () => exchange.ami.isUp(),
        catchUpJournal: journal.catchUp,
        log
      })
      sweeper = createSweeper({
        sweeps: [
          heartBeat, ...modules.flatMap(module => module.sweeps ?? []), ...sweeps, feed.sweep, lostChannels,
          ...(journalFile === null ? [] : [oldJournalFiles({ db, file: journalFile, node: config.pbxNode, log })])
        ],
        clock,
        log,
        paceMs: config.sweepMs
      })
      stopListening = [
        exchange.ami.on('up', () => { void resumeAfterLogin(clock.now()) }),
        exchange.ami.on('down', () => { clearTimeout(again) })
      ]
      for (const module of modules) await module.start?.()
      await heartBeat.run(clock.now())
    },

    async stop () {
      stopped = true
      clearTimeout(again)
      for (const stop of stopListening) stop()
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
      await feed.settled()
    }
  }
}
