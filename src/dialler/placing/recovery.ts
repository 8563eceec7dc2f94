import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Database, Queryable, Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { Clock } from '../../domain/clock.ts'
import { isLegId } from '../../domain/ids.ts'
import type { PhoneNumber } from '../../domain/telephone/phone-number.ts'
import {
  countPlaced, legsBeforeStart, lockTrunks, lockUnchanged, overrunningLegs, placeAgain, placingLegs, type DoubtedLeg
} from '../dialler-store.ts'
import type { LegNode, PlacedLeg } from '../legs/leg-nodes.ts'
import { leaseMs, type LegToPlace, type Placing } from './placing.ts'
import { nextAllowed } from '../../calendar/rules/allowed-hours.ts'
import type { LegFact } from '../legs/rules/leg-life.ts'
import { reconcile } from './rules/reconciling.ts'

export interface RecoveryOptions {
  db: Database
  sealing: Sealing
  clock: Clock
  node: LegNode
  placing: Placing
  instance: string
  timeZone: string
  sampleLoaded: (db: Queryable) => Promise<boolean>
  /** ships and handles this node's journal up to its present end; rejects when it could not: nothing may be concluded then */
  catchUpJournal: () => Promise<void>
  apply: (tx: Tx, facts: readonly LegFact[]) => Promise<void>
  hangUp: (legs: readonly PlacedLeg[]) => void
  log: Logger
}

/** An originate sent as the link broke may still be carried out; CEL may lag half a second behind the channel. ms */
const settleMs = 1000
/** Legs the PBX accepted and never reported on are checked after this; ms. */
const staleMs = 15_000
/** Seconds a channel may outlive its time before it is taken for lost. */
const graceSeconds = 60
/** Limits: seconds over which repeated placing is spread, and attempts to recover after one login; the sweep does the rest. */
const mostRounds = 60
const mostRecoveries = 5

/**
 * Compares the legs meant for one PBX with its channels. Nobody is rung twice for one attempt, nobody is forgotten:
 * a leg is placed again only when neither the journal nor the living channels know it, and nobody else may still place it.
 */
