import type { Database, Queryable, Tx } from '../../../db/database.ts'
import type { Sealing } from '../../../db/sealing.ts'
import { bind } from '../../../domain/bind.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import { bodiesOfEnvelope, listEnvelopes, type EnvelopeFilter, type ListedEnvelope } from './envelope-reads.ts'
import { dropEnvelope, lockEnvelope, mendEnvelope, type LockedEnvelope } from './envelope-store.ts'
import type { Kinds } from './kinds.ts'
import { take as takeOne } from './receiving.ts'
import { formOf, type Readable } from './rules/judge.ts'

export interface QuarantineOptions {
  db: Database
  sealing: Sealing
  clock: Clock
  kinds: Kinds
  /** which of these orders this person may not know of */
  hiddenOrders: (q: Queryable, actor: Actor, ids: readonly string[]) => Promise<ReadonlySet<string>>
}

/** A message that waits for a person, in its own words. */
export interface EnvelopeWords {
  body: string
  /** null: nobody has mended it */
  firstBody: string | null
  mendedBy: string | null
  mendedReason: string | null
  /** what came first under its id; null: it came in no other words */
  earlierBody: string | null
}

/** Messages that were put aside (隔离区): to look at, to mend, to take, to give up. */
export type Quarantine = ReturnType<typeof createQuarantine>

export const createQuarantine = (options: QuarantineOptions) => bind(options, { list, words, mend, take, drop })

/** One more row than `limit`, newest first. Of an order hidden from the reader only the time is listed. */
async function list (
  { db, hiddenOrders }: QuarantineOptions, actor: Actor, filter: EnvelopeFilter,
  page: { after: readonly [Date, string] | null, limit: number }
): Promise<Array<ListedEnvelope & { withheld: boolean }>> {
  const rows = await listEnvelopes(db, filter, page)
  const hidden = await hiddenOrders(db, actor, [...new Set(rows.flatMap(row => row.orderId ?? []))])
  return rows.map(row => {
    const withheld = row.orderId !== null && hidden.has(row.orderId)
    return withheld ? { ...row, orderId: null, messageId: '', faults: [], withheld } : { ...row, withheld }
  })
}

/**
 * Whole, with names and numbers: without them nobody could mend it. Only while it waits for a person, and only at the Centre: it may be
 * about anybody's unit, and nobody has judged that yet.
 * @throws DomainError `not-found`, `envelope-settled`, `not-allowed`
 */
async function words ({ sealing }: QuarantineOptions, tx: Tx, actor: Actor, id: string): Promise<EnvelopeWords> {
  atTheCentre(actor)
  const row = await bodiesOfEnvelope(tx, id)
  if (!row) throw noSuchMessage()
  if (row.state !== 'quarantined') throw settled(row.state)
  return {
    body: sealing.open(row.mendedSealed ?? row.bodySealed),
    firstBody: row.mendedSealed === null ? null : sealing.open(row.bodySealed),
    mendedBy: row.mendedBy,
    mendedReason: row.mendedReason,
    earlierBody: row.earlierSealed === null ? null : sealing.open(row.earlierSealed)
  }
}

/** @param body in a form that can be taken. @throws DomainError `not-found`, `envelope-settled`, `envelope-unfit`, `not-allowed` */
async function mend (
  options: QuarantineOptions, tx: Tx, actor: Actor, id: string, { body, reason }: { body: string, reason: string }
): Promise<{ id: string }> {
  const { sealing, kinds } = options
  await quarantined(tx, actor, id)
  const { kind, version, at } = readable(body, kinds)
  mendEnvelope(tx, id, { sealed: sealing.seal(body), by: actor.id, reason, kind, version, at })
  return { id }
}

/**
 * As it now reads, in its sender's name; a clock that was off and other words under a known id are the person's to overlook.
 * @throws DomainError `not-found`, `envelope-settled`, `envelope-unfit`, `not-allowed`, and the capability's refusals
 */
async function take (options: QuarantineOptions, tx: Tx, actor: Actor, id: string): Promise<{ id: string }> {
  const row = await quarantined(tx, actor, id)
  await takeOne(options, tx, row, readable(options.sealing.open(row.bodySealed), options.kinds), actor.id)
  return { id }
}

/** It is never taken. @throws DomainError `not-found`, `envelope-settled`, `not-allowed` */
async function drop ({ clock }: QuarantineOptions, tx: Tx, actor: Actor, id: string): Promise<{ id: string }> {
  await quarantined(tx, actor, id)
  dropEnvelope(tx, id, actor.id, clock.now())
  return { id }
}

async function quarantined (tx: Tx, actor: Actor, id: string): Promise<LockedEnvelope> {
  atTheCentre(actor)
  const row = await lockEnvelope(tx, id)
  if (!row) throw noSuchMessage()
  if (row.state !== 'quarantined') throw settled(row.state)
  return row
}

function readable (body: string, { forms }: Kinds): Readable {
  const form = formOf(body, forms)
  if ('reason' in form) {
    const { reason, faults } = form
    throw new DomainError('envelope-unfit', 'nobody takes a message of this form', { field: 'body', reason, faults })
  }
  return form
}

function atTheCentre ({ unitId }: Actor): void {
  if (unitId !== null) throw new DomainError('not-allowed', 'messages of other systems are read at the Centre alone')
}

const noSuchMessage = (): DomainError => new DomainError('not-found', 'there is no such message')
const settled = (state: string): DomainError =>
  new DomainError('envelope-settled', 'it is not in quarantine: it waits, was taken, or was given up', { state })
