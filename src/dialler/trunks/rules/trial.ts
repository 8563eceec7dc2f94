import type { LegOutcome } from '../../../domain/telephone/legs.ts'

/** The last leg of a trial call (试拨), as it stands. */
export interface TrialLeg {
  outcome: LegOutcome | null
  doneResult: string | null
  answered: boolean
  keys: ReadonlyArray<{ question: string, key: string }>
}

export const trialResults = [
  'clean', 'keys-doubled', 'no-keys', 'keys-wrong', 'no-sound', 'hung-up', 'not-answered', 'no-response', 'carrier-refuses', 'not-placed'
] as const
/**
 * What a trial call found. `clean`: one key pressed and one key held each arrived once. `keys-doubled`: the carrier sends them by RFC 4733
 * and by INFO. `no-sound`: answered, and not one packet came. `no-response`: the carrier did not react to the call at all.
 */
export type TrialResult = typeof trialResults[number]

/** One key, several times and nothing else. */
const isDoubled = (keys: string, key: string): boolean => keys.length > 1 && [...keys].every(one => one === key)

/** null: the call is not over. */
export function trialResult (leg: TrialLeg): TrialResult | null {
  const { outcome, doneResult, answered, keys } = leg
  if (outcome === null) return null
  if (outcome === 'no-response') return 'no-response'
  if (outcome === 'congestion') return 'carrier-refuses'
  if (outcome === 'not-placed' || outcome === 'pbx-lost' || outcome === 'cancelled') return 'not-placed'
  if (!answered) return 'not-answered'
  const arrived = (question: string): string => keys.filter(one => one.question === question).map(one => one.key).join('')
  const [press, hold] = [arrived('press'), arrived('hold')]
  if (isDoubled(press, '1') || isDoubled(hold, '5')) return 'keys-doubled'
  if (doneResult === 'no-sound') return 'no-sound'
  if (doneResult === null) return 'hung-up'
  if (press === '1' && hold === '5') return 'clean'
  return press === '' && hold === '' ? 'no-keys' : 'keys-wrong'
}
