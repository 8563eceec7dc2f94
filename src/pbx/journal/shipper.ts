import { createHash } from 'node:crypto'
import { watch, type FSWatcher } from 'node:fs'
import { open, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Logger } from 'pino'
import type { Database } from '../../db/database.ts'
import { createPump } from '../../queue/pump.ts'
import { readDsv, type DsvRow, type DsvTorn } from './dsv.ts'
import { generationsOf } from './generations.ts'
import { placesOf, saveShipment, type FilePlace } from './shipped-rows.ts'

/*
 * generation   one file's life, from its first line to its deletion; a number, given by rotation
 * live file    the one Asterisk appends to; its generation is one above every rotated or completed one
 * place        the byte up to which a generation has been shipped; it moves in the transaction that inserts its rows
 */

export interface ShipperOptions {
  db: Database
  /** the live file, `<astlogdir>/cel-custom/journal.csv`; need not exist yet */
  file: string
  node: string
  log: Logger
  /** called after rows were committed: the reader in this process. Without one, readers elsewhere are notified */
  onShipped?: () => void
  /** poll of the file when the system reports no change, ms */
  pollMs?: number
  /** the live file is rotated when it is larger than this, bytes */
  rotateBytes?: number
  /** ms added to the times the PBX wrote, for clocks that were advanced by a test */
  timeOffset?: () => number
}

export interface ShipperStatus {
  node: string
  generation: number
  position: number
  /** bytes written by Asterisk and not yet in the database */
  behindBytes: number
  /** rounds that failed in a row; the database is away */
  failures: number
}

export interface Shipper {
  /** Carries everything that is in the file now. Resolves early when the database is away. */
  catchUp: () => Promise<void>
  /** Renames the live file, so that Asterisk begins a new one at its next write. */
  rotate: () => Promise<void>
  status: () => Promise<ShipperStatus>
  close: () => Promise<void>
}

const chunkBytes = 512 * 1024
// A dial of a whole staff brings thousands of rows a second: carried together they change each call once or
// twice instead of five times. Fewer rows are never kept waiting.
const crowd = 20
const crowdRestMs = 150
const headBytes = 64

/** Errors of a file system that refuses to rename a file. */
const foldersRefusal: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'EBUSY'])
/** Tried again after this, ms. */
const rotateAgainMs = 60_000

interface Current extends FilePlace { live: boolean }

