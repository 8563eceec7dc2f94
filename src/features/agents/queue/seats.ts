import type { Logger } from 'pino'
import type { HealthCheck } from '../../../domain/health-check.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import type { LiveState } from '../../../pbx/live-state.ts'
import type { Nodes, PbxNode } from '../../../pbx/nodes.ts'
import type { Switchboard } from '../../../pbx/switchboard.ts'
import { createPump, type Pump } from '../../../queue/pump.ts'
import { seatsFor, type FreeAgent } from '../rules/seating.ts'
import { keepHomes, type HomesOptions } from './homes.ts'
import { createInversions } from './inversions.ts'
import type { QueueKeepers } from './queue-keepers.ts'
import { inversionsSince, saveSeats, takers, type SeatChange } from './seat-store.ts'
import { telephoneOf, waitingCitizens, type TelephoneNow } from './who-waits.ts'

/*
 * A seat is the PBX whose queue may offer a ready agent a citizen. Of several PBXs it is one at a time: every other has the agent
 * paused. A change takes two steps, each decided anew from what stands:
 * taken   the row loses its seat, and the PBX is told to pause the agent
 * given   no PBX has the agent unpaused, or rings the telephone: the row gets the new seat, and that PBX is told
 */

/** A PBX as this file needs it. */
export interface SeatNode {
  name: string
  live: LiveState
  switchboard: Pick<Switchboard, 'serviceIsThere'>
  isUp: () => boolean
  /** a draining one offers agents to citizens who wait there, and has no other seats */
  state: PbxNode['state']
}

export interface SeatsOptions extends HomesOptions {
  nodes: Pick<Nodes<SeatNode>, 'all' | 'each'>
  clock: Clock
  queue: Pick<QueueKeepers, 'want' | 'several'>
  log: Logger
}

/** Keeps one queue over several PBXs; with a single one it takes homes away, and does nothing else. */
export interface Seats {
  start: () => Promise<void>
  stop: () => Promise<void>
  health: HealthCheck
}

/** What NOTIFY says when agents became ready, or are no longer. */
export const seatsChannel = 'seats'

/** A PBX without a link for so long is given up, and its agents are given others, ms. */
const lostAfterMs = 10_000
const pollMs = 1000
/** Changes that come together are looked at together, ms. */
const restMs = 10
const hourMs = 3_600_000
/** The PBXs hear so often that the service is there; after ten seconds without they go on by themselves. ms */
const thereMs = 3000

interface State extends SeatsOptions {
  /** how many PBXs there were at the last look */
  before: 'unknown' | 'one' | 'several'
  /** without a link since; by the process's own clock, ms */
  silentSince: Map<string, number>
}

export function createSeats (options: SeatsOptions): Seats {
  const state: State = { ...options, before: 'unknown', silentSince: new Map() }
  const { nodes, db, clock, queue, log } = state
  let pump: Pump | null = null
  const stops: Array<() => void | Promise<void>> = []
  return {
    async start () {
      const inversions = createInversions({ nodes, db, clock, log })
      const running = createPump({ name: 'seats', work: async () => await look(state), pollMs, restMs: () => restMs, log })
      pump = running
      nodes.each(({ name, live }) => live.subscribe(change => {
        if (!queue.several()) return
        if (change.kind === 'agent') inversions.offered(name, change.extension)
        if (change.kind === 'agent' || change.kind === 'queue' || change.kind === 'reset') running.wake()
      }))
      stops.push(await db.listen(seatsChannel, running.wake))
      const say = (): void => {
        if (!queue.several()) return
        for (const node of nodes.all) if (node.isUp()) node.switchboard.serviceIsThere().catch(() => {})
      }
      say()
      const timer = setInterval(say, thereMs)
      stops.push(() => { clearInterval(timer) })
    },
    async stop () {
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

/** Decides once for all agents who are ready. @returns false: what is left to do comes with an event, or the next poll */
async function look (state: State): Promise<boolean> {
  const { nodes, db, queue } = state
  if (!queue.several()) return await lookAtOne(state)
  noteSilence(state)
  const up = nodes.all.filter(node => node.isUp() && node.live.isLive())
  const names = up.filter(node => node.state() === 'active').map(node => node.name)
  const agents = (await takers(db)).map(agent => ({ ...agent, telephone: telephoneOf(up, agent.extension) }))
  await keepHomes(state, agents, names)
  const ready = agents.filter(agent => agent.ready)
  if (state.before !== 'several' && up.length > 0) {
    // Where the only PBX of before offers them is their seat now: nobody is paused in between.
    const seats = ready.flatMap(({ extension, seat, telephone: { offeredAt: [first, ...more] } }): SeatChange[] =>
      seat !== null || first === undefined || more.length > 0 ? [] : [{ extension, from: null, to: first }])
    if (seats.length > 0) await db.tx(async tx => { await saveSeats(tx, seats) })
    state.before = 'several'
    return true
  }
  const wanted = seatsFor(waitingCitizens(up), ready.filter(agent => isFree(state, agent)).map(asFree), names)
  const changes = ready.flatMap(agent =>
    changeOf(state, agent, isFree(state, agent) ? wanted.get(agent.extension) ?? agent.seat : null))
  if (changes.length === 0) return false
  await db.tx(async tx => {
    const changed = await saveSeats(tx, changes)
    tx.afterCommit(() => { for (const agent of changed) queue.want(agent) })
  })
  return false
}

/** A single PBX offers all of them, with and without the service: homes are for several. */
async function lookAtOne (state: State): Promise<boolean> {
  if (state.before === 'one') return false
  const agents = (await takers(state.db)).filter(agent => agent.home !== null)
  const telephone = { reachableAt: [], busyAt: [], isBusy: false, offeredAt: [] }
  await keepHomes(state, agents.map(agent => ({ ...agent, signedIn: false, telephone })), [])
  state.before = 'one'
  return false
}

interface Looked { extension: string, seat: string | null, telephone: TelephoneNow }

const asFree = ({ extension, seat, telephone }: Looked): FreeAgent => ({ extension, seat, nodes: telephone.reachableAt })

/** Whether this agent may be given a seat, or another one, now. */
function isFree (state: State, { seat, telephone }: Looked): boolean {
  return !telephone.isBusy && (seat === null || !isSilent(state, seat))
}

function changeOf (state: State, { extension, seat, telephone }: Looked, wanted: string | null): SeatChange[] {
  if (seat !== null) {
    // Rung, or in a call, at the seat's own PBX: that one sees it by itself.
    const stays = wanted === seat || (telephone.isBusy && telephone.busyAt.every(node => node === seat))
    if (isSilent(state, seat) ? !isLost(state, seat) : stays) return []
    return [{ extension, from: seat, to: null }]
  }
  return wanted === null || telephone.offeredAt.length > 0 ? [] : [{ extension, from: null, to: wanted }]
}

function noteSilence ({ nodes, silentSince }: State): void {
  for (const { name, isUp } of nodes.all) {
    if (isUp()) silentSince.delete(name)
    else if (!silentSince.has(name)) silentSince.set(name, performance.now())
  }
}

const isSilent = ({ silentSince }: State, node: string): boolean => silentSince.has(node)

function isLost ({ silentSince }: State, node: string): boolean {
  const since = silentSince.get(node)
  return since !== undefined && performance.now() - since >= lostAfterMs
}
