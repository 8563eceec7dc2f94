import type { Database, Tx } from '../../../db/database.ts'
import { bind } from '../../../domain/bind.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import type { ConferenceSwitch } from '../conference/conference.ts'
import { nodeOf } from '../conference/seats.ts'
import { moveRooms, recordOn, type MovingContext } from './moving.ts'

export interface LeavingOptions extends MovingContext {
  db: Database
  clock: Clock
  rejoinAccessChanged: (tx: Tx, incidentId: string) => void
  /** these PBXs know nothing of the conference any more */
  forget: (tx: Tx, incidentId: string, nodes: readonly string[]) => Promise<void>
  /** the verbs of a PBX node */
  switchOn: (node: string) => Pick<ConferenceSwitch, 'hangUp'>
  /** whether a conference may go on there: neither draining nor removed */
  stays: (node: string) => boolean
  onError: (error: unknown) => void
}

/** The rooms of one conference leave a PBX on which nobody of it is on the line, or about to be. */
async function leaveNode (context: LeavingOptions, tx: Tx, incidentId: string, node: string): Promise<void> {
  const { store, clock, switchOn, forget, onError } = context
  const { incident, members } = await store.whole(tx, incidentId)
  const busy = members.some(m =>
    nodeOf(incident, m) === node && (m.channel_id !== null || m.request_id !== null || m.state === 'acknowledged'))
  if (incident.ended_at !== null || busy) return
  const links = incident.rooms.flatMap(room => room.node === node && room.linkId !== null ? room.linkId : [])
  const wasRoot = incident.node === node
  await moveRooms(context, tx, incident, members, { node, at: clock.now(), back: false })
  // Nowhere to go.
  if (incident.node === node) return
  if (wasRoot) recordOn(context, tx, incident, clock.now())
  store.dropRooms(tx, incidentId, node)
  await forget(tx, incidentId, [node])
  context.rejoinAccessChanged(tx, incidentId)
  tx.afterCommit(() => { for (const link of links) switchOn(node).hangUp(link).catch(onError) })
}

/** Conferences leave PBXs that are draining, so that these become empty, and those that were removed. */
async function leave (context: LeavingOptions): Promise<void> {
  const { db, store, stays, onError } = context
  for (const { id, rooms } of await store.open(db)) {
    for (const node of new Set(rooms.map(room => room.node))) {
      if (!stays(node)) await db.tx(async tx => { await leaveNode(context, tx, id, node) }).catch(onError)
    }
  }
}

export const createLeaving = (context: LeavingOptions) => bind(context, { leave })

export type Leaving = ReturnType<typeof createLeaving>
