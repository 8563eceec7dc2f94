import { DateTime } from 'luxon'
import type { Database, Queryable, Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import { bind } from '../../domain/bind.ts'
import type { Clock } from '../../domain/clock.ts'
import { DomainError, isPbxAway } from '../../domain/errors.ts'
import { isLegId, newId } from '../../domain/ids.ts'
import { callerNumber, maskNumber, parsePhoneNumber, type PhoneNumber } from '../../domain/telephone/phone-number.ts'
import { holds, type Actor, type Role } from '../../domain/roles.ts'
import type { Feed } from '../../feed/feed.ts'
import type { JournalHandler, PbxEvent } from '../../pbx/pbx-event.ts'
import type { Sweep } from '../../queue/alarms.ts'
import {
  allowRingBacks, insertBlock, listBlocks, lockBlock, lockBlocksOf, markRingBackTold, markTold, rungByUs, saveBlock, tellAgain, unfinished,
  untold, untoldRingBacks, type BlockRow, type ListedBlock
} from './blocking-store.ts'
import {
  allowAlone, allowConfirm, allowDecision, allowFree, allowObjection, aloneHours, checkEnd, holdsUntil, stateOf, type BlockState
} from './rules/block.ts'

/** Roles that see and decide blocks; anybody who hears an objection takes it down. */
export const blockKeepers: readonly Role[] = ['SHIFT_LEADER', 'SUPERVISOR', 'ADMINISTRATOR']

export interface BlockingOptions {
  db: Database
  sealing: Sealing
  clock: Clock
  feed: Feed
  timeZone: string
  /** why a number is never turned away: an emergency centre, a line of our own; null when it may be */
  neverBlocked: (tx: Tx, number: PhoneNumber) => Promise<DomainError | null>
  /** the number a call came from; null when withheld. @throws DomainError `not-found` */
  numberOfCall: (tx: Tx, actor: Actor, callId: string) => Promise<{ callId: string, number: PhoneNumber | null }>
  /** a number that is turned away is not rung back either */
  withdrawReturn: (tx: Tx, numberHash: Buffer, at: Date) => Promise<void>
  /** until when the PBX turns a number away, by its own clock; null: no longer */
  putBlock: (number: PhoneNumber, until: Date | null) => Promise<void>
  /** until when a number may ring back because we rang it */
  putRingBack: (number: PhoneNumber, until: Date) => Promise<void>
  /** whether there are PBXs to be told beside one that is away */
  othersAreUp: () => boolean
  onError: (error: unknown) => void
}

/** Hours after a call of ours in which a number that is turned away may ring back. */
const ringBackHours = 24

/** Characters of all objections against a block together. */
const longestObjection = 10_000

export interface BlockView extends Omit<ListedBlock, 'numberSealed' | 'numberHash'> {
  /** masked */
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

/**
 * Tells the PBX the newest state of every number it does not have: first who may ring back, so that nobody we rang is turned away in
 * between. Late, twice or with the PBX away: the sweep repairs it.
 */
async function tell (context: BlockingOptions): Promise<void> {
  const { db, clock, putBlock, putRingBack, othersAreUp } = context
  const now = clock.now()
  /** false when nobody can be told of anything just now */
  const told = async (put: Promise<void>, mark: () => Promise<void>): Promise<boolean> => {
    try {
      await put
    } catch (error) {
      if (!isPbxAway(error)) throw error
      // A PBX that is away is told after its next login; the others are not kept waiting for it.
      return othersAreUp()
    }
    await mark()
    return true
  }
  for (const row of await untoldRingBacks(db, now)) {
    if (!await told(putRingBack(numberOf(context, row), row.until), async () => { await markRingBackTold(db, row) })) return
  }
  for (const row of await untold(db)) {
    const others = await unfinished(db, [row.numberHash], now)
    const latest = [row, ...others].filter(b => b.freedAt === null).map(b => holdsUntil(b)).filter(until => until > now).sort(
      (a, b) => b.getTime() - a.getTime()
    )[0]
    const mark = async (): Promise<void> => { await db.tx(async tx => { await markTold(tx, [row]) }) }
    if (!await told(putBlock(numberOf(context, row), latest ?? null), mark)) return
  }
}

function tellSoon (context: BlockingOptions, tx: Tx): void {
  tx.afterCommit(() => { tell(context).catch(context.onError) })
}

async function changed (context: BlockingOptions, tx: Tx, row: Pick<BlockRow, 'id'>): Promise<void> {
  const { feed, clock } = context
  await feed.publish(tx, { topic: 'number.block', subject: row.id, at: clock.now(), data: {}, audience: { roles: blockKeepers } })
  tellSoon(context, tx)
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

/** Until when a number may ring back that we rang just now. */
const ringBackEnd = (now: Date): Date => new Date(now.getTime() + ringBackHours * 3_600_000)

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
  const numberHash = sealing.fingerprint(from.number)
  const earlier = await lockBlocksOf(tx, numberHash)
  if (earlier.some(b => holdsUntil(b) > now)) {
    throw new DomainError('already-done', 'this number is blocked already', { guard: 'blocked-already' })
  }
  allowAlone(earlier, actor.id, now)
  const row = {
    id: newId(),
    numberSealed: sealing.seal(from.number),
    numberHash,
    reason: why.reason,
    evidence: why.evidence,
    callId: from.callId,
    blockedBy: actor.id,
    blockedAt: now,
    endsAt: why.until
  }
  await withdrawReturn(tx, numberHash, now)
  const rung = await rungByUs(tx, numberHash, new Date(now.getTime() - ringBackHours * 3_600_000))
  insertBlock(tx, row, rung ? ringBackEnd(now) : null)
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
    if (objection.length > longestObjection) {
      throw new DomainError('invalid-input', 'the objections are too long together', { field: 'words', longest: longestObjection })
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

/** The block that stands of this number's fingerprint: see `numberSearchLimit` before asking. */
async function ofNumber ({ clock }: BlockingOptions, q: Queryable, hash: Buffer): Promise<BlockOfNumber | null> {
  const now = clock.now()
  const row = (await unfinished(q, [hash], now)).find(b => holdsUntil(b) > now)
  if (!row) return null
  const { id, reason, blockedBy, objection, objectionDecidedAt, objectionAnswer } = row
  return { id, holdsUntil: holdsUntil(row), reason, blockedBy, objection, objectionDecidedAt, objectionAnswer }
}

/** Blocks that stand, or the monthly list (`2026-11`, in the district's zone): every block that stood in the month. */
async function list (
  context: BlockingOptions,
  month: string | null,
  after: readonly [Date, string] | null,
  limit: number
): Promise<BlockView[]> {
  const { db, clock, timeZone } = context
  const begin = month === null ? null : DateTime.fromFormat(month, 'yyyy-MM', { zone: timeZone })
  if (begin !== null && !begin.isValid) throw new DomainError('invalid-input', 'a month is written like 2026-11', { field: 'month' })
  const span = begin === null ? null : { from: begin.toJSDate(), to: begin.plus({ months: 1 }).toJSDate() }
  return (await listBlocks(db, span, { now: clock.now(), aloneHours, after, limit })).map(row => view(context, row))
}

/** Never for ring-backs of our own calls: a person we ring may ring back. */
async function handle (context: BlockingOptions, tx: Tx, events: readonly PbxEvent[]): Promise<void> {
  const { sealing, clock } = context
  const now = clock.now()
  const legIds = events.filter(e => e.kind === 'chan-start' && isLegId(e.uniqueId)).map(e => e.uniqueId)
  const byHand = events.flatMap(e => e.kind === 'user' && e.name === 'LD_OUTSIDE' ? callerNumber(e.data.number) ?? [] : [])
  if (legIds.length + byHand.length === 0) return
  const rung = { legIds, hashes: byHand.map(number => sealing.fingerprint(number)) }
  if (await allowRingBacks(tx, rung, ringBackEnd(now), now)) tellSoon(context, tx)
}

/** After a login: a PBX that lost its own database is told of every block, and of who may ring back, again. */
async function exchangeIsUp (context: BlockingOptions): Promise<void> {
  const { db, clock, onError } = context
  try {
    await tellAgain(db, clock.now())
    await tell(context)
  } catch (error) {
    onError(error)
  }
}

/** Turning a number away (拉黑): by the shift leader, for a time, with evidence; the PBX knows the end and keeps to it by itself. */
export function createBlocking (context: BlockingOptions) {
  const journalHandler: JournalHandler = { name: 'blocking', handle: async (tx, events) => { await handle(context, tx, events) } }
  const sweep: Sweep = { name: 'blocked numbers', pace: 'ordinary', run: async () => { await tell(context) } }
  return { ...bind(context, { block, confirm, free, object, decideObjection, ofNumber, list, exchangeIsUp }), journalHandler, sweep }
}
