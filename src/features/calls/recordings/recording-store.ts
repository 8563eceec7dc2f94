import type { Queryable } from '../../../db/database.ts'

/** The recording of a call, or of the call it was merged into. */
export async function recordingOf (
  q: Queryable, callId: string
): Promise<{ id: string, recording: string | null, recorded: boolean } | null> {
  return (await q.query<{ id: string, recording: string | null, recorded: boolean }>(`select id, recording, recorded from call
    where id = (select id from call_root($1))`, [callId]))[0] ?? null
}

/** Lost calls whose recording's size nobody has said. */
export async function recordingsWithoutSize (q: Queryable): Promise<Array<{ id: string, recording: string }>> {
  return await q.query<{ id: string, recording: string }>(
    'select id, recording from call where lost and ended_at is not null and recording is not null and recording_bytes is null limit 100')
}

export async function saveSizes (q: Queryable, ids: readonly string[], bytes: readonly number[]): Promise<void> {
  await q.query(`update call c set recording_bytes = s.bytes, revision = c.revision + 1
    from unnest($1::text[], $2::bigint[]) s (id, bytes)
    where c.id = s.id and c.recording_bytes is null`, [ids, bytes])
}