export function createShipper ({
  db, file, node, log, onShipped = () => { db.wake('pbx_journal') }, pollMs = 100, rotateBytes = 64 * 1024 * 1024, timeOffset = () => 0
}: ShipperOptions): Shipper {
  const generations = generationsOf(file)
  let current: Current | null = null
  /** the last known place, for `status` while the database is away */
  let lastSeen: Current | null = null
  let rotationWanted = false
  /** next attempt after a rotation the folder did not allow; ms of performance.now() */
  let rotateAgainAt = 0
  let lastRows = 0
  const pathOf = (place: { generation: number, live: boolean }): string => place.live ? file : generations.path(place.generation)

  /** The oldest generation that may hold unshipped bytes. */
  async function findCurrent (): Promise<Current> {
    const [places, rotated] = [await placesOf(db, node), await generations.rotated()]
    const known = new Map(places.map(place => [place.generation, place]))
    for (const generation of rotated) {
      const place = known.get(generation) ?? { generation, position: 0, complete: false, head: null }
      const size = (await stat(generations.path(generation))).size
      if (!place.complete || place.position < size) return { ...place, live: false }
    }
    const last = Math.max(0, ...rotated, ...places.filter(p => p.complete).map(p => p.generation))
    const unfinished = places.filter(p => !p.complete)
    for (const place of unfinished.filter(p => p.generation <= last)) await abandon(place, 'its file is gone')
    const generation = Math.max(last + 1, ...unfinished.map(p => p.generation))
    const place = { ...(known.get(generation) ?? { generation, position: 0, complete: false, head: null }), live: true }
    if (place.position > 0 && await replaced(place)) {
      await abandon(place, 'another file stands in its place')
      return await findCurrent()
    }
    return place
  }

  async function abandon (place: FilePlace, why: string): Promise<void> {
    log.error({ node, generation: place.generation, position: place.position }, `a journal generation ends early: ${why}`)
    await db.query('update journal_file set complete = true, completed_at = now() where node = $1 and generation = $2',
      [node, place.generation])
  }

  /** Whether another file took the live one's place: shorter, or with another beginning. */
  async function replaced (place: FilePlace): Promise<boolean> {
    const start = await read(file, 0, headBytes)
    // Absent is not replaced: its disk may come back.
    if (!start) return false
    return start.size < place.position || (place.head !== null && fingerprint(start.bytes) !== place.head)
  }

  const isToRotate = (size: number): boolean => rotationWanted || (size > rotateBytes && performance.now() >= rotateAgainAt)

  /** Ships one chunk; true when there may be more at once. */
  async function work (): Promise<boolean> {
    lastRows = 0
    current ??= await findCurrent()
    const place = current
    lastSeen = place
    // Asterisk's journal is written by one thread: once the next file exists, this one has got its last line.
    const final = !place.live && (await exists(file) || (await generations.rotated()).some(g => g > place.generation))
    const chunk = await read(pathOf(place), place.position, chunkBytes)
    if (!chunk) {
      // Not there yet, or its disk is not mounted: look again when it is.
      current = null
      return false
    }
    if (chunk.size < place.position) {
      await abandon(place, 'its file is shorter than what was shipped')
      current = null
      return true
    }
    const atEnd = place.position + chunk.bytes.length >= chunk.size
    const { pieces, consumed } = readDsv(chunk.bytes.toString('latin1'), final && atEnd)
    const complete = final && atEnd
    if (consumed > 0 || complete) {
      const to = place.position + consumed
      const head = place.head ??
        (place.position === 0 && chunk.bytes.length >= headBytes ? fingerprint(chunk.bytes.subarray(0, headBytes)) : null)
      await ship(place, { to, complete, head, pieces })
    }
    if (complete) current = null
    else if (place.live && atEnd && isToRotate(chunk.size)) await rotateNow(place)
    return complete || current === null || (consumed > 0 && !atEnd)
  }

  async function ship (
    place: Current, { to, complete, head, pieces }: { to: number, complete: boolean, head: string | null, pieces: Array<DsvRow | DsvTorn> }
  ): Promise<void> {
    const rows = pieces.filter(piece => piece.kind === 'row')
    const torn = pieces.filter(piece => piece.kind === 'torn')
    for (const piece of torn) {
      log.warn({ node, generation: place.generation, position: place.position + piece.start, reason: piece.reason },
        'a journal line is not a row, put aside')
    }
    let saved: boolean
    try {
      saved = await db.tx(async tx => await saveShipment(tx, {
        node, generation: place.generation, from: place.position, to, rows, torn, complete, head, timeOffset: timeOffset()
      }))
    } catch (error) {
      // The commit may have come through although its answer did not: ask for the place.
      current = null
      throw error
    }
    if (!saved) {
      current = null
      return
    }
    place.position = to
    place.head = head
    lastRows = rows.length
    if (rows.length > 0) onShipped()
  }

  /** Under the row lock: two services on one file (while one replaces the other) must not rename over each other's. */
  async function rotateNow (place: Current): Promise<void> {
    rotationWanted = false
    const target = generations.path(place.generation)
    const renamed = await db.tx(async tx => {
      const rows = await tx.query('select 1 from journal_file where node = $1 and generation = $2 for update', [node, place.generation])
      if (rows.length === 0 || await exists(target)) return false
      await rename(file, target)
      return true
    }).catch((error: unknown) => {
      if (!foldersRefusal.has((error as NodeJS.ErrnoException).code ?? '')) throw error
      // The folder of a PBX kept by others, or a file mounted by itself: the lines are carried all the same.
      rotateAgainAt = performance.now() + rotateAgainMs
      log.error({ node, generation: place.generation, err: error },
        'the journal file cannot be renamed: its folder must be the service\'s to write; it grows until then')
      return null
    })
    if (renamed === null) return
    current = null
    if (renamed) log.info({ node, generation: place.generation }, 'journal file rotated')
  }

  const pump = createPump({ name: `journal shipper ${node}`, work, pollMs, restMs: () => lastRows >= crowd ? crowdRestMs : 0, log })
  const stopWatching = watchFolder(dirname(file), pump.wake)

  return {
    async catchUp () {
      await pump.settled()
      // The round that ran may have begun before the caller's last line was written.
      await pump.settled()
    },
    async rotate () {
      if (!await exists(file)) return
      rotationWanted = true
      await pump.settled()
      if (rotationWanted) await pump.settled()
    },
    async status () {
      const place = lastSeen
      const size = place ? await stat(pathOf(place)).then(s => s.size, () => place.position) : 0
      return {
        node,
        generation: place?.generation ?? 0,
        position: place?.position ?? 0,
        behindBytes: Math.max(0, size - (place?.position ?? 0)),
        failures: pump.failures()
      }
    },
    async close () {
      stopWatching()
      await pump.stop()
    }
  }
}

const fingerprint = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

const exists = async (path: string): Promise<boolean> => await stat(path).then(() => true, () => false)

/** At most `length` bytes from `position`, and the file's size; null when there is no such file. */
async function read (path: string, position: number, length: number): Promise<{ bytes: Buffer, size: number } | null> {
  let handle
  try {
    handle = await open(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  try {
    const { size } = await handle.stat()
    const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - position)))
    const { bytesRead } = bytes.length > 0 ? await handle.read(bytes, 0, bytes.length, position) : { bytesRead: 0 }
    return { bytes: bytes.subarray(0, bytesRead), size }
  } finally {
    await handle.close()
  }
}

/** The poll finds changes the system does not report; watching is only faster. */
function watchFolder (folder: string, changed: () => void): () => void {
  let watcher: FSWatcher | null = null
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  const later = (): void => {
    watcher?.close()
    watcher = null
    if (!stopped) timer = setTimeout(begin, 1000)
  }
  function begin (): void {
    try {
      watcher = watch(folder, changed)
      watcher.on('error', later)
      changed()
    } catch {
      later()
    }
  }
  begin()
  return () => {
    stopped = true
    clearTimeout(timer)
    watcher?.close()
  }
}
