import { DomainError } from '../../../domain/errors.ts'
import { emergencyNumbers } from '../../../domain/telephone/phone-number.ts'

/** A living channel of a call. */
export interface LiveChannel {
  uniqueId: string
  /** PBX it is on: only that one can switch it */
  node: string
  name: string
  kind: 'citizen' | 'outside' | 'agent'
  extension: string | null
  answered: boolean
}

/** A living call and the parties in it. */
export interface LiveCall {
  id: string
  state: string
  channels: readonly LiveChannel[]
}

/** Where a live call may be put through: a colleague, a number outside, or an emergency centre's configured number. */
export type SwitchTarget = { extension: string } | { number: string } | { centre: EmergencyCentre }
export const emergencyCentres = ['110', '119', '120', '122'] as const satisfies ReadonlyArray<typeof emergencyNumbers[number]>
export type EmergencyCentre = typeof emergencyCentres[number]

/** The parties of a call, seen from one agent. */
export interface Parties {
  citizen: LiveChannel
  agent: LiveChannel
  /** the one consulted, once there is one */
  other: LiveChannel | null
}

const ended = (): DomainError => new DomainError('call-ended', 'this call is over')

/** The channel of the citizen; in a call between colleagues, of the party that is not `extension`. @throws `call-ended` */
export function citizenOf (call: LiveCall, extension: string | null): LiveChannel {
  const citizen = call.channels.find(c => c.kind === 'citizen') ?? call.channels.find(c => c.extension !== extension)
  if (!citizen) throw ended()
  return citizen
}

/**
 * @throws DomainError `not-allowed` when the agent is not in the call, `call-ended` when it is over for the agent or the citizen
 */
export function partiesOf (call: LiveCall, extension: string | null): Parties {
  if (call.channels.length === 0) throw ended()
  const agent = extension === null ? undefined : call.channels.find(c => c.extension === extension && c.answered)
  if (!agent) throw new DomainError('not-allowed', 'only a person in the call may switch it')
  const citizen = citizenOf(call, extension)
  const other = call.channels.find(c => c.uniqueId !== agent.uniqueId && c.uniqueId !== citizen.uniqueId && c.answered) ?? null
  return { citizen, agent, other }
}

/** The one consulted. @throws DomainError `guard-not-met` when nobody has answered yet */
export function consulted (parties: Parties): LiveChannel {
  if (parties.other === null) throw new DomainError('guard-not-met', 'the consulted person has not answered', { guard: 'consulted' })
  return parties.other
}
