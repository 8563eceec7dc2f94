import { DomainError } from '../domain/errors.ts'
import { isEmergencyNumber } from '../domain/telephone/phone-number.ts'
import type { AmiConnection, AmiMessage } from './ami-connection.ts'
import type { ContextName, DbFamily, VariableName } from './contract.ts'

/** The target to ring: a colleague's telephone, or a number over the trunk as the carrier wants it (`dialString`). */
export type DialTo = { extension: string } | {
  number: string
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

export interface RoomMember { uniqueId: string, channel: string, admin: boolean, muted: boolean, seconds: number }
export interface QueueMember {
  extension: string
  interface: string
  paused: boolean
  reason: string
  inCall: boolean
  deviceStatus: number
}
export interface QueueCaller { uniqueId: string, channel: string, position: number, waitSeconds: number }
/** Where a channel goes next: the context's `s`. */
export interface Destination { context: ContextName }

/** The commands of the exchange. Every one rejects `pbx-unavailable` at once when the link is down. */
export interface Switchboard {
  /** Resolves when the PBX took the order; the journal tells the result. */
  originate: (request: OriginateRequest) => Promise<void>
  /** By unique id or channel name; a channel that is gone already is no error. Cause as Q.850, 16 by default. */
  hangup: (channel: string, cause?: number) => Promise<void>
  redirect: (channel: string, to: Destination) => Promise<void>
  /** Both leave their bridge at the same instant: neither is hung up for having lost the other. */
  redirectBoth: (first: string, firstTo: Destination, second: string, secondTo: Destination) => Promise<void>
  bridge: (first: string, second: string) => Promise<void>
  queueAdd: (extension: string, paused?: boolean, reason?: string) => Promise<void>
  queueRemove: (extension: string) => Promise<void>
  /** Unpausing an agent also ends the queue's own wrap-up time. @throws DomainError `agent-not-signed-in` */
  queuePause: (extension: string, paused: boolean, reason?: string) => Promise<void>
  queueStatus: () => Promise<{ members: QueueMember[], callers: QueueCaller[] }>
  /** `who` is a channel name, or `participants`: everybody but chair, commanders and links. Never `all`. */
  mute: (room: string, who: string) => Promise<void>
  unmute: (room: string, who: string) => Promise<void>
  kick: (room: string, who: string) => Promise<void>
  record: (room: string, file: string | null) => Promise<void>
  roomMembers: (room: string) => Promise<RoomMember[]>
  /** Nobody hears this channel; independent of a room's muting. A channel that is gone already is no error. */
  stifle: (channel: string, on: boolean) => Promise<void>
  /** Whether a telephone of ours is registered and reachable, so that it can be rung. */
  isRegistered: (extension: string) => Promise<boolean>
  /** Joins two rooms: a Local channel that is a quiet admin in both. Its halves are `<channelId>` and `<channelId>b`. */
  linkRooms: (leaf: string, root: string, channelId: string) => Promise<void>
  /** Says a prompt to everybody in a room. */
  playInRoom: (room: string, prompt: string) => Promise<void>
  /** Says a sentence of `hotline-call-say` to both sides of a channel's conversation. */
  sayInCall: (onChannel: string, prompt: 'civility-warning') => Promise<void>
  setVariable: (channel: string, name: VariableName, value: string) => Promise<void>
  dbPut: (family: DbFamily, key: string, value: string) => Promise<void>
  dbDelete: (family: DbFamily, key: string) => Promise<void>
  livingChannels: () => Promise<LivingChannel[]>
  /** When Asterisk started, to the second, read in the time zone of this machine. */
  coreStatus: () => Promise<{ startedAt: Date, calls: number }>
  reload: (module: 'pbx_config' | 'res_pjsip' | 'app_queue' | 'app_confbridge' | 'res_musiconhold') => Promise<void>
}

const queue = 'hotline'

function wanted (what: string, value: string, pattern: RegExp): string {
  if (!pattern.test(value)) throw new DomainError('invalid-input', `this is no ${what}`)
  return value
}
const extensionOf = (value: string): string => wanted('extension', value, /^\d{2,6}$/)
const roomOf = (value: string): string => wanted('conference room', value, /^\d[\d-]{0,30}$/)
const idOf = (value: string): string => wanted('channel id', value, /^[\w.:-]{1,120}$/)
const channelOf = (value: string): string => wanted('channel', value, /^[\w./:;@+-]{1,120}$/)
const promptOf = (value: string): string => wanted('prompt', value, /^[\w./-]{1,200}$/)
const keyOf = (value: string): string => wanted('database key', value, /^[\w.+-]{1,100}$/)

/** Asterisk splits a Variable line at commas and reads quotes, brackets and backslashes in it. */
function variablesOf (variables: Partial<Record<VariableName, string>>): Record<string, string> {
  const given = Object.entries(variables)
  for (const [name, value] of given) {
    // eslint-disable-next-line no-control-regex
    if (/[\u0000-\u001F\u007F]/.test(value)) throw new DomainError('control-character', `${name} holds a control character`)
    if (/[,"'\\()[\]{}$;]/.test(value)) throw new DomainError('invalid-input', `${name} holds a character that means something to the PBX`)
  }
  if (given.reduce((sum, [name, value]) => sum + name.length + Buffer.byteLength(value), 0) > 900) {
    throw new DomainError('invalid-input', 'the variables of a leg are longer than 900 characters')
  }
  return Object.fromEntries(given)
}

const endpoints = { script: 'trunk-script', people: 'trunk', conference: 'trunk-conference' } as const

function dialled (to: DialTo): string {
  if ('extension' in to) return `PJSIP/${extensionOf(to.extension)}`
  if (isEmergencyNumber(to.number)) throw new DomainError('emergency-number-refused', 'emergency numbers are never dialled automatically')
  return `PJSIP/${wanted('number', to.number, /^\+?\d{3,20}$/)}@${endpoints[to.between]}`
}

const isGone = (error: unknown): boolean =>
  error instanceof DomainError && error.code === 'pbx-refused' &&
    /no such channel|not exist|not found|could not be deleted/i.test(String(error.details.message))

const isNotThere = (error: unknown): boolean => error instanceof DomainError && /not there/i.test(String(error.details.message))

const seconds = (clock: string | undefined): number => (clock ?? '').split(':').reduce((sum, part) => sum * 60 + (Number(part) || 0), 0)
const flag = (value: string | undefined): boolean => value === '1' || value === 'Yes'
const interfaceOf = (extension: string): string => `PJSIP/${extensionOf(extension)}`

export function createSwitchboard ({ ami }: { ami: AmiConnection }): Switchboard {
  const act = async (name: string, fields: Parameters<AmiConnection['action']>[1]): Promise<void> => { await ami.action(name, fields) }

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

  const queueAdd: Switchboard['queueAdd'] = async (extension, paused = false, reason) => {
    const member = interfaceOf(extension)
    try {
      await act('QueueAdd', {
        Queue: queue, Interface: member, MemberName: extension, StateInterface: member, Paused: paused, Reason: reason
      })
    } catch (error) {
      // signing in twice counts as once
      if (!(error instanceof DomainError && /already there/i.test(String(error.details.message)))) throw error
      await act('QueuePause', { Queue: queue, Interface: member, Paused: paused, Reason: reason })
    }
  }
  const queueRemove: Switchboard['queueRemove'] = async extension => {
    try {
      await act('QueueRemove', { Queue: queue, Interface: interfaceOf(extension) })
    } catch (error) {
      if (!isNotThere(error)) throw error
    }
  }
  /** An empty room, or one without participants, has nobody to silence: no error. */
  const voice = async (action: 'ConfbridgeMute' | 'ConfbridgeUnmute', room: string, who: string): Promise<void> => {
    try {
      await act(action, { Conference: roomOf(room), Channel: channelOf(who) })
    } catch (error) {
      const nobody = error instanceof DomainError && error.code === 'pbx-refused' &&
        /no channel by that name|no conference|no active/i.test(String(error.details.message))
      if (who !== 'participants' || !nobody) throw error
    }
  }
  const emptyIsNone = async (list: Promise<AmiMessage[]>): Promise<AmiMessage[]> => {
    try {
      return await list
    } catch (error) {
      if (error instanceof DomainError && error.code === 'pbx-refused' && /no active|no conference/i.test(String(error.details.message))) {
        return []
      }
      throw error
    }
  }

  return {
    originate: async ({ channelId, to, context, variables = {}, ringSeconds, callerId }) => {
      await act('Originate', {
        Channel: dialled(to),
        ChannelId: idOf(channelId),
        Context: context,
        Exten: 's',
        Priority: 1,
        Timeout: Math.round(ringSeconds * 1000),
        CallerID: callerId === undefined ? undefined : `<${wanted('caller id', callerId, /^\+?\d{1,20}$/)}>`,
        Async: true,
        // Over the trunk, from the first ring on: the handler at the end of a leg, answered or not (a label at `s` of the endpoint's own
        // context), and its place among the trunk's channels that the dialplan counts.
        Variable: {
          ...('number' in to ? { 'CHANNEL(hangup_handler_push)': 'leg-ended', 'GROUP(legs)': 'trunk' } : {}),
          ...variablesOf(variables)
        }
      })
    },
    hangup: async (channel, cause = 16) => {
      try {
        await act('Hangup', { Channel: channelOf(channel), Cause: cause })
      } catch (error) {
        if (!isGone(error)) throw error
      }
    },
    redirect: async (channel, to) => {
      await act('Redirect', { Channel: channelOf(channel), Context: to.context, Exten: 's', Priority: 1 })
    },
    redirectBoth: async (first, firstTo, second, secondTo) => {
      await act('Redirect', {
        Channel: channelOf(first),
        Context: firstTo.context,
        Exten: 's',
        Priority: 1,
        ExtraChannel: channelOf(second),
        ExtraContext: secondTo.context,
        ExtraExten: 's',
        ExtraPriority: 1
      })
    },
    bridge: async (first, second) => { await act('Bridge', { Channel1: channelOf(first), Channel2: channelOf(second), Tone: 'no' }) },
    queueAdd,
    queueRemove,
    queuePause: async (extension, paused, reason) => {
      if (paused) {
        await act('QueuePause', { Queue: queue, Interface: interfaceOf(extension), Paused: true, Reason: reason })
        return
      }
      // The queue's wrap-up time cannot be cut short, but a member who joins anew has none.
      try {
        await act('QueueRemove', { Queue: queue, Interface: interfaceOf(extension) })
      } catch (error) {
        if (isNotThere(error)) throw new DomainError('agent-not-signed-in', 'this agent is not signed in')
        throw error
      }
      await queueAdd(extension)
    },
    queueStatus: async () => {
      const events = await ami.list('QueueStatus', { Queue: queue })
      return {
        members: events.filter(e => e.event === 'QueueMember').map(e => ({
          extension: (e.location ?? '').replace(/^PJSIP\//, ''),
          interface: e.location ?? '',
          paused: flag(e.paused),
          reason: e.pausedreason ?? '',
          inCall: flag(e.incall),
          deviceStatus: Number(e.status ?? 0)
        })),
        callers: events.filter(e => e.event === 'QueueEntry').map(e => ({
          uniqueId: e.uniqueid ?? '',
          channel: e.channel ?? '',
          position: Number(e.position ?? 0),
          waitSeconds: Number(e.wait ?? 0)
        }))
      }
    },
    mute: async (room, who) => await voice('ConfbridgeMute', room, who),
    unmute: async (room, who) => await voice('ConfbridgeUnmute', room, who),
    kick: async (room, who) => { await act('ConfbridgeKick', { Conference: roomOf(room), Channel: channelOf(who) }) },
    record: async (room, file) => {
      if (file === null) {
        await act('ConfbridgeStopRecord', { Conference: roomOf(room) })
      } else {
        await act('ConfbridgeStartRecord',
          { Conference: roomOf(room), RecordFile: wanted('recording file', file, /^[\w./-]{1,300}\.wav$/) })
      }
    },
    roomMembers: async room => (await emptyIsNone(ami.list('ConfbridgeList', { Conference: roomOf(room) }))).map(e => ({
      uniqueId: e.uniqueid ?? '',
      channel: e.channel ?? '',
      admin: flag(e.admin),
      muted: flag(e.muted),
      seconds: Number(e.answeredtime ?? 0)
    })),
    stifle: async (channel, on) => {
      try {
        await act('MuteAudio', { Channel: channelOf(channel), Direction: 'in', State: on ? 'on' : 'off' })
      } catch (error) {
        if (!isGone(error)) throw error
      }
    },
    isRegistered: async extension => {
      const device = interfaceOf(extension)
      const found = (await ami.list('DeviceStateList')).find(e => e.device === device)
      return found !== undefined && !['UNAVAILABLE', 'INVALID', 'UNKNOWN'].includes(found.state ?? 'UNKNOWN')
    },
    linkRooms: async (leaf, root, channelId) => {
      await act('Originate', {
        Channel: `Local/${roomOf(leaf)}@hotline-room-link/n`,
        ChannelId: idOf(channelId),
        OtherChannelId: `${channelId}b`,
        Context: 'hotline-room-link',
        Exten: roomOf(root),
        Priority: 1,
        Timeout: 5000,
        Async: true
      })
    },
    playInRoom: async (room, prompt) => {
      await act('Originate', {
        Channel: `Local/${roomOf(room)}@hotline-room-say/n`,
        Application: 'Playback',
        Data: promptOf(prompt),
        Timeout: 5000,
        Async: true
      })
    },
    sayInCall: async (onChannel, prompt) => {
      await act('Originate', {
        Channel: `Local/${prompt}@hotline-call-say/n`,
        Application: 'ChanSpy',
        Data: `${channelOf(onChannel)},quEB`,
        Timeout: 5000,
        Async: true
      })
    },
    setVariable: async (channel, name, value) => {
      variablesOf({ [name]: value })
      await act('Setvar', { Channel: channelOf(channel), Variable: name, Value: value })
    },
    dbPut: async (family, key, value) => { await act('DBPut', { Family: family, Key: keyOf(key), Val: value }) },
    dbDelete: async (family, key) => {
      try {
        await act('DBDel', { Family: family, Key: keyOf(key) })
      } catch (error) {
        if (!isGone(error)) throw error
      }
    },
    livingChannels: async () => (await ami.list('CoreShowChannels', {}, 10_000)).map(living),
    coreStatus: async () => {
      const status = await ami.action('CoreStatus')
      return { startedAt: new Date(`${status.corestartupdate}T${status.corestartuptime}`), calls: Number(status.corecurrentcalls ?? 0) }
    },
    reload: async module => { await act('Reload', { Module: module }) }
  }
}
