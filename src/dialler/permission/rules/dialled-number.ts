import { isMobile, dialString, type PhoneNumber } from '../../../domain/telephone/phone-number.ts'

/** A mobile of the country whose first seven digits (号段) are not in the carrier's list of local ones. */
export const isOutOfTown = (number: PhoneNumber, localMobiles: ReadonlySet<string>): boolean =>
  isMobile(number) && !localMobiles.has(number.slice(3, 10))

/** The number as the carrier of a trunk wants it: some want a `0` before mobiles of other towns. */
export const trunkSpelling = (number: PhoneNumber, outOfTownPrefix: string, outOfTown: boolean): string =>
  outOfTown ? outOfTownPrefix + dialString(number) : dialString(number)
