import { bind } from '../../../domain/bind.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { RoomMember } from '../../../pbx/verbs/rooms.ts'
import type { Incident } from '../emergency-types.ts'
import { roomName, roomOn } from './rules/rooms.ts'

/** What bringing strays back needs of a PBX. */
export interface StraySwitch {
  inRoom: (room: string) => Promise<ReadonlyArray<Pick<RoomMember, 'uniqueId' | 'channel'>>>
  /** brings a living channel into another room, as who it is */
  moveInto: (channel: string, room: string) => Promise<void>
  hangUp: (channel: string) => Promise<void>
}

export interface StraysOptions {
  /** the one of a PBX node */
  switchOn: (node: string) => StraySwitch
}

const joinsRooms = (channel: string): boolean => /^(Local\/|PJSIP\/node-)/.test(channel)

/**
 * A PBX that was taken for lost and only cut off still has people in rooms that stand elsewhere now. They come into its room of the
 * conference; the links between its old rooms end.
 */
async function gather ({ switchOn }: StraysOptions, { room_prefix: prefix, rooms }: Incident, node: string): Promise<void> {
  const pbx = switchOn(node)
  for (const room of rooms.filter(room => room.node !== node)) {
    const name = roomName(prefix, room.number)
    for (const [i, { uniqueId, channel }] of (await pbx.inRoom(name)).entries()) {
      const into = joinsRooms(channel) ? null : roomOn(prefix, rooms, node, name, i)
      try {
        if (into === null) await pbx.hangUp(uniqueId)
        else await pbx.moveInto(channel, into)
      } catch (error) {
        // Gone in the meantime.
        if (!(error instanceof DomainError && error.code === 'pbx-refused')) throw error
      }
    }
  }
}

/** People in rooms that are no room of the conference any more. */
export const createStrays = (context: StraysOptions) => bind(context, { gather })
