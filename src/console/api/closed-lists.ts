/**
 * A list with every word of one of the API's closed lists, in the order of the page: `every<Urgency>()(['normal', 'urgent', 'critical'])`.
 * A word that is missing, or that the API does not know, does not compile.
 */
export const every = <T extends string>() =>
  <const L extends readonly T[]>(list: L & ([T] extends [L[number]] ? unknown : { missing: Exclude<T, L[number]> })): L => list

/** The value as a word of the list; undefined for anything else. */
export const wordOf = <T extends string>(list: readonly T[], value: unknown): T | undefined => list.find(word => word === value)
