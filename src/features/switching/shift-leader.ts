import type { Tx } from '../../db/database.ts'
import type { Outside } from '../../db/outside.ts'
import { DomainError } from '../../domain/errors.ts'
import { newId } from '../../domain/ids.ts'
import type { ListenMode } from '../../domain/telephone/listening.ts'
import { holds, type Actor } from '../../domain/people/roles.ts'
import { citizenOf, type LiveCall } from './rules/live-call.ts'
import { put, switched, switchOf, type OfCall, type Switched, type SwitchingContext } from './switching-context.ts'
import { isToldOf, listeningChannel, liveCall, type OwnLine } from './switching-store.ts'

/** Seconds the telephone rings of a shift leader who asked to listen. */
const ownRingSeconds = 20
/** Longest delay until the journal tells of a telephone that is rung, ms. */
const untoldMs = 10_000

/** A living call for a person not in it. @throws DomainError `not-found`, also when its order is hidden from the person; `call-ended` */
async function othersCall (context: SwitchingContext, tx: Tx, actor: Actor, callId: string): Promise<LiveCall> {
  if (!await context.seesCall(tx, actor, callId)) throw new DomainError('not-found', 'there is no such call')
  return await liveCall(tx, callId)
}

async function ownLine ({ rung }: SwitchingContext, tx: Tx, extension: string): Promise<OwnLine | null> {
  const told = await listeningChannel(tx, extension)
  const asked = rung.get(extension)
  if (told !== null || asked === undefined || performance.now() - asked.at > untoldMs) return told
  // The journal may have told of it between the two questions.
  return await isToldOf(tx, asked.uniqueId) ? await listeningChannel(tx, extension) : asked
}

/** Whether this person has the call, or is just being given it. */
function isTakenBy ({ taken }: SwitchingContext, call: LiveCall, extension: string): boolean {
  const asked = taken.get(call.id)
  if (asked?.extension === extension && performance.now() - asked.at < untoldMs) return true
  const agents = call.channels.filter(c => c.kind === 'agent' && !c.uniqueId.startsWith('listen-'))
  return agents.length > 0 && agents.every(c => c.extension === extension)
}

/** The shift leader takes a living or waiting call to the own telephone. Asked again, it is the same taking over. */
export async function takeOver (context: SwitchingContext, tx: Tx, actor: Actor, { callId }: OfCall): Promise<Outside<Switched>> {
  if (!holds(actor, 'SHIFT_LEADER')) throw new DomainError('not-allowed', 'only the shift leader takes a call over')
  const { extension } = actor
  if (extension === null) throw new DomainError('agent-not-signed-in', 'your login has no telephone')
  const call = await othersCall(context, tx, actor, callId)
  if (isTakenBy(context, call, extension)) return { act: async () => {}, save: async () => ({ callId: call.id }) }
  const citizen = citizenOf(call, extension)
  const agent = call.channels.find(c => c.kind === 'agent' && c.answered && c.extension !== extension)
  return switched(context, actor, call, 'take-over', { from: agent?.extension ?? null }, async () => {
    for (const [id, { at }] of context.taken) if (performance.now() - at > untoldMs) context.taken.delete(id)
    context.taken.set(call.id, { extension, at: performance.now() })
    try {
      if (agent) await put(context, agent, { LD_PEER: '' })
      await put(context, citizen, { LD_TARGET: extension, LD_AGENT: agent?.extension ?? '' })
      await switchOf(context, citizen).redirect(citizen.uniqueId, { context: 'hotline-transfer' })
    } catch (error) {
      context.taken.delete(call.id)
      throw error
    }
  })
}

/**
 * 监听 密语 强插: the shift leader or supervisor; logged on the call's timeline. The telephone rings once: asked again, what it
 * is in already changes its mode or its call. @throws `telephone-not-registered`
 */
export async function listen (
  context: SwitchingContext, tx: Tx, actor: Actor, { callId, mode }: OfCall & { mode: ListenMode }
): Promise<Outside<Switched & { channelId: string }>> {
  const { clock, note, rung } = context
  if (!holds(actor, 'SHIFT_LEADER', 'SUPERVISOR')) {
    throw new DomainError('not-allowed', 'only the shift leader or a supervisor listens to calls')
  }
  const { extension } = actor
  if (extension === null) throw new DomainError('agent-not-signed-in', 'your login has no telephone')
  const call = await othersCall(context, tx, actor, callId)
  const agent = call.channels.find(c => c.kind === 'agent' && c.answered && c.extension !== extension)
  if (!agent) throw new DomainError('call-ended', 'no agent is talking with the citizen now')
  const line = await ownLine(context, tx, extension)
  // On another PBX the shift leader cannot join this call: the telephone is rung here.
  const own = line?.node === agent.node ? line : null
  const channelId = own?.uniqueId ?? `listen-${newId()}`
  const variables = { LD_PEER: agent.uniqueId, LD_CALL: call.id, LD_MODE: mode }
  return {
    act: async () => {
      if (own === null) {
        // The PBX makes no channel to such a telephone, and the journal tells nothing.
        const { isRegistered, originate } = switchOf(context, agent)
        if (!await isRegistered(extension)) {
          throw new DomainError('telephone-not-registered', 'your telephone is not registered')
        }
        await originate({ channelId, to: { extension }, context: 'hotline-listen', variables, ringSeconds: ownRingSeconds })
        rung.set(extension, { uniqueId: channelId, node: agent.node, answered: false, at: performance.now() })
        return
      }
      await put(context, own, variables)
      // While it still rings, it is enough that the new words are there at the answer.
      if (own.answered) await switchOf(context, own).redirect(own.uniqueId, { context: 'hotline-listen' })
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
}
