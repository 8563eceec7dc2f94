import type { Tx } from '../../db/database.ts'
import type { Outside } from '../../db/outside.ts'
import { DomainError } from '../../domain/errors.ts'
import { checkExtension } from '../../domain/telephone/extension.ts'
import { newId } from '../../domain/ids.ts'
import { maskNumber, parsePhoneNumber } from '../../domain/telephone/phone-number.ts'
import type { Actor } from '../../domain/people/roles.ts'
import { bind } from '../../domain/bind.ts'
import { consulted, partiesOf, type LiveCall, type SwitchTarget } from './rules/live-call.ts'
import { listen, takeOver } from './shift-leader.ts'
import {
  put, switched, switchOf, type OfCall, type Switched, type SwitchingContext, type SwitchingOptions
} from './switching-context.ts'
import { liveCall } from './switching-store.ts'

/** What the dialplan dials, and the wording for the timeline. */
async function dialled (context: SwitchingContext, tx: Tx, to: SwitchTarget): Promise<{ target: string, said: Record<string, unknown> }> {
  if ('centre' in to) return { target: to.centre, said: { centre: to.centre } }
  if ('extension' in to) {
    checkExtension(to.extension)
    return { target: to.extension, said: { to: to.extension } }
  }
  const number = parsePhoneNumber(to.number)
  await context.permission.check(tx, number, 'person')
  return { target: await context.carrierNumber(tx, number), said: { to: maskNumber(number) } }
}

function toHold (context: SwitchingContext, call: LiveCall, actor: Actor, target: string): () => Promise<void> {
  if (call.state === 'held') throw new DomainError('guard-not-met', 'the citizen is on hold already', { guard: 'one-consultation' })
  const { citizen, agent, other } = partiesOf(call, actor.extension)
  if (other) throw new DomainError('guard-not-met', 'a third person is in the call', { guard: 'one-consultation' })
  return async () => {
    await put(context, agent, { LD_TARGET: target, LD_PEER: citizen.uniqueId, LD_AGENT: actor.extension ?? '' })
    const { redirectBoth } = switchOf(context, citizen)
    await redirectBoth(citizen.uniqueId, { context: 'hotline-hold' }, agent.uniqueId, { context: 'hotline-consult' })
  }
}

/** 转接 without asking first. Not reached: back to the agent, then the head of the queue. */
async function transfer (
  context: SwitchingContext, tx: Tx, actor: Actor, { callId, to }: OfCall & { to: SwitchTarget }
): Promise<Outside<Switched>> {
  const { target, said } = await dialled(context, tx, to)
  const call = await liveCall(tx, callId)
  const { citizen, agent, other } = partiesOf(call, actor.extension)
  return switched(context, actor, call, 'transfer', said, async () => {
    // Out of a consultation the agent's own telephone must not fetch the citizen back.
    if (other || call.state === 'held') await put(context, agent, { LD_PEER: '' })
    await put(context, citizen, { LD_TARGET: target, LD_AGENT: actor.extension ?? '' })
    await switchOf(context, citizen).redirect(citizen.uniqueId, { context: 'hotline-transfer' })
  })
}

/** 咨询: the citizen hears music while the agent rings a third person. @throws `guard-not-met` while another consultation runs */
async function consult (
  context: SwitchingContext, tx: Tx, actor: Actor, { callId, to }: OfCall & { to: SwitchTarget }
): Promise<Outside<Switched>> {
  const { target, said } = await dialled(context, tx, to)
  const call = await liveCall(tx, callId)
  return switched(context, actor, call, 'consult', said, toHold(context, call, actor, target))
}

/** The citizen goes to the person the agent consulted. @throws `guard-not-met` before that person answered */
async function complete (context: SwitchingContext, tx: Tx, actor: Actor, { callId }: OfCall): Promise<Outside<Switched>> {
  const call = await liveCall(tx, callId)
  const parties = partiesOf(call, actor.extension)
  const other = consulted(parties)
  return switched(context, actor, call, 'complete', { to: other.extension ?? 'outside' }, async () => {
    // The citizen's channel keeps the new party: when that one leaves, it knows whom to wait for; 0 is a number outside.
    await Promise.all([put(context, parties.agent, { LD_PEER: '' }), put(context, parties.citizen, { LD_AGENT: other.extension ?? '0' })])
    await switchOf(context, parties.citizen).bridge(parties.citizen.uniqueId, other.uniqueId)
  })
}

