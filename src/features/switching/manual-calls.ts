import type { Database, Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { Dialler, LegEvent, LegListener } from '../../dialler/dialler.ts'
import type { Clock } from '../../domain/clock.ts'
import { bind } from '../../domain/bind.ts'
import { DomainError } from '../../domain/errors.ts'
import { newId } from '../../domain/ids.ts'
import { legPriority, type LegOutcome, type LegPurpose } from '../../domain/telephone/legs.ts'
import type { PhoneNumber } from '../../domain/telephone/phone-number.ts'
import { holds, type Actor, type Role } from '../../domain/roles.ts'
import { endsChannel, type JournalHandler, type PbxEvent } from '../../pbx/pbx-event.ts'
import type { Nodes } from '../../pbx/nodes.ts'
import type { Switchboard } from '../../pbx/switchboard.ts'
import type { Sweep } from '../../queue/alarms.ts'
import { refuseSecondCall, talkSeconds } from './one-call-by-hand.ts'
import type { OwnTelephone } from './own-telephone.ts'

/**
 * Calling a citizen by a click (拨号): first the caller's own telephone rings, and once it is answered the dialler rings
 * the citizen and joins the two. The number stays hidden, the call is recorded.
 */
export interface ManualCallsOptions {
  db: Database
  sealing: Sealing
  clock: Clock
  dialler: Dialler
  nodes: Pick<Nodes<{ name: string, switchboard: Pick<Switchboard, 'originate' | 'hangup'> }>, 'get' | 'choose'>
  /** the complainant's number of an order the actor may see; null where there is none. @throws `not-found` */
  numberOfOrder: (tx: Tx, actor: Actor, orderId: string) => Promise<PhoneNumber | null>
  /** the number of a call that is not hidden from the actor; null when withheld. @throws `not-found` */
  numberOfCall: (tx: Tx, actor: Actor, callId: string) => Promise<{ number: PhoneNumber | null }>
  /** how a person without a telephone of the exchange calls; refused where it is not given */
  ownTelephone?: Pick<OwnTelephone, 'ring'>
  /** an order's complainant has answered: it counts as first contact (先行联系) */
  firstContact: (tx: Tx, input: { orderId: string, callId: string, extension: string | null, at: Date }) => Promise<void>
  /** an order's complainant was rung but not reached */
  notReached?: (tx: Tx, input: { orderId: string, by: string, outcome: LegOutcome, at: Date }) => Promise<void>
  onError?: (error: unknown) => void
}

export interface ByHand { key: string, subject: string, number: PhoneNumber, recording: string, purpose?: LegPurpose }

export interface ManualCalls {
  /**
   * Rings the actor's telephone, then the number. The same key is one call.
   * @throws `agent-not-signed-in`, `already-calling`, `emergency-number-refused`
   */
  dialByHand: (tx: Tx, actor: Actor, call: ByHand) => Promise<{ requestId: string }>
  /**
   * Calls the complainant of an order, or calls a caller back.
   * @throws `not-found`, `nobody-to-dial`, `agent-not-signed-in`, `already-calling`
   */
  callCitizen: (tx: Tx, actor: Actor, input: { key: string } & ({ orderId: string } | { callId: string })) => Promise<{ requestId: string }>
  journalHandler: JournalHandler
  legListener: LegListener
  sweep: Sweep
}

/** The citizen was rung without a talk; a call taken back, or that failed on our side, is no attempt. */
const unreached: ReadonlySet<LegOutcome> = new Set(['busy', 'no-answer', 'unallocated', 'rejected'])

/** Roles that ring a caller back: desks that see calls. */
const deskCallers: readonly Role[] = ['AGENT', 'SHIFT_LEADER', 'CALLBACK_OFFICER', 'DISPATCHER', 'EMERGENCY_COORDINATOR']

/** Seconds the caller's own telephone rings. */
const ownRingSeconds = 30
/** An unregistered telephone writes no row of the journal: after this time the call has failed, ms. */
const longestRingMs = 60_000
/** The citizen's call waits for the caller's own telephone, never for a time: longer than any outage. ms */
const untilAnsweredMs = 7 * 86_400_000
const citizenRingSeconds = 45

/** What the commands are bound to. */
type ManualCallsContext = ManualCallsOptions & Required<Pick<ManualCallsOptions, 'onError'>>

async function dialByHand (
  context: ManualCallsContext,
  tx: Tx,
  actor: Actor,
  { key, subject, number, recording, purpose = 'callback' }: ByHand
): Promise<{ requestId: string }> {
  const { db, sealing, clock, dialler, nodes, onError } = context
  const { extension } = actor
  if (extension === null) throw new DomainError('agent-not-signed-in', 'your login has no telephone')
  const id = `manual-${newId()}`
  // The citizen's leg is joined to this telephone: both are on one PBX.
  const { name: node, switchboard } = nodes.choose('telephone')
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
  const [known] = await tx.query('select 1 from manual_call where request_id = $1', [requestId])
  if (known) return { requestId }
  await refuseSecondCall(tx, actor.id, now)
  tx.write(`insert into manual_call (id, extension, login, order_id, number_sealed, state, request_id, requested_at, node)
    values ($1, $2, $3, $4, $5, 'ringing', $6, $7, $8)`,
  [id, extension, actor.id, /^order:(.+)$/.exec(subject)?.[1] ?? null, sealing.seal(number), requestId, now, node])
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

/** Hangs up the callers' own telephones, each where it is. */
function letGo ({ nodes, onError }: ManualCallsContext, calls: ReadonlyArray<{ id: string, node: string }>): void {
  for (const { id, node } of calls) {
    const told = async (): Promise<void> => { await nodes.get(node).switchboard.hangup(id) }
    told().catch(onError)
  }
}

async function giveUp (
  { dialler }: ManualCallsContext,
  tx: Tx,
  calls: readonly string[],
  requests: readonly string[],
  at: Date
): Promise<void> {
  tx.write('update manual_call set state = \'ended\', ended_at = $2 where id = any($1)', [calls, at])
  await dialler.cancel(tx, requests, 'the caller\'s own telephone is gone', true)
}

/**
 * The PBX lost the caller's own telephone and wrote no end of it: the citizen's call would be repeated to an empty line.
 * A leg that rang the caller's own telephone is repeated as long as the citizen has not been asked for.
 */
async function lost (context: ManualCallsContext, tx: Tx, events: readonly PbxEvent[]): Promise<void> {
  const nodes = events.flatMap(e => e.kind === 'node-restart' ? e.node : [])
  const channels = events.flatMap(e => e.kind === 'channel-lost' ? e.uniqueId : [])
  if (nodes.length + channels.length === 0) return
  const calls = await tx.query<{ id: string, requestId: string | null, ownRequestId: string | null }>(`
    select m.id, m.request_id "requestId", m.own_request_id "ownRequestId" from manual_call m
    where m.state <> 'ended' and exists (select 1 from channel_read c where c.unique_id = coalesce(m.leg_id, m.id) and c.lost
      and (c.node = any($1) or c.unique_id = any($2))) order by m.id for update`, [nodes, channels])
  if (calls.length === 0) return
  const requests = calls.flatMap(c => [c.requestId, c.ownRequestId].filter(id => id !== null))
  await giveUp(context, tx, calls.map(c => c.id), requests, context.clock.now())
}

/** A telephone that was not heard of for this long rings no more. */
async function endUnheard (context: ManualCallsContext, now: Date): Promise<void> {
  await context.db.tx(async tx => {
    const calls = await tx.query<{ id: string, node: string, requestId: string }>(`
      select id, node, request_id "requestId" from manual_call
      where state = 'ringing' and own_request_id is null and request_id is not null and requested_at < $1
      order by id for update skip locked`,
    [new Date(now.getTime() - longestRingMs)])
    if (calls.length === 0) return
    await giveUp(context, tx, calls.map(c => c.id), calls.map(c => c.requestId), now)
    // If the answer is only late, the caller waits no longer.
    tx.afterCommit(() => { letGo(context, calls) })
  })
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
  const number = byOrder ? await numberOfOrder(tx, actor, input.orderId) : (await numberOfCall(tx, actor, input.callId)).number
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
    purpose: 'manual'
  })
}

