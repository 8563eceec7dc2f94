import type { Logger } from 'pino'
import type { Database, Tx } from '../../../db/database.ts'
import { isTransient } from '../../../db/database-errors.ts'
import type { Sealing } from '../../../db/sealing.ts'
import { bind } from '../../../domain/bind.ts'
import { DomainError, errorStatus } from '../../../domain/errors.ts'
import { newId } from '../../../domain/ids.ts'
import type { Actor, TokenPurpose } from '../../../domain/people/roles.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import { loggable } from '../../../http/kit/problems.ts'
import type { Sweep } from '../../../queue/alarms.ts'
import { hourly } from '../../../queue/hourly.ts'
import { signing } from '../registry/rules/secrets.ts'
import { openSecrets } from '../registry/sealed-secrets.ts'
import { forgetDays } from './days-store.ts'
import {
  dueEnvelopes, forgetEnvelopes, insertEnvelope, lockEarlier, lockEnvelope, markQuarantined, markTaken, outcomeOf, putOffEnvelope,
  type EnvelopeOutcome, type LockedEnvelope
} from './envelope-store.ts'
import type { Kinds } from './kinds.ts'
import { formOf, judge, triedAgainAt, type Fault, type Readable } from './rules/judge.ts'
import { isSigned, type SignedMessage } from './signature.ts'
import { sourceOf } from './source-store.ts'

export interface ReceivingOptions {
  db: Database
  sealing: Sealing
  clock: Clock
  log: Logger
  kinds: Kinds
}

/** Who hands a message in. */
export interface Sender { actor: Actor, purposes: readonly TokenPurpose[] }

/** A message whose signature is good, and how far its sender's clock may be off. */
export interface Checked extends SignedMessage { interfaceId: string, toleranceMs: number }

/** The row of a message. `fresh` false: it came before in these very words. */
export interface Kept { id: string, fresh: boolean }

/** What comes in: checked, kept, then taken by the capability whose kind it is. */
export type Receiving = ReturnType<typeof createReceiving>

export const createReceiving = (options: ReceivingOptions) => bind(options, { check, receive, settle, sweeps })

/** Messages that a sweep takes at most. */
const batch = 100
/** What was taken is kept for so long, ms: longer than the longest cycle, so that a repeat is known and silence is seen. */
const keptMs = 100 * 86_400_000

/**
 * Before anything is written.
 * @throws DomainError `not-found` for an interface that receives nothing, `signature-wrong`
 */
async function check ({ db, sealing, clock }: ReceivingOptions, interfaceId: string, message: SignedMessage): Promise<Checked> {
  const source = await sourceOf(db, interfaceId)
  if (source === null || source.state === 'off') throw new DomainError('not-found', 'this interface receives nothing')
  if (!isSigned(message, signing(openSecrets(sealing, source.secretsSealed), clock.now()))) {
    throw new DomainError('signature-wrong', 'none of this interface\'s secrets signed these bytes under this id and time')
  }
  return { ...message, interfaceId, toleranceMs: source.toleranceMinutes * 60_000 }
}

/** Kept, whatever it says. */
async function receive (
  { sealing, clock, kinds }: ReceivingOptions, tx: Tx, { actor, purposes }: Sender,
  { interfaceId, id: messageId, sentAt, body, toleranceMs }: Checked
): Promise<Kept> {
  const now = clock.now()
  const keep = async (earlier: ReadonlyArray<{ id: string, text: string }>): Promise<Kept | null> => {
    const judged = judge({ text: body, sentAt, earlier: earlier.map(({ text }) => text) }, { forms: kinds.forms, toleranceMs, now })
    if ('repeats' in judged) return { id: earlier[judged.repeats]?.id ?? '', fresh: false }
    const id = newId()
    const { kind, version, at } = 'take' in judged ? judged.take : judged.quarantine
    const inserted = await insertEnvelope(tx, {
      id,
      interfaceId,
      messageId,
      differs: earlier.length > 0,
      sender: actor.id,
      senderUnitId: actor.unitId,
      purposes,
      sentAt,
      kind,
      version,
      at,
      bodySealed: sealing.seal(body),
      reason: 'take' in judged ? null : judged.quarantine.reason,
      faults: 'take' in judged ? [] : judged.quarantine.faults
    }, now)
    return inserted ? { id, fresh: true } : null
  }
  const first = await keep([])
  if (first !== null) return first
  const earlier = await lockEarlier(tx, interfaceId, messageId)
  const kept = await keep(earlier.map(({ id, bodySealed }) => ({ id, text: sealing.open(bodySealed) })))
  if (kept === null) throw new Error('a message was neither kept nor known')
  return kept
}

