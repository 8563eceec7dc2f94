import type { Logger } from 'pino'
import type { Queryable, Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import { nextAllowed } from '../../calendar/rules/allowed-hours.ts'
import { newLegId } from '../../domain/ids.ts'
import type { PhoneNumber } from '../../domain/telephone/phone-number.ts'
import type { LegScript } from '../dialler-types.ts'
import { insertLegs, livingLegs, postpone, takeDue, type DueRequest, type NewLeg } from '../dialler-store.ts'
import type { UnwantedLeg } from '../legs/hanging-up.ts'
import type { LegNodes, PlacedLeg } from '../legs/leg-nodes.ts'
import { notLost } from '../legs/leg-store.ts'
import { isAutomated } from '../legs/rules/purposes.ts'
import { declinedHashes } from '../permission/declined-store.ts'
import type { DialPermission } from '../permission/dial-permission.ts'
import { whoDials } from '../permission/rules/dial-permission.ts'
import { trunkSpelling } from '../permission/rules/dialled-number.ts'
import { troubleOf } from '../trunks/rules/trouble.ts'
import { callsOnTrunks, lastCallsOnTrunks } from '../trunks/trunk-store.ts'
import { admit, isLoopback } from './rules/trunk-admission.ts'
import { countPlaced, lockTrunks, placedIn, preemptLegs, runningSecond, type TrunkRow } from './room-store.ts'

/** A leg to tell the PBX of now. */
export interface LegToPlace extends PlacedLeg {
  trunkId: string
  callerId: string
  spelling: string
  ringSeconds: number
  talkSeconds: number
  script: LegScript
}

/** The PBXs that lack one of these spoken prompts, read from rows. */
export type LackedBy = (q: Queryable, prompts: readonly string[]) => Promise<Array<{ prompt: string, node: string }>>

/** A transaction's decisions: carried out after its commit. */
export interface Plan {
  decidedAt: Date
  legs: LegToPlace[]
  /** ms of performance.now() */
  begunAt: number
  /** legs that make room for an emergency */
  preempted: UnwantedLeg[]
  nextSecond: boolean
  more: boolean
}

export interface DecidingOptions {
  sealing: Sealing
  nodes: LegNodes
  /** this process, as written into the legs it places */
  instance: string
  timeZone: string
  sampleLoaded: (db: Queryable) => Promise<boolean>
  permission: DialPermission
  isOutOfTown: (number: PhoneNumber) => boolean
  /** the PBXs that lack one of these prompts */
  lackedBy: LackedBy
  cancel: (tx: Tx, requestIds: readonly string[], reason: string) => Promise<void>
  log: Logger
}

export interface Deciding extends DecidingOptions {
  /** the log has said that trunks which are not loopback are left out */
  saidLoopback: boolean
}

/** A leg whose trunk is known. */
export type LegOfTrunk = PlacedLeg & { number: PhoneNumber, ringSeconds: number, talkSeconds: number, script: LegScript }

/** A call whose sentence no PBX with a link has waits so long. ms */
const unspokenMs = 5000
/** Calls that had no reaction count against a trunk for so long; then it is tried again. ms */
const deafMs = 180_000

/**
 * Which of these PBXs have what each request plays. A request that may be placed anywhere waits until one has it; an emergency does not
 * wait.
 */
async function bySound ({ lackedBy }: Deciding, tx: Tx, requests: readonly DueRequest[], up: readonly string[]): Promise<{
  playable: DueRequest[], unspoken: DueRequest[], canPlay: (request: DueRequest) => readonly string[]
}> {
  const prompts = ({ script: { variables: { LD_SAY = '', LD_SAY2 = '' } } }: DueRequest): string[] => `${LD_SAY}&${LD_SAY2}`.split('&')
  const lacks = await lackedBy(tx, requests.flatMap(prompts))
  const having = (request: DueRequest): string[] =>
    up.filter(node => !lacks.some(lack => lack.node === node && prompts(request).includes(lack.prompt)))
  const waits = (request: DueRequest): boolean =>
    request.node === null && isAutomated(request.purpose) && having(request).length === 0
  return {
    playable: requests.filter(request => !waits(request)),
    unspoken: requests.filter(waits),
    canPlay: request => having(request).length > 0 ? having(request) : up
  }
}

/** Decides which request is placed on which of the `up` nodes, and writes it; the nodes are told after the commit. */
export async function decide (
  state: Deciding, tx: Tx, now: Date, up: readonly string[], size: number, waiting: 'wait' | 'skip locked'
): Promise<Plan> {
  const begunAt = performance.now()
  const [allTrunks, second, living, others, due, able, sample, refused] = await Promise.all([
    lockTrunks(tx, waiting), runningSecond(tx), livingLegs(tx), callsOnTrunks(tx, 'others'), takeDue(tx, now, size, up), notLost(tx, up),
    state.sampleLoaded(tx), state.permission.now(tx)
  ])
  const trunks = usable(state, allTrunks, sample)
  const timed = due.map(request => ({ request, at: nextAllowed(request.windows, state.timeZone, now) }))
  const outside = timed.filter(({ at }) => at > now)
  postpone(tx, outside.map(({ request, at }) => ({ requestId: request.requestId, at })))
  const allowed = timed.flatMap(({ at, request }) => at <= now ? request : [])
  const [{ playable: inside, unspoken, canPlay }, deaf] = await Promise.all([
    bySound(state, tx, allowed, able), deafTrunks(tx, trunks, now)
  ])
  postpone(tx, unspoken.map(({ requestId }) => ({ requestId, at: new Date(now.getTime() + unspokenMs) })))

  const { admitted, preempted, nextSecond } = admit(trunks.map(trunk => ({
    id: trunk.id,
    channels: trunk.channels,
    reservedInbound: trunk.reservedInbound,
    callsPerSecond: trunk.callsPerSecond,
    priority: trunk.priority,
    weight: trunk.weight,
    costClass: trunk.costClass,
    silentAt: trunk.silentAt,
    deaf: deaf.has(trunk.id),
    placedInSecond: placedIn(trunk, second),
    others: others.find(o => o.trunkId === trunk.id)?.calls ?? 0,
    living: living.filter(leg => leg.trunkId === trunk.id)
  })), inside.map(request => ({ ...request, nodes: request.node === null ? canPlay(request) : [request.node] })))

  const byId = new Map(inside.map(request => [request.requestId, request]))
  const chosen = admitted.flatMap(({ requestId, trunkId }) => {
    const request = byId.get(requestId)
    const trunk = trunks.find(one => one.id === trunkId)
    if (!request || !trunk) return []
    const number = numberOf(state, request)
    return [{ request, trunk, number, hash: state.sealing.fingerprint(number) }]
  })
  const unwilling = await declinedSince(state, tx, chosen)
  if (unwilling.length > 0) await state.cancel(tx, unwilling, 'declined-calls')
  // Allowed at the request; a centre or a setting may have changed since.
  const forbidden = chosen.filter(c => refused(c.number, whoDials(c.request.priority)) !== null).map(c => c.request.requestId)
  if (forbidden.length > 0) await state.cancel(tx, forbidden, 'number-not-permitted')
  const dropped = new Set([...unwilling, ...forbidden])

  const placing = chosen.filter(c => !dropped.has(c.request.requestId)).map(({ request, trunk, number, hash }) => {
    const leg: NewLeg = {
      legId: newLegId(),
      node: request.node ?? nodeFor(state, trunk, canPlay(request)),
      requestId: request.requestId,
      trunkId: trunk.id,
      numberSealed: state.sealing.seal(number),
      numberHash: hash
    }
    return { leg, toPlace: legToPlace(state, { ...request, ...leg, number }, trunk) }
  })
  if (placing.length > 0) insertLegs(tx, placing.map(p => p.leg), state.instance, now)
  for (const trunk of trunks) {
    const placed = placing.filter(p => p.leg.trunkId === trunk.id).length
    if (placed > 0) countPlaced(tx, trunk.id, second, placedIn(trunk, second) + placed)
  }
  const yielding = preempted.length === 0 ? [] : await preemptLegs(tx, preempted)
  return {
    decidedAt: now,
    legs: placing.map(p => p.toPlace),
    begunAt,
    preempted: living.filter(leg => yielding.includes(leg.legId)).map(leg => ({ ...leg, evenAnswered: false })),
    nextSecond,
    // A leg that was answered meanwhile does not yield: another one does.
    more: (due.length === size && (outside.length > 0 || dropped.size > 0)) || yielding.length < preempted.length
  }
}

/** Trunks whose last calls had no reaction at all. A single one is taken as it is. */
async function deafTrunks (tx: Tx, { length }: readonly TrunkRow[], now: Date): Promise<Set<string>> {
  if (length < 2) return new Set()
  const last = Map.groupBy(await lastCallsOnTrunks(tx, new Date(now.getTime() - deafMs)), call => call.trunkId)
  return new Set([...last].flatMap(([id, calls]) => troubleOf(calls)?.kind === 'no-response' ? id : []))
}

/** A node whose carrier answers, if there is one. */
function nodeFor ({ nodes }: Deciding, trunk: TrunkRow, up: readonly string[]): string {
  const answered = up.filter(name => !trunk.silentAt.includes(name))
  return nodes.choose('leg', node => (answered.length > 0 ? answered : up).includes(node.name)).name
}

function numberOf (state: Deciding, request: DueRequest): PhoneNumber {
  const numbers = state.sealing.openNumbers(request.numbersSealed)
  const number = numbers[request.numberIndex]
  if (number === undefined) throw new Error('a request points beyond its numbers')
  return number
}

/** Requests whose number has declined automated calls since they were made. */
async function declinedSince (
  { sealing }: Pick<Deciding, 'sealing'>, tx: Tx, due: ReadonlyArray<{ request: DueRequest, number: PhoneNumber }>
): Promise<string[]> {
  const automated = due.filter(d => isAutomated(d.request.purpose))
    .map(({ request, number }) => ({ id: request.requestId, hashes: sealing.fingerprints(number) }))
  const declined = await declinedHashes(tx, automated.flatMap(d => d.hashes))
  return automated.filter(d => d.hashes.some(hash => declined.has(hash.toString('hex')))).map(d => d.id)
}

/** Trunks that may be used; none when sample people are loaded and the trunk is a real one. */
export function usable (state: Deciding, trunks: readonly TrunkRow[], sample: boolean): TrunkRow[] {
  const allowed = sample ? trunks.filter(trunk => isLoopback(trunk.address)) : [...trunks]
  if (allowed.length < trunks.length && !state.saidLoopback) {
    state.saidLoopback = true
    state.log.error({ code: 'trunk-not-loopback' }, 'sample people are loaded: trunks that are not loopback are not used')
  }
  return allowed
}

export function legToPlace (
  state: Deciding, { legId, node, number, ringSeconds, talkSeconds, script }: LegOfTrunk, trunk: TrunkRow
): LegToPlace {
  return {
    legId,
    node,
    trunkId: trunk.id,
    callerId: trunk.callerId,
    spelling: trunkSpelling(number, trunk.outOfTownPrefix, state.isOutOfTown(number)),
    ringSeconds,
    talkSeconds,
    script
  }
}
