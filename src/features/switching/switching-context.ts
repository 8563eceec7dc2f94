import type { Queryable, Tx } from '../../db/database.ts'
import type { Outside } from '../../db/outside.ts'
import type { DialPermission } from '../../dialler/permission/dial-permission.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { PhoneNumber } from '../../domain/telephone/phone-number.ts'
import type { Actor } from '../../domain/people/roles.ts'
import type { Nodes } from '../../pbx/nodes.ts'
import type { Switchboard } from '../../pbx/switchboard.ts'
import type { LiveCall, LiveChannel } from './rules/live-call.ts'
import type { OwnLine } from './switching-store.ts'

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
  nodes: Pick<Nodes<{ name: string, switchboard: SwitchVerbs }>, 'get'>
  /** checked before a number outside is rung */
  permission: Pick<DialPermission, 'check'>
  /** the carrier's spelling of a number */
  carrierNumber: (q: Queryable, number: PhoneNumber) => Promise<string>
  note: (tx: Tx, entry: SwitchNote) => void
  /** whether this person may know of the orders the call belongs to */
  seesCall: (tx: Tx, actor: Actor, callId: string) => Promise<boolean>
}

export interface SwitchingContext extends SwitchingOptions {
  /** lines rung for listening of which the journal has not told yet, by extension: a second click finds the first one's */
  rung: Map<string, OwnLine & { at: number }>
  /** calls taken over of which the journal has not told yet, by call: a second click finds the first one's */
  taken: Map<string, { extension: string, at: number }>
}

type Put = Partial<Record<'LD_TARGET' | 'LD_AGENT' | 'LD_PEER' | 'LD_ROOM' | 'LD_CALL' | 'LD_MODE', string>>

export interface OfCall { callId: string }
export interface Switched { callId: string }

/** What the exchange is to do, and what the timeline then says. */
export const switched = (
  context: SwitchingContext, actor: Actor, call: LiveCall, way: string, detail: Record<string, unknown>, act: () => Promise<void>
): Outside<Switched> => ({
  act,
  save: async tx => {
    context.note(tx, {
      callId: call.id,
      at: context.clock.now(),
      kind: 'switched',
      actor: actor.extension ?? actor.id,
      detail: { way, ...detail },
      row: null
    })
    return { callId: call.id }
  }
})

/** The verbs of the PBX a channel is on. */
export const switchOf = ({ nodes }: SwitchingContext, { node }: Pick<LiveChannel, 'node'>): SwitchVerbs => nodes.get(node).switchboard

export async function put (context: SwitchingContext, channel: Pick<LiveChannel, 'uniqueId' | 'node'>, variables: Put): Promise<void> {
  await Promise.all(Object.entries(variables).map(async ([name, value]) => {
    await switchOf(context, channel).setVariable(channel.uniqueId, name as 'LD_TARGET', value)
  }))
}
