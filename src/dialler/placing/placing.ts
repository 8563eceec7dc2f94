import type { Database, Tx } from '../../db/database.ts'
import { bind } from '../../domain/bind.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { DomainError, isPbxAway } from '../../domain/errors.ts'
import type { LegScript } from '../dialler-types.ts'
import { anyDue } from '../dialler-store.ts'
import type { UnwantedLeg } from '../legs/hanging-up.ts'
import type { PlacedLeg } from '../legs/leg-nodes.ts'
import { decide, legToPlace, usable, type Deciding, type DecidingOptions, type LegOfTrunk, type LegToPlace, type Plan } from './deciding.ts'
import type { TrunkRow } from './room-store.ts'

export interface PlacingOptions extends DecidingOptions {
  db: Database
  clock: Clock
  hangUp: (legs: readonly UnwantedLeg[]) => void
  /** the PBX refused a leg */
  onRefused: (leg: PlacedLeg) => void
}

export interface Placing {
  /** Places all requests that are due and have room; calls while it runs are coalesced into one more round. */
  place: () => Promise<void>
  /**
   * Places the first of the due requests, `requests` at most, in the caller's transaction; the PBX is told after its commit.
   * SKIP LOCKED; `place` picks up the rest.
   */
  placeWithin: (tx: Tx, requests: number) => Promise<void>
  /** Tells the PBX of legs that are written as `placing`; `begunAt` in ms of performance.now(), read before they were. */
  tellPbx: (legs: readonly LegToPlace[], begunAt: number) => void
  legToPlace: (leg: LegOfTrunk, trunk: TrunkRow) => LegToPlace
  /** Trunks that may be used; none when sample people are loaded and the trunk is a real one. */
  usable: (trunks: readonly TrunkRow[], sample: boolean) => TrunkRow[]
  stop: () => Promise<void>
}

/** Which scripts talk by themselves, and which lead into a conversation, in which a person may be silent for long. */
const between: Readonly<Record<LegScript['name'], 'script' | 'people' | 'conference'>> = {
  callback: 'script',
  return: 'script',
  manual: 'people',
  own: 'people',
  trial: 'script',
  emergency: 'conference'
}

/** Requests looked at in one round. */
const roundSize = 1000

/** Most requests placed in the transaction that made them: the PBX rings these while hundreds more are being written. */
const atOnce = 100

/**
 * The process that wrote a leg tells the PBX within this time or never: afterwards others may. ms.
 * Others wait longer (`leaseMs`), so that two processes never tell the PBX of the same leg.
 */
const tellWithinMs = 2000
export const leaseMs = 3500

interface PlacingState extends PlacingOptions, Deciding {
  running: Promise<void> | null
  /** asked for while a round ran: one more follows */
  again: boolean
  stopped: boolean
  /** until the calls of the next second may be placed */
  secondTimer: NodeJS.Timeout | undefined
}

export function createPlacing (options: PlacingOptions): Placing {
  const state: PlacingState = { ...options, running: null, again: false, stopped: false, saidLoopback: false, secondTimer: undefined }
  return bind(state, { place, placeWithin, tellPbx, legToPlace, usable, stop })
}

/** Nodes that can be told of a leg. */
const upNow = ({ nodes }: PlacingState): string[] => nodes.all.filter(node => node.isUp()).map(node => node.name)

async function placeWithin (state: PlacingState, tx: Tx, requests: number): Promise<void> {
  const up = upNow(state)
  if (state.stopped || up.length === 0) return
  const plan = await decide(state, tx, state.clock.now(), up, Math.min(atOnce, requests), 'skip locked')
  tx.afterCommit(() => { carryOut(state, plan) })
}

async function stop (state: PlacingState): Promise<void> {
  state.stopped = true
  clearTimeout(state.secondTimer)
  await state.running?.catch(() => {})
}

function tellPbx (state: PlacingState, legs: readonly LegToPlace[], begunAt: number): void {
  let late = 0
  for (const leg of legs) {
    // A process that was frozen since it wrote the leg must leave it to those that have taken it over.
    if (performance.now() - begunAt > tellWithinMs) {
      late++
      continue
    }
    state.nodes.get(leg.node).switchboard.originate({
      channelId: leg.legId,
      to: { number: leg.spelling, trunk: leg.trunkId, between: between[leg.script.name] },
      context: 'hotline-leg',
      callerId: leg.callerId,
      ringSeconds: leg.ringSeconds,
      variables: { LD_TALK_SECONDS: String(leg.talkSeconds), ...leg.script.variables, LD_LEG: leg.legId, LD_SCRIPT: leg.script.name }
    }).catch((error: unknown) => {
      // Any other error will happen the next time, too.
      if (error instanceof DomainError && !isPbxAway(error)) {
        state.onRefused(leg)
      } else {
        state.log.warn({ legId: leg.legId, error: error instanceof Error ? error.message : String(error) },
          'nobody knows whether the leg was placed; checked after the next login')
      }
    })
  }
  if (late > 0) state.log.warn({ late }, 'too late to tell the PBX of these legs; they are checked and placed again')
}

function carryOut (state: PlacingState, plan: Plan): void {
  tellPbx(state, plan.legs, plan.begunAt)
  state.hangUp(plan.preempted)
  if (!plan.nextSecond || state.stopped) return
  clearTimeout(state.secondTimer)
  state.secondTimer = setTimeout(() => { place(state).catch((error: unknown) => { state.log.error(error, 'placing failed') }) },
    1001 - plan.decidedAt.getTime() % 1000)
}

async function round (state: PlacingState, up: readonly string[]): Promise<{ more: boolean }> {
  const now = state.clock.now()
  if (!await anyDue(state.db, now, up)) return { more: false }
  const plan = await state.db.tx(async tx => await decide(state, tx, now, up, roundSize, 'wait'))
  carryOut(state, plan)
  return plan
}

async function rounds (state: PlacingState): Promise<void> {
  for (;;) {
    state.again = false
    const up = upNow(state)
    if (state.stopped || up.length === 0) return
    // Each round that asks for more has moved a full batch out of the way, so this ends.
    const { more } = await round(state, up)
    if (!more && !state.again) return
  }
}

async function place (state: PlacingState): Promise<void> {
  if (state.running) {
    state.again = true
    return await state.running
  }
  state.running = rounds(state).finally(() => { state.running = null })
  return await state.running
}
