import type { Tx } from '../../db/database.ts'
import type { LegListener } from '../../dialler/dialler-types.ts'
import { bind } from '../../domain/bind.ts'
import { DomainError } from '../../domain/errors.ts'
import { newId } from '../../domain/ids.ts'
import { legPriority, type LegPurpose } from '../../domain/telephone/legs.ts'
import type { PhoneNumber } from '../../domain/telephone/phone-number.ts'
import { holds, type Actor, type Role } from '../../domain/people/roles.ts'
import type { JournalHandler } from '../../pbx/pbx-event.ts'
import type { Sweep } from '../../queue/alarms.ts'
import { giveUp, type ManualCallsContext, type ManualCallsOptions } from './manual-call-context.ts'
import { refuseSecondCall, refuseSecondRinging, talkSeconds } from './one-call-by-hand.ts'
import { manualCallEvents, manualCallLegs } from './switching-events.ts'
import { unheardSweep } from './switching-jobs.ts'
import { insertManualCall, isCalledByHand } from './switching-store.ts'
import { telephoneNode } from './telephone-node.ts'

export interface ByHand {
  key: string
  subject: string
  number: PhoneNumber
  recording: string
  purpose?: LegPurpose
  /** the call whose caller is rung back */
  callId?: string
}

export interface ManualCalls {
  /**
   * Asked before a call by hand, in no transaction: to an unregistered telephone the PBX makes no channel, and the journal tells nothing.
   * @throws `telephone-not-registered`
   */
  canBeRung: (actor: Actor) => Promise<void>
  /**
   * Rings the actor's telephone, then the number. The same key is one call.
   * @throws `agent-not-signed-in`, `already-calling`, `emergency-number-refused`, `already-done` where another person rings this citizen
   */
  dialByHand: (tx: Tx, actor: Actor, call: ByHand) => Promise<{ requestId: string }>
  /**
   * Calls the complainant of an order, or calls a caller back.
   * @throws `not-found`, `nobody-to-dial`, `agent-not-signed-in`, `already-calling`, `already-done` where another person rings this citizen
   */
  callCitizen: (tx: Tx, actor: Actor, input: { key: string } & ({ orderId: string } | { callId: string })) => Promise<{ requestId: string }>
  journalHandler: JournalHandler
  legListener: LegListener
  sweep: Sweep
}

/** Roles that ring a caller back: desks that see calls. */
const deskCallers: readonly Role[] = ['AGENT', 'SHIFT_LEADER', 'CALLBACK_OFFICER', 'DISPATCHER', 'EMERGENCY_COORDINATOR']

/** Seconds the caller's own telephone rings. */
const ownRingSeconds = 30
/** The citizen's call waits for the caller's own telephone, never for a time: longer than any outage. ms */
const untilAnsweredMs = 7 * 86_400_000
const citizenRingSeconds = 45

async function canBeRung ({ nodes }: ManualCallsContext, { extension }: Actor): Promise<void> {
  // Without a telephone of the exchange, the one in the directory is rung.
  if (extension === null) return
  const asked = await Promise.allSettled(nodes.all.map(async ({ switchboard }) => await switchboard.isRegistered(extension)))
  const said = asked.flatMap(answer => answer.status === 'fulfilled' ? answer.value : [])
  // A PBX that does not answer says nothing of a telephone: the call is given up as one that could not be placed.
  if (said.length === 0 || said.includes(true)) return
  throw new DomainError('telephone-not-registered', 'your telephone is not registered')
}

async function dialByHand (
  context: ManualCallsContext,
  tx: Tx,
  actor: Actor,
  { key, subject, number, recording, purpose = 'callback', callId }: ByHand
): Promise<{ requestId: string }> {
  const { db, sealing, clock, dialler, nodes, onError } = context
  const { extension } = actor
  if (extension === null) throw new DomainError('agent-not-signed-in', 'your login has no telephone')
  const id = `manual-${newId()}`
  // The citizen's leg is joined to this telephone: both are on one PBX.
  const { name: node, switchboard } = telephoneNode(nodes, extension)
  const now = clock.now()
  const [request] = await dialler.request(tx, {
    key,
    purpose,
    priority: legPriority.manual,
    subject,
    numbers: [number],
    attempts: 1,
    gapSeconds: 0,
    ringSeconds: citizenRingSeconds,
    talkSeconds,
    node,
    script: { name: 'manual', variables: { LD_PEER: id, LD_AGENT: extension, LD_RECORD: recording } },
    notBefore: new Date(now.getTime() + untilAnsweredMs)
  })
  const requestId = request?.requestId ?? ''
  if (await isCalledByHand(tx, { requestId })) return { requestId }
  await refuseSecondCall(tx, actor.id, now)
  await refuseSecondRinging(tx, { hashes: sealing.fingerprints(number), login: actor.id, now, tellsWho: callId !== undefined })
  insertManualCall(tx, {
    id,
    extension,
    login: actor.id,
    orderId: /^order:(.+)$/.exec(subject)?.[1] ?? null,
    callId: callId ?? null,
    number: sealing.seal(number),
    numberHash: sealing.fingerprint(number),
    node,
    at: now,
    requestId,
    ownRequestId: null,
    recording: null
  })
  tx.afterCommit(() => {
    switchboard.originate({
      channelId: id,
      to: { extension },
      context: 'hotline-manual',
      ringSeconds: ownRingSeconds
    }).catch(async (error: unknown) => {
      onError(error)
      await db.tx(async again => { await giveUp(context, again, [id], [requestId], clock.now()) })
    }).catch(onError)
  })
  return { requestId }
}

async function callCitizen (
  context: ManualCallsContext,
  tx: Tx,
  actor: Actor,
  input: { key: string } & ({ orderId: string } | { callId: string })
): Promise<{ requestId: string }> {
  const { clock, numberOfOrder, numberOfCall, ownTelephone } = context
  const byOrder = 'orderId' in input
  // Calls are the Centre's: a person with an order calls its complainant.
  if (!byOrder && !holds(actor, ...deskCallers)) throw new DomainError('not-allowed', 'only the Centre\'s desks ring callers back')
  const { callId, number } = byOrder
    ? { callId: null, number: await numberOfOrder(tx, actor, input.orderId) }
    : await numberOfCall(tx, actor, input.callId)
  if (number === null) throw new DomainError('nobody-to-dial', 'there is no number to call')
  const day = clock.now().toISOString().slice(0, 10).replaceAll('-', '/')
  const recording = `${day}/by-hand-${newId()}.wav`
  if (byOrder && actor.extension === null && ownTelephone) {
    return await ownTelephone.ring(tx, actor, {
      key: `own-telephone-${actor.id}-${input.key}`,
      orderId: input.orderId,
      number,
      recording
    })
  }
  return await dialByHand(context, tx, actor, {
    key: `by-hand-${actor.id}-${input.key}`,
    subject: byOrder ? `order:${input.orderId}` : `call:${input.callId}`,
    number,
    recording,
    purpose: 'manual',
    ...(callId === null ? {} : { callId })
  })
}

export function createManualCalls ({ onError = () => {}, ...options }: ManualCallsOptions): ManualCalls {
  const context: ManualCallsContext = { ...options, onError }
  return {
    ...bind(context, { canBeRung, dialByHand, callCitizen }),
    journalHandler: manualCallEvents(context),
    legListener: manualCallLegs(context),
    sweep: unheardSweep(context)
  }
}
