import type { Logger } from 'pino'
import type { HealthCheck } from '../../../domain/health-check.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import type { LiveState } from '../../../pbx/live-state.ts'
import type { Nodes, PbxNode } from '../../../pbx/nodes.ts'
import type { Switchboard } from '../../../pbx/switchboard.ts'
import { createPump, type Pump } from '../../../queue/pump.ts'
import { allAgents } from '../agents-store.ts'
import { heldBy, keepsHomes, type Apart } from '../rules/apart.ts'
import { agentsFor, heldBack, seatsFor, type FreeAgent } from '../rules/seating.ts'
import { createAwaited, type Awaited } from './awaited.ts'
import { keepHomes, type HomesOptions } from './homes.ts'
import { createInversions } from './inversions.ts'
import type { QueueKeepers } from './queue-keepers.ts'
import { inversionsSince, saveSeats, takers, type SeatChange, type Taker } from './seat-store.ts'
import { createWakes } from './wakes.ts'
import { telephoneOf, waitingCitizens, type TelephoneNow } from './who-waits.ts'

/*
 * A seat is the PBX whose queue may offer a ready agent a citizen. Of several PBXs it is one at a time: every other has the agent
 * paused. A change takes two steps, each decided anew from what stands:
 * taken   the row loses its seat, and the PBX is told to pause the agent
 * given   no PBX has the agent unpaused, or rings the telephone: the row gets the new seat, and that PBX is told. For a citizen who comes
 *         clearly after one of another PBX, the agent waits until that one is rung
 */

/** A PBX as this file needs it. */
export interface SeatNode {
  name: string
  live: LiveState
  switchboard: Pick<Switchboard, 'serviceIsThere' | 'serviceIsNotHeard' | 'queueLook'>
  isUp: () => boolean
  /** a draining one offers agents to citizens who wait there, and has no other seats */
  state: PbxNode['state']
}

export interface SeatsOptions extends HomesOptions {
  nodes: Pick<Nodes<SeatNode>, 'all' | 'each'>
  clock: Clock
  queue: Pick<QueueKeepers, 'want' | 'several'>
  /** the PBXs of which the process beside says that they run */
  running: () => Promise<ReadonlySet<string>>
  log: Logger
}

/** Keeps one queue over several PBXs. With a single one it takes homes away, and wakes those who wait first, and does nothing else. */
export interface Seats {
  start: () => Promise<void>
  stop: () => Promise<void>
  health: HealthCheck
}

/** What NOTIFY says when agents became ready, or are no longer. */
export const seatsChannel = 'seats'

const pollMs = 1000
/** Changes that come together are looked at together, ms. */
const restMs = 10
const hourMs = 3_600_000
/** The PBXs hear so often that the service is there; after ten seconds without they go on by themselves. ms */
const thereMs = 3000
/** Who has decided nothing for so long, for want of the database, does not say that it is there. ms */
const blindMs = 3000
/** By then the PBXs may have gone on by themselves. ms */
const aloneMs = 10_000

interface State extends SeatsOptions {
  /** how many PBXs there were at the last look */
  before: 'unknown' | 'one' | 'several'
  /** without a link since; by the process's own clock, ms */
  silentSince: Map<string, number>
  /** told last that the service is there; by the process's own clock, ms */
  toldAt: Map<string, number>
  awaited: Awaited
  /** decided last; by the process's own clock, ms */
  decidedAt: number
}

