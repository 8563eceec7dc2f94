import type { Queryable } from '../../db/database.ts'

// What others ask of the directory's tables inside a transaction of theirs, or before there is a directory.

/** Whether invented people and their numbers are loaded; while they are, only a loopback trunk may be dialled. */
export async function sampleLoaded (q: Queryable): Promise<boolean> {
  const [row] = await q.query<{ loaded: boolean }>('select exists (select from person where sample) as loaded')
  return row?.loaded ?? false
}
