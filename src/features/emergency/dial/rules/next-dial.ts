import { missedRounds, type MemberState } from '../../rules/roster.ts'

/** The facts of a member that decide who is dialled next. */
export interface DialFacts {
  id: string
  personId: string | null
  ordering: number
  state: MemberState
  /** the dialler is at it: the telephone rings, or will again after a gap */
  dialOpen: boolean
  /** it has been at it for as long as a member may take (`turnSeconds`) */
  turnOver: boolean
  missedLegs: number
  numberCount: number
  skipped: boolean
  mustAnswer: boolean
  deputyPersonId: string | null
  /** member this deputy stands in for */
  deputyOf: string | null
  /** member whose telephone is rung for this one too */
  sameTelephoneAs: string | null
}

export type DialStep =
  | { kind: 'dial', memberId: string }
  | { kind: 'no-number', memberId: string }
  | { kind: 'call-deputy', forMemberId: string, personId: string }

/** Seconds in which the message has been said. */
const messageSeconds = 20

/**
 * How long a member may hold up the next one's turn: rung, told what has happened, asked twice. Who has not been heard of by then keeps
 * the line, but not the turn: of a full disk the journal says nothing, and of one lost row neither.
 */
export const turnSeconds = (ringSeconds: number, keySeconds: number): number => ringSeconds + messageSeconds + 2 * keySeconds

const settled = (state: MemberState): boolean => state !== 'waiting' && state !== 'ringing'

/** The next one waits for this member, until their turn is over. */
export const isAwaited = (member: DialFacts): boolean =>
  member.dialOpen && !member.skipped && !settled(member.state) && member.missedLegs === 0

const byTurn = (a: DialFacts, b: DialFacts): number => a.ordering - b.ordering || a.id.localeCompare(b.id)

/** Whether a deputy is due: the member cannot come, was not reached, or must answer and has missed one round. */
function wantsDeputy (member: DialFacts): boolean {
  if (member.deputyPersonId === null || member.skipped) return false
  if (member.state === 'cannot-come' || member.state === 'unreached') return true
  return member.mustAnswer && !settled(member.state) && missedRounds(member) >= 1
}

/**
 * What the dial does next, as a function of the roster alone: asked again after every change, it repeats nothing that
 * has been done. `simultaneous` (同时拨打) dials everybody at once; `sequential` (连拨) dials the next when the one
 * before acknowledged, declined or was missed once, or their turn is over: the further calls go on beside. A deputy who is on the list
 * already is not dialled a second time.
 */
export function nextDials (mode: 'simultaneous' | 'sequential', members: readonly DialFacts[]): DialStep[] {
  const steps: DialStep[] = []
  const people = new Set(members.map(m => m.personId))
  for (const member of members) {
    const deputy = member.deputyPersonId
    if (deputy !== null && wantsDeputy(member) && !people.has(deputy)) {
      people.add(deputy)
      steps.push({ kind: 'call-deputy', forMemberId: member.id, personId: deputy })
    }
  }
  // Waiting without a request: the turn has not come yet, or a stop took the call back.
  const turn = members.filter(m => !m.dialOpen && !m.skipped && m.sameTelephoneAs === null && m.state === 'waiting').sort(byTurn)
  const busy = members.some(m => isAwaited(m) && !m.turnOver)
  for (const member of turn) {
    if (member.numberCount === 0) {
      steps.push({ kind: 'no-number', memberId: member.id })
      continue
    }
    // A deputy rung beside a member who must answer does not wait for a turn.
    const beside = member.deputyOf !== null
    if (mode === 'simultaneous' || beside) {
      steps.push({ kind: 'dial', memberId: member.id })
      continue
    }
    if (!busy && !steps.some(s => s.kind === 'dial')) steps.push({ kind: 'dial', memberId: member.id })
  }
  return steps
}
