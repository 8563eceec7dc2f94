import type { Queryable, Tx } from '../../db/database.ts'
import type { BelievedChannel } from '../../pbx/journal/lost-channels.ts'
import type { Sealing } from '../../db/sealing.ts'
import { DomainError } from '../../domain/errors.ts'
import type { PhoneNumber } from '../../domain/phone-number.ts'
import type { IncidentEventKind } from './rules/incident-events.ts'
import type { DialFacts } from './dial/rules/next-dial.ts'
import type { ListedPerson } from './dial/rules/member-list.ts'
import type { MemberFacts, MemberState } from './rules/roster.ts'
import type { TalkTimes } from './conference/rules/talk.ts'

export interface Incident {
  id: string
  number: string
  plan_code: string | null
  order_id: string | null
  title: string
  place: string
  level: string
  reason: string
  drill: boolean
  mode: 'simultaneous' | 'sequential'
  state: 'dialling' | 'stopped' | 'ended'
  pin_sealed: Buffer
  /** PBX node its rooms are on */
  node: string
  room_prefix: string
  leaf_rooms: number
  locked: boolean
  muted_all: boolean
  recording: string | null
  message: string
  prompt: string | null
  started_by: string
  started_at: Date
  ended_by: string | null
  ended_at: Date | null
  /** since when the PBX is to be told of its rooms and of who may come in; null: it has been told */
  way_in_due: Date | null
  revision: number
}

/** An incident that has ended and whose conference the PBX may still have open. */
export interface EndedIncident { id: string, rooms: string[] }

/** One row of the roster. */
export interface Member {
  id: string
  incident_id: string
  person_id: string | null
  name: string
  roles: string[]
  unit_id: string | null
  ordering: number
  commander: boolean
  must_answer: boolean
  numbers_sealed: Buffer
  number_count: number
  deputy_person_id: string | null
  deputy_of: string | null
  state: MemberState
  state_at: Date
  dial_round: number
  /** the request the dialler is at; null: none is open */
  request_id: string | null
  missed_legs: number
  skipped: boolean
  leg_id: string | null
  channel_id: string | null
  channel_name: string | null
  room: string
  in_room: string | null
  acknowledged_at: Date | null
  joined_at: Date | null
  left_at: Date | null
  joins: number
  muted: boolean
  removed: boolean
  private_room: string | null
  admitted_by: string | null
  /** PBX node of the channel he is in a room with */
  channel_node: string | null
  /** login of the coordinator whose own row this is; null for everybody else */
  chair_login: string | null
  /** his only telephone is rung for this member already, whose answer stands for both */
  same_telephone_as: string | null
  /** by his own key */
  self_muted: boolean
  /** pressed 2 while the conference was locked, and waits on the line */
  locked_out: boolean
}

/** A coordinator speaks alone with a member whose line is open. */
export interface Talk extends TalkTimes {
  id: string
  incident_id: string
  member_id: string
  leg_id: string
  room: string
  login: string
  begun_at: Date
  said: boolean
}

export interface IncidentEntry {
  incidentId: string
  memberId?: string | null
  legId?: string | null
  at: Date
  kind: IncidentEventKind
  actor: string
  detail?: Record<string, unknown>
}

export const memberFacts = (m: Member): MemberFacts => ({
  state: m.state,
  joins: m.joins,
  missedLegs: m.missed_legs,
  numberCount: m.number_count,
  removed: m.removed,
  channelId: m.channel_id,
  room: m.in_room
})

export const dialFacts = (m: Member): DialFacts => ({
  id: m.id,
  personId: m.person_id,
  ordering: m.ordering,
  state: m.state,
  dialOpen: m.request_id !== null,
  missedLegs: m.missed_legs,
  numberCount: m.number_count,
  skipped: m.skipped,
  mustAnswer: m.must_answer,
  deputyPersonId: m.deputy_person_id,
  deputyOf: m.deputy_of,
  sameTelephoneAs: m.same_telephone_as
})

export type EmergencyStore = ReturnType<typeof createEmergencyStore>

/** The same as `validOn`. */
const onDay = (day: string): string => `(p.valid_from <= ${day}::date and (p.valid_to is null or p.valid_to >= ${day}::date))`

const memberColumns = `id, incident_id, person_id, name, roles, unit_id, ordering, commander, must_answer, numbers_sealed, number_count,
  deputy_person_id, deputy_of, state, state_at, dial_round, request_id, missed_legs, skipped, leg_id, channel_id, channel_name, room,
  in_room, acknowledged_at, joined_at, left_at, joins, muted, removed, private_room, admitted_by, channel_node, chair_login,
  same_telephone_as, self_muted, locked_out`

