import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { refuseInsideTransaction } from '../db/database.ts'
import { DomainError } from '../domain/errors.ts'

/** Files stop where recordings do: the last free space is the journal's. */
const minFreeShare = 0.10
const hour = 3_600_000

export interface KeptFile { bytes: number, stream: () => Readable }

/** A folder of files that rows stand for, below the day they came: `2026/11/23/<id>`. */
export interface KeptFiles {
  /** Writes each to the disk itself, or none. @throws DomainError `disk-full` */
  keep: (files: ReadonlyArray<readonly [name: string, bytes: Buffer]>) => Promise<void>
  forget: (...names: string[]) => Promise<void>
  /** @throws DomainError `not-found` when the file is gone */
  read: (name: string) => Promise<KeptFile>
  /** Files of today and the two days before that are at least an hour old. */
  old: (now: Date) => Promise<string[]>
}

/** The name of a new file: its day and its id. */
export const nameOfDay = (now: Date, id: string): string => `${now.toISOString().slice(0, 10).replaceAll('-', '/')}/${id}`

/** @param freeShare share of a folder's disk that is free, 0 to 1 */
export function createKeptFiles (folder: string, freeShare: (folder: string) => Promise<number>): KeptFiles {
  async function put (name: string, bytes: Buffer): Promise<void> {
    const handle = await open(join(folder, name), 'wx', 0o600)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  async function forget (...names: string[]): Promise<void> {
    await Promise.all(names.map(async name => { await rm(join(folder, name), { force: true }) }))
  }

  return {
    forget,
    async keep (files) {
      refuseInsideTransaction('a file')
      for (const [name] of files) await mkdir(dirname(join(folder, name)), { recursive: true, mode: 0o700 })
      if (await freeShare(folder) < minFreeShare) throw new DomainError('disk-full', 'there is no room for files')
      try {
        for (const [name, bytes] of files) await put(name, bytes)
      } catch (error) {
        await forget(...files.map(([name]) => name))
        throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? new DomainError('disk-full', 'there is no room for files') : error
      }
    },
    async read (name) {
      const file = join(folder, name)
      const found = await stat(file).catch(() => null)
      if (!found?.isFile()) throw new DomainError('not-found', 'the file is gone', { what: 'file' })
      return { bytes: found.size, stream: () => createReadStream(file) }
    },
    async old (now) {
      const names: string[] = []
      for (let days = 0; days < 3; days++) {
        const day = nameOfDay(new Date(now.getTime() - days * 24 * hour), '').slice(0, -1)
        for (const file of await readdir(join(folder, day)).catch(() => [])) {
          const found = await stat(join(folder, day, file)).catch(() => null)
          if (found?.isFile() && now.getTime() - found.mtimeMs > hour) names.push(`${day}/${file}`)
        }
      }
      return names
    }
  }
}
