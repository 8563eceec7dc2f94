import { legPriority, type LegPriority } from '../../../domain/telephone/legs.ts'

export interface TrunkRoom {
  id: string
  /** calls the carrier takes at once, both ways */
  channels: number
  /** headroom: channels kept free for the next citizens, beside those in use; only an emergency may use it */
  reservedInbound: number
  callsPerSecond: number
  /** the carrier does not answer: automated calls wait for it, people and emergencies try all the same */
  silent: boolean
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

/**
 * The requests to place now. Precedence: emergency, the next citizens (the headroom: a call the carrier turns away never reaches us),
 * people dialling by hand, automated calls. Preemption: only unanswered automated legs yield to an emergency; a citizen in mid-survey is
 * never cut off.
 * @param waiting in the order in which they are to be placed; `failedTrunks`: trunks with a technical failure for the same number just now
 */
export function admit (
  trunks: readonly TrunkRoom[], waiting: ReadonlyArray<{ requestId: string, priority: LegPriority, failedTrunks?: readonly string[] }>
): Admission {
  const rooms = trunks.map(trunk => {
    const free = trunk.channels - trunk.others - trunk.living.length
    return {
      id: trunk.id,
      free,
      freeBesideHeadroom: free - trunk.reservedInbound,
      silent: trunk.silent,
      rate: trunk.callsPerSecond - trunk.placedInSecond
    }
  })
  const admitted: Admission['admitted'] = []
  let nextSecond = false
  let emergenciesWithoutRoom = 0
  for (const { requestId, priority, failedTrunks = [] } of waiting) {
    const emergency = priority === legPriority.emergency
    const withRoom = rooms.filter(
      room => (emergency ? room.free : room.freeBesideHeadroom) > 0 && !(room.silent && priority >= legPriority.automated)
    )
    const quick = withRoom.filter(r => r.rate > 0)
    // First the trunks without a recent failure, then those whose carrier answers.
    const room = quick.find(r => !failedTrunks.includes(r.id) && !r.silent) ?? quick.find(r => !failedTrunks.includes(r.id)) ?? quick[0]
    if (room) {
      room.free--
      room.freeBesideHeadroom--
      room.rate--
      admitted.push({ requestId, trunkId: room.id })
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
