import { createReadStream } from 'node:fs'
import { mkdir, open, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { refuseInsideTransaction } from '../../db/database.ts'
import { DomainError } from '../../domain/errors.ts'
import type { Picture } from './photo-image.ts'

/** Photos stop where recordings do: the last free space is the journal's. */
const minFreeShare = 0.10

export type PhotoSize = 'full' | 'small'

/** The photo folder: two files a photo, below the day they came. */
export interface PhotoFiles {
  /** Writes both, to the disk itself. @throws DomainError `disk-full` */
  keep: (name: string, picture: Picture) => Promise<void>
  forget: (name: string) => Promise<void>
  /** @throws DomainError `not-found` when the file is gone */
  read: (name: string, size: PhotoSize) => Promise<{ bytes: number, stream: () => Readable }>
}

/** @param freeShare share of a folder's disk that is free, 0 to 1 */
export function createPhotoFiles (folder: string, freeShare: (folder: string) => Promise<number>): PhotoFiles {
  const path = (name: string, size: PhotoSize): string => join(folder, `${name}${size === 'small' ? '-small' : ''}.jpg`)

  async function put (file: string, bytes: Buffer): Promise<void> {
    const handle = await open(file, 'wx', 0o600)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  async function forget (name: string): Promise<void> {
    await Promise.all([rm(path(name, 'full'), { force: true }), rm(path(name, 'small'), { force: true })])
  }

  return {
    forget,
    async keep (name, { full, small }) {
      refuseInsideTransaction('a photo\'s file')
      await mkdir(dirname(path(name, 'full')), { recursive: true, mode: 0o700 })
      if (await freeShare(folder) < minFreeShare) throw new DomainError('disk-full', 'there is no room for photos')
      try {
        await put(path(name, 'full'), full)
        await put(path(name, 'small'), small)
      } catch (error) {
        await forget(name)
        throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? new DomainError('disk-full', 'there is no room for photos') : error
      }
    },
    async read (name, size) {
      const file = path(name, size)
      const found = await stat(file).catch(() => null)
      if (!found?.isFile()) throw new DomainError('not-found', 'the photo\'s file is gone', { what: 'file' })
      return { bytes: found.size, stream: () => createReadStream(file) }
    }
  }
}
