import type { Tx } from '../../../db/database.ts'
import type { Dialler } from '../../../dialler/dialler-types.ts'
import { nodeOf } from '../conference/seats.ts'
import type { EmergencyStore } from '../emergency-store.ts'
import type { Incident, Member } from '../emergency-types.ts'

export interface CallingOff {
  store: Pick<EmergencyStore, 'record' | 'saveMembers'>
  dialler: Pick<Dialler, 'cancel'>
}

/**
 * A PBX is gone on which two were to meet, or from which one of them was to come: they do not speak apart. Who is on a line stays in the
 * conference; nobody is rung for a room in which nobody would be.
 */
export async function callOffMoves (
  context: CallingOff, tx: Tx, incident: Incident, roster: readonly Member[], { node, at }: { node: string, at: Date }
): Promise<void> {
  const gone = roster.filter(m => nodeOf(incident, m) === node)
  await callOff(context, tx, incident, roster, { gone, at, actor: 'pbx', because: 'pbx-lost' })
}

/** Those who were to meet one of these do not; those of them who are being rung for it are rung no more. The rows are changed in place. */
export async function callOff (
  { store, dialler }: CallingOff, tx: Tx, incident: Incident, roster: readonly Member[],
  { gone, at, actor, because }: { gone: readonly Member[], at: Date, actor: string, because: string }
): Promise<void> {
  const rooms = new Set(gone.flatMap(m => m.moving_room ?? []))
  const awaited = roster.filter(m => m.moving_room !== null && rooms.has(m.moving_room))
  if (awaited.length === 0) return
  const requests = awaited.flatMap(m => m.moving_request ?? [])
  const note = { incidentId: incident.id, at, kind: 'not-moved', actor } as const
  store.record(tx, awaited.map(m => ({ ...note, memberId: m.id, detail: { room: m.moving_room, because } })))
  for (const member of awaited) Object.assign(member, { moving_room: null, moving_request: null })
  store.saveMembers(tx, awaited)
  await dialler.cancel(tx, requests, 'they do not speak apart', true)
}
