import type { DesiredChange } from '../../../pbx/desired/desired.ts'
import type { Incident, Member } from '../emergency-types.ts'

/** What a conference's PBXs must know of it without the service. */

type Switched = 'incident-locked' | 'incident-muted' | 'incident-recorded'

export const switchedOn = (section: Switched, incidentId: string, node: string, on: boolean): DesiredChange => {
  const key = { section, key: incidentId, node }
  return on ? { put: [{ ...key, value: '1' }] } : { withdraw: [key] }
}

export function memberMuted (memberIds: readonly string[], node: string, on: boolean): DesiredChange {
  const keys = memberIds.map(key => ({ section: 'member-muted' as const, key, node }))
  return on ? { put: keys.map(key => ({ ...key, value: '1' })) } : { withdraw: keys }
}

const together = (changes: readonly DesiredChange[]): DesiredChange => ({
  put: changes.flatMap(change => change.put ?? []), withdraw: changes.flatMap(change => change.withdraw ?? [])
})

/** Lock, silence and recording as the row says, and these members' own silence, on each PBX with a room. */
export const conferenceState = (
  { id, rooms, ...incident }: Pick<Incident, 'id' | 'rooms' | 'locked' | 'muted_all' | 'recording'>,
  members: ReadonlyArray<Pick<Member, 'id' | 'muted'>>
): DesiredChange => together([...new Set(rooms.map(room => room.node))].flatMap(node => [
  switchedOn('incident-locked', id, node, incident.locked),
  switchedOn('incident-muted', id, node, incident.muted_all),
  switchedOn('incident-recorded', id, node, incident.recording !== null),
  memberMuted(members.flatMap(m => m.muted ? [m.id] : []), node, true),
  memberMuted(members.flatMap(m => m.muted ? [] : [m.id]), node, false)
]))

/** Nothing is left of a conference that is over, on these PBXs. */
export const conferenceOver = (id: string, nodes: readonly string[], members: ReadonlyArray<Pick<Member, 'id'>>): DesiredChange => ({
  withdraw: nodes.flatMap(node => [
    ...(['incident-pin', 'incident-locked', 'incident-muted', 'incident-recorded'] as const).map(section => ({ section, key: id, node })),
    ...members.map(member => ({ section: 'member-muted' as const, key: member.id, node }))
  ])
})
