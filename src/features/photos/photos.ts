import { createHash } from 'node:crypto'
import type { Database, Tx } from '../../db/database.ts'
import { bind } from '../../domain/bind.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { DomainError } from '../../domain/errors.ts'
import { newId } from '../../domain/ids.ts'
import type { Actor } from '../../domain/people/roles.ts'
import type { Sweep } from '../../queue/alarms.ts'
import { createKeptFiles, nameOfDay, type KeptFile, type KeptFiles } from '../../disk/kept-files.ts'
import { keepWithRow, SameFile } from '../../disk/keep-with-row.ts'
import { createOrphanSweep } from '../../disk/orphan-files.ts'
import { madeAnew } from './photo-image.ts'
import { fileOf, photoOfFile, type PhotoSize } from './photo-names.ts'
import { insertPhoto, keptPhotos, markRemoved, photoOf, photosOfRound, type PhotoRow } from './photos-store.ts'

/** Photos of one purpose in one round of an order; nine go in one message here too (九宫格). */
export const maxPhotos = 9
/** Pictures unpacked at the same time; further senders try again. */
const atOnce = 4

export interface Photo { id: string, orderId: string, purpose: string, width: number, height: number, bytes: number }

export interface PhotosOptions<P extends string> {
  db: Database
  clock: Clock
  folder: string
  /** share of a folder's disk that is free, 0 to 1 */
  freeShare: (folder: string) => Promise<number>
  /** @throws DomainError `not-found` for an order this person may not see */
  sees: (actor: Actor, orderId: string) => Promise<unknown>
  /** whether this person could add a photo of this purpose now. @throws the order's refusals */
  mayAdd: (actor: Actor, orderId: string, purpose: P) => Promise<void>
  /** asks the order's rules, locks it and writes its timeline; returns the round it is in */
  onOrder: (
    tx: Tx,
    actor: Actor,
    step: { orderId: string, photoId: string, purpose: P, verb: 'add' | 'remove' }
  ) => Promise<{ cycle: number }>
}

/** Pictures of the spot and the work, kept without what the camera wrote into them. */
export interface Photos<P extends string> {
  /** Asked before the picture is read. @throws the order's refusals */
  mayAdd: (actor: Actor, input: { orderId: string, purpose: P }) => Promise<void>
  /**
   * Encodes the picture again, keeps it and commits its row with `commit`. The same picture again is the same photo.
   * @throws DomainError `not-a-photo`, `too-many-photos`, `disk-full`, `too-many-requests`, and the order's refusals
   */
  add: (
    actor: Actor, input: { orderId: string, purpose: P, sent: Buffer }, commit: (command: (tx: Tx) => Promise<Photo>) => Promise<Photo>
  ) => Promise<Photo>
  /** The own photo, while the person could still add one. @throws DomainError `not-found`, `not-allowed`, and the order's refusals */
  remove: (tx: Tx, actor: Actor, input: { orderId: string, photoId: string }) => Promise<void>
  /** removes files without a row */
  sweep: Sweep
  /** @throws DomainError `not-found`, also for a photo of an order this person may not see */
  look: (actor: Actor, input: { orderId: string, photoId: string, size: PhotoSize }) => Promise<KeptFile>
  /**
   * A sent picture of any kind encoded again, as JPEG: for those who keep pictures elsewhere.
   * @throws DomainError `not-a-photo`, `too-many-requests`
   */
  madeAnew: (sent: Buffer) => Promise<Buffer>
}

interface Context<P extends string> extends PhotosOptions<P> {
  files: KeptFiles
  /** pictures that are being unpacked */
  unpacking: number
}

export function createPhotos<P extends string> (options: PhotosOptions<P>): Photos<P> {
  const { db, folder, freeShare } = options
  const context: Context<P> = { ...options, files: createKeptFiles(folder, freeShare), unpacking: 0 }
  return {
    mayAdd: async (actor, { orderId, purpose }) => { await options.mayAdd(actor, orderId, purpose) },
    sweep: createOrphanSweep({ name: 'photo-orphans', files: context.files, kept: async names => await kept(db, names) }),
    madeAnew: async sent => (await unpack(context, sent)).full,
    add: async (actor, input, commit) => await add(context, actor, input, commit),
    ...bind(context, { remove, look })
  }
}

