import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../../../db/database.ts'
import type { Sweep } from '../../../queue/alarms.ts'
import { recordingsWithoutSize, saveSizes } from './recording-store.ts'

/**
 * The PBX says how large a recording became when it ends; of a call it died in it says nothing. The file says it then, 0 where
 * there is none: a call whose file holds no sound was not recorded.
 */
export const createRecordingSizes = ({ db, recordingsDir }: { db: Database, recordingsDir: string }): Sweep => ({
  name: 'sizes of broken-off recordings',
  pace: 'ordinary',
  async run () {
    const calls = await recordingsWithoutSize(db)
    // A folder that is not there may only not be mounted.
    if (calls.length === 0 || !await stat(recordingsDir).then(s => s.isDirectory(), () => false)) return
    const sizes = await Promise.all(calls.map(async call => await stat(join(recordingsDir, call.recording)).then(s => s.size, () => 0)))
    await saveSizes(db, calls.map(c => c.id), sizes)
  }
})
