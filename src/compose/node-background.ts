import type { Module } from '../module.ts'
import { createDesiredApplier, type DesiredApplier } from '../pbx/desired/applier.ts'
import { createLostChannels, type BelievedChannel } from '../pbx/journal/lost-channels.ts'
import { journalNodeRestart } from '../pbx/journal/node-restart.ts'
import type { PbxNode } from '../pbx/nodes.ts'
import { journalNodeBack } from '../pbx/reach/node-lost.ts'
import { endLoss } from '../pbx/reach/reach-store.ts'
import type { Sweep } from '../queue/alarms.ts'
import type { Foundation } from './foundation.ts'
import type { JournalReader } from './journal-reader.ts'

/** Background work for one PBX: the steps after a login to it, and the sweep of its channels. */
export interface NodeBackground {
  lostChannels: Sweep
  start: () => void
  stop: () => Promise<void>
  /** Resolves when this PBX has been given the desired state. */
  settled: () => Promise<void>
}

/** Each channel of this PBX once, from all modules: the first to name it knows most about it. */
async function believedBy (modules: readonly Module[], node: string): Promise<BelievedChannel[]> {
  const named = await Promise.all(modules.map(async module => await module.believedChannels?.(node) ?? []))
  const byId = new Map<string, BelievedChannel>()
  for (const channel of named.flat()) if (!byId.has(channel.uniqueId)) byId.set(channel.uniqueId, channel)
  return [...byId.values()]
}

export interface NodeBackgroundOptions {
  node: Pick<PbxNode, 'name' | 'ami' | 'switchboard' | 'isUp'>
  foundation: Pick<Foundation, 'db' | 'sealing' | 'clock' | 'clockOffset' | 'log'>
  modules: readonly Module[]
  journal: Pick<JournalReader, 'ship' | 'catchUp'>
}

export function createNodeBackground ({ node, foundation, modules, journal }: NodeBackgroundOptions): NodeBackground {
  const { db, sealing, clock, clockOffset, log } = foundation
  const { name, ami, switchboard, isUp } = node
  let applier: DesiredApplier | null = null
  let stopListening: Array<() => void> = []
  let again: NodeJS.Timeout | undefined
  let stopped = false

  /** After each login: first the events of the time without a link, then the steps that depend on them. */
  async function linkIsUp (loginAt: Date): Promise<void> {
    const { startedAt } = await switchboard.coreStatus()
    const aheadMs = await switchboard.clockAhead()
    await journal.ship(name)
    const living = await switchboard.livingChannels()
    const isNewStart = await journalNodeRestart(
      db, name, startedAt, { offsetMs: clockOffset(), aheadMs, living: living.map(channel => channel.uniqueId), loginAt })
    const loss = await journalNodeBack(db, { node: name, at: clock.now(), isNewStart, living })
    await journal.catchUp(name)
    if (loss !== null) {
      await endLoss(db, name, loss)
      log.warn({ node: name, channels: living.length, isNewStart }, 'the PBX that was lost is back')
    }
    await applier?.exchangeIsUp()
    await Promise.all(modules.map(async module => { await module.exchangeIsUp?.(name) }))
  }

  /** Tried until it succeeds or the link is gone again: without it no leg may be placed again. */
  async function resumeAfterLogin (loginAt: Date): Promise<void> {
    clearTimeout(again)
    try {
      await linkIsUp(loginAt)
    } catch (error) {
      log.warn({ err: error, node: name }, 'taking up the PBX again failed; it is tried again in a second')
      if (!stopped && isUp()) again = setTimeout(() => { void resumeAfterLogin(loginAt) }, 1000)
    }
  }

  return {
    lostChannels: createLostChannels({
      db,
      node: name,
      believed: async () => await believedBy(modules, name),
      switchboard,
      isUp,
      catchUpJournal: async () => { await journal.catchUp(name) },
      log
    }),

    start () {
      applier = createDesiredApplier({ part: 'entries', node: name, switchboard, db, sealing, log })
      stopListening = [
        ami.on('up', () => { void resumeAfterLogin(clock.now()) }),
        ami.on('down', () => { clearTimeout(again) })
      ]
    },

    async stop () {
      stopped = true
      clearTimeout(again)
      for (const stop of stopListening) stop()
      await applier?.stop()
    },

    settled: async () => { await applier?.settled() }
  }
}