/** What the journal says of the callers' own telephones, and of the citizens' legs. */
async function handle (context: ManualCallsContext, tx: Tx, events: readonly PbxEvent[]): Promise<void> {
  const { dialler, clock } = context
  const own = events.filter(e => e.uniqueId.startsWith('manual-'))
  const answered = own.filter(e => e.kind === 'answer').map(e => e.uniqueId)
  const gone = own.filter(endsChannel)
  const legsOver = events.filter(e => endsChannel(e) && e.uniqueId.startsWith('leg-')).map(e => e.uniqueId)
  if (answered.length > 0) {
    const calls = await tx.query<{ requestId: string }>(
      `update manual_call set state = 'dialling' where id = any($1) and state = 'ringing' and request_id is not null
        returning request_id "requestId"`,
      [answered]
    )
    if (calls.length > 0) dialler.dialNow(tx, calls.map(c => c.requestId))
  }
  if (gone.length > 0) {
    const calls = await tx.query<{ id: string, requestId: string }>(
      `select id, request_id "requestId" from manual_call
        where id = any($1) and state <> 'ended' and request_id is not null for update`,
      [gone.map(e => e.uniqueId)]
    )
    if (calls.length > 0) await giveUp(context, tx, calls.map(c => c.id), calls.map(c => c.requestId), gone[0]?.at ?? clock.now())
  }
  await lost(context, tx, events)
  if (legsOver.length > 0) {
    // The citizen is gone or never came: no caller keeps listening to a ringing tone.
    const waiting = await tx.query<{ id: string, node: string }>(`select coalesce(m.leg_id, m.id) id, m.node from leg_read l
      join manual_call m on m.request_id = l.request_id
      where l.id = any($1) and l.purpose in ('manual', 'callback') and m.state <> 'ended'`, [legsOver])
    tx.afterCommit(() => { letGo(context, waiting) })
  }
}

/** An order's complainant was reached, or not. */
async function hear ({ notReached, firstContact }: ManualCallsContext, tx: Tx, events: readonly LegEvent[]): Promise<void> {
  for (const event of events) {
    const orderId = /^order:(.+)$/.exec(event.subject)?.[1]
    if ((event.kind !== 'answered' && event.kind !== 'finished') || orderId === undefined) continue
    const [call] = await tx.query<{ extension: string | null, login: string }>(
      'select extension, login from manual_call where request_id = $1',
      [event.requestId]
    )
    if (call && event.kind === 'finished' && event.tried && unreached.has(event.outcome)) {
      await notReached?.(tx, { orderId, by: call.login, outcome: event.outcome, at: event.at })
    }
    if (call && event.kind === 'answered') {
      await firstContact(tx, { orderId, callId: event.legId, extension: call.extension, at: event.at })
    }
  }
}

export function createManualCalls ({ onError = () => {}, ...options }: ManualCallsOptions): ManualCalls {
  const context: ManualCallsContext = { ...options, onError }
  const heard = bind(context, { handle, hear })
  return {
    ...bind(context, { dialByHand, callCitizen }),
    journalHandler: { name: 'manual-calls', handle: heard.handle },
    legListener: { purpose: 'manual', hear: heard.hear },
    sweep: { name: 'calls by hand', pace: 'ordinary', run: async now => { await endUnheard(context, now) } }
  }
}
