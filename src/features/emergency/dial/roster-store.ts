import type { Queryable, Tx } from '../../../db/database.ts'
import { keysOf } from '../../../domain/properties.ts'
import type { BelievedChannel } from '../../../pbx/journal/lost-channels.ts'
import type { Incident, Member } from '../emergency-types.ts'
import { memberColumns } from '../incident-columns.ts'
import { asLocked } from '../incident-lock-store.ts'

const columns = keysOf(memberColumns).join(', ')

/** One property of all members, as a statement over many rows takes it. */
const columnOf = (members: readonly Member[]) => (property: keyof Member): unknown[] => members.map(m => m[property])

/** The roster, or these members, with the members whose telephone is rung for them. */
export async function members (db: Queryable, incidentId: string, ids: readonly string[] | null = null): Promise<Member[]> {
  return await db.query<Member>(`select ${columns} from incident_member
    where incident_id = $1 and ($2::uuid[] is null or id = any($2) or same_telephone_as = any($2)) order by ordering, id`,
  [incidentId, ids])
}

/** Lines, by unique id, of members in its rooms or about to join one. */
async function linesOf (db: Queryable, id: string): Promise<Array<{ node: string, channel: string }>> {
  return await db.query<{ node: string, channel: string }>(`select channel_id channel, channel_node node from incident_member
    where incident_id = $1 and channel_id is not null and channel_node is not null`, [id])
}

/** Of these members, those who have answered the dial and were in no room. */
async function settledMembers (tx: Tx, memberIds: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(`select id from incident_member
    where id = any($1::uuid[]) and state in ('acknowledged', 'cannot-come') and channel_id is null`, [memberIds])
  return rows.map(row => row.id)
}

/** Members who are awaited in a room apart. */
async function awaitedIn (db: Queryable, incidentId: string, room: string): Promise<Member[]> {
  return await db.query<Member>(`select ${columns} from incident_member where incident_id = $1 and moving_room = $2`, [incidentId, room])
}

/** Channels of this node that sit in a conference which goes on, or join its rooms. */
async function seats (db: Queryable, node: string): Promise<BelievedChannel[]> {
  return await db.query<BelievedChannel>(`select m.channel_id "uniqueId", m.channel_id "linkedId", coalesce(m.channel_name, '') name
    from incident_member m join incident i on i.id = m.incident_id
    join conference_room r on r.incident_id = i.id and r.number = 0
    where i.ended_at is null and m.channel_id is not null and coalesce(m.channel_node, r.node) = $1
    union all select r.link_id, r.link_id, '' from conference_room r join incident i on i.id = r.incident_id
    where i.ended_at is null and r.node = $1 and r.link_id is not null and r.joined`, [node])
}

/**
 * Those of these channels that are, or were, lines of this conference by the timeline, and whose: rung by it, rung in, or a coordinator's
 * for a talk apart. Null: a coordinator who has no seat.
 */
async function ownersOfLines (db: Queryable, incidentId: string, channelIds: readonly string[]): Promise<Map<string, string | null>> {
  if (channelIds.length === 0) return new Map()
  const rows = await db.query<{ line: string, member: string | null }>(`
    select distinct l.line, e.member_id member from incident_event e, lateral (values (e.leg_id), (e.detail->>'channel')) l(line)
      where e.incident_id = $1 and e.member_id is not null and l.line = any($2)
    union all select 'chair-' || k.id, m.id from incident_talk k
      left join incident_member m on m.incident_id = k.incident_id and m.chair_login = k.login
      where k.incident_id = $1 and 'chair-' || k.id = any($2)`, [incidentId, channelIds])
  return new Map(rows.map(({ line, member }) => [line, member]))
}

/** Lines of these members by the timeline, by member, whose end the journal does not have. */
async function linesWithoutEnd (db: Queryable, memberIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await db.query<{ member: string, lines: string[] }>(`
    select m.member_id member, array_agg(distinct m.line) lines from (
      select e.member_id, coalesce(e.leg_id, e.detail->>'channel') line from incident_event e where e.member_id = any($1::uuid[])) m
    where m.line <> '' and not exists (select 1 from channel_read c where c.unique_id = m.line and c.cause is not null and not c.lost)
    group by m.member_id`, [memberIds])
  return new Map(rows.map(({ member, lines }) => [member, lines]))
}

/** How those of these lines ended whose hang-up the journal has; Q.850. */
async function knownEnds (tx: Tx, channelIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ id: string, cause: number }>(`select unique_id id, cause from channel_read
    where unique_id = any($1) and cause is not null and not lost`, [channelIds])
  return new Map(rows.map(row => [row.id, row.cause]))
}

