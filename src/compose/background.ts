import type { Foundation } from './foundation.ts'
import { DomainError } from '../domain/errors.ts'
import { freeShareOf } from '../features/calls/recording-guard.ts'
import { pruneJournal, type PruneOptions } from '../pbx/journal/backups.ts'
import { createLostChannels } from '../pbx/journal/lost-channels.ts'
import { journalNodeRestart } from '../pbx/journal/node-restart.ts'
import { createJournal, type Journal } from '../pbx/journal/journal.ts'
import { createShipper, type Shipper } from '../pbx/journal/shipper.ts'
import type { Sweep } from '../queue/alarms.ts'
import { createHeartBeat, type WorkerReport } from '../queue/heart-beat.ts'
import { createRelay, type Relay } from '../queue/relay.ts'
import { createSweeper, type Sweeper } from '../queue/sweeper.ts'
import { createWorkers, type Workers } from '../queue/workers.ts'
import type { Features } from './features.ts'

/** What works without being asked: the journal, the alarms, the sweeps, and what follows a login to the PBX. */
export interface Background {
  start: () => Promise<void>
  stop: () => Promise<void>
  /** ships and handles the journal up to its present end */
  catchUpJournal: () => Promise<void>
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

export function createBackground (
  { config, db, clock, clockOffset, exchange, feed, pbx, log }: Foundation, features: Features
): Background {
  const journalFile = config.journalFile ?? pbx?.journalFile ?? null
  let journal: Journal | null = null
  let shipper: Shipper | null = null
  let relay: Relay | null = null
  let workers: Workers | null = null
  let sweeper: Sweeper | null = null
  let stopListening: Array<() => void> = []

  async function catchUpJournal (): Promise<void> {
    await shipper?.catchUp()
    const away = ((await shipper?.status())?.failures ?? 0) > 0
    if (away || (journal && !await journal.catchUp())) throw new DomainError('database-unavailable', 'the journal could not be caught up')
  }

  /** After each login: what happened while the link was away comes first, then what depends on it. */
  async function linkIsUp (loginAt: Date): Promise<void> {
    const { startedAt } = await exchange.switchboard.coreStatus()
    await shipper?.catchUp()
    const living = (await exchange.switchboard.livingChannels()).map(channel => channel.uniqueId)
    await journalNodeRestart(db, config.pbxNode, startedAt, { offsetMs: clockOffset(), living, loginAt })
    await catchUpJournal()
    await features.exchangeIsUp()
  }

  async function report (): Promise<WorkerReport> {
    const [redis, ships] = await Promise.all([relay?.answers() ?? false, shipper?.status() ?? null])
    return {
      redis,
      journalFailures: Math.max(journal?.failures() ?? 0, ships?.failures ?? 0),
      behindBytes: ships?.behindBytes ?? 0,
      failing: sweeper?.status().filter(s => s.failures > 0).map(s => s.name) ?? []
    }
  }

  let again: NodeJS.Timeout | undefined
  let stopped = false

  /** Tried until it went well or the link is gone again: without it nothing may be placed anew. */
  async function takeUp (loginAt: Date): Promise<void> {
    clearTimeout(again)
    try {
      await linkIsUp(loginAt)
    } catch (error) {
      log.warn({ err: error }, 'taking up the PBX again failed; it is tried again in a second')
      if (!stopped && exchange.ami.isUp()) again = setTimeout(() => { void takeUp(loginAt) }, 1000)
    }
  }

  return {
    catchUpJournal,

    async start () {
      const made = createJournal({ db, handlers: features.journalHandlers, clock, log })
      journal = made
      if (journalFile !== null) {
        shipper = createShipper(
          { db, file: journalFile, node: config.pbxNode, log, onShipped: made.wake, timeOffset: clockOffset }
        )
      }
      relay = createRelay({ db, redisUrl: config.redisUrl, clock, log })
      workers = createWorkers({ redisUrl: config.redisUrl, handlers: features.alarmHandlers, log })
      const heartBeat = createHeartBeat({ db, report })
      const lostChannels = createLostChannels({
        db,
        node: config.pbxNode,
        believed: features.believedChannels,
        switchboard: exchange.switchboard,
        isUp: () => exchange.ami.isUp(),
        catchUpJournal,
        log
      })
      sweeper = createSweeper({
        sweeps: [
          heartBeat, ...features.sweeps, feed.sweep, lostChannels,
          ...(journalFile === null ? [] : [oldJournalFiles({ db, file: journalFile, node: config.pbxNode, log })])
        ],
        clock,
        log,
        paceMs: config.sweepMs
      })
      stopListening = [
        exchange.ami.on('up', () => { void takeUp(clock.now()) }),
        exchange.ami.on('down', () => { clearTimeout(again) })
      ]
      await features.start()
      await heartBeat.run(clock.now())
    },

    async stop () {
      stopped = true
      clearTimeout(again)
      for (const stop of stopListening) stop()
      await sweeper?.close()
      await workers?.close()
      await relay?.close()
      await features.stop()
      await shipper?.close()
      await journal?.close()
    },

    async settle () {
      await catchUpJournal()
      await sweeper?.runOnce()
      await relay?.settled()
      await catchUpJournal()
      await feed.settled()
    }
  }
}
