import type { Test } from 'tap'
import { pino } from 'pino'
import type { Database } from '../../../src/db/database.ts'
import { createSealing } from '../../../src/db/sealing.ts'
import { systemClock } from '../../../src/domain/time/clock.ts'
import { createNodePart, type NodePart } from '../../../src/node/node-part.ts'
import { createNodeDoorClient, type DoorSetting, type NodeDoor } from '../../../src/pbx/node-client.ts'
import type { NodePartSetting } from '../../../src/pbx/nodes.ts'
import { freePort } from './ports.ts'

/** The node process of a test without a PBX, in this process, and the service's side of its door. */
export interface NodeOfTest {
  name: string
  door: NodeDoor
  address: DoorSetting
  part: NodePart
  /** as capabilities are handed their PBXs */
  nodes: { all: Array<{ name: string, door: NodeDoor }>, get: (name: string) => { name: string, door: NodeDoor } }
}

/** @param door where an earlier one listened, to come back there */
export async function startNodeOfTest (
  t: Test, db: Database, { name = 'pbx1', door, journalFile = null, recordingsDir, soundsDir = null }:
  Partial<NodePartSetting> & Pick<NodePartSetting, 'recordingsDir'>
): Promise<NodeOfTest> {
  const address = door ?? { host: '127.0.0.1', port: await freePort(), secret: 'of-a-test' }
  const part = createNodePart({
    name,
    door: address,
    manager: { host: '127.0.0.1', port: 1 },
    journalFile,
    recordingsDir,
    soundsDir,
    includes: null,
    db,
    sealing: createSealing(Buffer.alloc(32, 7)),
    clock: systemClock,
    clockOffset: () => 0,
    sweepMs: 200,
    log: pino({ level: 'silent' })
  })
  await part.start()
  t.teardown(async () => { await part.stop() })
  const node = { name, door: createNodeDoorClient(name, address) }
  return { ...node, address, part, nodes: { all: [node], get: () => node } }
}