function insertMembers (tx: Tx, members: readonly Member[]): void {
  if (members.length === 0) return
  const of = columnOf(members)
  tx.write(`insert into incident_member (id, incident_id, person_id, name, roles, unit_id, ordering, commander, must_answer,
    numbers_sealed, number_count, deputy_person_id, deputy_of, state, state_at, room, chair_login, same_telephone_as)
    select m.id, m.incident_id, m.person_id, m.name, array(select jsonb_array_elements_text(m.roles)), m.unit_id, m.ordering,
      m.commander, m.must_answer, m.numbers, m.number_count, m.deputy, m.deputy_of, m.state, m.at, m.room, m.chair_login,
      m.same_telephone_as
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::jsonb[], $6::text[], $7::int[], $8::boolean[], $9::boolean[],
      $10::bytea[], $11::int[], $12::text[], $13::uuid[], $14::timestamptz[], $15::text[], $16::text[], $17::uuid[], $18::text[])
      as m(id, incident_id, person_id, name, roles, unit_id, ordering, commander, must_answer, numbers, number_count, deputy,
      deputy_of, at, room, chair_login, same_telephone_as, state)`,
  [
    of('id'), of('incident_id'), of('person_id'), of('name'), members.map(m => JSON.stringify(m.roles)), of('unit_id'),
    of('ordering'), of('commander'), of('must_answer'), of('numbers_sealed'), of('number_count'), of('deputy_person_id'),
    of('deputy_of'), of('state_at'), of('room'), of('chair_login'), of('same_telephone_as'), of('state')
  ])
}

/** Writes what changes in a running dial; identity and numbers never do. */
function saveMembers (tx: Tx, members: readonly Member[]): void {
  if (members.length === 0) return
  const of = columnOf(members)
  tx.write(`update incident_member m set state = u.state, state_at = u.state_at, dial_round = u.dial_round, request_id = u.request_id,
    missed_legs = u.missed_legs, skipped = u.skipped, leg_id = u.leg_id, channel_id = u.channel_id, channel_name = u.channel_name,
    in_room = u.in_room, acknowledged_at = u.acknowledged_at, joined_at = u.joined_at, left_at = u.left_at, joins = u.joins,
    muted = u.muted, removed = u.removed, private_room = u.private_room, admitted_by = u.admitted_by,
      ordering = u.ordering, channel_node = u.channel_node, self_muted = u.self_muted, locked_out = u.locked_out,
      turn_until = u.turn_until, room = u.room, moving_room = u.moving_room,
      moving_request = u.moving_request, moved_from = u.moved_from,
      revision = m.revision + 1
    from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::int[], $5::uuid[], $6::int[], $7::boolean[], $8::text[], $9::text[],
      $10::text[], $11::text[], $12::timestamptz[], $13::timestamptz[], $14::timestamptz[], $15::int[], $16::boolean[], $17::boolean[],
      $18::text[], $19::text[], $20::int[], $21::text[], $22::boolean[], $23::boolean[], $24::timestamptz[], $25::text[],
      $26::text[], $27::uuid[], $28::text[])
      as u(id, state, state_at, dial_round, request_id, missed_legs, skipped, leg_id, channel_id, channel_name, in_room,
      acknowledged_at, joined_at, left_at, joins, muted, removed, private_room, admitted_by, ordering, channel_node, self_muted,
      locked_out, turn_until, room, moving_room, moving_request, moved_from)
    where m.id = u.id`,
  [
    of('id'), of('state'), of('state_at'), of('dial_round'), of('request_id'), of('missed_legs'), of('skipped'), of('leg_id'),
    of('channel_id'), of('channel_name'), of('in_room'), of('acknowledged_at'), of('joined_at'), of('left_at'), of('joins'),
    of('muted'), of('removed'), of('private_room'), of('admitted_by'), of('ordering'), of('channel_node'), of('self_muted'),
    of('locked_out'), of('turn_until'), of('room'), of('moving_room'), of('moving_request'), of('moved_from')
  ])
}

/** Chairs whose telephone was rung by one of these legs, or that have rung since before a moment; their incidents are locked. */
async function ringingChairs (
  tx: Tx, { legIds = null, since = null }: { legIds?: readonly string[] | null, since?: Date | null }
): Promise<Array<{ incident: Incident, chair: Member }>> {
  const waiting = `chair_login is not null and state = 'ringing' and channel_id is null and ($1::text[] is null or leg_id = any($1))
    and ($2::timestamptz is null or state_at < $2)`
  const incidents = await asLocked(tx, await tx.query<{ id: string }>(`select id from incident
    where id in (select incident_id from incident_member where ${waiting}) order by id for update`, [legIds, since]))
  if (incidents.length === 0) return []
  const chairs = await tx.query<Member>(`select ${columns} from incident_member where ${waiting}`, [legIds, since])
  return chairs.flatMap(chair => incidents.filter(i => i.id === chair.incident_id).map(incident => ({ incident, chair })))
}

/** Whether the member on this channel has muted their own telephone; null: nobody's channel. */
async function selfMutedOn (db: Queryable, channelId: string): Promise<boolean | null> {
  const [member] = await db.query<{ self_muted: boolean }>('select self_muted from incident_member where channel_id = $1', [channelId])
  return member?.self_muted ?? null
}

export const rosterRows = {
  members,
  awaitedIn,
  linesOf,
  settledMembers,
  seats,
  ownersOfLines,
  linesWithoutEnd,
  knownEnds,
  insertMembers,
  saveMembers,
  ringingChairs,
  selfMutedOn
}
