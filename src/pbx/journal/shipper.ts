import { createHash } from 'node:crypto'
import { open, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Logger } from 'pino'
import type { Database } from '../../db/database.ts'
import { createPump } from '../../queue/pump.ts'
import { readDsv, type DsvRow, type DsvTorn } from './dsv.ts'
import { generationsOf } from './generations.ts'
import { endsOtherwise, olderFile } from './older-file.ts'
import { beginCopy } from './older-file-store.ts'
import { placesOf, saveShipment, type FilePlace } from './shipped-rows.ts'
import { watchFolder } from './watch-folder.ts'

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

interface Shipping extends Required<ShipperOptions> {
  generations: ReturnType<typeof generationsOf>
  current: Current | null
  /** the last known place, for `status` while the database is away */
  lastSeen: Current | null
  /** next attempt after a rotation the folder did not allow; ms of performance.now() */
  rotateAgainAt: number
  lastRows: number
}

export function createShipper (options: ShipperOptions): Shipper {
  const state: Shipping = {
    pollMs: 100,
    rotateBytes: 64 * 1024 * 1024,
    timeOffset: () => 0,
    ...options,
    generations: generationsOf(options.file),
    current: null,
    lastSeen: null,
    rotateAgainAt: 0,
    lastRows: 0
  }
  const { file, node, pollMs, log } = state
  const pump = createPump({
    name: `journal shipper ${node}`,
    work: async () => await work(state),
    pollMs,
    restMs: () => state.lastRows >= crowd ? crowdRestMs : 0,
    log
  })
  const stopWatching = watchFolder(dirname(file), pump.wake)

  return {
    async catchUp () {
      await pump.settled()
      // The round that ran may have begun before the caller's last line was written.
      await pump.settled()
    },
    async status () {
      return { ...await statusOf(state), failures: pump.failures() }
    },
    async close () {
      stopWatching()
      await pump.stop()
    }
  }
}

async function statusOf (state: Shipping): Promise<Omit<ShipperStatus, 'failures'>> {
  const place = state.lastSeen
  const size = place ? await stat(pathOf(state, place)).then(s => s.size, () => place.position) : 0
  return {
    node: state.node,
    generation: place?.generation ?? 0,
    position: place?.position ?? 0,
    behindBytes: Math.max(0, size - (place?.position ?? 0))
  }
}

const pathOf = ({ file, generations }: Shipping, place: { generation: number, live: boolean }): string =>
  place.live ? file : generations.path(place.generation)

/** The oldest generation that may hold unshipped bytes. */
async function findCurrent (state: Shipping): Promise<Current> {
  const [places, rotated] = [await placesOf(state.db, state.node), await state.generations.rotated()]
  const known = new Map(places.map(place => [place.generation, place]))
  for (const generation of rotated) {
    const place = known.get(generation) ?? { generation, position: 0, complete: false, head: null }
    const size = (await stat(state.generations.path(generation))).size
    if (!place.complete || place.position < size) return { ...place, live: false }
  }
  const last = Math.max(0, ...rotated, ...places.filter(p => p.complete).map(p => p.generation))
  const unfinished = places.filter(p => !p.complete)
  for (const place of unfinished.filter(p => p.generation <= last)) await abandon(state, place, 'its file is gone')
  const generation = Math.max(last + 1, ...unfinished.map(p => p.generation))
  const place = { ...(known.get(generation) ?? { generation, position: 0, complete: false, head: null }), live: true }
  if (place.position > 0 && await replaced(state, place)) {
    await abandon(state, place, 'another file stands in its place')
    return await findCurrent(state)
  }
  if (place.position === 0 && await takeUpOlder(state, generation, places)) return await findCurrent(state)
  return place
}

async function abandon (state: Shipping, place: FilePlace, why: string): Promise<void> {
  state.log.error({ node: state.node, generation: place.generation, position: place.position }, `a journal generation ends early: ${why}`)
  await state.db.query('update journal_file set complete = true, completed_at = now() where node = $1 and generation = $2',
    [state.node, place.generation])
}

/** A file from a backup goes on behind the lines that were carried before it was lost. */
async function takeUpOlder ({ db, node, file, log }: Shipping, generation: number, places: readonly FilePlace[]): Promise<boolean> {
  const start = await read(file, 0, headBytes)
  const head = start === null || start.bytes.length < headBytes ? null : fingerprint(start.bytes)
  const older = await olderFile(db, node, file, { head, places })
  if (older === null || head === null || older.position === 0) return false
  await beginCopy(db, node, { generation, head, ...older })
  log.error({ node, generation, ...older }, 'an older journal has come back: its lines are in the database, it is carried on behind them')
  return true
}

