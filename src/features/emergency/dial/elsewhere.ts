import type { Database, Queryable, Tx } from '../../../db/database.ts'
import type { Dialler } from '../../../dialler/dialler-types.ts'
import { bind } from '../../../domain/bind.ts'
import type { EmergencyStore } from '../emergency-store.ts'
import type { Incident, Member } from '../emergency-types.ts'
import { nodeOfRoom, roomOn } from '../rooms/rules/rooms.ts'

export interface ElsewhereOptions {
  db: Database
  store: EmergencyStore
  dialler: Pick<Dialler, 'moveWaiting'>
  /** PBXs to which no process has a link */
  unreachable: (q: Queryable) => Promise<readonly string[]>
  /** PBXs that can ring members */
  ringingNodes: (tx: Tx) => Promise<readonly string[]>
  rejoinAccessChanged: (tx: Tx, incidentId: string) => void
  onError: (error: unknown) => void
}

export type Elsewhere = ReturnType<typeof createElsewhere>

/** Who is to be rung by one of these PBXs and is in no room. */
const waitFor = ({ room_prefix: prefix, rooms }: Incident, members: readonly Member[], away: readonly string[]): Member[] =>
  members.filter(m => m.request_id !== null && m.channel_id === null && away.includes(nodeOfRoom(prefix, rooms, m.room) ?? ''))

/** Members for whose telephone no leg lives wait for no PBX without a link: another one rings them into its own room. */
async function ring (context: ElsewhereOptions): Promise<void> {
  const { db, store, unreachable, onError } = context
  const away = await unreachable(db)
  if (away.length === 0) return
  for (const incident of await store.open(db)) {
    if (waitFor(incident, await store.members(db, incident.id), away).length === 0) continue
    await db.tx(async tx => { await move(context, tx, incident.id, away) }).catch(onError)
  }
}

async function move (
  { store, dialler, ringingNodes, rejoinAccessChanged }: ElsewhereOptions, tx: Tx, id: string, away: readonly string[]
): Promise<void> {
  const { incident, members } = await store.whole(tx, id)
  if (incident.ended_at !== null) return
  const { room_prefix: prefix, rooms } = incident
  const nodes = (await ringingNodes(tx)).filter(node => rooms.some(room => room.node === node))
  if (nodes.length === 0) return
  const wanted = waitFor(incident, members, away).flatMap((member, i) => {
    const node = nodes[i % nodes.length] ?? ''
    const room = roomOn(prefix, rooms, node, member.room, member.ordering)
    return room === null || member.request_id === null ? [] : [{ member, requestId: member.request_id, node, room }]
  })
  const ids = await dialler.moveWaiting(tx, wanted.map(({ requestId, node, room }) => ({ requestId, node, variables: { LD_ROOM: room } })))
  const moved = wanted.filter(({ requestId }) => ids.has(requestId))
  if (moved.length === 0) return
  for (const { member, room } of moved) member.room = room
  store.saveMembers(tx, moved.map(({ member }) => member))
  rejoinAccessChanged(tx, id)
}

/** Members whose PBX has fallen silent before they were rung. */
export const createElsewhere = (context: ElsewhereOptions) => bind(context, { ring })
