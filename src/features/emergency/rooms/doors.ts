import type { Tx } from '../../../db/database.ts'
import type { EmergencyStore } from '../emergency-store.ts'
import type { Incident } from '../emergency-types.ts'
import { withDoors } from './rules/rooms.ts'

export interface DoorsContext {
  store: Pick<EmergencyStore, 'addRooms'>
  /** rooms are to be joined, and their PBXs told who may come in */
  rejoinAccessChanged: (tx: Tx, incidentId: string) => void
}

/**
 * A room of the conference on this PBX, where it has none: somebody of it is on the line there. A PBX that drains keeps such lines; the
 * room leaves it with the last of them. The locked incident is changed in place.
 */
export function openDoor ({ store, rejoinAccessChanged }: DoorsContext, tx: Tx, incident: Incident, node: string): void {
  const doors = withDoors(incident.rooms, [node]).slice(incident.rooms.length)
  if (doors.length === 0) return
  store.addRooms(tx, incident.id, doors)
  incident.rooms = [...incident.rooms, ...doors.map(door => ({ ...door, linkId: null, joined: false }))]
  rejoinAccessChanged(tx, incident.id)
}
