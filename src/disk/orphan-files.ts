import type { Sweep } from '../queue/alarms.ts'
import { hourly } from '../queue/hourly.ts'
import type { KeptFiles } from './kept-files.ts'

export interface OrphanFilesOptions {
  name: string
  files: Pick<KeptFiles, 'old' | 'forget'>
  /** those of these files that a row stands for */
  kept: (names: readonly string[]) => Promise<ReadonlySet<string>>
}

/**
 * Files that a crash left without a row, or whose row was taken back when they could not be removed: of today and the two days before, at
 * least an hour old; sought once an hour.
 */
export const createOrphanSweep = ({ name, files, kept }: OrphanFilesOptions): Sweep => hourly(name, async now => {
  const old = await files.old(now)
  if (old.length === 0) return
  const stays = await kept(old)
  await files.forget(...old.filter(file => !stays.has(file)))
})