export function createSeats (options: SeatsOptions): Seats {
  const state: State = {
    ...options, before: 'unknown', silentSince: new Map(), toldAt: new Map(), awaited: createAwaited(), decidedAt: -Infinity
  }
  const { nodes, db, clock, queue, log } = state
  let pump: Pump | null = null
  const stops: Array<() => void | Promise<void>> = []
  const follows = new Map<string, () => void>()
  return {
    async start () {
      const inversions = createInversions({ nodes, db, clock, log })
      const wakes = createWakes()
      const running = createPump({ name: 'seats', work: async () => await decide(state), pollMs, restMs: () => restMs, log })
      pump = running
      nodes.each(node => {
        const { name, live } = node
        const unsubscribe = live.subscribe(change => {
          if (change.kind === 'reset' && change.live) say(state, node)
          wakes.heard(node, change)
          if (change.kind === 'agent' && queue.several()) inversions.offered(name, change.extension)
          if (change.kind === 'agent' || change.kind === 'queue' || change.kind === 'reset') running.wake()
        })
        follows.set(name, unsubscribe)
        if (live.isLive()) say(state, node)
        running.wake()
        return () => {
          follows.delete(name)
          state.silentSince.delete(name)
          state.toldAt.delete(name)
          unsubscribe()
        }
      })
      stops.push(await db.listen(seatsChannel, running.wake))
      const timer = setInterval(() => { for (const node of nodes.all) if (queue.several()) say(state, node) }, thereMs)
      stops.push(() => { clearInterval(timer) })
    },
    async stop () {
      for (const unsubscribe of follows.values()) unsubscribe()
      for (const stop of stops.splice(0)) await stop()
      await pump?.stop()
    },
    health: {
      name: 'one-queue',
      vital: false,
      async check () {
        if (!queue.several()) return { ok: true }
        const inversions = await inversionsSince(db, new Date(clock.now().getTime() - hourMs))
        return { ok: true, detail: { inversionsLastHour: inversions } }
      }
    }
  }
}

/** Tells a PBX with a link that the service is there. */
function say ({ queue, toldAt, decidedAt }: State, { name, switchboard, isUp }: SeatNode): void {
  if (!isUp()) return
  if (!queue.several()) {
    switchboard.serviceIsNotHeard().catch(() => {})
    return
  }
  // The PBXs would wait for orders that cannot come.
  if (performance.now() - decidedAt > blindMs) return
  // Whether it was heard is not known before the answer, and perhaps never.
  toldAt.set(name, performance.now())
  switchboard.serviceIsThere().catch(() => {})
}

/** One look. After some time without any the PBXs hear at once that the service is there, and of all agents if they went on alone. */
async function decide (state: State): Promise<boolean> {
  const more = await look(state)
  const { queue, nodes, db, decidedAt } = state
  const now = performance.now()
  state.decidedAt = now
  if (now - decidedAt <= blindMs || !queue.several()) return more
  for (const node of nodes.all) say(state, node)
  if (decidedAt !== -Infinity && now - decidedAt > aloneMs) for (const agent of await allAgents(db)) queue.want(agent)
  return more
}

/** Decides once for all agents who are ready. @returns false: what is left to do comes with an event, or the next poll */
async function look (state: State): Promise<boolean> {
  const { nodes, db, queue } = state
  if (!queue.several()) return await lookAtOne(state)
  const rows = await takers(db)
  const apart = await apartNow(state)
  // Nothing is awaited from here until it is decided: with a link goes what is known of the telephones there.
  const up = nodes.all.filter(isRead)
  if (nodes.all.some(node => !up.includes(node) && !apart.has(node.name))) return true
  const names = up.filter(node => node.state() === 'active').map(node => node.name)
  const agents = rows.map(agent => ({ ...agent, telephone: telephoneOf(up, agent.extension) }))
  const kept = (node: string): boolean => {
    const without = apart.get(node)
    return without !== undefined && keepsHomes(without)
  }
  const ready = agents.filter(agent => agent.ready).map(agent => ({ ...agent, held: heldBy(agent, apart), isApart: isApart(agent, apart) }))
  const changes = changesFor(state, up, names, ready)
  await keepHomes(state, agents, names, kept)
  if (state.before !== 'several' && up.length > 0) {
    await keepSeats(state, ready)
    return true
  }
  if (changes.length === 0) return false
  await db.tx(async tx => {
    const changed = await saveSeats(tx, changes)
    tx.afterCommit(() => { for (const agent of changed) queue.want(agent) })
  })
  return false
}

