import type { Logger } from 'pino'
import { refuseInsideTransaction, type Database, type Tx } from '../db/database.ts'
import type { Sealing } from '../db/sealing.ts'
import { bind } from '../domain/bind.ts'
import { dueAt, type Clock } from '../domain/time/clock.ts'
import { newId } from '../domain/ids.ts'
import { withoutLinks } from '../domain/telephone/text-message.ts'
import type { AlarmHandler, Alarms, Sweep } from '../queue/alarms.ts'
import { createReplies, type ReceivedReply, type Replies } from './replies.ts'
import { claimDue, failInterrupted, insertMessages, markFailed, markSent, putOff, saveReceipt, type DueMessage } from './sms-store.ts'
import { smsSignature, type Sms, type SmsProvider, type SmsReplyListener } from './sms-types.ts'

/** Pauses before the second and third try, ms. */
const pausesMs: readonly number[] = [30_000, 120_000]
/** Lease: a try whose process died is repeated after this, ms; longer than the provider's own time-out. */
const leaseMs = 60_000

export interface SmsOptions {
  db: Database
  sealing: Sealing
  alarms: Alarms
  provider: SmsProvider
  clock: Clock
  log: Logger
}

export interface TextMessages extends Sms {
  alarm: AlarmHandler
  sweep: Sweep
  /** @returns false when it had been received before */
  receiveReply: (tx: Tx, reply: ReceivedReply) => Promise<boolean>
  /** The gateway's word on a message it took earlier; unknown ids are ignored. */
  receipt: (tx: Tx, receipt: { providerId: string, delivered: boolean }) => Promise<void>
  /** registers a listener for replies; asked in the order of these calls */
  onReply: (name: string, listener: SmsReplyListener) => void
  replies: Pick<Replies, 'open' | 'done'>
}

/** Messages sent at the same time, and taken at most by one alarm; a command staff is hundreds. */
const atOnce = 10
const taken = 4 * atOnce
const tries = pausesMs.length + 1

export function createSms (options: SmsOptions): TextMessages {
  const { db, sealing, clock, log } = options
  const replies = createReplies({ db, sealing, clock, log })
  return {
    ...bind(options, { send }),
    alarm: { family: 'sms', ring: async () => { await deliverDue(options) } },
    sweep: {
      name: 'text messages',
      pace: 'ordinary',
      async run (now) {
        await sweep(options, now)
        await replies.offer()
      }
    },
    receiveReply: replies.receive,
    receipt,
    onReply: replies.listen,
    replies
  }
}

async function send (options: SmsOptions, tx: Tx, ...messages: Parameters<Sms['send']>[1][]): Promise<void> {
  if (messages.length === 0) return
  const now = options.clock.now()
  const rows = messages.map(message => ({
    id: newId(),
    key: message.key,
    subject: message.subject,
    sealed: options.sealing.seal(message.to),
    hash: options.sealing.fingerprint(message.to),
    text: signed(withoutLinks(message.body)),
    at: dueAt(now, message.notBefore)
  }))
  insertMessages(tx, rows, now)
  // One alarm takes several due messages, so it needs to ring only once for many.
  const alarmed = rows.filter((_, i) => i % taken === 0)
  await options.alarms.set(tx, ...alarmed.map(r => ({ family: 'sms' as const, id: `sms-${r.id}-1`, at: r.at, payload: { message: r.id } })))
}

/** Takes due messages for one try each; nobody else takes them until the lease is over. */
async function claim (options: SmsOptions): Promise<DueMessage[]> {
  const now = options.clock.now()
  return await claimDue(options.db, { now, leaseEnd: new Date(now.getTime() + leaseMs), tries, limit: taken })
}

/** @returns true when there may be more at once */
async function deliverDue (options: SmsOptions): Promise<boolean> {
  const messages = await claim(options)
  for (let i = 0; i < messages.length; i += atOnce) {
    const tried = await Promise.all(messages.slice(i, i + atOnce).map(async message => await deliver(options, message)))
    const sent = tried.filter(s => s !== null)
    if (sent.length === 0) continue
    await markSent(options.db, sent, options.clock.now())
  }
  return messages.length === taken
}

/** null: the provider did not take it, which is recorded already. */
async function deliver (options: SmsOptions, message: DueMessage): Promise<{ id: string, providerId: string | null } | null> {
  try {
    const to = options.sealing.openNumber(message.number_sealed)
    refuseInsideTransaction('the gateway of text messages')
    const { providerId } = await options.provider.send({ id: message.id, to, text: message.body })
    return { id: message.id, providerId }
  } catch (error) {
    // When that cannot be written the lease ends the try; the messages the gateway took beside it are written all the same.
    await failed(options, message, error).catch((why: unknown) => {
      options.log.error({ message: message.id, error: String(why) }, 'a failed text message could not be written down')
    })
    return null
  }
}

async function failed (options: SmsOptions, message: DueMessage, error: unknown): Promise<void> {
  const reason = (error instanceof Error ? error.message : String(error)).slice(0, 300)
  const pause = pausesMs[message.attempts - 1]
  options.log.warn({ message: message.id, attempt: message.attempts, reason }, 'a text message was not taken')
  await options.db.tx(async tx => {
    if (pause === undefined) {
      markFailed(tx, message.id, reason)
      return
    }
    const at = new Date(options.clock.now().getTime() + pause)
    putOff(tx, message.id, at, reason)
    await options.alarms.set(tx, { family: 'sms', id: `sms-${message.id}-${message.attempts + 1}`, at, payload: { message: message.id } })
  })
}

/** Messages whose alarm was lost, or whose last try died with its process. */
async function sweep (options: SmsOptions, now: Date): Promise<void> {
  await failInterrupted(options.db, now, tries)
  for (let batches = 0; batches < 3 && await deliverDue(options); batches++);
}

async function receipt (tx: Tx, { providerId, delivered }: { providerId: string, delivered: boolean }): Promise<void> {
  saveReceipt(tx, providerId, delivered)
}

const signed = (body: string): string => body.startsWith(smsSignature) ? body : smsSignature + body
