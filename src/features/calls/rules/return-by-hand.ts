import type { LegOutcome } from '../../../domain/telephone/legs.ts'
import type { Channel } from './call.ts'

/**
 * Shortest time, s, that a citizen and a person are on one line together for a return (漏接回拨) by hand to count as reached. Shorter is a
 * voicemail's greeting, an answer without a word, a wrong person.
 */
export const spokenSeconds = 10

/** How a person's call to a citizen who waits for a return ended. `cancelled`: the person gave up first; `failed`: no fault of theirs. */
export const tryOutcomes = ['answered', 'busy', 'no-answer', 'rejected', 'unallocated', 'cancelled', 'failed'] as const
export type TryOutcome = typeof tryOutcomes[number]

export const tryOutcomeOf: Readonly<Record<LegOutcome, TryOutcome>> = {
  confirmed: 'answered',
  declined: 'answered',
  'answered-not-confirmed': 'answered',
  busy: 'busy',
  'no-answer': 'no-answer',
  rejected: 'rejected',
  unallocated: 'unallocated',
  cancelled: 'cancelled',
  congestion: 'failed',
  'no-response': 'failed',
  'not-placed': 'failed',
  'pbx-lost': 'failed'
}

/** Since when, and for how many seconds, the citizen was together with the person who was there longest. */
export interface Talk { from: Date, seconds: number }

/**
 * The longest time in which the citizen and one other person had both answered; null: none.
 * @param channels all of the call, ended ones too; another citizen's does not count
 * @param now the end of those that live
 */
export function talkOf (citizen: Channel, channels: readonly Channel[], now: Date): Talk | null {
  const { answeredAt } = citizen
  if (answeredAt === null) return null
  const talks = channels.flatMap(other => {
    if (other.uniqueId === citizen.uniqueId || other.kind === 'citizen' || other.answeredAt === null) return []
    const from = Math.max(answeredAt.getTime(), other.answeredAt.getTime())
    const to = Math.min((citizen.endedAt ?? now).getTime(), (other.endedAt ?? now).getTime())
    return to >= from ? [{ from: new Date(from), seconds: (to - from) / 1000 }] : []
  })
  return talks.toSorted((a, b) => b.seconds - a.seconds)[0] ?? null
}
