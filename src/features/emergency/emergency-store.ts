import type { Queryable, Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import { DomainError } from '../../domain/errors.ts'
import type { PhoneNumber } from '../../domain/telephone/phone-number.ts'
import { bind } from '../../domain/bind.ts'
import { talkRows } from './conference/talk-store.ts'
import { planRows } from './dial/plan-store.ts'
import { members, rosterRows } from './dial/roster-store.ts'
import type { EndedIncident, Incident, IncidentEntry, Member } from './emergency-types.ts'
import type { IncidentEventKind } from './rules/incident-events.ts'
import type { ConferenceRoom, PlacedRoom } from './rooms/rules/rooms.ts'
import { roomRows } from './rooms/room-store.ts'
import { incidentColumns, ownColumns } from './incident-columns.ts'
import { asLocked } from './incident-lock-store.ts'

const sealNumbers = (sealing: Sealing, numbers: readonly PhoneNumber[]): Buffer => sealing.sealNumbers(numbers)
const numbersOf = (sealing: Sealing, member: Pick<Member, 'numbers_sealed'>): PhoneNumber[] => sealing.openNumbers(member.numbers_sealed)
const pinOf = (sealing: Sealing, incident: Pick<Incident, 'pin_sealed'>): string => sealing.open(incident.pin_sealed)
const sealPin = (sealing: Sealing, pin: string): Buffer => sealing.seal(pin)

/** The incident, locked: one thing at a time is decided about it. */
async function lock (tx: Tx, id: string): Promise<Incident | null> {
  const [incident] = await asLocked(tx, await tx.query<{ id: string }>('select id from incident where id = $1 for update', [id]))
  return incident ?? null
}

/** The incident, locked, with its roster; also when it has ended. @throws DomainError `not-found` */
async function whole (tx: Tx, id: string): Promise<{ incident: Incident, members: Member[] }> {
  const incident = await lock(tx, id)
  if (!incident) throw new DomainError('not-found', 'there is no such incident')
  return { incident, members: await members(tx, id) }
}

async function read (db: Queryable, id: string): Promise<Incident | null> {
  const [row] = await db.query<Incident>(`select ${incidentColumns} from incident where id = $1`, [id])
  return row ?? null
}

/** Running incidents; with `node` those with a room on that PBX. */
async function open (db: Queryable, node: string | null = null): Promise<Incident[]> {
  return await db.query<Incident>(`select ${incidentColumns} from incident where ended_at is null and ($1::text is null
    or exists (select 1 from conference_room r where r.incident_id = incident.id and r.node = $1)) order by id`, [node])
}

/** Incidents in which somebody waits for a turn that nobody holds up any more. */
async function stalled (db: Queryable, now: Date): Promise<Array<{ id: string }>> {
  return await db.query<{ id: string }>(`select i.id from incident i where i.state = 'dialling' and i.ended_at is null
    and exists (select 1 from incident_member m where m.incident_id = i.id and m.state = 'waiting' and m.request_id is null
      and not m.skipped and m.same_telephone_as is null)
    and not (i.mode = 'sequential' and exists (select 1 from incident_member m where m.incident_id = i.id and m.request_id is not null
      and m.turn_until > $1 and not m.skipped and m.state in ('waiting', 'ringing') and m.missed_legs = 0)) order by i.id`, [now])
}

/** Running incidents, locked in one order, that have a room on this PBX or a member in a room of it. */
async function lockOnNode (tx: Tx, node: string): Promise<Incident[]> {
  return await asLocked(tx, await tx.query<{ id: string }>(`select id from incident where ended_at is null
    and (exists (select 1 from conference_room r where r.incident_id = incident.id and r.node = $1)
      or exists (select 1 from incident_member m where m.incident_id = incident.id and m.channel_node = $1))
    order by id for update`, [node]))
}

/** Running incidents, locked in one order, with a member on one of these channels. */
async function lockOfChannels (tx: Tx, channelIds: readonly string[]): Promise<Incident[]> {
  return await asLocked(tx, await tx.query<{ id: string }>(`select id from incident where ended_at is null
    and exists (select 1 from incident_member m where m.incident_id = incident.id and m.channel_id = any($1))
    order by id for update`, [channelIds]))
}

/** Newest first, at most `limit`; `after` is the last row of the page before. */
async function incidentsPage (
  db: Queryable, { after, limit, openOnly }: { after: readonly [Date, string] | null, limit: number, openOnly: boolean }
): Promise<Incident[]> {
  return await db.query<Incident>(`select ${incidentColumns} from incident
    where ($1::timestamptz is null or (started_at, id) < ($1, $2::uuid)) and (not $3 or ended_at is null)
    order by started_at desc, id desc limit $4`, [after?.[0] ?? null, after?.[1] ?? null, openOnly, limit])
}

/** Nobody new is rung. */
function saveStopped (tx: Tx, id: string, at: Date): void {
  tx.write('update incident set state = \'stopped\', stopped_at = $2, revision = revision + 1 where id = $1', [id, at])
}

/** Dialling goes on. */
function saveResumed (tx: Tx, id: string): void {
  tx.write('update incident set state = \'dialling\', stopped_at = null, revision = revision + 1 where id = $1', [id])
}

function saveMutedAll (tx: Tx, id: string, on: boolean): void {
  tx.write('update incident set muted_all = $2, revision = revision + 1 where id = $1', [id, on])
}

function saveLocked (tx: Tx, id: string, on: boolean): void {
  tx.write('update incident set locked = $2, revision = revision + 1 where id = $1', [id, on])
}

/** The recording that runs, relative to the recordings folder; null: none does. */
function saveRecording (tx: Tx, id: string, file: string | null): void {
  tx.write('update incident set recording = $2, revision = revision + 1 where id = $1', [id, file])
}

/** The PBX is to be told of its rooms and of the members who may come in. */
function rejoinAccessDue (tx: Tx, id: string, at: Date): void {
  tx.write('update incident set rejoin_access_due = $2 where id = $1', [id, at])
}

/** Incidents of which the PBXs were to be told before this moment. */
async function dueRejoinAccess (db: Queryable, before: Date): Promise<Array<{ id: string }>> {
  return await db.query<{ id: string }>('select id from incident where ended_at is null and rejoin_access_due < $1 order by id', [before])
}

/** The PBX has been told what was due at that moment. */
async function rejoinAccessTold (db: Queryable, { id, rejoin_access_due: due }: Pick<Incident, 'id' | 'rejoin_access_due'>): Promise<void> {
  if (due !== null) await db.query('update incident set rejoin_access_due = null where id = $1 and rejoin_access_due = $2', [id, due])
}

/** Ends the row; it is closing until every PBX has let everybody go. */
function saveEnd (tx: Tx, id: string, { at, by }: { at: Date, by: string }): void {
  tx.write(`update incident set state = 'ended', ended_at = $2, ended_by = $3, closing = true, revision = revision + 1
    where id = $1`, [id, at, by])
}

/** All of them, this one, or those that ended before a moment. */
async function endedButOpen (
  db: Queryable, { id = null, before = null }: { id?: string | null, before?: Date | null } = {}
): Promise<EndedIncident[]> {
  return await db.query<EndedIncident>(`select id, revision, room_prefix as prefix, array(
      select r.node from conference_room r where r.incident_id = incident.id and r.closed_at is null
      union select unnest(nodes_left) order by 1) as nodes from incident
    where closing and ($1::uuid is null or id = $1) and ($2::timestamptz is null or ended_at < $2) order by id`,
  [id, before])
}

/** Closed on these PBXs; on all that count: for good. Unless it is to be closed once more since it was read, as `revision` tells. */
async function saveClosed (
  db: Queryable, { id, revision, nodes, all, at }: { id: string, revision: number, nodes: readonly string[], all: boolean, at: Date }
): Promise<void> {
  await db.query(`with closed as (update conference_room set closed_at = $4 where incident_id = $1 and node = any($2))
    update incident set closing = not $3, nodes_left = array(select unnest(nodes_left) except select unnest($2::text[]))
    where id = $1 and revision = $5`,
  [id, nodes, all, at, revision])
}

/** Somebody has come into it on this PBX although it has ended: it is closed there once more. */
function closeAgain (tx: Tx, id: string, node: string): void {
  tx.write(`update incident set closing = true, revision = revision + 1,
      nodes_left = case when $2 = any(nodes_left) then nodes_left else nodes_left || $2::text end
    where id = $1 and ended_at is not null`, [id, node])
}

async function openWithDedupKey (db: Queryable, dedupKey: string): Promise<Incident | null> {
  const [row] = await db.query<Incident>(`select ${incidentColumns} from incident where dedup_key = $1 and ended_at is null`, [dedupKey])
  return row ?? null
}

/** Incidents, locked in one order, that these members belong to. */
async function lockOfMembers (tx: Tx, memberIds: readonly string[]): Promise<Incident[]> {
  return await asLocked(tx, await tx.query<{ id: string }>(`select id from incident
    where id in (select incident_id from incident_member where id = any($1::uuid[])) order by id for update`, [memberIds]))
}

async function insertIncident (
  tx: Tx,
  incident: Omit<Incident, 'number' | 'locked' | 'muted_all' | 'recording' | 'ended_by' | 'ended_at' | 'rejoin_access_due' | 'revision'
    | 'state' | 'node' | 'rooms'> & { rooms: readonly PlacedRoom[], dedupKey: string, day: string }
): Promise<Incident | null> {
  const rooms: ConferenceRoom[] = incident.rooms.map(({ number, node }) => ({ number, node, linkId: null, joined: false }))
  const [row] = await tx.query<Omit<Incident, 'node' | 'rooms'>>(`with made as (
    insert into incident (id, number, dedup_key, plan_code, order_id, title, place, level, reason, drill, mode, state, pin_sealed,
      room_prefix, leaf_rooms, message, prompt, started_by, started_at)
    values ($1, $2 || '-' || nextval('incident_number'), $3, $4, $5, $6, $7, $8, $9, $10, $11, 'dialling', $12, $13, $14, $15, $16,
      $17, $18)
    on conflict (dedup_key) where ended_at is null do nothing returning *),
    rooms as (insert into conference_room (incident_id, number, node)
      select id, r.number, r.node from made cross join unnest($19::int[], $20::text[]) r(number, node))
    select ${ownColumns} from made`,
  [incident.id, `YJ${incident.day}`, incident.dedupKey, incident.plan_code, incident.order_id, incident.title, incident.place,
    incident.level, incident.reason, incident.drill, incident.mode, incident.pin_sealed, incident.room_prefix, incident.leaf_rooms,
    incident.message, incident.prompt, incident.started_by, incident.started_at, rooms.map(r => r.number), rooms.map(r => r.node)])
  return row ? { ...row, node: rooms[0]?.node ?? '', rooms } : null
}

function record (tx: Tx, entries: readonly IncidentEntry[]): void {
  if (entries.length === 0) return
  tx.write(`insert into incident_event (incident_id, member_id, leg_id, at, kind, actor, detail)
    select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::jsonb[])`,
  [
    entries.map(e => e.incidentId), entries.map(e => e.memberId ?? null), entries.map(e => e.legId ?? null), entries.map(e => e.at),
    entries.map(e => e.kind), entries.map(e => e.actor), entries.map(e => JSON.stringify(e.detail ?? {}))
  ])
}

async function timeline (db: Queryable, incidentId: string): Promise<Array<{
  id: number
  memberId: string | null
  legId: string | null
  at: Date
  kind: IncidentEventKind
  actor: string
  detail: Record<string, unknown>
}>> {
  return await db.query(`select id, member_id as "memberId", leg_id as "legId", at, kind, actor, detail from incident_event
    where incident_id = $1 order by at, id`, [incidentId])
}

const incidentRows = {
  lock, whole, read, open, openWithDedupKey, lockOfMembers, lockOnNode, lockOfChannels, stalled, incidentsPage, insertIncident
}
const switchRows = { saveStopped, saveResumed, saveMutedAll, saveLocked, saveRecording }
const rejoinAccessRows = { rejoinAccessDue, dueRejoinAccess, rejoinAccessTold }
const endedRows = { saveEnd, endedButOpen, saveClosed, closeAgain }

/** What is stored of incidents, their rosters and timelines; numbers and PINs are sealed. */
export const createEmergencyStore = (sealing: Sealing) => ({
  ...bind(sealing, { sealNumbers, numbersOf, pinOf, sealPin }),
  ...incidentRows,
  ...switchRows,
  ...rejoinAccessRows,
  ...endedRows,
  record,
  timeline,
  ...rosterRows,
  ...planRows,
  ...talkRows,
  ...roomRows
})

export type EmergencyStore = ReturnType<typeof createEmergencyStore>
