import { DomainError } from '../../domain/errors.ts'
import type { LegPurpose } from '../../domain/legs.ts'
import { dialString, isEmergencyNumber, type PhoneNumber } from '../../domain/phone-number.ts'

/** Purposes in which a machine speaks; whoever declined is not rung by one again. An emergency rings everybody. */
export const automatedPurposes: ReadonlySet<LegPurpose> = new Set(['callback', 'reminder', 'missed-call', 'duty-check'])

/**
 * A last look before a number is stored for dialling.
 * @throws DomainError `emergency-number-refused`, `not-a-phone-number`
 */
export function checkDialled (number: PhoneNumber): void {
  if (isEmergencyNumber(number)) throw new DomainError('emergency-number-refused', 'emergency numbers are never dialled by the dialler')
  if (!/^\+[1-9]\d{4,15}$/.test(number)) throw new DomainError('not-a-phone-number', 'a number to dial is written in E.164')
}

/** What the carrier of a trunk is given: some want a `0` before mobiles of other towns. */
export const trunkSpelling = (number: PhoneNumber, outOfTownPrefix: string, outOfTown: boolean): string =>
  outOfTown ? outOfTownPrefix + dialString(number) : dialString(number)
