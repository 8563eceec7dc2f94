import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Database, Queryable, Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import { bind } from '../../domain/bind.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { isLegId } from '../../domain/ids.ts'
import {
  legsBeforeStart, lockUnchanged, overrunningLegs, placeAgain, placingLegs, type DoubtedLeg
} from '../dialler-store.ts'
import type { UnwantedLeg } from '../legs/hanging-up.ts'
import type { LegNode } from '../legs/leg-nodes.ts'
import type { LegToPlace } from './deciding.ts'
import { leaseMs, type Placing } from './placing.ts'
import { countPlaced, lockTrunks } from './room-store.ts'
import { nextAllowed } from '../../calendar/rules/allowed-hours.ts'
import type { LegFact } from '../legs/rules/leg-life.ts'
import { isUnanswered, overrun, reconcile } from './rules/reconciling.ts'

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
  /** never rejects */
  hangUp: (legs: readonly UnwantedLeg[]) => Promise<void>
  log: Logger
}

/** An originate sent as the link broke may still be carried out; CEL may lag half a second behind the channel. ms */
const settleMs = 1000
/** Legs the PBX accepted and never reported on are checked after this; ms. */
const staleMs = 15_000
/** Seconds a channel may outlive its time before it is taken for lost. */
const graceSeconds = 60
/** Limits: seconds over which repeated placing is spread, and attempts to recover after one login; the sweep does the rest. */
const maxRounds = 60
const maxRecoveries = 5

/** How a leg's channel ended, as the PBX told us directly. */
export interface LegOver { legId: string, cause: number, sip: number, state: string }

interface Recovering extends RecoveryOptions {
  /** legs the PBX said it could not place, until they are looked at */
  refused: Set<string>
  /** legs whose channel has just ended: their rows may be lost. Kept until a sweep has looked at them. */
  over: Map<string, LegOver & { at: Date }>
  timer: NodeJS.Timeout | undefined
  stopped: boolean
  /** the newest run */
  last: Promise<unknown>
}

interface Verdict { leg: DoubtedLeg, verdict: ReturnType<typeof reconcile> }

/** What is done of a set of verdicts once it is committed; `left`: legs the trunk has no room for in this second. */
interface Carried { toPlace: LegToPlace[], begunAt: number, unwanted: UnwantedLeg[], ended: number, left: number }

/**
 * Compares the legs meant for one PBX with its channels. Nobody is rung twice for one attempt, nobody is forgotten:
 * a leg is placed again only when neither the journal nor the living channels know it, and nobody else may still place it.
 */
export function createRecovery (options: RecoveryOptions) {
  const state: Recovering = {
    ...options, refused: new Set(), over: new Map(), timer: undefined, stopped: false, last: Promise.resolve()
  }
  return bind(state, { recover, doubt, ended, sweep, stop })
}

/** After each login to the PBX: settles the legs that the last link, or the last process, left in doubt. */
async function recover (state: Recovering): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await alone(state, async () => { await recoverOnce(state) })
      break
    } catch (error) {
      // Without a link the next login tries again. Otherwise the database is away, or the journal is not caught up.
      if (attempt >= maxRecoveries || state.stopped || !state.node.isUp()) throw error
      state.log.warn(error, 'legs in doubt could not be settled yet')
      await wait(2000)
    }
  }
  await state.placing.place()
}

/** The PBX reported that a leg failed. Believed only when neither the journal nor the channels know the leg. */
function doubt (state: Recovering, legId: string): void {
  if (!isLegId(legId)) return
  state.refused.add(legId)
  if (state.stopped) return
  // Busy and refused legs are reported so too, and their rows arrive a moment later.
  state.timer ??= setTimeout(() => {
    state.timer = undefined
    const ids = new Set(state.refused)
    state.refused.clear()
    alone(state, async () => {
      const doubted = async (): Promise<DoubtedLeg[]> =>
        (await placingLegs(state.db, state.node.name, state.clock.now())).filter(leg => ids.has(leg.legId))
      if ((await doubted()).length > 0) await settle(state, doubted, ids)
    }).catch((error: unknown) => { state.log.warn(error, 'legs in doubt could not be settled; the sweep does it') })
  }, settleMs)
}

