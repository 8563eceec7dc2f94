import { legPriority, type LegPriority } from '../../../domain/telephone/legs.ts'

export interface TrunkRoom {
  id: string
  /** calls the carrier takes at once, both ways */
  channels: number
  /** headroom: channels kept free for the next citizens, beside those in use; only an emergency may use it */
  reservedInbound: number
  callsPerSecond: number
  /** smaller goes first */
  priority: number
  /** its part among those of one priority */
  weight: number
  /** 1 is the cheapest */
  costClass: number
  /** nodes its carrier does not answer: automated calls wait for it, people and emergencies try all the same */
  silentAt: readonly string[]
  /** it answers OPTIONS at best: its last calls had no reaction at all, and others go first */
  deaf: boolean
  /** placed in the running second */
  placedInSecond: number
  /** channels in use that are not legs: citizens dialling in, and outside parties they were transferred to */
  others: number
  living: ReadonlyArray<{ legId: string, priority: number, answered: boolean, hangupWanted: boolean }>
}

export interface Admission {
  /** request ids in the order given, each with its trunk */
  admitted: Array<{ requestId: string, trunkId: string }>
  /** legs to end for an emergency that found no room; the emergency is admitted when they are gone */
  preempted: string[]
  /** a request waits only because of the calls per second */
  nextSecond: boolean
}

/** A request to be placed. */
export interface Waiting {
  requestId: string
  priority: LegPriority
  /** trunks with a technical failure for the same number just now */
  failedTrunks?: readonly string[]
  /** where it may be placed */
  nodes: readonly string[]
  /** the one trunk it goes over; null or not said: any */
  trunk?: string | null
}

/** A trunk while requests are given to it. */
interface Room extends Pick<TrunkRoom, 'id' | 'priority' | 'weight' | 'costClass' | 'silentAt' | 'deaf'> {
  free: number
  freeBesideHeadroom: number
  rate: number
  used: number
}

/** Those that react to calls, then priority; among equals the one with the fewest calls for its weight. */
const before = (a: Room, b: Room): number =>
  Number(a.deaf) - Number(b.deaf) || a.priority - b.priority || a.used / a.weight - b.used / b.weight || (a.id < b.id ? -1 : 1)

/**
 * Trunks for this request, best first. First those without a recent failure whose carrier answers. A machine's call takes of these only the
 * cheapest class: it waits there rather than use a dearer one.
 */
function suited (all: readonly Room[], { priority, failedTrunks = [], nodes, trunk = null }: Waiting): Room[] {
  const rooms = trunk === null ? all : all.filter(room => room.id === trunk)
  const silent = (room: Room): boolean => nodes.every(node => room.silentAt.includes(node))
  const order = (some: readonly Room[]): Room[] => some.toSorted(before)
  const fresh = rooms.filter(room => !failedTrunks.includes(room.id))
  const good = fresh.filter(room => !silent(room))
  if (priority < legPriority.automated) {
    return [...order(good), ...order(fresh.filter(silent)), ...order(rooms.filter(room => failedTrunks.includes(room.id)))]
  }
  const able = good.length > 0 ? good : rooms.filter(room => !silent(room))
  const reacting = able.filter(room => !room.deaf)
  const working = reacting.length > 0 ? reacting : able
  const cheapest = Math.min(...working.map(room => room.costClass))
  return order(working.filter(room => room.costClass === cheapest))
}

/**
 * The requests to place now, each with its trunk. Precedence: emergency, the next citizens (the headroom: a call the carrier turns away
 * never reaches us), people dialling by hand, automated calls. Preemption: only unanswered automated legs yield to an emergency; a citizen
 * in mid-survey is never cut off.
 * @param waiting in the order in which they are to be placed
 */
export function admit (trunks: readonly TrunkRoom[], waiting: readonly Waiting[]): Admission {
  const rooms = trunks.map((trunk): Room => {
    const used = trunk.others + trunk.living.length
    const free = trunk.channels - used
    const { id, priority, weight, costClass, silentAt, deaf } = trunk
    const rate = trunk.callsPerSecond - trunk.placedInSecond
    return { id, priority, weight, costClass, silentAt, deaf, used, free, freeBesideHeadroom: free - trunk.reservedInbound, rate }
  })
  const admitted: Admission['admitted'] = []
  let nextSecond = false
  let emergenciesWithoutRoom = 0
  for (const request of waiting) {
    const emergency = request.priority === legPriority.emergency
    const withRoom = suited(rooms, request).filter(room => (emergency ? room.free : room.freeBesideHeadroom) > 0)
    const room = withRoom.find(r => r.rate > 0)
    if (room) {
      room.free--
      room.freeBesideHeadroom--
      room.rate--
      room.used++
      admitted.push({ requestId: request.requestId, trunkId: room.id })
    } else if (withRoom.length > 0) {
      nextSecond = true
    } else if (emergency) {
      emergenciesWithoutRoom++
    }
  }
  const leaving = trunks.reduce((sum, trunk) => sum + trunk.living.filter(leg => leg.hangupWanted && !leg.answered).length, 0)
  const mayYield = trunks.flatMap(trunk => trunk.living)
    .filter(leg => leg.priority >= legPriority.automated && !leg.answered && !leg.hangupWanted)
  return { admitted, preempted: mayYield.slice(0, Math.max(0, emergenciesWithoutRoom - leaving)).map(leg => leg.legId), nextSecond }
}

/** Loopback only: 127.0.0.0/8, ::1, localhost. `address` may carry a port. */
export function isLoopback (address: string): boolean {
  const host = address.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/^([^:]+):\d+$/, '$1').toLowerCase()
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}
