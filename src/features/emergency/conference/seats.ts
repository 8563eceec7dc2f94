import { DomainError } from '../../../domain/errors.ts'
import { newId } from '../../../domain/ids.ts'
import type { VariableName } from '../../../pbx/contract.ts'
import { roleOf } from '../dial/dialling.ts'
import type { Incident, Member } from '../emergency-types.ts'
import { isPrivateRoom, nodeOfRoom, privateRoom, roomOn } from '../rooms/rules/rooms.ts'

/** What the dialplan is told of a person who comes into a room. */
export const seatIn = (incident: Incident, member: Member, room: string): Partial<Record<VariableName, string>> => ({
  LD_INCIDENT: incident.id,
  LD_MEMBER: member.id,
  LD_ROOM: room,
  LD_ROLE: member.chair_login !== null ? 'coordinator' : member.muted ? 'muted' : roleOf(member)
})

/** A member who sits in a room. @throws DomainError `guard-not-met` */
export function seated (member: Member): { channel: string, room: string } {
  if (member.channel_name === null || member.in_room === null) {
    throw new DomainError('guard-not-met', 'this person is not in the conference', { guard: 'in-conference' })
  }
  return { channel: member.channel_name, room: member.in_room }
}

/** Speaks apart, or sits in such a room: the PBX may have been cut off between bringing one of two and the other. */
export const isApart = ({ private_room: room, in_room: sits }: Pick<Member, 'private_room' | 'in_room'>): boolean =>
  room !== null || (sits !== null && isPrivateRoom(sits))

/** PBX node of a member's line: where it came into a room, or where it was dialled from. */
export const nodeOf = (incident: Incident, member: Member): string =>
  member.channel_node ?? nodeOfRoom(incident.room_prefix, incident.rooms, member.room) ?? incident.node

/** PBXs with a room of this conference, the root's first. */
export const nodesOf = ({ node, rooms }: Pick<Incident, 'node' | 'rooms'>): string[] =>
  [...new Set([node, ...rooms.map(room => room.node).sort()])]

/** The room of a member who comes back into the conference on the PBX of the own line. */
export function roomOf (incident: Incident, member: Member): string {
  const { room_prefix: prefix, rooms } = incident
  return roomOn(prefix, rooms, nodeOf(incident, member), member.room, member.ordering) ?? member.room
}

/** A room nobody is in yet, for two members to speak apart. */
export const roomApart = (incident: Incident): string => privateRoom(incident.room_prefix, newId())
