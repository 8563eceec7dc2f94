import type { LegPurpose } from '../../../domain/telephone/legs.ts'

/**
 * Whom a failed call is treated like: an emergency; callbacks, which have their own attempt policy; other automated calls, which have none;
 * and calls a person waits for at their own telephone.
 */
export const callers = ['emergency', 'callback', 'automated', 'by-hand'] as const
export type Caller = typeof callers[number]

interface Purpose {
  /** whose column of `whose-fault.ts` a failed leg goes by */
  caller: Caller
  /** A machine speaks, and a person who has declined gets no such call. An emergency rings everybody. */
  automated: boolean
  /** Keys that answer a question of such a leg: other keys prove that a person is there, not reached. */
  answeringKeys: string | 'any'
}

/** What the dialler's rules differ in between purposes; the compiler asks it of a new one. */
const purposes: Readonly<Record<LegPurpose, Purpose>> = {
  callback: { caller: 'callback', automated: true, answeringKeys: '012345' },
  emergency: { caller: 'emergency', automated: false, answeringKeys: '123' },
  'missed-call': { caller: 'automated', automated: true, answeringKeys: '1' },
  manual: { caller: 'by-hand', automated: false, answeringKeys: 'any' },
  'own-telephone': { caller: 'by-hand', automated: false, answeringKeys: '1' },
  trial: { caller: 'by-hand', automated: false, answeringKeys: 'any' }
}

export const callerOf = (purpose: LegPurpose): Caller => purposes[purpose].caller

/** Whether a machine speaks to a person who may have declined it. */
export const isAutomated = (purpose: LegPurpose): boolean => purposes[purpose].automated

/** Whether this key answers a question of such a leg; an empty one, no key in time, never does. */
export function keyAnswers (purpose: LegPurpose, key: string): boolean {
  const { answeringKeys } = purposes[purpose]
  return key !== '' && (answeringKeys === 'any' || answeringKeys.includes(key))
}
