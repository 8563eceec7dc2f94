import type { Queryable, Tx } from '../../../db/database.ts'
import { asLocked } from '../incident-lock-store.ts'
import type { Incident } from '../emergency-types.ts'
import type { PlacedRoom } from './rules/rooms.ts'

/** A link that was asked for and of which nothing is known may be asked for once more after this, ms. */
const askedAgainMs = 3000

/** Rooms of the conference besides those it has. */
function addRooms (tx: Tx, incidentId: string, rooms: readonly PlacedRoom[]): void {
  if (rooms.length === 0) return
  tx.write(`insert into conference_room (incident_id, number, node) select $1, * from unnest($2::int[], $3::text[])
    on conflict do nothing`, [incidentId, rooms.map(room => room.number), rooms.map(room => room.node)])
}

/** No room stands on this PBX any more. */
function dropRooms (tx: Tx, incidentId: string, node: string): void {
  tx.write('delete from conference_room where incident_id = $1 and node = $2 and number > 0', [incidentId, node])
}

/** These rooms stand on other PBXs from now on. Their links, and with the root everybody's, are to be made anew. */
function moveRooms (tx: Tx, incidentId: string, rooms: readonly PlacedRoom[], at: Date): void {
  tx.write(`update conference_room c set node = coalesce(m.node, c.node), link_id = null, linked_at = null, joined = false,
      cut_at = case when c.joined then $4 else c.cut_at end
    from conference_room own left join unnest($2::int[], $3::text[]) m(number, node) on m.number = own.number
    where own.incident_id = $1 and c.incident_id = $1 and c.number = own.number and (m.number is not null or 0 = any($2))`,
  [incidentId, rooms.map(room => room.number), rooms.map(room => room.node), at])
}

/** This PBX had rooms of the conference and is taken for lost: what it still has of it is closed when it is back. */
function leaveBehind (tx: Tx, incidentId: string, node: string): void {
  tx.write('update incident set nodes_left = nodes_left || $2::text where id = $1 and $2 <> all(nodes_left)', [incidentId, node])
}

/**
 * One process makes a room's link: the one that changes what the row says of it.
 * @param before the link it found to be missing
 */
async function claimLink (
  db: Queryable, { incidentId, number, before, linkId, at }: {
    incidentId: string, number: number, before: string | null, linkId: string, at: Date
  }
): Promise<boolean> {
  const rows = await db.query(`update conference_room set link_id = $4, linked_at = $5
    where incident_id = $1 and number = $2 and link_id is not distinct from $3 and (linked_at is null or linked_at < $6) returning 1`,
  [incidentId, number, before, linkId, at, new Date(at.getTime() - askedAgainMs)])
  return rows.length > 0
}

/** Running incidents, locked in one order, with rooms joined by these links. */
async function lockOfLinks (tx: Tx, linkIds: readonly string[]): Promise<Incident[]> {
  return await asLocked(tx, await tx.query<{ id: string }>(`select id from incident where ended_at is null
    and id in (select incident_id from conference_room where link_id = any($1)) order by id for update`, [linkIds]))
}

/** @returns whether it had been cut off before */
async function saveJoined (tx: Tx, linkId: string): Promise<boolean> {
  const rows = await tx.query<{ cut: boolean }>(`update conference_room r set joined = true, cut_at = null from conference_room o
    where r.link_id = $1 and o.incident_id = r.incident_id and o.number = r.number and not r.joined
    returning o.cut_at is not null as cut`, [linkId])
  return rows[0]?.cut ?? false
}

/** @param over the link's channel has ended. @returns whether it had been joined */
async function saveCut (tx: Tx, linkId: string, at: Date, over: boolean): Promise<boolean> {
  const rows = await tx.query<{ joined: boolean }>(`update conference_room r set joined = false, cut_at = coalesce(r.cut_at, $2),
      link_id = case when $3 then null else r.link_id end, linked_at = case when $3 then null else r.linked_at end
    from conference_room o where r.link_id = $1 and o.incident_id = r.incident_id and o.number = r.number returning o.joined`,
  [linkId, at, over])
  return rows[0]?.joined ?? false
}

/** On these PBXs the voices are not yet as the roster says. */
function saveBehind (tx: Tx, incidentId: string, nodes: readonly string[]): void {
  if (nodes.length === 0) return
  tx.write('update conference_room set behind = true where incident_id = $1 and node = any($2)', [incidentId, nodes])
}

async function roomsBehind (db: Queryable): Promise<Array<{ incidentId: string, node: string }>> {
  return await db.query<{ incidentId: string, node: string }>(`select distinct r.incident_id as "incidentId", r.node
    from conference_room r join incident i on i.id = r.incident_id where r.behind and i.ended_at is null`)
}

async function caughtUp (db: Queryable, incidentId: string, node: string): Promise<void> {
  await db.query('update conference_room set behind = false where incident_id = $1 and node = $2', [incidentId, node])
}

/** A part of the recording; `begunAt` null: the PBX is to be told. */
function beginRecording (
  tx: Tx, { incidentId, node, file, at, begunAt }: { incidentId: string, node: string, file: string, at: Date, begunAt: Date | null }
): void {
  tx.write(`insert into incident_recording (incident_id, part, node, file, asked_at, begun_at)
    select $1, 1 + count(*), $2, $3, $4, $5 from incident_recording where incident_id = $1`, [incidentId, node, file, at, begunAt])
}

function endRecording (tx: Tx, incidentId: string, at: Date): void {
  tx.write('update incident_recording set ended_at = $2 where incident_id = $1 and ended_at is null', [incidentId, at])
}

/** The part that has not begun. */
async function waitingRecording (db: Queryable, incidentId: string): Promise<{ part: number, node: string, file: string } | null> {
  const [row] = await db.query<{ part: number, node: string, file: string }>(`select part, node, file from incident_recording
    where incident_id = $1 and begun_at is null and ended_at is null order by part desc limit 1`, [incidentId])
  return row ?? null
}

/** @returns whether it is still wanted */
async function recordingBegun (db: Queryable, incidentId: string, part: number, at: Date): Promise<boolean> {
  const rows = await db.query<{ wanted: boolean }>(`update incident_recording set begun_at = $3 where incident_id = $1 and part = $2
    returning ended_at is null as wanted`, [incidentId, part, at])
  return rows[0]?.wanted ?? false
}

/** Whether a part has begun and goes on by the rows. */
async function recordingRuns (db: Queryable, incidentId: string): Promise<boolean> {
  return (await db.query('select 1 from incident_recording where incident_id = $1 and begun_at is not null and ended_at is null',
    [incidentId])).length > 0
}

/** No member sits in this room. */
async function isEmpty (db: Queryable, incidentId: string, room: string): Promise<boolean> {
  return (await db.query('select 1 from incident_member where incident_id = $1 and in_room = $2 limit 1', [incidentId, room])).length === 0
}

export interface RecordingPart { part: number, node: string, file: string, begunAt: Date | null, endedAt: Date | null }

async function recordingsOf (db: Queryable, incidentId: string): Promise<RecordingPart[]> {
  return await db.query<RecordingPart>(`select part, node, file, begun_at as "begunAt", ended_at as "endedAt" from incident_recording
    where incident_id = $1 order by part`, [incidentId])
}

export const roomRows = {
  addRooms,
  dropRooms,
  moveRooms,
  leaveBehind,
  claimLink,
  lockOfLinks,
  saveJoined,
  saveCut,
  saveBehind,
  roomsBehind,
  caughtUp,
  beginRecording,
  endRecording,
  waitingRecording,
  recordingBegun,
  recordingRuns,
  isEmpty,
  recordingsOf
}
