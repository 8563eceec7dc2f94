import type { Queryable } from '../../../db/database.ts'
import { bind } from '../../../domain/bind.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import type { EmergencyStore } from '../emergency-store.ts'
import type { Incident } from '../emergency-types.ts'
import type { ConferenceSwitch } from '../conference/conference.ts'
import { rootRoom } from './rules/rooms.ts'

export interface RecordingsOptions {
  db: Queryable
  store: Pick<EmergencyStore, 'waitingRecording' | 'recordingBegun' | 'isEmpty'>
  clock: Clock
  /** the verbs of a PBX node */
  switchOn: (node: string) => Pick<ConferenceSwitch, 'startRecording' | 'stopRecording'>
}

/**
 * Begins the part that is asked for and has not begun: the root is on another PBX now, or was empty. With the last who leaves, the PBX ends
 * what it records of that room, so in an empty one nothing begins.
 * @returns false: it has yet to begin
 */
async function resume ({ db, store, clock, switchOn }: RecordingsOptions, incident: Incident): Promise<boolean> {
  if (incident.recording === null) return true
  const part = await store.waitingRecording(db, incident.id)
  if (part === null || part.node !== incident.node) return true
  const root = rootRoom(incident.room_prefix)
  if (!incident.rooms.some(room => room.number > 0 && room.joined) && await store.isEmpty(db, incident.id, root)) return false
  // Whatever it records by an earlier order.
  await switchOn(part.node).stopRecording(root)
  await switchOn(part.node).startRecording(root, part.file)
  // Stopped by the coordinator while the PBX began it.
  if (!await store.recordingBegun(db, incident.id, part.part, clock.now())) {
    await switchOn(part.node).stopRecording(root)
  }
  return true
}

/** The parts of a conference's recording. */
export const createRecordings = (context: RecordingsOptions) => bind(context, { resume })
