import { DateTime } from 'luxon'
import type { Database, Queryable, Tx } from '../../db/database.ts'
import { bind } from '../../domain/bind.ts'
import { DomainError } from '../../domain/errors.ts'
import { newId } from '../../domain/ids.ts'
import { maskNumber, parsePhoneNumber, type PhoneNumber } from '../../domain/telephone/phone-number.ts'
import { holds, type Actor, type Role } from '../../domain/people/roles.ts'
import type { Feed } from '../../feed/feed.ts'
import { blockingEvents } from './blocking-events.ts'
import { blockKnown, blocksKnown, mayRingBack, type KnownOptions } from './blocks-known.ts'
import {
  insertBlock, listBlocks, lockBlock, lockBlocksOf, rungByUs, saveBlock, unfinished, type BlockRow, type ListedBlock
} from './blocking-store.ts'
import {
  allowAlone, allowConfirm, allowDecision, allowFree, allowObjection, aloneHours, checkEnd, holdsUntil, ringBackSince,
  stateOf, type BlockState
} from './rules/block.ts'

/** Roles that see and decide blocks; anybody who hears an objection takes it down. */
export const blockKeepers: readonly Role[] = ['SHIFT_LEADER', 'SUPERVISOR', 'ADMINISTRATOR']

export interface BlockingOptions extends KnownOptions {
  db: Database
  feed: Feed
  timeZone: string
  /** why a number is never turned away: an emergency centre, a line of our own; null when it may be */
  neverBlocked: (tx: Tx, number: PhoneNumber) => Promise<DomainError | null>
  /** the number a call came from; null when withheld. @throws DomainError `not-found` */
  numberOfCall: (tx: Tx, actor: Actor, callId: string) => Promise<{ callId: string, number: PhoneNumber | null }>
  /** of these calls: whether this person may know of each, and of its number */
  sights: (q: Queryable, actor: Actor, callIds: readonly string[]) => Promise<ReadonlyMap<string, { call: boolean, number: boolean }>>
  /** a number that is turned away is not rung back either */
  withdrawReturn: (tx: Tx, numberHashes: readonly Buffer[], at: Date) => Promise<void>
}

/** Characters of all objections against a block together. */
const maxObjectionLength = 10_000

export interface BlockView extends Omit<ListedBlock, 'numberSealed' | 'numberHash'> {
  /** masked; empty: the call it was blocked by hides it from this person */
  number: string
  holdsUntil: Date
  state: BlockState
}

/** A block in the search by number: enough to take down the person's objection, and to tell its result. */
export type BlockOfNumber = Pick<BlockView, 'id' | 'holdsUntil' | 'reason' | 'blockedBy' | 'objection' | 'objectionDecidedAt'
  | 'objectionAnswer'>

export type Blocking = ReturnType<typeof createBlocking>

const numberOf = ({ sealing }: BlockingOptions, row: { numberSealed: Buffer }): PhoneNumber =>
  sealing.openNumber(row.numberSealed)

async function changed (context: BlockingOptions, tx: Tx, row: Pick<BlockRow, 'id' | 'numberSealed'>): Promise<void> {
  const { feed, clock } = context
  await feed.publish(tx, { topic: 'number.block', subject: row.id, at: clock.now(), data: {}, audience: { roles: blockKeepers } })
  await blockKnown(context, tx, numberOf(context, row))
}

async function load (tx: Tx, id: string): Promise<BlockRow> {
  const row = await lockBlock(tx, id)
  if (!row) throw new DomainError('not-found', 'there is no such block')
  return row
}

async function change (
  context: BlockingOptions,
  tx: Tx,
  id: string,
  to: (row: BlockRow, now: Date) => Partial<BlockRow>
): Promise<{ id: string }> {
  const row = await load(tx, id)
  const next = { ...row, ...to(row, context.clock.now()) }
  saveBlock(tx, next)
  await changed(context, tx, next)
  return { id }
}

function keeper (actor: Actor): void {
  if (!holds(actor, ...blockKeepers)) throw new DomainError('not-allowed', 'only the shift leader blocks and frees numbers')
}

function view (context: BlockingOptions, { numberSealed, numberHash: _hash, ...row }: ListedBlock): BlockView {
  const now = context.clock.now()
  return { ...row, number: maskNumber(numberOf(context, { numberSealed })), holdsUntil: holdsUntil(row), state: stateOf(row, now) }
}

/**
 * Turns a number away until a time. More than a day holds a day, and goes on when a second person confirms it. A person who has
 * turned it away alone for a day does not do so again.
 * @throws DomainError `not-allowed`, `invalid-input`, `nobody-to-dial` for a withheld number, `already-done`, `number-not-permitted`,
 *   `emergency-number-refused`
 */
