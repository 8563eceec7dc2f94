import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * The live journal file is `journal.csv`; rotation renames it to `journal.<generation>.csv`. The generation is in the
 * name and nowhere else, so a crash after the renaming loses nothing. Never the inode: a
 * deleted file's inode is given to the next one at once.
 */
export interface Generations {
  /** path a generation has once it is rotated */
  path: (generation: number) => string
  /** rotated generations on disk, ascending; empty when the folder is not there (yet) */
  rotated: () => Promise<number[]>
}

export function generationsOf (file: string): Generations {
  const folder = dirname(file)
  const [stem = 'journal', ending = ''] = basename(file).split(/(?=\.[^.]*$)/)
  const name = (generation: number): string => `${stem}.${String(generation).padStart(8, '0')}${ending}`
  return {
    path: generation => join(folder, name(generation)),
    async rotated () {
      const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [] as string[]
        throw error
      })
      return names
        .map(n => n.startsWith(`${stem}.`) && n.endsWith(ending) ? n.slice(stem.length + 1, n.length - ending.length) : '')
        .filter(middle => /^\d{8}$/.test(middle))
        .map(Number)
        .sort((a, b) => a - b)
    }
  }
}