/** The PBX told us directly that a leg ends: used only when the journal stays silent about it. */
function ended (state: Recovering, leg: LegOver): void {
  if (isLegId(leg.legId)) state.over.set(leg.legId, { ...leg, at: state.clock.now() })
}

/** Ends legs that overran their time or were withdrawn; settles legs the PBX accepted and never reported on. */
async function sweep (state: Recovering, now: Date): Promise<void> {
  if (!state.node.isUp()) return
  await sweepOnce(state, now)
  // A leg that is still in doubt after this time has just been settled.
  for (const [legId, { at }] of state.over) if (now.getTime() - at.getTime() > 2 * staleMs) state.over.delete(legId)
}

async function sweepOnce (state: Recovering, now: Date): Promise<void> {
  let overrunning = await overrunningLegs(state.db, state.node.name, now, graceSeconds)
  // What is known of them may be old: a telephone that rang then may be in a conference now.
  if (overrunning.length > 0) {
    await state.catchUpJournal()
    overrunning = await overrunningLegs(state.db, state.node.name, now, graceSeconds)
  }
  const unwanted = await reallyOverrunning(state, overrunning, now)
  await state.hangUp(unwanted.map(leg => unwantedLeg(state, leg)))
  const lost = unwanted.filter(leg => leg.overdue)
  const stale = await placingLegs(state.db, state.node.name, new Date(now.getTime() - staleMs))
  const older = await legsBeforeStart(state.db, state.node.name)
  if (lost.length + stale.length + older.length === 0) return
  await alone(state, async () => {
    await settle(state,
      async () => [...lost, ...older, ...await placingLegs(state.db, state.node.name, new Date(now.getTime() - staleMs))], new Set())
  })
}

async function stop (state: Recovering): Promise<void> {
  state.stopped = true
  clearTimeout(state.timer)
  await state.last
}

/** One at a time: each run must see the decisions of the one before. */
async function alone<T> (state: Recovering, work: () => Promise<T>): Promise<T> {
  const run = state.last.then(work, work)
  state.last = run.catch(() => {})
  return await run
}

/** Not all of it is written: a full disk loses rows. The PBX tells who was answered, and who is handed on. */
async function reallyOverrunning<L extends DoubtedLeg> (state: Recovering, legs: readonly L[], now: Date): Promise<L[]> {
  if (legs.length === 0) return []
  const channels = new Map((await state.node.switchboard.livingChannels()).map(channel => [channel.uniqueId, channel]))
  const verdicts = legs.map(leg => ({ leg, verdict: overrun(leg, channels.get(leg.legId)) }))
  const facts = verdicts.flatMap(({ leg: { legId }, verdict: kind }): LegFact[] =>
    kind === 'answered' || kind === 'bounded' ? [{ legId, at: now, kind }] : [])
  if (facts.length > 0) await state.db.tx(async tx => { await state.apply(tx, facts) })
  return verdicts.filter(({ verdict }) => verdict === 'hang-up').map(({ leg }) => leg)
}

const unwantedLeg = ({ node }: Recovering, leg: DoubtedLeg): UnwantedLeg =>
  ({ legId: leg.legId, node: node.name, evenAnswered: leg.hangupAnswered || !isUnanswered(leg) })

async function livingChannels ({ node }: Recovering): Promise<Set<string>> {
  return new Set((await node.switchboard.livingChannels()).map(channel => channel.uniqueId))
}

async function recoverOnce (state: Recovering): Promise<void> {
  const { db, node: { name: node } } = state
  const since = state.clock.now()
  await wait(settleMs)
  // Legs this process wrote before this login can only have gone over the old link; another process may still be about to write.
  const others = (await placingLegs(db, node, since)).filter(leg => leg.placedBy !== state.instance)
  const youngest = Math.max(0, ...others.map(leg => leg.placingAt.getTime()))
  const lease = Math.min(leaseMs, youngest + leaseMs - state.clock.now().getTime())
  if (lease > 0) await wait(lease)
  // More legs than the trunk takes in a second are spread over several.
  for (let round = 0; round < maxRounds; round++) {
    const left = await settle(state, async () => [...await placingLegs(db, node, since), ...await legsBeforeStart(db, node)], state.refused)
    if (left === 0 || state.stopped) return
    await wait(1000)
  }
}

