import type { Tx } from '../../db/database.ts'
import type { DialPermission } from '../../dialler/dial-permission.ts'
import type { Outside } from '../../db/outside.ts'
import type { Clock } from '../../domain/clock.ts'
import { DomainError } from '../../domain/errors.ts'
import { newId } from '../../domain/ids.ts'
import type { ListenMode } from '../../domain/listening.ts'
import { maskNumber, parsePhoneNumber, type PhoneNumber } from '../../domain/phone-number.ts'
import { holds, type Actor } from '../../domain/roles.ts'
import type { Switchboard } from '../../pbx/switchboard.ts'
import { citizenOf, consulted, partiesOf, type LiveCall, type LiveChannel, type SwitchTarget } from './rules/live-call.ts'

export type SwitchVerbs = Pick<Switchboard, 'redirect' | 'redirectBoth' | 'bridge' | 'setVariable' | 'hangup' | 'originate'
  | 'isRegistered' | 'sayInCall'>

/** One line for the call's timeline. */
export interface SwitchNote {
  callId: string
  at: Date
  kind: 'switched' | 'listened' | 'civility-warning'
  actor: string
  detail: Record<string, unknown>
  row: null
}

export interface SwitchingOptions {
  clock: Clock
  switchboard: SwitchVerbs
  /** asked before a number outside is rung */
  permission: Pick<DialPermission, 'check'>
  /** how the carrier wants a number */
  carrierNumber: (number: PhoneNumber) => string
  note: (tx: Tx, entry: SwitchNote) => void
  /** whether this person may know of the orders the call belongs to */
  seesCall: (tx: Tx, actor: Actor, callId: string) => Promise<boolean>
}

/** Seconds the telephone of a shift leader rings who asked to listen. */
const ownRingSeconds = 20
/** So long the journal may take to tell of a telephone that is rung, ms. */
const untoldMs = 10_000

interface OfCall { callId: string }
export interface Switched { callId: string }

/**
 * Switching a live call (转接 咨询 三方 保持). Works with any telephone: the exchange moves the channels, the telephone only
 * stays on the line. What came of it is learnt from the journal.
 * Every command throws DomainError `not-found`, `call-ended`, `not-allowed`, `pbx-unavailable`, `pbx-refused`.
 */
export interface Switching {
  /** 转接 without asking first. Not reached: back to the agent, then the head of the queue. */
  transfer: (tx: Tx, actor: Actor, input: OfCall & { to: SwitchTarget }) => Promise<Outside<Switched>>
  /** 咨询: the citizen hears music while the agent rings somebody. @throws `guard-not-met` while another consultation runs */
  consult: (tx: Tx, actor: Actor, input: OfCall & { to: SwitchTarget }) => Promise<Outside<Switched>>
  /** the citizen goes to whom the agent consulted. @throws `guard-not-met` before he answered */
  complete: (tx: Tx, actor: Actor, input: OfCall) => Promise<Outside<Switched>>
  /** 三方: all three together. @throws `guard-not-met` before he answered */
  threeWay: (tx: Tx, actor: Actor, input: OfCall) => Promise<Outside<Switched>>
  /** 保持 */
  hold: (tx: Tx, actor: Actor, input: OfCall) => Promise<Outside<Switched>>
  /** 恢复: ends hold or consultation, the agent is with the citizen again */
  retrieve: (tx: Tx, actor: Actor, input: OfCall) => Promise<Outside<Switched>>
  /** the shift leader takes a living or waiting call to his own telephone */
  takeOver: (tx: Tx, actor: Actor, input: OfCall) => Promise<Outside<Switched>>
  /**
   * 监听 密语 强插: the shift leader or supervisor; logged on the call's timeline. His telephone rings once: asked again, what it
   * is in already changes its mode or its call. @throws `telephone-not-registered`
   */
  listen: (tx: Tx, actor: Actor, input: OfCall & { mode: ListenMode }) => Promise<Outside<Switched & { channelId: string }>>
  /** 文明用语提醒: a recorded sentence asks the citizen to stay civil; both hear it. @throws `guard-not-met` while he is on hold */
  civilityWarning: (tx: Tx, actor: Actor, input: OfCall) => Promise<Outside<Switched>>
  /** ends the call for everybody in it */
  hangUp: (tx: Tx, actor: Actor, input: OfCall) => Promise<Outside<Switched>>
}

