import type { Database } from '../../../db/database.ts'
import { bind } from '../../../domain/bind.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { VariableName } from '../../../pbx/contract.ts'
import type { RoomMember } from '../../../pbx/verbs/rooms.ts'
import { seatIn } from '../conference/seats.ts'
import type { EmergencyStore } from '../emergency-store.ts'
import type { Incident, Member } from '../emergency-types.ts'
import { openDoor, type DoorsContext } from './doors.ts'
import { isPrivateRoom, nodeOfRoom, roomOn } from './rules/rooms.ts'

/** What bringing strays back needs of a PBX. */
export interface StraySwitch {
  /** rooms with somebody in them, of whatever conference */
  roomNames: () => Promise<readonly string[]>
  inRoom: (room: string) => Promise<ReadonlyArray<Pick<RoomMember, 'uniqueId' | 'channel'>>>
  /** unique ids of all its channels */
  lines: () => Promise<readonly string[]>
  /** brings a living channel into another room, with these of the contract's variables */
  moveInto: (channel: string, seat: Partial<Record<VariableName, string>>) => Promise<void>
  hangUp: (channel: string) => Promise<void>
}

export interface StraysOptions {
  db: Database
  store: Pick<EmergencyStore, 'members' | 'ownersOfLines' | 'openTalkRooms' | 'lock' | 'addRooms'>
  rejoinAccessChanged: DoorsContext['rejoinAccessChanged']
  /** the one of a PBX node */
  switchOn: (node: string) => StraySwitch
}

const joinsRooms = (channel: string): boolean => /^(Local\/|PJSIP\/node-)/.test(channel)

/**
 * A PBX that was taken for lost and only cut off still has people in rooms that stand elsewhere now, or who spoke apart there. They come
 * into its room of the conference. The old line of somebody who is in the conference by a newer one ends, wherever it waits: nobody listens
 * unseen. The links between its old rooms end.
 */
async function gather (context: StraysOptions, known: Incident, node: string): Promise<void> {
  const { db, store, switchOn } = context
  const { id, room_prefix: prefix } = known
  const pbx = switchOn(node)
  const lines = await pbx.lines()
  const [members, owners] = [await store.members(db, id), await store.ownersOfLines(db, id, lines)]
  for (const line of lines) {
    const owner = members.find(m => m.id === owners.get(line))
    if (owner !== undefined && isOld(owner, line)) await pbx.hangUp(line)
  }
  const strayed = (await pbx.roomNames()).filter(name => name.startsWith(`${prefix}-`) && nodeOfRoom(prefix, known.rooms, name) !== node)
  if (strayed.length === 0) return
  const [incident, talks] = [await withDoor(context, known, node), await store.openTalkRooms(db, id)]
  for (const name of strayed.filter(name => !talks.includes(name))) {
    for (const [i, { uniqueId, channel }] of (await pbx.inRoom(name)).entries()) {
      const member = members.find(m => m.channel_id === uniqueId) ?? members.find(m => m.id === owners.get(uniqueId))
      if (isPrivateRoom(name) && member?.channel_id === uniqueId && member.in_room === name) continue
      const seat = joinsRooms(channel) ? null : seatOf(incident, node, { name, uniqueId, member, index: i })
      try {
        if (seat === null) await pbx.hangUp(uniqueId)
        else await pbx.moveInto(channel, seat)
      } catch (error) {
        // Gone in the meantime.
        if (!(error instanceof DomainError && error.code === 'pbx-refused')) throw error
      }
    }
  }
}

/** The owner is in the conference by another line, or was put out. Who is rung anew for a talk apart has two for a moment. */
const isOld = (owner: Member, line: string): boolean =>
  owner.channel_id !== line && owner.moving_room === null && (owner.channel_id !== null || owner.removed)

/** A PBX that drains has no room of the conference, and keeps its lines. */
async function withDoor (context: StraysOptions, known: Incident, node: string): Promise<Incident> {
  return await context.db.tx(async tx => {
    const incident = await context.store.lock(tx, known.id)
    if (incident === null || incident.ended_at !== null) return known
    if (incident.rooms.every(room => room.node !== node)) openDoor(context, tx, incident, node)
    return incident
  })
}

/** Where this line belongs on its PBX, as whom; null: nowhere. */
function seatOf (
  incident: Incident, node: string,
  { name, uniqueId, member, index }: { name: string, uniqueId: string, member: Member | undefined, index: number }
): Partial<Record<VariableName, string>> | null {
  const room = roomOn(incident.room_prefix, incident.rooms, node, name, index)
  if (room === null || member?.removed === true) return null
  if (member === undefined) return { LD_ROOM: room }
  return member.channel_id === null || member.channel_id === uniqueId ? seatIn(incident, member, room) : null
}

/** People in rooms that are no room of the conference any more. */
export const createStrays = (context: StraysOptions) => bind(context, { gather })
