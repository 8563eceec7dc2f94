import type { LegPurpose } from '../../domain/legs.ts'
import { dialString, type PhoneNumber } from '../../domain/phone-number.ts'

/** Purposes in which a machine speaks; whoever declined is not rung by one again. An emergency rings everybody. */
export const automatedPurposes: ReadonlySet<LegPurpose> = new Set(['callback', 'reminder', 'missed-call', 'duty-check'])

/** What the carrier of a trunk is given: some want a `0` before mobiles of other towns. */
export const trunkSpelling = (number: PhoneNumber, outOfTownPrefix: string, outOfTown: boolean): string =>
  outOfTown ? outOfTownPrefix + dialString(number) : dialString(number)
