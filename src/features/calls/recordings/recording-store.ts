import type { Queryable } from '../../../db/database.ts'

/** A call's recording, on the PBX of that name. */
interface Recorded { id: string, node: string, recording: string | null, recorded: boolean }

/** The recording of a call, or of the call it was merged into. */
export async function recordingOf (q: Queryable, callId: string): Promise<Recorded | null> {
  return (await q.query<Recorded>(`select id, node, recording, recorded from call
    where id = (select id from call_root($1))`, [callId]))[0] ?? null
}

const withoutSize = 'lost and ended_at is not null and recording is not null and recording_bytes is null'

/** PBXs that hold a recording of a lost call whose size nobody has said. */
export async function nodesWithoutSize (q: Queryable): Promise<string[]> {
  return (await q.query<{ node: string }>(`select distinct node from call where ${withoutSize}`)).map(row => row.node)
}

/** Lost calls on this PBX whose recording's size nobody has said. */
export async function recordingsWithoutSize (q: Queryable, node: string): Promise<Array<{ id: string, recording: string }>> {
  return await q.query<{ id: string, recording: string }>(`select id, recording from call where ${withoutSize} and node = $1 limit 100`,
    [node])
}

export async function saveSizes (q: Queryable, ids: readonly string[], bytes: readonly number[]): Promise<void> {
  await q.query(`update call c set recording_bytes = s.bytes, revision = c.revision + 1
    from unnest($1::text[], $2::bigint[]) s (id, bytes)
    where c.id = s.id and c.recording_bytes is null`, [ids, bytes])
}
