import type { Queryable } from '../../../db/database.ts'
import { bind } from '../../../domain/bind.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import type { EmergencyStore } from '../emergency-store.ts'
import type { Incident } from '../emergency-types.ts'
import type { ConferenceSwitch } from '../conference/conference.ts'
import { rootRoom } from './rules/rooms.ts'

export interface RecordingsOptions {
  db: Queryable
  store: Pick<EmergencyStore, 'waitingRecording' | 'recordingBegun'>
  clock: Clock
  /** the verbs of a PBX node */
  switchOn: (node: string) => Pick<ConferenceSwitch, 'startRecording' | 'stopRecording'>
}

/** Begins the part that is asked for and has not begun: the root is on another PBX now. @throws DomainError while nobody is in the root */
async function resume ({ db, store, clock, switchOn }: RecordingsOptions, incident: Incident): Promise<void> {
  if (incident.recording === null) return
  const part = await store.waitingRecording(db, incident.id)
  if (part === null || part.node !== incident.node) return
  const root = rootRoom(incident.room_prefix)
  // Whatever it records by an earlier order.
  await switchOn(part.node).stopRecording(root)
  await switchOn(part.node).startRecording(root, part.file)
  // Stopped by the coordinator while the PBX began it.
  if (!await store.recordingBegun(db, incident.id, part.part, clock.now())) {
    await switchOn(part.node).stopRecording(root)
  }
}

/** The parts of a conference's recording. */
export const createRecordings = (context: RecordingsOptions) => bind(context, { resume })