export function createRecovery (options: RecoveryOptions) {
  const { db, sealing, clock, placing, instance, timeZone, sampleLoaded, catchUpJournal, apply, hangUp, log } = options
  const { name: node, switchboard, isUp } = options.node
  const refused = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  // One at a time: each run must see the decisions of the one before.
  let last: Promise<unknown> = Promise.resolve()
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    const run = last.then(work, work)
    last = run.catch(() => {})
    return await run
  }

  /** It rings for too long, and nobody wants it to end before. */
  const rang = (leg: DoubtedLeg): boolean => leg.state === 'ringing' && !leg.hangupWanted
  const placed = ({ legId }: DoubtedLeg): PlacedLeg => ({ legId, node })
  const livingChannels = async (): Promise<Set<string>> => new Set((await switchboard.livingChannels()).map(channel => channel.uniqueId))

  async function settle (candidates: () => Promise<DoubtedLeg[]>, saidNo: ReadonlySet<string>): Promise<number> {
    // Channels are listed before and after: one that ended in between has its rows in the journal by then.
    const before = await livingChannels()
    await catchUpJournal()
    const living = await livingChannels()
    const doubted = await candidates()
    if (doubted.length === 0 || stopped) return 0
    const now = clock.now()
    const verdicts = doubted.map(leg => ({
      leg,
      verdict: reconcile({
        state: leg.state,
        hasChannel: before.has(leg.legId) || living.has(leg.legId),
        hangupWanted: leg.hangupWanted,
        allowedNow: nextAllowed(leg.windows, timeZone, now) <= now,
        placings: leg.placings,
        refused: saidNo.has(leg.legId)
      })
    }))
    const plan = await db.tx(async tx => {
      const begunAt = performance.now()
      const [trunks, sample] = await Promise.all([lockTrunks(tx), sampleLoaded(tx)])
      const second = new Date(Math.floor(now.getTime() / 1000) * 1000)
      const usable = new Map(placing.usable(trunks, sample).map(
        trunk => [trunk.id, { trunk, placed: trunk.second?.getTime() === second.getTime() ? trunk.placedInSecond : 0 }]
      ))
      let left = 0
      const unchanged = await lockUnchanged(tx, doubted)
      const sure = verdicts.filter(({ leg }) => unchanged.has(leg.legId))
      const toPlace: LegToPlace[] = []
      const facts: LegFact[] = []
      for (const { leg, verdict } of sure) {
        const use = usable.get(leg.trunkId)
        if (verdict === 'place-again' && use) {
          if (use.placed >= use.trunk.callsPerSecond) {
            left++
            continue
          }
          use.placed++
          const number = sealing.open(leg.numberSealed) as PhoneNumber
          toPlace.push(placing.legToPlace(
            { legId: leg.legId, node, number, ringSeconds: leg.ringSeconds, talkSeconds: leg.talkSeconds, script: leg.script },
            use.trunk
          ))
        } else if (verdict === 'place-again') {
          facts.push({ legId: leg.legId, at: now, kind: 'not-placed' })
        } else if (verdict === 'lost' || verdict === 'not-placed' || verdict === 'withdrawn') {
          facts.push({ legId: leg.legId, at: now, kind: verdict })
        }
      }
      if (toPlace.length > 0) {
        placeAgain(tx, toPlace.map(leg => leg.legId), instance, now)
        for (const { trunk, placed } of usable.values()) countPlaced(tx, trunk.id, second, placed)
      }
      await apply(tx, facts)
      return {
        toPlace,
        begunAt,
        unwanted: sure.filter(({ verdict }) => verdict === 'hang-up').map(({ leg }) => placed(leg)),
        ended: facts.length,
        left
      }
    })
    if (plan.toPlace.length + plan.ended > 0) {
      log.info({ placedAgain: plan.toPlace.length, ended: plan.ended }, 'legs in doubt were settled')
    }
    placing.tellPbx(plan.toPlace, plan.begunAt)
    hangUp(plan.unwanted)
    return plan.left
  }

  async function recoverOnce (): Promise<void> {
    const since = clock.now()
    await wait(settleMs)
    // Legs this process wrote before this login can only have gone over the old link; another process may still be about to write.
    const others = (await placingLegs(db, node, since)).filter(leg => leg.placedBy !== instance)
    const youngest = Math.max(0, ...others.map(leg => leg.placingAt.getTime()))
    const lease = Math.min(leaseMs, youngest + leaseMs - clock.now().getTime())
    if (lease > 0) await wait(lease)
    // More legs than the trunk takes in a second are spread over several.
    for (let round = 0; round < mostRounds; round++) {
      const left = await settle(async () => [...await placingLegs(db, node, since), ...await legsBeforeStart(db, node)], refused)
      if (left === 0 || stopped) return
      await wait(1000)
    }
  }

  return {
    /** After each login to the PBX: settles the legs that the last link, or the last process, left in doubt. */
    async recover (): Promise<void> {
      for (let attempt = 1; ; attempt++) {
        try {
          await alone(recoverOnce)
          break
        } catch (error) {
          // Without a link the next login tries again. Otherwise the database is away, or the journal is not caught up.
          if (attempt >= mostRecoveries || stopped || !isUp()) throw error
          log.warn(error, 'legs in doubt could not be settled yet')
          await wait(2000)
        }
      }
      await placing.place()
    },

    /** The PBX reported that a leg failed. Believed only when neither the journal nor the channels know the leg. */
    doubt (legId: string): void {
      if (!isLegId(legId)) return
      refused.add(legId)
      if (stopped) return
      // Busy and refused legs are reported so too, and their rows arrive a moment later.
      timer ??= setTimeout(() => {
        timer = undefined
        const ids = new Set(refused)
        refused.clear()
        alone(async () => {
          const doubted = async (): Promise<DoubtedLeg[]> => (await placingLegs(db, node, clock.now())).filter(leg => ids.has(leg.legId))
          if ((await doubted()).length > 0) await settle(doubted, ids)
        }).catch((error: unknown) => { log.warn(error, 'legs in doubt could not be settled; the sweep does it') })
      }, settleMs)
    },

    /** Ends legs that overran their time or were withdrawn; settles legs the PBX accepted and never reported on. */
    async sweep (now: Date): Promise<void> {
      if (!isUp()) return
      let overrunning = await overrunningLegs(db, node, now, graceSeconds)
      // What is known of them may be old: who rang then may sit in a conference now.
      if (overrunning.length > 0) {
        await catchUpJournal()
        overrunning = await overrunningLegs(db, node, now, graceSeconds)
      }
      // Nor is all of it written: a full disk loses rows. Whose channel is up has answered, and the PBX bounds his time itself.
      if (overrunning.some(rang)) {
        const up = new Set((await switchboard.livingChannels()).filter(c => c.state === 'Up').map(c => c.uniqueId))
        overrunning = overrunning.filter(leg => !rang(leg) || !up.has(leg.legId))
      }
      hangUp(overrunning.map(placed))
      const lost = overrunning.filter(leg => leg.overdue)
      const stale = await placingLegs(db, node, new Date(now.getTime() - staleMs))
      const older = await legsBeforeStart(db, node)
      if (lost.length + stale.length + older.length === 0) return
      await alone(async () => {
        await settle(async () => [...lost, ...older, ...await placingLegs(db, node, new Date(now.getTime() - staleMs))], new Set())
      })
    },

    async stop (): Promise<void> {
      stopped = true
      clearTimeout(timer)
      await last
    }
  }
}
