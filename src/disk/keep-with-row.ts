import { DomainError } from '../domain/errors.ts'
import type { KeptFiles } from './kept-files.ts'

/** Thrown out of the transaction, so that neither the timeline nor the audit tells of a second one. */
export class SameFile<T> extends Error {
  readonly there: T

  constructor (there: T) {
    super('the same file is there already')
    this.there = there
  }
}

/**
 * Keeps files whose row `commit` writes. Refused, or there already: the files of this try have no row and go again. A lost connection
 * leaves in doubt whether the row was written: the files stay then, and go with the orphans if they have none.
 * @param commit throws `SameFile` with what stands, which is the answer then
 */
export async function keepWithRow<T extends { id: string }> (
  files: KeptFiles, id: string, contents: Parameters<KeptFiles['keep']>[0], commit: () => Promise<T>
): Promise<T> {
  const forget = async (): Promise<void> => { await files.forget(...contents.map(([name]) => name)) }
  await files.keep(contents)
  try {
    const kept = await commit()
    // Answered from before, under its key.
    if (kept.id !== id) await forget()
    return kept
  } catch (error) {
    const isThere = error instanceof SameFile
    if (isThere || (error instanceof DomainError && error.code !== 'database-unavailable')) await forget()
    if (isThere) return error.there as T
    throw error
  }
}
