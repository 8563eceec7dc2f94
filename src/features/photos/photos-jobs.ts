import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../../db/database.ts'
import type { Sweep } from '../../queue/alarms.ts'
import type { PhotoFiles } from './photo-files.ts'
import { keptFiles } from './photos-store.ts'

const hour = 3_600_000

/**
 * Files that a crash left without a row, or whose photo was taken back and could not be removed just then: of today and the two days
 * before, at least an hour old; sought once an hour.
 */
export function createOrphanSweep ({ db, folder, files }: { db: Database, folder: string, files: Pick<PhotoFiles, 'forget'> }): Sweep {
  let looked = -Infinity
  return {
    name: 'photo-orphans',
    pace: 'ordinary',
    async run (now) {
      if (performance.now() - looked < hour) return
      looked = performance.now()
      for (let days = 0; days < 3; days++) {
        const day = new Date(now.getTime() - days * 24 * hour).toISOString().slice(0, 10).replaceAll('-', '/')
        const names = (await readdir(join(folder, day)).catch(() => [])).filter(n => n.endsWith('.jpg'))
        const old: string[] = []
        for (const name of names) {
          const found = await stat(join(folder, day, name)).catch(() => null)
          if (found && now.getTime() - found.mtimeMs > hour) old.push(`${day}/${name.replace(/(-small)?\.jpg$/, '')}`)
        }
        if (old.length === 0) continue
        const kept = await keptFiles(db, old)
        for (const file of new Set(old)) if (!kept.has(file)) await files.forget(file)
      }
    }
  }
}
