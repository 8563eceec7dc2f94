import { isLegId } from '../ids.ts'

/** Words of the dialler: one outbound call to one number is a leg. */

/** Purpose of a leg. */
export const legPurposes = ['callback', 'emergency', 'missed-call', 'manual', 'own-telephone', 'trial'] as const
export type LegPurpose = typeof legPurposes[number]

/**
 * Precedence when trunk channels are short; smaller is sooner. Waiting citizens (1) are not legs: their share
 * is the headroom of the trunk.
 */
export const legPriority = { emergency: 0, manual: 2, automated: 3 } as const
export type LegPriority = typeof legPriority[keyof typeof legPriority]

export const legStates = ['placing', 'ringing', 'answered', 'confirmed', 'ended'] as const
export type LegState = typeof legStates[number]

/**
 * How a leg ended. Only a pressed key makes it `confirmed` or `declined`; voicemail, silence and a person who
 * presses no key, or only other keys, are `answered-not-confirmed`. `no-response`: nothing came from the trunk.
 */
export const legOutcomes = [
  'confirmed', 'declined', 'answered-not-confirmed', 'busy', 'no-answer', 'unallocated', 'rejected', 'congestion',
  'no-response', 'not-placed', 'pbx-lost', 'cancelled'
] as const
export type LegOutcome = typeof legOutcomes[number]

/**
 * Whether a row of the journal says that its channel was answered; the row of the answer itself may be lost. A bridge takes in nobody else.
 * The dialplan runs on a leg from the answer on: only LD_LEG_END is written by one that nobody answered, too.
 */
export const tellsAnswer = (row: { kind: string, uniqueId: string, name?: string }): boolean =>
  row.kind === 'answer' || row.kind === 'bridge-enter' || (row.kind === 'user' && isLegId(row.uniqueId) && row.name !== 'LD_LEG_END')