async function block (
  context: BlockingOptions,
  tx: Tx,
  actor: Actor,
  input: { number: string } | { callId: string },
  why: { reason: string, evidence: string, until: Date }
): Promise<{ id: string }> {
  const { sealing, clock, neverBlocked, numberOfCall, withdrawReturn } = context
  if (!holds(actor, 'SHIFT_LEADER')) throw new DomainError('not-allowed', 'only the shift leader blocks numbers')
  const now = clock.now()
  checkEnd(why.until, now)
  const from = 'callId' in input
    ? await numberOfCall(tx, actor, input.callId)
    : { callId: null, number: parsePhoneNumber(input.number) }
  if (from.number === null) throw new DomainError('not-a-phone-number', 'this call has no number', { field: 'callId' })
  const never = await neverBlocked(tx, from.number)
  if (never) throw never
  const hashes = sealing.fingerprints(from.number)
  const earlier = await lockBlocksOf(tx, hashes)
  if (earlier.some(b => holdsUntil(b) > now)) {
    throw new DomainError('already-done', 'this number is blocked already', { guard: 'blocked-already' })
  }
  allowAlone(earlier, actor.id, now)
  const row = {
    id: newId(),
    numberSealed: sealing.seal(from.number),
    numberHash: sealing.fingerprint(from.number),
    reason: why.reason,
    evidence: why.evidence,
    callId: from.callId,
    blockedBy: actor.id,
    blockedAt: now,
    endsAt: why.until
  }
  await withdrawReturn(tx, hashes, now)
  insertBlock(tx, row)
  // Before the PBX knows of the block: nobody we rang is turned away in between.
  if (await rungByUs(tx, hashes, ringBackSince(now))) mayRingBack(context, tx, [from.number])
  await changed(context, tx, row)
  return { id: row.id }
}

/** The second person. @throws DomainError `not-allowed` for the one who blocked, `already-done`, `not-found` */
async function confirm (context: BlockingOptions, tx: Tx, actor: Actor, id: string): Promise<{ id: string }> {
  keeper(actor)
  return await change(context, tx, id, (row, now) => {
    allowConfirm(row, actor.id, now)
    return { confirmedBy: actor.id, confirmedAt: now }
  })
}

/** @throws DomainError `already-done`, `not-found` */
async function free (context: BlockingOptions, tx: Tx, actor: Actor, id: string, reason: string): Promise<{ id: string }> {
  keeper(actor)
  return await change(context, tx, id, (row, now) => {
    allowFree(row, now)
    return { freedBy: actor.id, freedAt: now, freedReason: reason }
  })
}

/**
 * Takes down the person's objection: by another telephone, letter or at the counter. A further one is added, and decided again.
 * @throws DomainError `already-done`, `not-found`, `not-allowed` for the one who blocked, `invalid-input` when it is too long
 */
async function object (context: BlockingOptions, tx: Tx, actor: Actor, id: string, words: string): Promise<{ id: string }> {
  return await change(context, tx, id, (row, now) => {
    allowObjection(row, actor.id, now)
    const objection = row.objection === null ? words : `${row.objection}\n${words}`
    if (objection.length > maxObjectionLength) {
      throw new DomainError('invalid-input', 'the objections are too long together', { field: 'words', maxLength: maxObjectionLength })
    }
    const undecided = { objectionDecidedBy: null, objectionDecidedAt: null, objectionAnswer: null }
    return { objection, objectionBy: actor.id, objectionAt: now, ...undecided }
  })
}

/**
 * A person other than the one who blocked decides: it stays, or the number is freed. @throws DomainError `not-allowed`,
 * `guard-not-met`, `already-done`
 */
async function decideObjection (
  context: BlockingOptions,
  tx: Tx,
  actor: Actor,
  id: string,
  decision: { keep: boolean, answer: string }
): Promise<{ id: string }> {
  keeper(actor)
  return await change(context, tx, id, (row, now) => {
    allowDecision(row, actor.id, now)
    const freed = decision.keep ? {} : { freedBy: actor.id, freedAt: now, freedReason: decision.answer }
    return { objectionDecidedBy: actor.id, objectionDecidedAt: now, objectionAnswer: decision.answer, ...freed }
  })
}

/** The block that stands of these fingerprints of one number: see `numberSearchLimit` before asking. */
async function ofNumber ({ clock }: BlockingOptions, q: Queryable, hashes: readonly Buffer[]): Promise<BlockOfNumber | null> {
  const now = clock.now()
  const row = (await unfinished(q, hashes, now)).find(b => holdsUntil(b) > now)
  if (!row) return null
  const { id, reason, blockedBy, objection, objectionDecidedAt, objectionAnswer } = row
  return { id, holdsUntil: holdsUntil(row), reason, blockedBy, objection, objectionDecidedAt, objectionAnswer }
}

/**
 * Blocks that stand, or the monthly list (`2026-11`, in the district's zone): every block that stood in the month. Of a call that hides its
 * number from this person neither stands there.
 */
async function list (
  context: BlockingOptions,
  actor: Actor,
  month: string | null,
  after: readonly [Date, string] | null,
  limit: number
): Promise<BlockView[]> {
  const { db, clock, timeZone } = context
  const begin = month === null ? null : DateTime.fromFormat(month, 'yyyy-MM', { zone: timeZone })
  if (begin !== null && !begin.isValid) throw new DomainError('invalid-input', 'a month is written like 2026-11', { field: 'month' })
  const span = begin === null ? null : { from: begin.toJSDate(), to: begin.plus({ months: 1 }).toJSDate() }
  const blocks = await listBlocks(db, span, { now: clock.now(), aloneHours, after, limit })
  const sights = await context.sights(db, actor, blocks.flatMap(row => row.callId ?? []))
  return blocks.map(row => {
    const sight = row.callId === null ? { call: true, number: true } : sights.get(row.callId)
    const { number, callId, ...shown } = view(context, row)
    return { ...shown, callId: sight?.call === true ? callId : null, number: sight?.number === true ? number : '' }
  })
}

/** Turning a number away (拉黑): by the shift leader, for a time, with evidence; the PBX knows the end and keeps to it by itself. */
export function createBlocking (context: BlockingOptions) {
  return {
    ...bind(context, { block, confirm, free, object, decideObjection, ofNumber, list, blocksKnown }),
    journalHandler: blockingEvents(context)
  }
}