export function createSwitching ({ clock, switchboard, permission, carrierNumber, note, seesCall }: SwitchingOptions): Switching {
  /** A living call for who is not in it. @throws DomainError `not-found`, also of a call whose order is hidden from him; `call-ended` */
  async function othersCall (tx: Tx, actor: Actor, callId: string): Promise<LiveCall> {
    if (!await seesCall(tx, actor, callId)) throw new DomainError('not-found', 'there is no such call')
    return await liveCall(tx, callId)
  }

  /** Lines rung for listening of which the journal has not told yet, by extension: a second click finds the first one's. */
  const rung = new Map<string, { uniqueId: string, at: number }>()

  async function ownLine (tx: Tx, extension: string): Promise<Pick<LiveChannel, 'uniqueId' | 'answered'> | null> {
    const told = await listeningChannel(tx, extension)
    const asked = rung.get(extension)
    if (told !== null || asked === undefined || performance.now() - asked.at > untoldMs) return told
    const known = await tx.query('select 1 from channel_read where unique_id = $1', [asked.uniqueId])
    return known.length > 0 ? null : { uniqueId: asked.uniqueId, answered: false }
  }

  /** What the exchange is to do, and what the timeline then says. */
  const switched = (
    actor: Actor, call: LiveCall, way: string, detail: Record<string, unknown>, act: () => Promise<void>
  ): Outside<Switched> => ({
    act,
    save: async tx => {
      note(tx, {
        callId: call.id,
        at: clock.now(),
        kind: 'switched',
        actor: actor.extension ?? actor.id,
        detail: { way, ...detail },
        row: null
      })
      return { callId: call.id }
    }
  })
  type Put = Partial<Record<'LD_TARGET' | 'LD_AGENT' | 'LD_PEER' | 'LD_ROOM' | 'LD_CALL' | 'LD_MODE', string>>
  const put = async (channel: Pick<LiveChannel, 'uniqueId'>, variables: Put): Promise<void> => {
    await Promise.all(Object.entries(variables).map(async ([name, value]) => {
      await switchboard.setVariable(channel.uniqueId, name as 'LD_TARGET', value)
    }))
  }

  /** What the dialplan dials, and what the timeline may say of it. */
  async function dialled (tx: Tx, to: SwitchTarget): Promise<{ target: string, said: Record<string, unknown> }> {
    if ('centre' in to) return { target: to.centre, said: { centre: to.centre } }
    if ('extension' in to) {
      if (!/^8\d{3}$/.test(to.extension)) throw new DomainError('invalid-input', 'extensions are 8000 to 8999')
      return { target: to.extension, said: { to: to.extension } }
    }
    const number = parsePhoneNumber(to.number)
    await permission.check(tx, number, 'person')
    return { target: carrierNumber(number), said: { to: maskNumber(number) } }
  }

  function toHold (call: LiveCall, actor: Actor, target: string): () => Promise<void> {
    if (call.state === 'held') throw new DomainError('guard-not-met', 'the citizen is on hold already', { guard: 'one-consultation' })
    const { citizen, agent, other } = partiesOf(call, actor.extension)
    if (other) throw new DomainError('guard-not-met', 'a third person is in the call', { guard: 'one-consultation' })
    return async () => {
      await put(agent, { LD_TARGET: target, LD_PEER: citizen.uniqueId, LD_AGENT: actor.extension ?? '' })
      await switchboard.redirectBoth(citizen.uniqueId, { context: 'hotline-hold' }, agent.uniqueId, { context: 'hotline-consult' })
    }
  }

  return {
    async transfer (tx, actor, { callId, to }) {
      const { target, said } = await dialled(tx, to)
      const call = await liveCall(tx, callId)
      const { citizen, agent, other } = partiesOf(call, actor.extension)
      return switched(actor, call, 'transfer', said, async () => {
        // Out of a consultation the agent's own telephone must not fetch the citizen back.
        if (other || call.state === 'held') await put(agent, { LD_PEER: '' })
        await put(citizen, { LD_TARGET: target, LD_AGENT: actor.extension ?? '' })
        await switchboard.redirect(citizen.uniqueId, { context: 'hotline-transfer' })
      })
    },

    async consult (tx, actor, { callId, to }) {
      const { target, said } = await dialled(tx, to)
      const call = await liveCall(tx, callId)
      return switched(actor, call, 'consult', said, toHold(call, actor, target))
    },

    async complete (tx, actor, { callId }) {
      const call = await liveCall(tx, callId)
      const parties = partiesOf(call, actor.extension)
      const other = consulted(parties)
      return switched(actor, call, 'complete', { to: other.extension ?? 'outside' }, async () => {
        // Who has him now: when that one leaves, the citizen's channel knows whom to wait for; 0 is somebody outside.
        await Promise.all([put(parties.agent, { LD_PEER: '' }), put(parties.citizen, { LD_AGENT: other.extension ?? '0' })])
        await switchboard.bridge(parties.citizen.uniqueId, other.uniqueId)
      })
    },

    async threeWay (tx, actor, { callId }) {
      const call = await liveCall(tx, callId)
      const parties = partiesOf(call, actor.extension)
      const other = consulted(parties)
      return switched(actor, call, 'three-way', { with: other.extension ?? 'outside' }, async () => {
        const room = newId().replace(/\D/g, '').slice(0, 12)
        await put(parties.agent, { LD_PEER: '' })
        await Promise.all([parties.agent, parties.citizen, other].map(async channel => { await put(channel, { LD_ROOM: room }) }))
        // Agent and other share a bridge: both leave it at once, or one would be hung up.
        await switchboard.redirectBoth(parties.agent.uniqueId, { context: 'hotline-three' }, other.uniqueId, { context: 'hotline-three' })
        await switchboard.redirect(parties.citizen.uniqueId, { context: 'hotline-three' })
      })
    },

    async hold (tx, actor, { callId }) {
      const call = await liveCall(tx, callId)
      return switched(actor, call, 'hold', {}, toHold(call, actor, ''))
    },

    async retrieve (tx, actor, { callId }) {
      const call = await liveCall(tx, callId)
      const { agent } = partiesOf(call, actor.extension)
      return switched(actor, call, 'retrieve', {}, async () => {
        await switchboard.redirect(agent.uniqueId, { context: 'hotline-retrieve' })
      })
    },

    async takeOver (tx, actor, { callId }) {
      if (!holds(actor, 'SHIFT_LEADER')) throw new DomainError('not-allowed', 'only the shift leader takes a call over')
      const { extension } = actor
      if (extension === null) throw new DomainError('agent-not-signed-in', 'you have no telephone here')
      const call = await othersCall(tx, actor, callId)
      const citizen = citizenOf(call, extension)
      const agent = call.channels.find(c => c.kind === 'agent' && c.answered && c.extension !== extension)
      return switched(actor, call, 'take-over', { from: agent?.extension ?? null }, async () => {
        if (agent) await put(agent, { LD_PEER: '' })
        await put(citizen, { LD_TARGET: extension, LD_AGENT: agent?.extension ?? '' })
        await switchboard.redirect(citizen.uniqueId, { context: 'hotline-transfer' })
      })
    },

    async listen (tx, actor, { callId, mode }) {
      if (!holds(actor, 'SHIFT_LEADER', 'SUPERVISOR')) {
        throw new DomainError('not-allowed', 'only the shift leader or a supervisor listens to calls')
      }
      const { extension } = actor
      if (extension === null) throw new DomainError('agent-not-signed-in', 'you have no telephone here')
      const call = await othersCall(tx, actor, callId)
      const agent = call.channels.find(c => c.kind === 'agent' && c.answered && c.extension !== extension)
      if (!agent) throw new DomainError('call-ended', 'nobody talks with the citizen now')
      const own = await ownLine(tx, extension)
      const channelId = own?.uniqueId ?? `listen-${newId()}`
      const variables = { LD_PEER: agent.uniqueId, LD_CALL: call.id, LD_MODE: mode }
      return {
        act: async () => {
          if (own === null) {
            // The PBX makes no channel to such a telephone, and the journal tells nothing.
            if (!await switchboard.isRegistered(extension)) {
              throw new DomainError('telephone-not-registered', 'your telephone is not registered')
            }
            await switchboard.originate({ channelId, to: { extension }, context: 'hotline-listen', variables, ringSeconds: ownRingSeconds })
            rung.set(extension, { uniqueId: channelId, at: performance.now() })
            return
          }
          await put(own, variables)
          // While it still rings, it is enough that the new words are there when he answers.
          if (own.answered) await switchboard.redirect(own.uniqueId, { context: 'hotline-listen' })
        },
        save: async tx => {
          note(tx, {
            callId: call.id,
            at: clock.now(),
            kind: 'listened',
            actor: actor.id,
            detail: { mode, agent: agent.extension },
            row: null
          })
          return { callId: call.id, channelId }
        }
      }
    },

    async civilityWarning (tx, actor, { callId }) {
      const call = await liveCall(tx, callId)
      const { citizen } = partiesOf(call, actor.extension)
      if (call.state !== 'talking') throw new DomainError('guard-not-met', 'the citizen is not listening now', { guard: 'talking' })
      return {
        act: async () => { await switchboard.sayInCall(citizen.name, 'civility-warning') },
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
    },

    async hangUp (tx, actor, { callId }) {
      const call = await liveCall(tx, callId)
      const { citizen, agent, other } = partiesOf(call, actor.extension)
      return switched(actor, call, 'hang-up', {}, async () => {
        await put(agent, { LD_PEER: '' }).catch(() => {})
        await Promise.all([citizen, agent, ...other ? [other] : []].map(async c => { await switchboard.hangup(c.uniqueId) }))
      })
    }
  }
}

/** The line over which this telephone listens, or is being rung for it. */
async function listeningChannel (tx: Tx, extension: string): Promise<Pick<LiveChannel, 'uniqueId' | 'answered'> | null> {
  const [own] = await tx.query<Pick<LiveChannel, 'uniqueId' | 'answered'>>(`select unique_id "uniqueId", answered_at is not null answered
    from channel_read where extension = $1 and ended_at is null and unique_id like 'listen-%' order by started_at desc limit 1`,
  [extension])
  return own ?? null
}

/** @throws DomainError `not-found`, `call-ended` */
async function liveCall (tx: Tx, callId: string): Promise<LiveCall> {
  const rows = await tx.query<{ id: string, state: string, endedAt: Date | null } & Partial<LiveChannel>>(`
    select c.id, c.state, c.ended_at "endedAt", h.unique_id "uniqueId", h.name, h.kind, h.extension, h.answered_at is not null answered
    from call_read c left join channel_read h on h.call_id = c.id and h.ended_at is null
    where c.id = (select id from call_root($1)) order by h.started_at`, [callId])
  const [first] = rows
  if (!first) throw new DomainError('not-found', 'there is no such call')
  if (first.endedAt !== null) throw new DomainError('call-ended', 'this call is over')
  return { id: first.id, state: first.state, channels: rows.filter(r => r.uniqueId !== null) as LiveChannel[] }
}