/** Takes it now, if it waits. @returns how it stands, as its sender is told */
async function settle (options: ReceivingOptions, id: string): Promise<EnvelopeOutcome> {
  try {
    await takeWaiting(options, id)
  } catch (error) {
    options.log.error({ error: loggable(error), envelope: id }, 'an incoming message could not be taken; the next sweep tries again')
  }
  const outcome = await outcomeOf(options.db, id)
  if (outcome === null) throw new DomainError('not-found', 'there is no such message')
  return outcome
}

/** In one transaction with what its capability writes. */
async function takeWaiting (options: ReceivingOptions, id: string): Promise<void> {
  const { db, clock, log } = options
  try {
    await db.tx(async tx => {
      const row = await lockEnvelope(tx, id)
      // Sent again, or met by a second process, it is tried no sooner.
      if (!row?.dueAt || row.dueAt > clock.now()) return
      const form = formOf(options.sealing.open(row.bodySealed), options.kinds.forms)
      // It was fit when it came; a release may have dropped its version since.
      if ('reason' in form) markQuarantined(tx, id, form.reason, form.faults)
      else await take(options, tx, row, form, 'system')
    })
  } catch (error) {
    if (isTransient(error)) throw error
    await db.tx(async tx => {
      const row = await lockEnvelope(tx, id)
      if (row?.state !== 'waiting') return
      if (isRefusal(error)) { markQuarantined(tx, id, 'refused', [faultOf(error)]); return }
      log.error({ error: loggable(error), envelope: id, tries: row.tries + 1 }, 'an incoming message failed')
      const next = triedAgainAt(row.tries + 1, clock.now())
      const failed: Fault = { path: '', code: 'failed', message: 'failed five times by a fault of the service' }
      if (next === null) markQuarantined(tx, id, 'failed', [failed])
      else putOffEnvelope(tx, id, next)
    })
  }
}

/** The capability's own part, and the mark. @throws what the capability throws */
export async function take (
  { clock, kinds }: Pick<ReceivingOptions, 'clock' | 'kinds'>, tx: Tx, row: LockedEnvelope, { kind, version, data }: Readable, by: string
): Promise<void> {
  const taker = kinds.of(kind, version)
  if (taker === undefined) throw new Error(`nobody takes ${kind} ${version}`)
  const actor: Actor = { id: row.sender, roles: ['INTEGRATION'], unitId: row.senderUnitId, extension: null, personId: null }
  const taken = await taker.take(tx, data, { actor, purposes: row.purposes, interfaceId: row.interfaceId })
  markTaken(tx, row.id, { ...taken, by, at: clock.now() })
}

/** A no that trying again does not change. */
const isRefusal = (error: unknown): error is DomainError => error instanceof DomainError && errorStatus[error.code] < 500

/** Its guard or code, and its field: what a refusal says in words may hold what was sent. */
function faultOf ({ code, details: { field, guard } }: DomainError): Fault {
  return { path: typeof field === 'string' ? `/data/${field}` : '', code: 'refused', message: typeof guard === 'string' ? guard : code }
}

const sweeps = (options: ReceivingOptions): Sweep[] => [
  {
    name: 'incoming messages',
    pace: 'ordinary',
    async run (now) {
      for (const id of await dueEnvelopes(options.db, now, batch)) await takeWaiting(options, id)
    }
  },
  hourly('old incoming messages', async now => {
    const before = new Date(now.getTime() - keptMs)
    await forgetEnvelopes(options.db, before, 20 * batch)
    await forgetDays(options.db, before)
  })
]
