import type { Queryable } from '../../db/database.ts'

// What others ask of the directory's tables inside a transaction of theirs, or before there is a directory.

/** Whether invented people and their numbers are loaded; while they are, only a loopback trunk may be dialled. */
export async function sampleLoaded (q: Queryable): Promise<boolean> {
  const [row] = await q.query<{ loaded: boolean }>('select exists (select from person where sample) as loaded')
  return row?.loaded ?? false
}

/** What an old service line stands for; the PBX greets and files by it. */
export interface DialledLine { did: string, name: string, kind: 'hotline' | 'service' | 'duty' }

/** The numbers that lead here: the hotline itself, old service lines, the emergency duty. */
export const dialledLines = async (q: Queryable): Promise<DialledLine[]> =>
  await q.query<DialledLine>('select did, name, kind from service_line')
