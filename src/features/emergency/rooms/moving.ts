import type { Tx } from '../../../db/database.ts'
import type { Dialler } from '../../../dialler/dialler-types.ts'
import { nodeOf } from '../conference/seats.ts'
import type { EmergencyStore } from '../emergency-store.ts'
import type { Incident, Member } from '../emergency-types.ts'
import { recordingFile, roomName, roomNumber, roomsAfterLoss, rootRoom } from './rules/rooms.ts'

export interface MovingContext {
  store: EmergencyStore
  dialler: Pick<Dialler, 'moveTo'>
  /** PBXs that can ring members */
  ringingNodes: (tx: Tx) => Promise<readonly string[]>
}

/** A PBX whose rooms are gone; `back`: it runs again. */
export interface NodeLoss { node: string, at: Date, back: boolean }

/** The rooms of this PBX that stand elsewhere from now on; who is still to be rung into them is rung there. */
export async function moveRooms (
  context: MovingContext, tx: Tx, incident: Incident, roster: readonly Member[], { node, at, back }: NodeLoss
): Promise<void> {
  const { store, dialler } = context
  const seated = new Map<string, number>()
  for (const m of roster) if (m.channel_id !== null) seated.set(nodeOf(incident, m), (seated.get(nodeOf(incident, m)) ?? 0) + 1)
  const dealt = new Set(roster.map(m => roomNumber(incident.room_prefix, m.room)))
  const moved = roomsAfterLoss(incident.rooms, { lost: node, back, seated, ringing: await context.ringingNodes(tx), dealt })
  if (moved.length === 0) return
  store.moveRooms(tx, incident.id, moved, at)
  const before = incident.node
  incident.rooms = incident.rooms.map(room => ({
    ...room, ...moved.find(m => m.number === room.number), ...(moved.some(m => m.number === 0) ? { linkId: null, joined: false } : {})
  }))
  incident.node = incident.rooms.find(room => room.number === 0)?.node ?? before
  for (const [to, rooms] of Map.groupBy(moved, room => room.node)) {
    const names = rooms.map(room => roomName(incident.room_prefix, room.number))
    await dialler.moveTo(tx, roster.flatMap(m => m.request_id !== null && names.includes(m.room) ? m.request_id : []), to)
  }
  if (incident.node !== before) {
    store.record(tx, [{ incidentId: incident.id, at, kind: 'root-moved', actor: 'pbx', detail: { from: before, to: incident.node } }])
  }
}

/** A recording ends with its PBX, or its room; it goes on as a further part where the root is now. */
export function recordOn (
  { store }: Pick<MovingContext, 'store'>, tx: Tx, incident: Incident, at: Date, because: 'pbx-lost' | 'empty' = 'pbx-lost'
): void {
  const { id: incidentId, recording: before, node } = incident
  if (before === null) return
  const file = recordingFile(incident.number, at)
  const note = { incidentId, memberId: null, at, actor: 'pbx' } as const
  store.saveRecording(tx, incidentId, file)
  store.endRecording(tx, incidentId, at)
  store.beginRecording(tx, { incidentId, node, file, at, begunAt: null })
  store.record(tx, [
    { ...note, kind: 'recording-stopped', detail: { file: before, because } },
    { ...note, kind: 'recording-started', detail: { file } }
  ])
}

/** Somebody is in the root: a part that has waited for that begins. */
export async function recordWhatWaits (
  { store, rejoinAccessChanged }: Pick<MovingContext, 'store'> & { rejoinAccessChanged: (tx: Tx, incidentId: string) => void },
  tx: Tx, incident: Incident
): Promise<void> {
  if (await store.waitingRecording(tx, incident.id) !== null) rejoinAccessChanged(tx, incident.id)
}

/** The PBX ends a recording with the last who leaves the root, link or member: it goes on as soon as somebody is in it again. */
export async function recordOnWhenEmpty (
  { store, rejoinAccessChanged }: Pick<MovingContext, 'store'> & { rejoinAccessChanged: (tx: Tx, incidentId: string) => void },
  tx: Tx, incident: Incident, at: Date
): Promise<void> {
  const { id, recording, ended_at: endedAt, rooms, room_prefix: prefix } = incident
  if (recording === null || endedAt !== null || rooms.some(room => room.number > 0 && room.joined)) return
  if (await store.isEmpty(tx, id, rootRoom(prefix)) && await store.recordingRuns(tx, id)) {
    recordOn({ store }, tx, incident, at, 'empty')
    rejoinAccessChanged(tx, id)
  }
}