/** 三方: all three together. @throws `guard-not-met` before the person consulted answered */
async function threeWay (context: SwitchingContext, tx: Tx, actor: Actor, { callId }: OfCall): Promise<Outside<Switched>> {
  const call = await liveCall(tx, callId)
  const parties = partiesOf(call, actor.extension)
  const other = consulted(parties)
  return switched(context, actor, call, 'three-way', { with: other.extension ?? 'outside' }, async () => {
    const room = newId().replace(/\D/g, '').slice(0, 12)
    await put(context, parties.agent, { LD_PEER: '' })
    await Promise.all([parties.agent, parties.citizen, other].map(async channel => { await put(context, channel, { LD_ROOM: room }) }))
    // Agent and other share a bridge: both leave it at once, or one would be hung up.
    const { redirect, redirectBoth } = switchOf(context, parties.citizen)
    await redirectBoth(parties.agent.uniqueId, { context: 'hotline-three' }, other.uniqueId, { context: 'hotline-three' })
    await redirect(parties.citizen.uniqueId, { context: 'hotline-three' })
  })
}

/** 保持 */
async function hold (context: SwitchingContext, tx: Tx, actor: Actor, { callId }: OfCall): Promise<Outside<Switched>> {
  const call = await liveCall(tx, callId)
  return switched(context, actor, call, 'hold', {}, toHold(context, call, actor, ''))
}

/** 恢复: ends hold or consultation, the agent is with the citizen again */
async function retrieve (context: SwitchingContext, tx: Tx, actor: Actor, { callId }: OfCall): Promise<Outside<Switched>> {
  const call = await liveCall(tx, callId)
  const { agent } = partiesOf(call, actor.extension)
  return switched(context, actor, call, 'retrieve', {}, async () => {
    await switchOf(context, agent).redirect(agent.uniqueId, { context: 'hotline-retrieve' })
  })
}

/** 文明用语提醒: a recorded sentence asks the citizen to stay civil; both hear it. @throws `guard-not-met` while the citizen is on hold */
async function civilityWarning (context: SwitchingContext, tx: Tx, actor: Actor, { callId }: OfCall): Promise<Outside<Switched>> {
  const { clock, note } = context
  const call = await liveCall(tx, callId)
  const { citizen } = partiesOf(call, actor.extension)
  if (call.state !== 'talking') throw new DomainError('guard-not-met', 'the citizen is not listening now', { guard: 'talking' })
  return {
    act: async () => { await switchOf(context, citizen).sayInCall(citizen.name, 'civility-warning') },
    save: async tx => {
      note(tx, {
        callId: call.id,
        at: clock.now(),
        kind: 'civility-warning',
        actor: actor.extension ?? actor.id,
        detail: {},
        row: null
      })
      return { callId: call.id }
    }
  }
}

/** Ends the call for everybody in it. */
async function hangUp (context: SwitchingContext, tx: Tx, actor: Actor, { callId }: OfCall): Promise<Outside<Switched>> {
  const call = await liveCall(tx, callId)
  const { citizen, agent, other } = partiesOf(call, actor.extension)
  return switched(context, actor, call, 'hang-up', {}, async () => {
    await put(context, agent, { LD_PEER: '' }).catch(() => {})
    await Promise.all([citizen, agent, ...other ? [other] : []].map(async c => { await switchOf(context, c).hangup(c.uniqueId) }))
  })
}

/**
 * Switching a live call (转接 咨询 三方 保持). Works with any telephone: the exchange moves the channels, the telephone only
 * stays on the line. What came of it is learnt from the journal.
 * Every command throws DomainError `not-found`, `call-ended`, `not-allowed`, `pbx-unavailable`, `pbx-refused`.
 */
export const createSwitching = (options: SwitchingOptions) => bind({ ...options, rung: new Map(), taken: new Map() }, {
  transfer, consult, complete, threeWay, hold, retrieve, takeOver, listen, civilityWarning, hangUp
})

export type Switching = ReturnType<typeof createSwitching>
