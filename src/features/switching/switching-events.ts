import type { Tx } from '../../db/database.ts'
import type { LegEvent, LegListener } from '../../dialler/dialler-types.ts'
import type { LegOutcome } from '../../domain/telephone/legs.ts'
import { endsChannel, endsNode, type JournalHandler, type PbxEvent } from '../../pbx/pbx-event.ts'
import { giveUp, letGo, type ManualCallsContext } from './manual-call-context.ts'
import { callerOfRequest, endManualCalls, linesWaitingFor, lockLiving, lockLost, nowDialling } from './switching-store.ts'

/** The citizen was rung without a talk; a call taken back, or that failed on our side, is no attempt. */
const unreached: ReadonlySet<LegOutcome> = new Set(['busy', 'no-answer', 'unallocated', 'rejected'])

/**
 * The PBX lost the caller's own telephone and wrote no end of it: the citizen's call would be repeated to an empty line.
 * A leg that rang the caller's own telephone is repeated as long as the citizen has not been asked for.
 */
async function lost (context: ManualCallsContext, tx: Tx, events: readonly PbxEvent[]): Promise<void> {
  const nodes = events.filter(endsNode).map(e => e.node)
  const channels = events.flatMap(e => e.kind === 'channel-lost' ? e.uniqueId : [])
  if (nodes.length + channels.length === 0) return
  const calls = await lockLost(tx, nodes, channels)
  if (calls.length === 0) return
  const requests = calls.flatMap(c => [c.requestId, c.ownRequestId].filter(id => id !== null))
  await giveUp(context, tx, calls.map(c => c.id), requests, context.clock.now())
}

/** What the journal says of the callers' own telephones, and of the citizens' legs. */
async function handle (context: ManualCallsContext, tx: Tx, events: readonly PbxEvent[]): Promise<void> {
  const { dialler, clock } = context
  const own = events.filter(e => e.uniqueId.startsWith('manual-'))
  const answered = own.filter(e => e.kind === 'answer').map(e => e.uniqueId)
  const gone = own.filter(endsChannel)
  const legsOver = events.filter(e => endsChannel(e) && e.uniqueId.startsWith('leg-')).map(e => e.uniqueId)
  if (answered.length > 0) {
    const requests = await nowDialling(tx, answered)
    if (requests.length > 0) dialler.dialNow(tx, requests)
  }
  if (gone.length > 0) {
    const calls = await lockLiving(tx, gone.map(e => e.uniqueId))
    if (calls.length > 0) {
      endManualCalls(tx, calls.map(c => c.id), gone[0]?.at ?? clock.now())
      // A citizen who has answered was sent on, or is let go by the exchange: nobody hangs up on them here.
      await dialler.cancel(tx, calls.map(c => c.requestId), 'the caller\'s own telephone is gone')
    }
  }
  await lost(context, tx, events)
  if (legsOver.length > 0) {
    // The citizen is gone or never came: no caller keeps listening to a ringing tone.
    const waiting = await linesWaitingFor(tx, legsOver)
    tx.afterCommit(() => { letGo(context, waiting) })
  }
}

/** The citizen was reached, or not. */
async function hear ({ notReached, firstContact, returns }: ManualCallsContext, tx: Tx, events: readonly LegEvent[]): Promise<void> {
  for (const event of events) {
    if (event.kind !== 'answered' && event.kind !== 'finished') continue
    const call = await callerOfRequest(tx, event.requestId)
    if (!call) continue
    const { legId, at, kind } = event
    const orderId = /^order:(.+)$/.exec(event.subject)?.[1]
    if (kind === 'answered') {
      await returns.answered(tx, { legId, extension: call.extension, at, forCall: orderId === undefined })
      if (orderId !== undefined) await firstContact(tx, { orderId, callId: legId, extension: call.extension, at })
      continue
    }
    const { outcome, tried } = event
    // Without a leg nobody was rung.
    if (legId !== '') await returns.over(tx, { legId, by: call.login, outcome, at, forCall: orderId === undefined })
    if (orderId !== undefined && tried && unreached.has(outcome)) await notReached?.(tx, { orderId, by: call.login, outcome, at })
  }
}

export const manualCallEvents = (context: ManualCallsContext): JournalHandler =>
  ({ name: 'manual-calls', handle: async (tx, events) => { await handle(context, tx, events) } })

export const manualCallLegs = (context: ManualCallsContext): LegListener =>
  ({ purpose: 'manual', hear: async (tx, events) => { await hear(context, tx, events) } })