/** Whether another file took the live one's place: shorter, with another beginning, or another last line of those that were carried. */
async function replaced (state: Shipping, place: FilePlace): Promise<boolean> {
  const start = await read(state.file, 0, headBytes)
  // Absent is not replaced: its disk may come back.
  if (!start) return false
  if (start.size < place.position || (place.head !== null && fingerprint(start.bytes) !== place.head)) return true
  return await endsOtherwise(state.db, state.node, state.file, place.generation)
}

const isToRotate = ({ rotateBytes, rotateAgainAt }: Shipping, size: number): boolean =>
  size > rotateBytes && performance.now() >= rotateAgainAt

/** Ships one chunk; true when there may be more at once. */
async function work (state: Shipping): Promise<boolean> {
  state.lastRows = 0
  state.current ??= await findCurrent(state)
  const place = state.current
  state.lastSeen = place
  // Asterisk's journal is written by one thread: once the next file exists, this one has got its last line.
  const final = !place.live && (await exists(state.file) || (await state.generations.rotated()).some(g => g > place.generation))
  const chunk = await read(pathOf(state, place), place.position, chunkBytes)
  if (!chunk) {
    // Not there yet, or its disk is not mounted: look again when it is.
    state.current = null
    return false
  }
  if (chunk.size < place.position) {
    await abandon(state, place, 'its file is shorter than what was shipped')
    state.current = null
    return true
  }
  const atEnd = place.position + chunk.bytes.length >= chunk.size
  const { pieces, consumed } = readDsv(chunk.bytes.toString('latin1'), final && atEnd)
  const complete = final && atEnd
  if (consumed > 0 || complete) {
    const to = place.position + consumed
    const head = place.head ??
      (place.position === 0 && chunk.bytes.length >= headBytes ? fingerprint(chunk.bytes.subarray(0, headBytes)) : null)
    await ship(state, place, { to, complete, head, pieces })
  }
  if (complete) state.current = null
  else if (place.live && atEnd && isToRotate(state, chunk.size)) await rotateNow(state, place)
  return complete || state.current === null || (consumed > 0 && !atEnd)
}

async function ship (
  state: Shipping,
  place: Current, { to, complete, head, pieces }: { to: number, complete: boolean, head: string | null, pieces: Array<DsvRow | DsvTorn> }
): Promise<void> {
  const rows = pieces.filter(piece => piece.kind === 'row')
  const torn = pieces.filter(piece => piece.kind === 'torn')
  for (const piece of torn) {
    state.log.warn({ node: state.node, generation: place.generation, position: place.position + piece.start, reason: piece.reason },
      'a journal line is not a row, put aside')
  }
  let saved: boolean
  try {
    saved = await state.db.tx(async tx => await saveShipment(tx, {
      node: state.node, generation: place.generation, from: place.position, to, rows, torn, complete, head, timeOffset: state.timeOffset()
    }))
  } catch (error) {
    // The commit may have come through although its answer did not: ask for the place.
    state.current = null
    throw error
  }
  if (!saved) {
    state.current = null
    return
  }
  place.position = to
  place.head = head
  state.lastRows = rows.length
  if (rows.length > 0) state.db.wake('pbx_journal')
}

/**
 * Renames the live file, so that Asterisk begins a new one at its next write. Under the row lock: two services on one file (while one
 * replaces the other) must not rename over each other's.
 */
async function rotateNow (state: Shipping, place: Current): Promise<void> {
  const target = state.generations.path(place.generation)
  const renamed = await state.db.tx(async tx => {
    const rows = await tx.query('select 1 from journal_file where node = $1 and generation = $2 for update', [state.node, place.generation])
    if (rows.length === 0 || await exists(target)) return false
    await rename(state.file, target)
    return true
  }).catch((error: unknown) => {
    if (!foldersRefusal.has((error as NodeJS.ErrnoException).code ?? '')) throw error
    // The folder of a PBX kept by others, or a file mounted by itself: the lines are carried all the same.
    state.rotateAgainAt = performance.now() + rotateAgainMs
    state.log.error({ node: state.node, generation: place.generation, err: error },
      'the journal file cannot be renamed: its folder must be the service\'s to write; it grows until then')
    return null
  })
  if (renamed === null) return
  state.current = null
  if (renamed) state.log.info({ node: state.node, generation: place.generation }, 'journal file rotated')
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
