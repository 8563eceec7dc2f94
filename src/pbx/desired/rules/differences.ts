/** Key → value, of one family. */
export type Entries = ReadonlyMap<string, string>

export interface Differences {
  put: Array<[key: string, value: string]>
  /** keys the family should not have */
  surplus: string[]
}

/**
 * What makes the present entries of a family the desired ones.
 * @param whole false: not every desired entry could be read, and nothing counts as too much
 */
export function differences (desired: Entries, present: Entries, whole = true): Differences {
  return {
    put: [...desired].filter(([key, value]) => present.get(key) !== value),
    surplus: whole ? [...present.keys()].filter(key => !desired.has(key)) : []
  }
}
