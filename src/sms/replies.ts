import type { Logger } from 'pino'
import type { Database, Tx } from '../db/database.ts'
import { isTransient } from '../db/database-errors.ts'
import type { Sealing } from '../db/sealing.ts'
import { cleanText } from '../domain/text/clean-text.ts'
import { bind } from '../domain/bind.ts'
import type { Clock } from '../domain/time/clock.ts'
import { DomainError } from '../domain/errors.ts'
import { callerNumber, type PhoneNumber } from '../domain/telephone/phone-number.ts'
import type { Actor } from '../domain/people/roles.ts'
import {
  insertReply, lockIsHandled, lockNextReply, markHandled, markOffered, markTaken, openReplies, type ReplyRow
} from './reply-store.ts'
import type { SmsReplyListener } from './sms-types.ts'

export interface ReceivedReply {
  /** the gateway's id; each is received once */
  providerId: string
  from: string
  body: string
  at: Date
}

/** A reply no listener took: a person reads it. */
export interface OpenReply {
  id: number
  /** null: the sender is not a telephone number, or it came before numbers were kept */
  from: PhoneNumber | null
  body: string
  at: Date
}

export interface Replies {
  /** Keeps it. @returns false when it had been received before */
  receive: (tx: Tx, reply: ReceivedReply) => Promise<boolean>
  listen: (name: string, listener: SmsReplyListener) => void
  /** Offers new replies to the listeners, each in a transaction of its own; two processes never offer the same. */
  offer: () => Promise<void>
  /** Replies no listener took, oldest first. */
  open: (limit: number) => Promise<OpenReply[]>
  /** A person has read it. @throws DomainError `not-found`, `already-done` */
  done: (tx: Tx, actor: Actor, id: number) => Promise<void>
}

/** Longer texts are cut; a text message of one person is some hundred characters. */
const maxBodyLength = 1000
const maxSenderLength = 40
/** Replies one run of the sweep offers at most. */
const atOnce = 100

interface Offering {
  db: Database
  sealing: Sealing
  clock: Clock
  log: Logger
  listeners: Array<{ name: string, listener: SmsReplyListener }>
}

export function createReplies (options: Omit<Offering, 'listeners'>): Replies {
  const state: Offering = { ...options, listeners: [] }
  return { ...bind(state, { receive, offer, open, done }), listen (name, listener) { state.listeners.push({ name, listener }) } }
}

const sender = ({ sealing }: Offering, sealed: Buffer | null): PhoneNumber | null =>
  sealed === null ? null : callerNumber(sealing.open(sealed))

async function receive (state: Offering, tx: Tx, { providerId, from, body, at }: ReceivedReply): Promise<boolean> {
  const said = cleanText(from).slice(0, maxSenderLength)
  const number = callerNumber(said) ?? said
  return await insertReply(tx, {
    providerId,
    hash: state.sealing.fingerprint(number),
    sealed: state.sealing.seal(number),
    body: cleanText(body).slice(0, maxBodyLength).toWellFormed(),
    at
  })
}

async function offer (state: Offering): Promise<void> {
  for (let i = 0; i < atOnce; i++) {
    let row: ReplyRow | undefined
    try {
      await state.db.tx(async tx => {
        row = await lockNextReply(tx)
        if (!row) return
        // It stays locked when its listener fails, so that nobody else is offered it before it is left to a person.
        await tx.query('savepoint offered')
        try {
          await offerTo(state, tx, row)
        } catch (error) {
          if (isTransient(error)) throw error
          await tx.query('rollback to savepoint offered')
          leave(state, tx, row, error)
        }
      })
    } catch (error) {
      const failed = row
      if (!failed || isTransient(error)) throw error
      // A listener's write that was not awaited fails with the whole transaction.
      await state.db.tx(async tx => { leave(state, tx, failed, error) })
    }
    if (!row) return
  }
}

/** A reply that fails delays no other: a person reads it. */
function leave (state: Offering, to: Pick<Tx, 'write'>, row: ReplyRow, error: unknown): void {
  state.log.warn({ err: error, reply: row.id }, 'a text reply could not be dealt with; it is left to a person')
  markOffered(to, row.id, state.clock.now())
}

async function offerTo (state: Offering, tx: Tx, row: ReplyRow): Promise<void> {
  // Before numbers were kept, a reply had its fingerprint alone.
  const numberHashes = row.number_sealed === null ? [row.number_hash] : state.sealing.fingerprints(state.sealing.open(row.number_sealed))
  const reply = { id: row.id, from: sender(state, row.number_sealed), numberHashes, body: row.body, at: row.received_at }
  for (const { name, listener } of state.listeners) {
    if (!await listener(tx, reply)) continue
    markTaken(tx, row.id, name, state.clock.now())
    return
  }
  markOffered(tx, row.id, state.clock.now())
}

async function open (state: Offering, limit: number): ReturnType<Replies['open']> {
  const rows = await openReplies(state.db, limit)
  return rows.map(r => ({ id: r.id, from: sender(state, r.number_sealed), body: r.body, at: r.received_at }))
}

async function done (state: Offering, tx: Tx, actor: Actor, id: number): Promise<void> {
  const handled = await lockIsHandled(tx, id)
  if (handled === null) throw new DomainError('not-found', 'there is no such reply')
  if (handled) throw new DomainError('already-done', 'this reply has been dealt with', { guard: 'text-handled' })
  markHandled(tx, id, actor.id, state.clock.now())
}
