/** Where a member of the command staff stands; the words of the live board. */
export const memberStates = ['waiting', 'ringing', 'acknowledged', 'joined', 'cannot-come', 'unreached', 'dropped'] as const
export type MemberState = typeof memberStates[number]

/** What of a member the rules look at and change. */
export interface MemberFacts {
  state: MemberState
  joins: number
  /** legs that ended without a key since the last dial began */
  missedLegs: number
  numberCount: number
  removed: boolean
  /** channel of the member in a room; null when in none */
  channelId: string | null
  room: string | null
}

/** What can happen to a member. `at` is kept by the caller; order is the journal's. */
export type MemberEvent =
  | { kind: 'dialled' }
  | { kind: 'placed' }
  | { kind: 'leg-missed' }
  | { kind: 'key', key: string }
  | { kind: 'entered', channelId: string, room: string }
  /** `result` as the dialplan reports it; `lost` when the PBX itself went away */
  | { kind: 'left', channelId: string, room: string, result: string, lost: boolean }
  | { kind: 'finished', outcome: 'confirmed' | 'declined' | 'cancelled' | 'missed' }
  | { kind: 'admitted' }
  | { kind: 'removed' }
  | { kind: 'no-number' }
  /** pressed 2, or rang in, while the conference was locked; a member who had pressed 2 waits on the line */
  | { kind: 'locked-out' }
  /** by the member's own key */
  | { kind: 'self-mute', channelId: string, on: boolean }

const reached = (state: MemberState): boolean => state === 'acknowledged' || state === 'joined' || state === 'cannot-come'

/**
 * A member after one event. Answered is not reached: only a key - or a coordinator who spoke with the member and admits them -
 * takes anybody past `ringing`, so a voicemail stays a miss.
 */
export function afterEvent (member: MemberFacts, event: MemberEvent): MemberFacts {
  switch (event.kind) {
    case 'dialled':
      return member.state === 'joined' ? member : { ...member, state: 'waiting', missedLegs: 0, removed: false }
    case 'placed':
      return reached(member.state) ? member : { ...member, state: 'ringing' }
    case 'leg-missed': {
      const missedLegs = member.missedLegs + 1
      return { ...member, missedLegs, state: member.state === 'ringing' ? 'waiting' : member.state }
    }
    case 'key':
      if (member.state === 'joined') return member
      if (event.key === '1' || event.key === '2') return { ...member, state: 'acknowledged' }
      if (event.key === '3') return { ...member, state: 'cannot-come' }
      return member
    case 'admitted':
      return member.state === 'joined' ? member : { ...member, state: 'acknowledged' }
    case 'entered':
      return {
        ...member,
        state: 'joined',
        // A move between rooms is not another join: the member never left the conference. Another call of the member is one.
        joins: member.state === 'joined' && member.channelId === event.channelId ? member.joins : member.joins + 1,
        channelId: event.channelId,
        room: event.room,
        removed: false
      }
    case 'left': {
      // A late word about a room the member has left for another one, or about an older call of the member.
      if (member.channelId !== event.channelId || member.room !== event.room) return member
      if (event.result === 'moved') return member
      const gone = { ...member, channelId: null, room: null }
      return event.result === 'ended' ? gone : { ...gone, state: 'dropped' }
    }
    case 'finished':
      if (reached(member.state) || member.state === 'dropped') return member
      if (event.outcome === 'declined') return { ...member, state: 'cannot-come' }
      // `confirmed` without one of the keys above: another key was pressed, which says neither yes nor no.
      // Taken back by the coordinator, not missed by the member: no deputy is rung for that.
      if (event.outcome === 'cancelled') return { ...member, state: 'waiting' }
      return { ...member, state: 'unreached' }
    case 'removed':
      return { ...member, removed: true }
    case 'no-number':
      return { ...member, state: 'unreached' }
    case 'locked-out':
    case 'self-mute':
      return member
  }
}

/** Whole rounds through all the numbers without success. */
export const missedRounds = (member: Pick<MemberFacts, 'missedLegs' | 'numberCount'>): number =>
  member.numberCount === 0 ? 0 : Math.floor(member.missedLegs / member.numberCount)

/**
 * Q.850 causes of a telephone that is gone without having hung up: no sound for long (44), no answer to the SIP dialogue's own questions.
 */
const goneCauses: ReadonlySet<number> = new Set([18, 27, 38, 41, 44, 102])

export const hasVanished = (cause: number): boolean => goneCauses.has(cause)

/**
 * State of a member whose telephone is rung for another one: as that one's, until the member comes into the conference.
 * An answer at the telephone counts for all its members; one seat is one person's.
 */
export function statedWith (owner: MemberState, member: Pick<MemberFacts, 'state' | 'joins' | 'channelId'>): MemberState {
  if (member.channelId !== null || member.joins > 0) return member.state
  return owner === 'joined' || owner === 'dropped' ? 'acknowledged' : owner
}
