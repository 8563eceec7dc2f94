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
 * Keeps files whose row `commit` writes. Refused, or there already: the files of this try have no row and go again.
 * @param commit throws `SameFile` with what stands, which is the answer then
 */
export async function keepWithRow<T extends { id: string }> (
  files: KeptFiles, id: string, contents: Parameters<KeptFiles['keep']>[0], commit: () => Promise<T>
): Promise<T> {
  await files.keep(contents)
  let kept: T | undefined
  try {
    kept = await commit()
  } catch (error) {
    if (!(error instanceof SameFile)) throw error
    kept = error.there as T
  } finally {
    if (kept?.id !== id) await files.forget(...contents.map(([name]) => name))
  }
  return kept
}
