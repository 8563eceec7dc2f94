/** Key → value, of one family. */
export type Entries = ReadonlyMap<string, string>

export interface Differences {
  put: Array<[key: string, value: string]>
  /** keys the family should not have */
  surplus: string[]
}

/** A file as it should be, and what reads it. */
export interface DesiredFile<Reader extends string | null> { name: string, content: string, readBy: Reader }

/** The files to be written, each with its reader; a file that is not there is absent from `present`. */
export const filesToWrite = <Reader extends string | null>(
  files: ReadonlyArray<DesiredFile<Reader>>, present: Entries
): Array<DesiredFile<Reader>> => files.filter(({ name, content }) => present.get(name) !== content)

/** Who reads files again, in a fixed order: who owes it from before, and who reads a file that was written. */
export const readersOf = <Reader extends string>(
  order: readonly Reader[], owed: ReadonlySet<string>, written: ReadonlyArray<DesiredFile<Reader | null>>
): Reader[] => order.filter(reader => owed.has(reader) || written.some(file => file.readBy === reader))

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
