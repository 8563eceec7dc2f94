import type { AmiConnection } from '../ami/ami-connection.ts'
import type { AmiMessage } from '../ami/messages.ts'
import { act, channelOf, flag, idOf, promptOf, refusedWith, roomOf, variablesOf, wanted } from './checked.ts'

export interface RoomMember { uniqueId: string, channel: string, admin: boolean, muted: boolean, seconds: number }

/** What is done with conference rooms. */
export interface RoomVerbs {
  /** `who` is a channel name, or `participants`: everybody but chair, commanders and links. Never `all`. */
  mute: (room: string, who: string) => Promise<void>
  unmute: (room: string, who: string) => Promise<void>
  kick: (room: string, who: string) => Promise<void>
  /** @param file below the recordings folder of this PBX; null: recording ends, where it runs */
  record: (room: string, file: string | null) => Promise<void>
  roomMembers: (room: string) => Promise<RoomMember[]>
  /** rooms with somebody in them */
  roomNames: () => Promise<string[]>
  /**
   * Joins two rooms: a Local channel that is a quiet admin in both. Its halves are `<channelId>` and `<channelId>b`.
   * @param over the PBX with the root room, and the conference until whose end it is dialled; null: the room is here
   */
  linkRooms: (leaf: string, root: string, channelId: string, over: { node: string, incidentId: string } | null) => Promise<void>
  /** Says a prompt to everybody in a room. */
  playInRoom: (room: string, prompt: string) => Promise<void>
}

/** An empty room, or one without participants, has nobody to silence: no error. */
async function voice (ami: AmiConnection, action: 'ConfbridgeMute' | 'ConfbridgeUnmute', room: string, who: string): Promise<void> {
  try {
    await act(ami, action, { Conference: roomOf(room), Channel: channelOf(who) })
  } catch (error) {
    if (who !== 'participants' || !refusedWith(error, /no channel by that name|no conference|no active/i)) throw error
  }
}

async function mute (ami: AmiConnection, room: string, who: string): Promise<void> {
  await voice(ami, 'ConfbridgeMute', room, who)
}

async function unmute (ami: AmiConnection, room: string, who: string): Promise<void> {
  await voice(ami, 'ConfbridgeUnmute', room, who)
}

async function kick (ami: AmiConnection, room: string, who: string): Promise<void> {
  await act(ami, 'ConfbridgeKick', { Conference: roomOf(room), Channel: channelOf(who) })
}

async function record (ami: AmiConnection, room: string, file: string | null): Promise<void> {
  if (file === null) {
    try {
      await act(ami, 'ConfbridgeStopRecord', { Conference: roomOf(room) })
    } catch (error) {
      // Nobody is in the room, or it is not recorded.
      if (!refusedWith(error, /no active|no conference|while stopping/i)) throw error
    }
  } else {
    const below = wanted('recording file', file, /^[\w-][\w./-]{0,250}\.wav$/)
    // Where recordings lie is the PBX's own affair: its dialplan says it.
    const folder = wanted('recordings folder', (await ami.action('Getvar', { Variable: 'RECORDINGS' })).value ?? '', /^\/[^\r\n]{1,300}$/)
    await act(ami, 'ConfbridgeStartRecord', { Conference: roomOf(room), RecordFile: `${folder}/${below}` })
  }
}

async function emptyIsNone (list: Promise<AmiMessage[]>): Promise<AmiMessage[]> {
  try {
    return await list
  } catch (error) {
    if (refusedWith(error, /no active|no conference/i)) return []
    throw error
  }
}

async function roomMembers (ami: AmiConnection, room: string): Promise<RoomMember[]> {
  return (await emptyIsNone(ami.list('ConfbridgeList', { Conference: roomOf(room) }))).map(e => ({
    uniqueId: e.uniqueid ?? '',
    channel: e.channel ?? '',
    admin: flag(e.admin),
    muted: flag(e.muted),
    seconds: Number(e.answeredtime ?? 0)
  }))
}

async function roomNames (ami: AmiConnection): Promise<string[]> {
  return (await emptyIsNone(ami.list('ConfbridgeListRooms'))).map(e => e.conference ?? '')
}

async function linkRooms (
  ami: AmiConnection, leaf: string, root: string, channelId: string, over: { node: string, incidentId: string } | null
): Promise<void> {
  await act(ami, 'Originate', {
    Channel: `Local/${roomOf(leaf)}@hotline-room-link/n`,
    ChannelId: idOf(channelId),
    OtherChannelId: `${channelId}b`,
    Context: over === null ? 'hotline-room-link' : 'hotline-node-dial',
    Exten: roomOf(root),
    Priority: 1,
    Timeout: 5000,
    Async: true,
    ...(over === null ? {} : { Variable: variablesOf({ LD_NODE: over.node, LD_INCIDENT: over.incidentId }) })
  })
}

async function playInRoom (ami: AmiConnection, room: string, prompt: string): Promise<void> {
  await act(ami, 'Originate', {
    Channel: `Local/${roomOf(room)}@hotline-room-say/n`,
    Application: 'Playback',
    Data: promptOf(prompt),
    Timeout: 5000,
    Async: true
  })
}

export const roomVerbs = { mute, unmute, kick, record, roomMembers, roomNames, linkRooms, playInRoom }
