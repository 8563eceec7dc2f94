import { DomainError } from '../../domain/errors.ts'
import { isEmergencyNumber } from '../../domain/telephone/phone-number.ts'
import type { AmiConnection } from '../ami/ami-connection.ts'
import type { AmiMessage } from '../ami/messages.ts'
import type { ContextName, VariableName } from '../contract.ts'
import { act, channelOf, extensionOf, idOf, isGone, trunkOf, variablesOf, wanted } from './checked.ts'

/** The target to ring: a colleague's telephone, or a number over the trunk as the carrier wants it (`dialString`). */
export type DialTo = { extension: string } | {
  number: string
  /** id of the trunk by which it leaves */
  trunk: string
  /**
   * `script`: the machine talks, and silence on the wire ends the leg soon; `people`: they may listen for a while; `conference`: for long
   */
  between: 'script' | 'people' | 'conference'
}

export interface OriginateRequest {
  /** becomes the channel's unique id; a leg's is its leg id */
  channelId: string
  to: DialTo
  context: ContextName
  variables?: Partial<Record<VariableName, string>>
  /** seconds the telephone rings */
  ringSeconds: number
  /** one of our own telephones, whose call on another PBX moves here: it answers by itself */
  takesOver?: boolean
  /** number shown to a colleague's telephone; over the trunk the carrier decides */
  callerId?: string
}

export interface LivingChannel {
  uniqueId: string
  linkedId: string
  /** `PJSIP/8003-0000001a` */
  channel: string
  /** Down, Ring, Ringing, Up, Busy … */
  state: string
  context: string
  exten: string
  application: string
  bridgeId: string
  seconds: number
}

/** Where a channel goes next: the context's `s`. */
export interface Destination { context: ContextName }

/** What is done with single channels. */
export interface ChannelVerbs {
  /** Resolves when the PBX took the order; the journal tells the result. */
  originate: (request: OriginateRequest) => Promise<void>
  /** By unique id or channel name; a channel that is gone already is no error. Cause as Q.850, 16 by default. */
  hangup: (channel: string, cause?: number) => Promise<void>
  redirect: (channel: string, to: Destination) => Promise<void>
  /** Both leave their bridge at the same instant: neither is hung up for having lost the other. */
  redirectBoth: (first: string, firstTo: Destination, second: string, secondTo: Destination) => Promise<void>
  bridge: (first: string, second: string) => Promise<void>
  /** Nobody hears this channel; independent of a room's muting. A channel that is gone already is no error. */
  stifle: (channel: string, on: boolean) => Promise<void>
  /** Says a sentence of `hotline-call-say` to both sides of a channel's conversation. */
  sayInCall: (onChannel: string, prompt: 'civility-warning') => Promise<void>
  setVariable: (channel: string, name: VariableName, value: string) => Promise<void>
  livingChannels: () => Promise<LivingChannel[]>
}

/** The endpoints of a trunk, by what follows its id. */
const endpoints = { script: '-script', people: '', conference: '-conference' } as const

function dialled (to: DialTo): string {
  if ('extension' in to) return `PJSIP/${extensionOf(to.extension)}`
  if (isEmergencyNumber(to.number)) throw new DomainError('emergency-number-refused', 'emergency numbers are never dialled automatically')
  return `PJSIP/${wanted('number', to.number, /^\+?\d{3,20}$/)}@${trunkOf(to.trunk)}${endpoints[to.between]}`
}

async function originate (
  ami: AmiConnection,
  { channelId, to, context, variables = {}, ringSeconds, takesOver = false, callerId }: OriginateRequest
): Promise<void> {
  await act(ami, 'Originate', {
    Channel: dialled(to),
    ChannelId: idOf(channelId),
    Context: context,
    Exten: 's',
    Priority: 1,
    Timeout: Math.round(ringSeconds * 1000),
    CallerID: callerId === undefined ? undefined : `<${wanted('caller id', callerId, /^\+?\d{1,20}$/)}>`,
    Async: true,
    // Over the trunk, from the first ring on: a handler at the end of the leg, answered or not, and a place in the group whose
    // channels the dialplan counts. The handler is a label at `s` of the endpoint's own context.
    Variable: {
      ...(takesOver ? { 'PJSIP_HEADER(add,Call-Info)': '<sip:room@hotline>;answer-after=0;takes-over=1' } : {}),
      ...('number' in to ? { 'CHANNEL(hangup_handler_push)': 'leg-ended', 'GROUP(legs)': trunkOf(to.trunk) } : {}),
      ...variablesOf(variables)
    }
  })
}

async function hangup (ami: AmiConnection, channel: string, cause = 16): Promise<void> {
  try {
    await act(ami, 'Hangup', { Channel: channelOf(channel), Cause: cause })
  } catch (error) {
    if (!isGone(error)) throw error
  }
}

async function redirect (ami: AmiConnection, channel: string, to: Destination): Promise<void> {
  await act(ami, 'Redirect', { Channel: channelOf(channel), Context: to.context, Exten: 's', Priority: 1 })
}

async function redirectBoth (
  ami: AmiConnection,
  first: string,
  firstTo: Destination,
  second: string,
  secondTo: Destination
): Promise<void> {
  await act(ami, 'Redirect', {
    Channel: channelOf(first),
    Context: firstTo.context,
    Exten: 's',
    Priority: 1,
    ExtraChannel: channelOf(second),
    ExtraContext: secondTo.context,
    ExtraExten: 's',
    ExtraPriority: 1
  })
}

async function bridge (ami: AmiConnection, first: string, second: string): Promise<void> {
  await act(ami, 'Bridge', { Channel1: channelOf(first), Channel2: channelOf(second), Tone: 'no' })
}

async function stifle (ami: AmiConnection, channel: string, on: boolean): Promise<void> {
  try {
    await act(ami, 'MuteAudio', { Channel: channelOf(channel), Direction: 'in', State: on ? 'on' : 'off' })
  } catch (error) {
    if (!isGone(error)) throw error
  }
}

async function sayInCall (ami: AmiConnection, onChannel: string, prompt: 'civility-warning'): Promise<void> {
  await act(ami, 'Originate', {
    Channel: `Local/${prompt}@hotline-call-say/n`,
    Application: 'ChanSpy',
    Data: `${channelOf(onChannel)},quEB`,
    Timeout: 5000,
    Async: true
  })
}

async function setVariable (ami: AmiConnection, channel: string, name: VariableName, value: string): Promise<void> {
  variablesOf({ [name]: value })
  await act(ami, 'Setvar', { Channel: channelOf(channel), Variable: name, Value: value })
}

const seconds = (clock: string | undefined): number => (clock ?? '').split(':').reduce((sum, part) => sum * 60 + (Number(part) || 0), 0)

const living = (e: AmiMessage): LivingChannel => ({
  uniqueId: e.uniqueid ?? '',
  linkedId: e.linkedid ?? '',
  channel: e.channel ?? '',
  state: e.channelstatedesc ?? '',
  context: e.context ?? '',
  exten: e.exten ?? '',
  application: e.application ?? '',
  bridgeId: e.bridgeid ?? '',
  seconds: seconds(e.duration)
})

async function livingChannels (ami: AmiConnection): Promise<LivingChannel[]> {
  return (await ami.list('CoreShowChannels', {}, 10_000)).map(living)
}

export const channelVerbs = {
  originate, hangup, redirect, redirectBoth, bridge, stifle, sayInCall, setVariable, livingChannels
}
