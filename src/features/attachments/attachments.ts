import { createHash } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import type { Database, Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import { createKeptFiles, nameOfDay, type KeptFile, type KeptFiles } from '../../disk/kept-files.ts'
import { keepWithRow, SameFile } from '../../disk/keep-with-row.ts'
import { createOrphanSweep } from '../../disk/orphan-files.ts'
import { bind } from '../../domain/bind.ts'
import { DomainError } from '../../domain/errors.ts'
import type { HealthCheck } from '../../domain/health-check.ts'
import { newId } from '../../domain/ids.ts'
import type { Actor } from '../../domain/people/roles.ts'
import { below, type UnitTree } from '../../domain/people/unit-tree.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { Sweep } from '../../queue/alarms.ts'
import {
  attachmentOf, attachmentsOf, attachmentsOfRound, insertAttachment, keptAttachments, markRemoved, type AttachmentRow, type ScanState
} from './attachments-store.ts'
import { accept } from './rules/accept.ts'
import { isPicture, type AttachmentType } from './rules/file-types.ts'
import type { Scanner } from './scanner.ts'
import { createScanSweep, scannerHealth, type ScanningOptions } from './scanning.ts'

/** Files of one purpose in one round of an order. */
export const maxAttachments = 9

export interface Attachment {
  id: string
  purpose: string
  cycle: number
  /** null: its reader may not read the order's words, and another unit added it */
  name: string | null
  type: AttachmentType
  bytes: number
  scan: ScanState
  /** whether this reader could load it down now */
  open: boolean
  by: string
  unitId: string | null
  at: Date
}

export interface AttachmentsOptions<P extends string> {
  db: Database
  clock: Clock
  sealing: Sealing
  folder: string
  /** share of a folder's disk that is free, 0 to 1 */
  freeShare: (folder: string) => Promise<number>
  /** null: files are not looked through */
  scanner: Scanner | null
  /** a picture encoded again, as JPEG. @throws DomainError `not-a-photo`, `too-many-requests` */
  madeAnew: (sent: Buffer) => Promise<Buffer>
  tree: () => Promise<UnitTree>
  /** @throws DomainError `not-found` for an order this person may not see */
  sees: (actor: Actor, orderId: string) => Promise<{ wordsWithheld: boolean }>
  /** whether this person could add a file of this purpose now. @throws the order's refusals */
  mayAdd: (actor: Actor, orderId: string, purpose: P) => Promise<void>
  /** asks the order's rules, locks it and writes its timeline; returns the round it is in */
  onOrder: (
    tx: Tx, actor: Actor, step: { orderId: string, attachmentId: string, purpose: P, verb: 'add' | 'remove' }
  ) => Promise<{ cycle: number }>
  scanned: ScanningOptions['scanned']
}

/** Files of an order: reports, letters, recordings, films. */
export interface Attachments<P extends string> {
  /** Asked before the file is read. @throws the order's refusals */
  mayAdd: (actor: Actor, input: { orderId: string, purpose: P }) => Promise<void>
  /**
   * Checks the file, keeps it and commits its row with `commit`. The same file again is the same attachment.
   * @throws DomainError `not-that-type` with `guard`, `not-a-photo`, `too-many-files`, `disk-full`, `too-many-requests`, and the order's
   *   refusals
   */
  add: (
    actor: Actor,
    input: { orderId: string, purpose: P, name: string, sent: Buffer },
    commit: (command: (tx: Tx) => Promise<Attachment>) => Promise<Attachment>
  ) => Promise<Attachment>
  /** The own file, while the person could still add one. @throws DomainError `not-found`, `not-allowed`, and the order's refusals */
  remove: (tx: Tx, actor: Actor, input: { orderId: string, attachmentId: string }) => Promise<void>
  /** @throws DomainError `not-found` for an order this person may not see */
  list: (actor: Actor, orderId: string) => Promise<Attachment[]>
  /** @throws DomainError `not-found`, also where it is hidden from this person; `not-scanned`, `infected` */
  look: (actor: Actor, input: { orderId: string, attachmentId: string }) => Promise<KeptFile & { name: string, type: AttachmentType }>
  /** without a scanner the search for lost files alone */
  sweeps: Sweep[]
  health: HealthCheck[]
}

interface Context<P extends string> extends AttachmentsOptions<P> { files: KeptFiles }

export function createAttachments<P extends string> (options: AttachmentsOptions<P>): Attachments<P> {
  const { db, clock, folder, freeShare, scanner, scanned } = options
  const files = createKeptFiles(folder, freeShare)
  const context: Context<P> = { ...options, files }
  const orphans = createOrphanSweep({ name: 'attachment-orphans', files, kept: async names => await keptAttachments(db, names) })
  return {
    mayAdd: async (actor, { orderId, purpose }) => { await options.mayAdd(actor, orderId, purpose) },
    add: async (actor, input, commit) => await add(context, actor, input, commit),
    ...bind(context, { remove, list, look }),
    sweeps: scanner === null ? [orphans] : [orphans, createScanSweep({ db, clock, files, scanner, scanned })],
    health: scanner === null ? [] : [scannerHealth({ db, clock })]
  }
}

const inflate = (packed: Buffer, max: number): Buffer => inflateRawSync(packed, { maxOutputLength: max })

async function add<P extends string> (
  context: Context<P>,
  actor: Actor,
  { orderId, purpose, name: sentName, sent }: { orderId: string, purpose: P, name: string, sent: Buffer },
  commit: (command: (tx: Tx) => Promise<Attachment>) => Promise<Attachment>
): Promise<Attachment> {
  const { clock, sealing, files } = context
  const accepted = accept(sentName, sent, inflate)
  if ('refused' in accepted) throw new DomainError('not-that-type', 'the file is not what it says it is', { guard: accepted.refused })
  const { type: sentType, name } = accepted
  const [type, bytes] = isPicture(sentType) ? ['jpeg' as const, await context.madeAnew(sent)] : [sentType, sent]
  const id = newId()
  const at = clock.now()
  const file = nameOfDay(at, id)
  const row: Omit<AttachmentRow<P>, 'cycle'> = {
    id,
    orderId,
    purpose,
    nameSealed: sealing.seal(name),
    type,
    bytes: bytes.length,
    file,
    scan: 'waiting',
    addedBy: actor.id,
    unitId: actor.unitId,
    at
  }
  const hash = createHash('sha256').update(sent).digest()
  return await keepWithRow(files, id, [[file, bytes]], async () => await commit(async tx => await keep(context, tx, actor, row, hash)))
}

/** Writes the row of a new file. @throws SameFile when the same file is there already */
async function keep<P extends string> (
  context: Context<P>, tx: Tx, actor: Actor, fresh: Omit<AttachmentRow<P>, 'cycle'>, hash: Buffer
): Promise<Attachment> {
  const { id, orderId, purpose } = fresh
  const { cycle } = await context.onOrder(tx, actor, { orderId, attachmentId: id, purpose, verb: 'add' })
  const there = await attachmentsOfRound(tx, orderId, cycle, purpose)
  const same = there.find(row => row.sentHash.equals(hash))
  if (same) throw new SameFile(shown(context, same, true))
  if (there.length >= maxAttachments) throw new DomainError('too-many-files', `at most ${maxAttachments} files`, { max: maxAttachments })
  const row = { ...fresh, cycle }
  insertAttachment(tx, row, hash)
  return shown(context, row, true)
}

/** Without a scanner a file is handed out as it came; with one, only after it. */
const isOpen = ({ scanner }: { scanner: Scanner | null }, scan: ScanState): boolean =>
  scan === 'clean' || (scan === 'waiting' && scanner === null)

function shown<P extends string> (context: Context<P>, row: AttachmentRow<P>, readable: boolean): Attachment {
  const { id, purpose, cycle, type, bytes, scan, addedBy, unitId, at } = row
  const name = readable ? context.sealing.open(row.nameSealed) : null
  return { id, purpose, cycle, name, type, bytes, scan, open: readable && isOpen(context, scan), by: addedBy, unitId, at }
}

/** As the order's words: a person who may not read them opens only what the own unit added. */
async function readableBy<P extends string> (
  { sees, tree }: Context<P>, actor: Actor, orderId: string
): Promise<(row: AttachmentRow<P>) => boolean> {
  const { wordsWithheld } = await sees(actor, orderId)
  if (!wordsWithheld) return () => true
  const own = actor.unitId === null ? [] : below(await tree(), actor.unitId)
  return row => row.addedBy === actor.id || (row.unitId !== null && own.includes(row.unitId))
}

async function list<P extends string> (context: Context<P>, actor: Actor, orderId: string): Promise<Attachment[]> {
  const readable = await readableBy(context, actor, orderId)
  return (await attachmentsOf<P>(context.db, orderId)).map(row => shown(context, row, readable(row)))
}

async function look<P extends string> (
  context: Context<P>, actor: Actor, { orderId, attachmentId }: { orderId: string, attachmentId: string }
): ReturnType<Attachments<P>['look']> {
  const readable = await readableBy(context, actor, orderId)
  const row = await attachmentOf<P>(context.db, orderId, attachmentId)
  if (!row || !readable(row)) throw new DomainError('not-found', 'there is no such file')
  if (row.scan === 'found') throw new DomainError('infected', 'the scanner found something in this file, and it was not kept')
  if (!isOpen(context, row.scan)) throw new DomainError('not-scanned', 'the file has not been looked through yet')
  return { ...await context.files.read(row.file), name: context.sealing.open(row.nameSealed), type: row.type }
}

async function remove<P extends string> (
  { clock, files, onOrder }: Context<P>, tx: Tx, actor: Actor, { orderId, attachmentId }: { orderId: string, attachmentId: string }
): Promise<void> {
  const row = await attachmentOf<P>(tx, orderId, attachmentId)
  if (!row) throw new DomainError('not-found', 'there is no such file')
  await onOrder(tx, actor, { orderId, attachmentId, purpose: row.purpose, verb: 'remove' })
  if (row.addedBy !== actor.id) throw new DomainError('not-allowed', 'another person added this file')
  markRemoved(tx, attachmentId, actor.id, clock.now())
  tx.afterCommit(() => { files.forget(row.file).catch(() => {}) })
}
