import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../../../db/database.ts'
import type { Sweep } from '../../../queue/alarms.ts'

/**
 * The PBX says how large a recording became when it ends; of a call it died in it says nothing. The file says it then, 0 where
 * there is none: a call whose file holds no sound was not recorded.
 */
export const createRecordingSizes = ({ db, recordingsDir }: { db: Database, recordingsDir: string }): Sweep => ({
  name: 'sizes of broken-off recordings',
  pace: 'ordinary',
  async run () {
    const calls = await db.query<{ id: string, recording: string }>(
      'select id, recording from call where lost and ended_at is not null and recording is not null and recording_bytes is null limit 100')
    // A folder that is not there may only not be mounted.
    if (calls.length === 0 || !await stat(recordingsDir).then(s => s.isDirectory(), () => false)) return
    const sizes = await Promise.all(calls.map(async call => await stat(join(recordingsDir, call.recording)).then(s => s.size, () => 0)))
    await db.query(`update call c set recording_bytes = s.bytes, revision = c.revision + 1
      from unnest($1::text[], $2::bigint[]) s (id, bytes)
      where c.id = s.id and c.recording_bytes is null`, [calls.map(c => c.id), sizes])
  }
})
