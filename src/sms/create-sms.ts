import type { Logger } from 'pino'
import type { Database, Tx } from '../db/database.ts'
import type { Sealing } from '../db/sealing.ts'
import type { Clock } from '../domain/clock.ts'
import { newId } from '../domain/ids.ts'
import { callerNumber, type PhoneNumber } from '../domain/phone-number.ts'
import type { AlarmHandler, Alarms, Sweep } from '../queue/alarms.ts'
import { smsSignature, type Sms, type SmsProvider, type SmsReplyListener } from './sms.ts'

export interface SmsOptions {
  db: Database
  sealing: Sealing
  alarms: Alarms
  provider: SmsProvider
  clock: Clock
  log: Logger
  /** pauses before the second and third try, ms */
  pausesMs?: readonly number[]
  /** a try whose process died is tried again after this, ms; longer than the provider's own time-out */
  leaseMs?: number
}

export interface ReceivedReply {
  /** the gateway's id; the same one is received once */
  providerId: string
  from: string
  body: string
  at: Date
}

export interface TextMessages extends Sms {
  alarm: AlarmHandler
  sweep: Sweep
  /** @returns false when it had been received before */
  receiveReply: (tx: Tx, reply: ReceivedReply) => Promise<boolean>
  /** The gateway's word on a message it took earlier; unknown ids are ignored. */
  receipt: (tx: Tx, receipt: { providerId: string, delivered: boolean }) => Promise<void>
  onReply: (listener: SmsReplyListener) => void
}

interface DueMessage { id: string, number_sealed: Buffer, body: string, attempts: number }

export function createSms ({ db, sealing, alarms, provider, clock, log, pausesMs = [30_000, 120_000], leaseMs = 60_000 }: SmsOptions): TextMessages {
  const tries = pausesMs.length + 1
  const listeners: SmsReplyListener[] = []

  async function send (tx: Tx, ...messages: Parameters<Sms['send']>[1][]): Promise<void> {
    if (messages.length === 0) return
    const now = clock.now()
    const rows = messages.map(message => ({ ...message, id: newId(), text: signed(message.body) }))
    tx.write(
      `insert into sms_message (id, key, subject, number_sealed, number_hash, body, next_at, created_at)
       select r.*, $7, $7 from unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::bytea[], $6::text[]) r
       on conflict (key) do nothing`,
      [rows.map(r => r.id), rows.map(r => r.key), rows.map(r => r.subject), rows.map(r => sealing.seal(r.to)),
        rows.map(r => sealing.fingerprint(r.to)), rows.map(r => r.text), now])
    // An alarm for a key that was there already finds no row under this id, which is harmless.
    await alarms.set(tx, ...rows.map(r => ({ family: 'sms' as const, id: `sms-${r.id}-1`, at: now, payload: { message: r.id } })))
  }

  /** Takes the message for one try; nobody else takes it until the lease is over. */
  async function claim (id: string): Promise<DueMessage | undefined> {
    const now = clock.now()
    const [message] = await db.query<DueMessage>(
      `update sms_message set attempts = attempts + 1, next_at = $3
       where id = $1 and state = 'queued' and next_at <= $2 and attempts < $4
       returning id, number_sealed, body, attempts`, [id, now, new Date(now.getTime() + leaseMs), tries])
    return message
  }

  async function deliver (id: string): Promise<void> {
    const message = await claim(id)
    if (!message) return
    let providerId: string | null
    try {
      const to = sealing.open(message.number_sealed) as PhoneNumber
      providerId = (await provider.send({ id, to, text: message.body })).providerId
    } catch (error) {
      await failed(message, error)
      return
    }
    await db.query('update sms_message set state = \'sent\', sent_at = $2, provider_id = $3, next_at = null, error = null where id = $1', [id, clock.now(), providerId])
  }

  async function failed (message: DueMessage, error: unknown): Promise<void> {
    const reason = (error instanceof Error ? error.message : String(error)).slice(0, 300)
    const pause = pausesMs[message.attempts - 1]
    log.warn({ message: message.id, attempt: message.attempts, reason }, 'a text message was not taken')
    await db.tx(async tx => {
      if (pause === undefined) {
        tx.write('update sms_message set state = \'failed\', next_at = null, error = $2 where id = $1', [message.id, reason])
        return
      }
      const at = new Date(clock.now().getTime() + pause)
      tx.write('update sms_message set next_at = $2, error = $3 where id = $1', [message.id, at, reason])
      await alarms.set(tx, { family: 'sms', id: `sms-${message.id}-${message.attempts + 1}`, at, payload: { message: message.id } })
    })
  }

  /** Messages whose alarm was lost, or whose last try died with its process. */
  async function sweep (now: Date): Promise<void> {
    await db.query(
      'update sms_message set state = \'failed\', next_at = null, error = coalesce(error, \'the last try was interrupted\') where state = \'queued\' and next_at <= $1 and attempts >= $2',
      [now, tries])
    const due = await db.query<{ id: string }>('select id from sms_message where state = \'queued\' and next_at <= $1 order by next_at limit 100', [now])
    for (let i = 0; i < due.length; i += 10) await Promise.all(due.slice(i, i + 10).map(async ({ id }) => await deliver(id)))
  }

  async function receiveReply (tx: Tx, { providerId, from, body, at }: ReceivedReply): Promise<boolean> {
    const number = callerNumber(from)
    const numberHash = sealing.fingerprint(number ?? from)
    const text = body.replaceAll('\0', '').trim().slice(0, 1000)
    const [row] = await tx.query<{ id: number }>(
      'insert into sms_reply (provider_id, number_hash, body, received_at) values ($1, $2, $3, $4) on conflict (provider_id) do nothing returning id',
      [providerId, numberHash, text, at])
    if (!row) return false
    for (const listener of listeners) {
      if (!await listener(tx, { id: row.id, from: number, numberHash, body: text, at })) continue
      tx.write('update sms_reply set handled_at = $2 where id = $1', [row.id, clock.now()])
      break
    }
    return true
  }

  return {
    send,
    alarm: { family: 'sms', ring: async ({ message }) => { await deliver(String(message)) } },
    sweep: { name: 'text messages', pace: 'ordinary', run: sweep },
    receiveReply,
    async receipt (tx, { providerId, delivered }) {
      tx.write('update sms_message set state = $2, error = case when $2 = \'failed\' then \'not delivered\' end where provider_id = $1 and state = \'sent\'',
        [providerId, delivered ? 'delivered' : 'failed'])
    },
    onReply: listener => { listeners.push(listener) }
  }
}

const signed = (body: string): string => body.startsWith(smsSignature) ? body : smsSignature + body
