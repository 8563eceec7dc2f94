import type { Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { DialPermission } from '../../dialler/permission/dial-permission.ts'
import type { Dialler, DialRequest, LegEvent, LegListener } from '../../dialler/dialler-types.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { bind } from '../../domain/bind.ts'
import { DomainError } from '../../domain/errors.ts'
import { newId } from '../../domain/ids.ts'
import { legPriority } from '../../domain/telephone/legs.ts'
import type { PhoneNumber } from '../../domain/telephone/phone-number.ts'
import type { Actor } from '../../domain/people/roles.ts'
import { refuseSecondCall, refuseSecondRinging, talkSeconds } from './one-call-by-hand.ts'
import { endOwnCall, insertManualCall, isCalledByHand, joinOwnCall, lockOwnCall } from './switching-store.ts'

/**
 * Calling a citizen without a telephone of the exchange, as handlers and verifiers do. Their own telephone from the directory
 * is rung first. They press 1, so that no voicemail is put through to a citizen, hear ringing, and are joined with
 * the citizen. Neither sees the other's number; the call is recorded.
 */
export interface OwnTelephoneOptions {
  sealing: Sealing
  clock: Clock
  dialler: Pick<Dialler, 'request' | 'cancel'>
  /** asked for the citizen's number before any telephone rings */
  permission: Pick<DialPermission, 'check'>
  /** PBX from which it is rung, and the citizen with it */
  telephoneNode: () => string
  /** the person's telephones in the order in which they are tried */
  numbersOf: (tx: Tx, personId: string) => Promise<PhoneNumber[]>
}

export interface OwnCall { key: string, orderId: string, number: PhoneNumber, recording: string }

export interface OwnTelephone {
  /**
   * The same key is one call.
   * @throws DomainError `already-calling`, `already-done` where another person rings this citizen, `no-own-telephone` when the directory
   * has no number for them, `number-not-permitted`
   */
  ring: (tx: Tx, actor: Actor, call: OwnCall) => Promise<{ requestId: string }>
  legListener: LegListener
}

const ownRingSeconds = 30
const citizenRingSeconds = 45

/** The citizen's leg; when it is refused meanwhile, the caller's own telephone is let go: the journal never stops for it. */
async function askedFor (
  { dialler }: OwnTelephoneOptions,
  tx: Tx,
  ownRequestId: string,
  request: DialRequest
): Promise<Array<{ requestId: string }>> {
  try {
    return await dialler.request(tx, request)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    await dialler.cancel(tx, [ownRequestId], error.code, true)
    return []
  }
}

async function ring (
  context: OwnTelephoneOptions,
  tx: Tx,
  actor: Actor,
  { key, orderId, number, recording }: OwnCall
): Promise<{ requestId: string }> {
  const { sealing, clock, dialler, permission, telephoneNode, numbersOf } = context
  const numbers = actor.personId === null ? [] : await numbersOf(tx, actor.personId)
  if (numbers.length === 0) throw new DomainError('no-own-telephone', 'the directory has no telephone number of yours')
  await permission.check(tx, number, 'person')
  const id = `own-${newId()}`
  const node = telephoneNode()
  const [request] = await dialler.request(tx, {
    key,
    purpose: 'own-telephone',
    priority: legPriority.manual,
    subject: `order:${orderId}`,
    numbers,
    attempts: 1,
    gapSeconds: 0,
    ringSeconds: ownRingSeconds,
    talkSeconds,
    node,
    script: { name: 'own', variables: {} }
  })
  const requestId = request?.requestId ?? ''
  if (await isCalledByHand(tx, { ownRequestId: requestId })) return { requestId }
  const at = clock.now()
  await refuseSecondCall(tx, actor.id, at)
  await refuseSecondRinging(tx, { hashes: sealing.fingerprints(number), login: actor.id, now: at, tellsWho: false })
  insertManualCall(tx, {
    id,
    extension: null,
    login: actor.id,
    orderId,
    callId: null,
    number: sealing.seal(number),
    numberHash: sealing.fingerprint(number),
    node,
    at,
    requestId: null,
    ownRequestId: requestId,
    recording
  })
  return { requestId }
}

/** The caller pressed 1: the citizen is rung. Or the caller's own leg is over. */
async function hear (context: OwnTelephoneOptions, tx: Tx, events: readonly LegEvent[]): Promise<void> {
  const { sealing, dialler } = context
  for (const event of events) {
    if (event.kind === 'done' && event.result === 'complete') {
      const call = await lockOwnCall(tx, event.requestId)
      if (!call || call.requestId !== null) continue
      const [citizen] = await askedFor(context, tx, event.requestId, {
        key: call.id,
        purpose: 'manual',
        priority: legPriority.manual,
        subject: event.subject,
        numbers: [sealing.openNumber(call.number)],
        attempts: 1,
        gapSeconds: 0,
        ringSeconds: citizenRingSeconds,
        talkSeconds,
        node: call.node,
        script: { name: 'manual', variables: { LD_PEER: event.legId, LD_RECORD: call.recording } }
      })
      joinOwnCall(tx, call.id, event.legId, citizen?.requestId ?? null)
    }
    if (event.kind === 'finished') {
      const call = await lockOwnCall(tx, event.requestId)
      if (!call) continue
      endOwnCall(tx, call.id, event.at, event.outcome)
      if (call.requestId !== null) await dialler.cancel(tx, [call.requestId], 'the caller\'s own telephone is gone', true)
    }
  }
}

export function createOwnTelephone (context: OwnTelephoneOptions): OwnTelephone {
  const { ring: bound, hear: heard } = bind(context, { ring, hear })
  return { ring: bound, legListener: { purpose: 'own-telephone', hear: heard } }
}