async function settle (state: Recovering, candidates: () => Promise<DoubtedLeg[]>, saidNo: ReadonlySet<string>): Promise<number> {
  // Channels are listed before and after: one that ended in between has its rows in the journal by then.
  const before = await livingChannels(state)
  await state.catchUpJournal()
  const living = await livingChannels(state)
  const doubted = await candidates()
  if (doubted.length === 0 || state.stopped) return 0
  const now = state.clock.now()
  const verdicts = doubted.map(leg => ({
    leg,
    verdict: reconcile({
      state: leg.state,
      hasChannel: before.has(leg.legId) || living.has(leg.legId),
      hangupWanted: leg.hangupWanted,
      allowedNow: nextAllowed(leg.windows, state.timeZone, now) <= now,
      placings: leg.placings,
      refused: saidNo.has(leg.legId),
      over: state.over.has(leg.legId),
      beforeStart: leg.beforeStart
    })
  }))
  const plan = await state.db.tx(async tx => await carryOut(state, tx, verdicts, now))
  if (plan.toPlace.length + plan.ended > 0) {
    state.log.info({ placedAgain: plan.toPlace.length, ended: plan.ended }, 'legs in doubt were settled')
  }
  state.placing.tellPbx(plan.toPlace, plan.begunAt)
  await state.hangUp(plan.unwanted)
  return plan.left
}

/** The facts that the lost rows of its end would have been. */
function endOf ({ over }: Recovering, { legId }: DoubtedLeg, at: Date): LegFact[] {
  const end = over.get(legId)
  if (!end) return []
  const { cause, sip, state } = end
  return [{ legId, at, kind: 'ending', cause, sip, state }, { legId, at, kind: 'hung-up', cause }]
}

async function carryOut (state: Recovering, tx: Tx, verdicts: readonly Verdict[], now: Date): Promise<Carried> {
  const begunAt = performance.now()
  const [trunks, sample] = await Promise.all([lockTrunks(tx), state.sampleLoaded(tx)])
  const second = new Date(Math.floor(now.getTime() / 1000) * 1000)
  const usable = new Map(state.placing.usable(trunks, sample).map(
    trunk => [trunk.id, { trunk, placed: trunk.rateWindowAt?.getTime() === second.getTime() ? trunk.rateWindowCount : 0 }]
  ))
  let left = 0
  const unchanged = await lockUnchanged(tx, verdicts.map(v => v.leg))
  const sure = verdicts.filter(({ leg }) => unchanged.has(leg.legId))
  const toPlace: LegToPlace[] = []
  const ended: LegFact[][] = []
  for (const { leg, verdict } of sure) {
    const use = usable.get(leg.trunkId)
    if (verdict === 'place-again' && use) {
      if (use.placed >= use.trunk.callsPerSecond) {
        left++
        continue
      }
      use.placed++
      const number = state.sealing.openNumber(leg.numberSealed)
      toPlace.push(state.placing.legToPlace(
        { legId: leg.legId, node: state.node.name, number, ringSeconds: leg.ringSeconds, talkSeconds: leg.talkSeconds, script: leg.script },
        use.trunk
      ))
    } else if (verdict === 'place-again') {
      ended.push([{ legId: leg.legId, at: now, kind: 'not-placed' }])
    } else if (verdict === 'over') {
      ended.push(endOf(state, leg, now))
    } else if (verdict !== 'leave' && verdict !== 'hang-up') {
      ended.push([{ legId: leg.legId, at: now, kind: verdict }])
    }
  }
  if (toPlace.length > 0) {
    placeAgain(tx, toPlace.map(leg => leg.legId), state.instance, now)
    for (const { trunk, placed } of usable.values()) countPlaced(tx, trunk.id, second, placed)
  }
  await state.apply(tx, ended.flat())
  return {
    toPlace,
    begunAt,
    unwanted: sure.filter(({ verdict }) => verdict === 'hang-up').map(({ leg }) => unwantedLeg(state, leg)),
    ended: ended.length,
    left
  }
}