/** The agents who are to get, or to lose, a seat. */
function changesFor ({ awaited }: State, up: readonly SeatNode[], names: readonly string[], ready: readonly Looked[]): SeatChange[] {
  const [citizens, free] = [waitingCitizens(up), ready.filter(isFree).map(asFree)]
  const given = agentsFor(citizens, free)
  awaited.note(citizens.map(c => c.uniqueId), [...given.values()].map(c => c.uniqueId))
  const held = heldBack(given, citizen => awaited.has(citizen.uniqueId))
  const seats = seatsFor(given, free, names)
  const wanted = (agent: Looked): string | null => {
    if (!isFree(agent) || (agent.seat === null && held.has(agent.extension))) return null
    return seats.get(agent.extension) ?? agent.seat
  }
  return ready.flatMap(agent => changeOf(agent, wanted(agent)))
}

/** Where the only PBX of before offers them is their seat now: nobody is paused in between. */
async function keepSeats (state: State, ready: ReadonlyArray<Taker & { telephone: TelephoneNow }>): Promise<void> {
  const seats = ready.flatMap(({ extension, seat, telephone: { offeredAt: [first, ...more] } }): SeatChange[] =>
    seat !== null || first === undefined || more.length > 0 ? [] : [{ extension, from: null, to: first }])
  if (seats.length > 0) await state.db.tx(async tx => { await saveSeats(tx, seats) })
  state.before = 'several'
}

/** A single PBX offers all of them, with and without the service: homes are for several. */
async function lookAtOne (state: State): Promise<boolean> {
  if (state.before === 'one') return false
  const agents = (await takers(state.db)).filter(agent => agent.home !== null)
  const telephone = { reachableAt: [], busyAt: [], isBusy: false, offeredAt: [] }
  await keepHomes(state, agents.map(agent => ({ ...agent, signedIn: false, telephone })), [], () => false)
  for (const node of state.nodes.all) say(state, node)
  state.before = 'one'
  return false
}

interface Looked extends Pick<Taker, 'extension' | 'seat'> {
  telephone: TelephoneNow
  /** the PBX without a link that has the agent */
  held: string | null
  /** the seat is at a PBX without a link */
  isApart: boolean
}

const isApart = ({ seat }: Taker, apart: ReadonlyMap<string, Apart>): boolean => seat !== null && apart.has(seat)

const asFree = ({ extension, seat, telephone }: Looked): FreeAgent => ({ extension, seat, nodes: telephone.reachableAt })

/** Whether this agent may be given a seat, or another one, now. */
const isFree = ({ held, isApart, telephone }: Looked): boolean => held === null && !isApart && !telephone.isBusy

function changeOf ({ extension, seat, telephone, held, isApart }: Looked, wanted: string | null): SeatChange[] {
  if (seat !== null) {
    // Rung, or in a call, at the seat's own PBX: that one sees it by itself.
    const isServed = telephone.isBusy && telephone.busyAt.every(node => node === seat)
    const stays = held === seat || (!isApart && (isServed || (held === null && wanted === seat)))
    return stays ? [] : [{ extension, from: seat, to: null }]
  }
  return wanted === null || telephone.offeredAt.length > 0 ? [] : [{ extension, from: null, to: wanted }]
}

/** There is a link, and what is live there was read. */
const isRead = ({ isUp, live }: SeatNode): boolean => isUp() && live.isLive()

/** The PBXs without a link, or not read yet. The database is asked only when there are some. */
async function apartNow ({ nodes, silentSince, toldAt, running }: State): Promise<ReadonlyMap<string, Apart>> {
  const now = performance.now()
  for (const node of nodes.all) {
    if (isRead(node)) silentSince.delete(node.name)
    else if (!silentSince.has(node.name)) silentSince.set(node.name, now)
  }
  if (silentSince.size === 0) return new Map()
  const runs = await running()
  return new Map([...silentSince].map(([name, since]) =>
    [name, { silent: now - since, untold: now - (toldAt.get(name) ?? -Infinity), runs: runs.has(name) }]))
}
