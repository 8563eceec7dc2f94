import type { Logger } from 'pino'
import type { Database, Queryable, Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { Clock } from '../../domain/clock.ts'
import { DomainError, isPbxAway } from '../../domain/errors.ts'
import { newLegId } from '../../domain/ids.ts'
import type { PhoneNumber } from '../../domain/telephone/phone-number.ts'
import { declinedHashes } from '../permission/declined-numbers.ts'
import type { DialPermission } from '../permission/dial-permission.ts'
import type { LegScript } from '../dialler.ts'
import {
  anyDue, countPlaced, insertLegs, livingLegs, lockTrunks, otherCalls, postpone, takeDue, wantHangup, type DueRequest, type NewLeg,
  type TrunkRow
} from '../dialler-store.ts'
import type { LegNodes, PlacedLeg } from '../legs/leg-nodes.ts'
import { nextAllowed } from '../../calendar/rules/allowed-hours.ts'
import { whoDials } from '../permission/rules/dial-permission.ts'
import { automatedPurposes, trunkSpelling } from '../permission/rules/dialled-number.ts'
import { admit, isLoopback } from './rules/trunk-admission.ts'

/** A leg to tell the PBX of now. */
export interface LegToPlace extends PlacedLeg {
  callerId: string
  spelling: string
  ringSeconds: number
  talkSeconds: number
  script: LegScript
}

/** A transaction's decisions: carried out after its commit. */
interface Plan {
  decidedAt: Date
  legs: LegToPlace[]
  /** ms of performance.now() */
  begunAt: number
  /** legs that make room for an emergency */
  preempted: PlacedLeg[]
  nextSecond: boolean
  more: boolean
}

export interface PlacingOptions {
  db: Database
  sealing: Sealing
  clock: Clock
  nodes: LegNodes
  /** this process, as written into the legs it places */
  instance: string
  timeZone: string
  sampleLoaded: (db: Queryable) => Promise<boolean>
  permission: DialPermission
  isOutOfTown: (number: PhoneNumber) => boolean
  cancel: (tx: Tx, requestIds: readonly string[], reason: string) => Promise<void>
  hangUp: (legs: readonly PlacedLeg[]) => void
  /** the PBX refused a leg */
  onRefused: (leg: PlacedLeg) => void
  log: Logger
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
  legToPlace: (
    leg: PlacedLeg & { number: PhoneNumber, ringSeconds: number, talkSeconds: number, script: LegScript }, trunk: TrunkRow
  ) => LegToPlace
  /** Trunks that may be used; none when sample people are loaded and the trunk is a real one. */
  usable: (trunks: readonly TrunkRow[], sample: boolean) => TrunkRow[]
  stop: () => Promise<void>
}

/** Scripts that lead into a conversation, in which a person may be silent for long; all other scripts talk by themselves. */
const betweenPeople: Partial<Record<LegScript['name'], 'people' | 'conference'>> = {
  manual: 'people',
  own: 'people',
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

export function createPlacing (options: PlacingOptions): Placing {
  const {
    db, sealing, clock, nodes, instance, timeZone, sampleLoaded, permission, isOutOfTown, cancel, hangUp, onRefused, log
  } = options
  let running: Promise<void> | null = null
  let again = false
  let stopped = false
  let nextSecond: NodeJS.Timeout | undefined
  let saidLoopback = false
  /** nodes that can be told of a leg */
  const upNow = (): string[] => nodes.all.filter(node => node.isUp()).map(node => node.name)

  const usable: Placing['usable'] = (trunks, sample) => {
    const allowed = sample ? trunks.filter(trunk => isLoopback(trunk.address)) : [...trunks]
    if (allowed.length < trunks.length && !saidLoopback) {
      saidLoopback = true
      log.error({ code: 'trunk-not-loopback' }, 'sample people are loaded: trunks that are not loopback are not used')
    }
    return allowed
  }

  const legToPlace: Placing['legToPlace'] = ({ legId, node, number, ringSeconds, talkSeconds, script }, trunk) => ({
    legId,
    node,
    callerId: trunk.callerId,
    spelling: trunkSpelling(number, trunk.outOfTownPrefix, isOutOfTown(number)),
    ringSeconds,
    talkSeconds,
    script
  })

  const tellPbx: Placing['tellPbx'] = (legs, begunAt) => {
    let late = 0
    for (const leg of legs) {
      // A process that was frozen since it wrote the leg must leave it to those that have taken it over.
      if (performance.now() - begunAt > tellWithinMs) {
        late++
        continue
      }
      nodes.get(leg.node).switchboard.originate({
        channelId: leg.legId,
        to: { number: leg.spelling, between: betweenPeople[leg.script.name] ?? 'script' },
        context: 'hotline-leg',
        callerId: leg.callerId,
        ringSeconds: leg.ringSeconds,
        variables: { LD_TALK_SECONDS: String(leg.talkSeconds), ...leg.script.variables, LD_LEG: leg.legId, LD_SCRIPT: leg.script.name }
      }).catch((error: unknown) => {
        // Any other error will happen the next time, too.
        if (error instanceof DomainError && !isPbxAway(error)) {
          onRefused(leg)
        } else {
          log.warn({ legId: leg.legId, error: error instanceof Error ? error.message : String(error) },
            'nobody knows whether the leg was placed; checked after the next login')
        }
      })
    }
    if (late > 0) log.warn({ late }, 'too late to tell the PBX of these legs; they are checked and placed again')
  }

  const numberOf = (request: DueRequest): PhoneNumber => {
    const numbers = JSON.parse(sealing.open(request.numbersSealed)) as PhoneNumber[]
    const number = numbers[request.numberIndex]
    if (number === undefined) throw new Error('a request points beyond its numbers')
    return number
  }

  /** Requests whose number has declined automated calls since they were made. */
  async function declinedSince (tx: Tx, due: ReadonlyArray<{ request: DueRequest, number: PhoneNumber, hash: Buffer }>): Promise<string[]> {
    const automated = due.filter(d => automatedPurposes.has(d.request.purpose))
    const hashes = await declinedHashes(tx, automated.map(d => d.hash))
    return automated.filter(d => hashes.has(d.hash.toString('hex'))).map(d => d.request.requestId)
  }

  /** Decides which request is placed on which of the `up` nodes, and writes it; the nodes are told after the commit. */
  async function decide (tx: Tx, now: Date, up: readonly string[], size: number, waiting: 'wait' | 'skip locked'): Promise<Plan> {
    const begunAt = performance.now()
    const [allTrunks, living, others, due, sample, refused] = await Promise.all(
      [lockTrunks(tx, waiting), livingLegs(tx), otherCalls(tx), takeDue(tx, now, size, up), sampleLoaded(tx), permission.now(tx)]
    )
    const trunks = usable(allTrunks, sample)
    const timed = due.map(request => ({ request, at: nextAllowed(request.windows, timeZone, now) }))
    const outside = timed.filter(({ at }) => at > now)
    postpone(tx, outside.map(({ request, at }) => ({ requestId: request.requestId, at })))
    const inside = timed.filter(({ at }) => at <= now).map(({ request }) => request)
    const second = new Date(Math.floor(now.getTime() / 1000) * 1000)
    const placedIn = (trunk: TrunkRow): number => trunk.second?.getTime() === second.getTime() ? trunk.placedInSecond : 0

    const { admitted, preempted: yielding, nextSecond } = admit(trunks.map(trunk => ({
      id: trunk.id,
      channels: trunk.channels,
      reservedInbound: trunk.reservedInbound,
      callsPerSecond: trunk.callsPerSecond,
      silent: up.every(name => trunk.silentAt.includes(name)),
      placedInSecond: placedIn(trunk),
      others: others.find(o => o.trunkId === trunk.id)?.calls ?? 0,
      living: living.filter(leg => leg.trunkId === trunk.id)
    })), inside)

    const byId = new Map(inside.map(request => [request.requestId, request]))
    const trunkById = new Map(trunks.map(trunk => [trunk.id, trunk]))
    const chosen = admitted.flatMap(({ requestId, trunkId }) => {
      const request = byId.get(requestId)
      const trunk = trunkById.get(trunkId)
      if (!request || !trunk) return []
      const number = numberOf(request)
      return [{ request, trunk, number, hash: sealing.fingerprint(number) }]
    })
    const unwilling = await declinedSince(tx, chosen)
    if (unwilling.length > 0) await cancel(tx, unwilling, 'declined-calls')
    // Allowed at the request; a centre or a setting may have changed since.
    const forbidden = chosen.filter(c => refused(c.number, whoDials(c.request.priority)) !== null).map(c => c.request.requestId)
    if (forbidden.length > 0) await cancel(tx, forbidden, 'number-not-permitted')
    const dropped = new Set([...unwilling, ...forbidden])

    const placing = chosen.filter(c => !dropped.has(c.request.requestId)).map(({ request, trunk, number, hash }) => {
      const leg: NewLeg = {
        legId: newLegId(),
        node: request.node ?? nodes.choose('leg', node => up.includes(node.name)).name,
        requestId: request.requestId,
        trunkId: trunk.id,
        numberSealed: sealing.seal(number),
        numberHash: hash
      }
      return { leg, toPlace: legToPlace({ ...request, ...leg, number }, trunk) }
    })
    if (placing.length > 0) insertLegs(tx, placing.map(p => p.leg), instance, now)
    for (const trunk of trunks) {
      const placed = placing.filter(p => p.leg.trunkId === trunk.id).length
      if (placed > 0) countPlaced(tx, trunk.id, second, placedIn(trunk) + placed)
    }
    if (yielding.length > 0) wantHangup(tx, yielding, true)
    return {
      decidedAt: now,
      legs: placing.map(p => p.toPlace),
      begunAt,
      preempted: living.filter(leg => yielding.includes(leg.legId)),
      nextSecond,
      more: due.length === size && (outside.length > 0 || dropped.size > 0)
    }
  }

  function carryOut (plan: Plan): void {
    tellPbx(plan.legs, plan.begunAt)
    hangUp(plan.preempted)
    if (!plan.nextSecond || stopped) return
    clearTimeout(nextSecond)
    nextSecond = setTimeout(() => { place().catch((error: unknown) => { log.error(error, 'placing failed') }) },
      1001 - plan.decidedAt.getTime() % 1000)
  }

  async function round (up: readonly string[]): Promise<{ more: boolean }> {
    const now = clock.now()
    if (!await anyDue(db, now, up)) return { more: false }
    const plan = await db.tx(async tx => await decide(tx, now, up, roundSize, 'wait'))
    carryOut(plan)
    return plan
  }

  async function rounds (): Promise<void> {
    for (;;) {
      again = false
      const up = upNow()
      if (stopped || up.length === 0) return
      // Each round that asks for more has moved a full batch out of the way, so this ends.
      const { more } = await round(up)
      if (!more && !again) return
    }
  }

  async function place (): Promise<void> {
    if (running) {
      again = true
      return await running
    }
    running = rounds().finally(() => { running = null })
    return await running
  }

  return {
    place,
    async placeWithin (tx, requests) {
      const up = upNow()
      if (stopped || up.length === 0) return
      const plan = await decide(tx, clock.now(), up, Math.min(atOnce, requests), 'skip locked')
      tx.afterCommit(() => { carryOut(plan) })
    },
    tellPbx,
    legToPlace,
    usable,
    async stop () {
      stopped = true
      clearTimeout(nextSecond)
      await running?.catch(() => {})
    }
  }
}
