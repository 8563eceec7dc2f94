import type { Queryable, Tx } from '../../../db/database.ts'
import type { Talk } from '../emergency-types.ts'

function beginTalk (tx: Tx, talk: Pick<Talk, 'id' | 'incident_id' | 'member_id' | 'leg_id' | 'room' | 'login' | 'begun_at'>): void {
  tx.write('insert into incident_talk (id, incident_id, member_id, leg_id, room, login, begun_at) values ($1, $2, $3, $4, $5, $6, $7)',
    [talk.id, talk.incident_id, talk.member_id, talk.leg_id, talk.room, talk.login, talk.begun_at])
}

const talksOf = async (db: Queryable, memberId: string, legId: string, login: string): Promise<Talk[]> =>
  await db.query<Talk>('select * from incident_talk where member_id = $1 and leg_id = $2 and login = $3', [memberId, legId, login])

/** Talks in these rooms that are not over, locked. */
const openTalks = async (tx: Tx, rooms: readonly string[]): Promise<Talk[]> =>
  await tx.query<Talk>('select * from incident_talk where room = any($1) and over_at is null order by id for update', [rooms])

const openTalkRooms = async (db: Queryable, incidentId: string): Promise<string[]> =>
  (await db.query<{ room: string }>('select room from incident_talk where incident_id = $1 and over_at is null',
    [incidentId])).map(t => t.room)

/** Talks that go on, both on the line, of which the timeline does not tell yet; locked. */
const untoldTalks = async (tx: Tx): Promise<Talk[]> =>
  await tx.query<Talk>(`select * from incident_talk
    where not said and over_at is null and chair_in_at is not null and member_in_at is not null order by id for update`)

function saveTalk (tx: Tx, talk: Talk): void {
  tx.write('update incident_talk set chair_in_at = $2, member_in_at = $3, over_at = $4, said = $5 where id = $1',
    [talk.id, talk.chair_in_at, talk.member_in_at, talk.over_at, talk.said])
}

export const talkRows = { beginTalk, talksOf, openTalks, openTalkRooms, untoldTalks, saveTalk }
