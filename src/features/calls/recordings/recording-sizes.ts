import type { Database } from '../../../db/database.ts'
import type { NodeDoor } from '../../../pbx/node-client.ts'
import type { Sweep } from '../../../queue/alarms.ts'
import { nodesWithoutSize, recordingsWithoutSize, saveSizes } from './recording-store.ts'

export interface RecordingSizesOptions {
  db: Database
  nodes: { all: ReadonlyArray<{ name: string, door: Pick<NodeDoor, 'sizes'> | null }> }
}

/**
 * The PBX says how large a recording became when it ends; of a call it died in it says nothing. The file says it then, 0 where
 * there is none: a call whose file holds no sound was not recorded.
 */
export const createRecordingSizes = ({ db, nodes }: RecordingSizesOptions): Sweep => ({
  name: 'sizes of broken-off recordings',
  pace: 'ordinary',
  async run () {
    const waiting = new Set(await nodesWithoutSize(db))
    const asked = await Promise.allSettled(nodes.all.map(async ({ name, door }) => {
      if (door === null || !waiting.has(name)) return
      const calls = await recordingsWithoutSize(db, name)
      const sizes = await door.sizes(calls.map(call => call.recording))
      // A folder that is not there may only not be mounted.
      if (sizes !== null) await saveSizes(db, calls.map(call => call.id), sizes)
    }))
    // One that is away holds up no other, and is asked again.
    for (const result of asked) if (result.status === 'rejected') throw result.reason
  }
})