/** Of these files, those of a photo that stands. */
async function kept (db: Database, names: readonly string[]): Promise<ReadonlySet<string>> {
  const photos = await keptPhotos(db, [...new Set(names.map(photoOfFile))])
  return new Set(names.filter(name => photos.has(photoOfFile(name))))
}

const forget = async ({ files }: { files: KeptFiles }, file: string): Promise<void> =>
  await files.forget(fileOf(file, 'full'), fileOf(file, 'small'))

const photo = ({ id, orderId, purpose, width, height, bytes }: PhotoRow<string>): Photo => ({ id, orderId, purpose, width, height, bytes })

async function unpack (context: { unpacking: number }, sent: Buffer): ReturnType<typeof madeAnew> {
  if (context.unpacking >= atOnce) {
    throw new DomainError('too-many-requests', 'several photos are being received just now', { retryAfter: 2 })
  }
  context.unpacking++
  try {
    return await madeAnew(sent)
  } finally {
    context.unpacking--
  }
}

async function add<P extends string> (
  context: Context<P>,
  actor: Actor,
  { orderId, purpose, sent }: { orderId: string, purpose: P, sent: Buffer },
  commit: (command: (tx: Tx) => Promise<Photo>) => Promise<Photo>
): Promise<Photo> {
  await context.sees(actor, orderId)
  const picture = await unpack(context, sent)
  const id = newId()
  const now = context.clock.now()
  const file = nameOfDay(now, id)
  const hash = createHash('sha256').update(sent).digest()
  const { full, small, width, height } = picture
  const row: PhotoRow<P> = { id, orderId, purpose, width, height, bytes: full.length, file, takenBy: actor.id }
  return await keepWithRow(context.files, id, [[fileOf(file, 'full'), full], [fileOf(file, 'small'), small]],
    async () => await commit(async tx => await keep(context, tx, actor, row, { hash, now })))
}

/** Writes the row of a new photo. @throws SameFile when the same picture is there already */
async function keep<P extends string> (
  { onOrder }: Context<P>, tx: Tx, actor: Actor, row: PhotoRow<P>, { hash, now }: { hash: Buffer, now: Date }
): Promise<Photo> {
  const { id, orderId, purpose } = row
  const { cycle } = await onOrder(tx, actor, { orderId, photoId: id, purpose, verb: 'add' })
  const there = await photosOfRound(tx, orderId, cycle, purpose)
  const same = there.find(p => p.sentHash.equals(hash))
  if (same) throw new SameFile(photo(same))
  if (there.length >= maxPhotos) throw new DomainError('too-many-photos', `at most ${maxPhotos} photos`, { max: maxPhotos })
  insertPhoto(tx, row, { cycle, hash, unitId: actor.unitId, at: now })
  return photo(row)
}

async function remove<P extends string> (
  { clock, files, onOrder }: Context<P>, tx: Tx, actor: Actor, { orderId, photoId }: { orderId: string, photoId: string }
): Promise<void> {
  const row = await photoOf<P>(tx, orderId, photoId)
  if (!row) throw new DomainError('not-found', 'there is no such photo')
  await onOrder(tx, actor, { orderId, photoId, purpose: row.purpose, verb: 'remove' })
  if (row.takenBy !== actor.id) throw new DomainError('not-allowed', 'another person took this photo')
  markRemoved(tx, photoId, actor.id, clock.now())
  tx.afterCommit(() => { forget({ files }, row.file).catch(() => {}) })
}

async function look<P extends string> (
  { db, files, sees }: Context<P>, actor: Actor, { orderId, photoId, size }: { orderId: string, photoId: string, size: PhotoSize }
): ReturnType<Photos<P>['look']> {
  await sees(actor, orderId)
  const row = await photoOf<P>(db, orderId, photoId)
  if (!row) throw new DomainError('not-found', 'there is no such photo')
  return await files.read(fileOf(row.file, size))
}