/** One property of all members, as a statement over many rows takes it. */
const columnOf = (members: readonly Member[]) => (property: keyof Member): unknown[] => members.map(m => m[property])

export function createEmergencyStore (sealing: Sealing) {
  return {
    sealNumbers: (numbers: readonly PhoneNumber[]): Buffer => sealing.seal(JSON.stringify(numbers)),
    numbersOf: (member: Pick<Member, 'numbers_sealed'>): PhoneNumber[] => JSON.parse(sealing.open(member.numbers_sealed)) as PhoneNumber[],
    pinOf: (incident: Pick<Incident, 'pin_sealed'>): string => sealing.open(incident.pin_sealed),
    sealPin: (pin: string): Buffer => sealing.seal(pin),

    /** The incident, locked: one thing at a time is decided about it. */
    async lock (tx: Tx, id: string): Promise<Incident | null> {
      const [row] = await tx.query<Incident>('select * from incident where id = $1 for update', [id])
      return row ?? null
    },

    /** The incident, locked, with its roster; also when it has ended. @throws DomainError `not-found` */
    async whole (tx: Tx, id: string): Promise<{ incident: Incident, members: Member[] }> {
      const incident = await this.lock(tx, id)
      if (!incident) throw new DomainError('not-found', 'there is no such incident')
      return { incident, members: await this.members(tx, id) }
    },

    async read (db: Queryable, id: string): Promise<Incident | null> {
      const [row] = await db.query<Incident>('select * from incident where id = $1', [id])
      return row ?? null
    },

    async open (db: Queryable): Promise<Array<{ id: string }>> {
      return await db.query<{ id: string }>('select id from incident where ended_at is null order by id')
    },

    /** The PBX is to be told of its rooms and of who may come in. */
    wayInDue (tx: Tx, id: string, at: Date): void {
      tx.write('update incident set way_in_due = $2 where id = $1', [id, at])
    },

    /** Incidents of which the PBX was to be told before this moment. */
    async waysInDue (db: Queryable, before: Date): Promise<Array<{ id: string }>> {
      return await db.query<{ id: string }>('select id from incident where ended_at is null and way_in_due < $1 order by id', [before])
    },

    /** It has been told, of what was due then. */
    async wayInTold (db: Queryable, { id, way_in_due: due }: Pick<Incident, 'id' | 'way_in_due'>): Promise<void> {
      if (due !== null) await db.query('update incident set way_in_due = null where id = $1 and way_in_due = $2', [id, due])
    },

    /** Ends the row; the rooms stand on it until the PBX has closed them. */
    saveEnd (tx: Tx, id: string, { at, by, rooms }: { at: Date, by: string, rooms: readonly string[] }): void {
      tx.write(`update incident set state = 'ended', ended_at = $2, ended_by = $3, rooms_to_close = $4, revision = revision + 1
        where id = $1`, [id, at, by, rooms])
    },

    /** All of them, this one, or those that ended before a moment. */
    async endedButOpen (
      db: Queryable, { id = null, before = null }: { id?: string | null, before?: Date | null } = {}
    ): Promise<EndedIncident[]> {
      return await db.query<EndedIncident>(`select id, rooms_to_close as rooms from incident
        where rooms_to_close is not null and ($1::uuid is null or id = $1) and ($2::timestamptz is null or ended_at < $2) order by id`,
      [id, before])
    },

    /** Channels, by unique id, of those who sit in its rooms or are on their way into one. */
    async channelsIn (db: Queryable, id: string): Promise<string[]> {
      const rows = await db.query<{ channel: string }>(
        'select channel_id channel from incident_member where incident_id = $1 and channel_id is not null',
        [id]
      )
      return rows.map(row => row.channel)
    },

    async saveClosed (db: Queryable, id: string): Promise<void> {
      await db.query('update incident set rooms_to_close = null where id = $1', [id])
    },

    async openWithSameness (db: Queryable, sameness: string): Promise<Incident | null> {
      const [row] = await db.query<Incident>('select * from incident where sameness = $1 and ended_at is null', [sameness])
      return row ?? null
    },

    /** The roster, or those of it, with the members whose telephone is rung for them. */
    async members (db: Queryable, incidentId: string, ids: readonly string[] | null = null): Promise<Member[]> {
      return await db.query<Member>(`select ${memberColumns} from incident_member
        where incident_id = $1 and ($2::uuid[] is null or id = any($2) or same_telephone_as = any($2)) order by ordering, id`,
      [incidentId, ids])
    },

    /** Of these members, those who have answered the dial and were in no room. */
    async settledMembers (tx: Tx, memberIds: readonly string[]): Promise<string[]> {
      const rows = await tx.query<{ id: string }>(`select id from incident_member
        where id = any($1::uuid[]) and state in ('acknowledged', 'cannot-come') and channel_id is null`, [memberIds])
      return rows.map(row => row.id)
    },

    /** Channels of this node that sit in a conference which goes on. */
    async seats (db: Queryable, node: string): Promise<BelievedChannel[]> {
      return await db.query<BelievedChannel>(`select m.channel_id "uniqueId", m.channel_id "linkedId", coalesce(m.channel_name, '') name
        from incident_member m join incident i on i.id = m.incident_id
        where i.ended_at is null and m.channel_id is not null and coalesce(m.channel_node, i.node) = $1`, [node])
    },

    /** Incidents, locked in one order, that these members belong to. */
    async lockOfMembers (tx: Tx, memberIds: readonly string[]): Promise<Incident[]> {
      return await tx.query<Incident>(`select * from incident
        where id in (select incident_id from incident_member where id = any($1::uuid[]))
        order by id for update`, [memberIds])
    },

    /** Everybody a plan names, also who has left since or is not here yet: `here` says who is on that day. */
    async planMembers (db: Queryable, planCode: string, day: string): Promise<Array<ListedPerson & { here: boolean }>> {
      return await db.query<ListedPerson & { here: boolean }>(`select p.id as "personId", p.name, m.role, p.unit_id as "unitId",
        m.call_order as "callOrder", m.commander, m.must_answer as "mustAnswer", p.mobile, p.office, p.deputy_id as "deputyPersonId",
        ${onDay('$2')} as here
        from plan_member m join person_read p on p.id = m.person_id where m.plan_code = $1 order by m.call_order`, [planCode, day])
    },

    /** People as they would be listed on that day; ids of nobody, and of who is not here then, are not in the answer. */
    async people (db: Queryable, ids: readonly string[], day: string): Promise<ListedPerson[]> {
      return await db.query<ListedPerson & object>(`select p.id as "personId", p.name, p.title as role, p.unit_id as "unitId",
        a.n::int as "callOrder", false as commander, false as "mustAnswer", p.mobile, p.office, p.deputy_id as "deputyPersonId"
        from unnest($1::text[]) with ordinality a(id, n) join person_read p on p.id = a.id
        where ${onDay('$2')} order by a.n`, [ids, day])
    },

    async insertIncident (
      tx: Tx,
      incident: Omit<Incident, 'number' | 'locked' | 'muted_all' | 'recording' | 'ended_by' | 'ended_at' | 'way_in_due' | 'revision'
        | 'state'> & { sameness: string, day: string }
    ): Promise<Incident | null> {
      const [row] = await tx.query<Incident>(`insert into incident (id, number, sameness, plan_code, order_id, title, place, level, reason,
        drill, mode, state, pin_sealed, room_prefix, leaf_rooms, message, prompt, started_by, started_at, node)
        values ($1, $2 || '-' || nextval('incident_number'), $3, $4, $5, $6, $7, $8, $9, $10, $11, 'dialling', $12, $13, $14, $15, $16,
          $17, $18, $19)
        on conflict (sameness) where ended_at is null do nothing returning *`,
      [incident.id, `YJ${incident.day}`, incident.sameness, incident.plan_code, incident.order_id, incident.title, incident.place,
        incident.level, incident.reason, incident.drill, incident.mode, incident.pin_sealed, incident.room_prefix, incident.leaf_rooms,
        incident.message, incident.prompt, incident.started_by, incident.started_at, incident.node])
      return row ?? null
    },

    insertMembers (tx: Tx, members: readonly Member[]): void {
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
    },

    /** Writes what changes in a running dial; identity and numbers never do. */
    saveMembers (tx: Tx, members: readonly Member[]): void {
      if (members.length === 0) return
      const of = columnOf(members)
      tx.write(`update incident_member m set state = u.state, state_at = u.state_at, dial_round = u.dial_round, request_id = u.request_id,
        missed_legs = u.missed_legs, skipped = u.skipped, leg_id = u.leg_id, channel_id = u.channel_id, channel_name = u.channel_name,
        in_room = u.in_room, acknowledged_at = u.acknowledged_at, joined_at = u.joined_at, left_at = u.left_at, joins = u.joins,
        muted = u.muted, removed = u.removed, private_room = u.private_room, admitted_by = u.admitted_by,
          ordering = u.ordering, channel_node = u.channel_node, self_muted = u.self_muted, locked_out = u.locked_out,
          revision = m.revision + 1
        from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::int[], $5::uuid[], $6::int[], $7::boolean[], $8::text[], $9::text[],
          $10::text[], $11::text[], $12::timestamptz[], $13::timestamptz[], $14::timestamptz[], $15::int[], $16::boolean[], $17::boolean[],
          $18::text[], $19::text[], $20::int[], $21::text[], $22::boolean[], $23::boolean[])
          as u(id, state, state_at, dial_round, request_id, missed_legs, skipped, leg_id, channel_id, channel_name, in_room,
          acknowledged_at, joined_at, left_at, joins, muted, removed, private_room, admitted_by, ordering, channel_node, self_muted,
          locked_out)
        where m.id = u.id`,
      [
        of('id'), of('state'), of('state_at'), of('dial_round'), of('request_id'), of('missed_legs'), of('skipped'), of('leg_id'),
        of('channel_id'), of('channel_name'), of('in_room'), of('acknowledged_at'), of('joined_at'), of('left_at'), of('joins'),
        of('muted'), of('removed'), of('private_room'), of('admitted_by'), of('ordering'), of('channel_node'), of('self_muted'),
        of('locked_out')
      ])
    },

    record (tx: Tx, entries: readonly IncidentEntry[]): void {
      if (entries.length === 0) return
      tx.write(`insert into incident_event (incident_id, member_id, leg_id, at, kind, actor, detail)
        select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::jsonb[])`,
      [entries.map(
        e => e.incidentId
      ), entries.map(e => e.memberId ?? null), entries.map(e => e.legId ?? null), entries.map(e => e.at), entries.map(e => e.kind),
      entries.map(e => e.actor), entries.map(e => JSON.stringify(e.detail ?? {}))])
    },

    /** Chairs whose telephone was rung by one of these legs, or that ring since before a moment; their incidents are locked. */
    async ringingChairs (
      tx: Tx, { legIds = null, since = null }: { legIds?: readonly string[] | null, since?: Date | null }
    ): Promise<Array<{ incident: Incident, chair: Member }>> {
      const waiting = `chair_login is not null and state = 'ringing' and channel_id is null and ($1::text[] is null or leg_id = any($1))
        and ($2::timestamptz is null or state_at < $2)`
      const incidents = await tx.query<Incident>(
        `select * from incident where id in (select incident_id from incident_member where ${waiting}) order by id for update`,
        [legIds, since]
      )
      if (incidents.length === 0) return []
      const chairs = await tx.query<Member>(`select ${memberColumns} from incident_member where ${waiting}`, [legIds, since])
      return chairs.flatMap(chair => incidents.filter(i => i.id === chair.incident_id).map(incident => ({ incident, chair })))
    },

    beginTalk (tx: Tx, talk: Pick<Talk, 'id' | 'incident_id' | 'member_id' | 'leg_id' | 'room' | 'login' | 'begun_at'>): void {
      tx.write('insert into incident_talk (id, incident_id, member_id, leg_id, room, login, begun_at) values ($1, $2, $3, $4, $5, $6, $7)',
        [talk.id, talk.incident_id, talk.member_id, talk.leg_id, talk.room, talk.login, talk.begun_at])
    },

    talksOf: async (db: Queryable, memberId: string, legId: string, login: string): Promise<Talk[]> =>
      await db.query<Talk>('select * from incident_talk where member_id = $1 and leg_id = $2 and login = $3', [memberId, legId, login]),

    /** Talks in these rooms that are not over, locked. */
    openTalks: async (tx: Tx, rooms: readonly string[]): Promise<Talk[]> =>
      await tx.query<Talk>('select * from incident_talk where room = any($1) and over_at is null order by id for update', [rooms]),

    openTalkRooms: async (db: Queryable, incidentId: string): Promise<string[]> =>
      (await db.query<{ room: string }>('select room from incident_talk where incident_id = $1 and over_at is null',
        [incidentId])).map(t => t.room),

    /** Talks that go on, both on the line, of which the timeline does not tell yet; locked. */
    untoldTalks: async (tx: Tx): Promise<Talk[]> =>
      await tx.query<Talk>(`select * from incident_talk
        where not said and over_at is null and chair_in_at is not null and member_in_at is not null order by id for update`),

    saveTalk (tx: Tx, talk: Talk): void {
      tx.write('update incident_talk set chair_in_at = $2, member_in_at = $3, over_at = $4, said = $5 where id = $1',
        [talk.id, talk.chair_in_at, talk.member_in_at, talk.over_at, talk.said])
    },

    async timeline (db: Queryable, incidentId: string): Promise<Array<{
      id: number
      memberId: string | null
      legId: string | null
      at: Date
      kind: string
      actor: string
      detail: Record<string, unknown>
    }>> {
      return await db.query(`select id, member_id as "memberId", leg_id as "legId", at, kind, actor, detail from incident_event
        where incident_id = $1 order by at, id`, [incidentId])
    }
  }
}
