// Two node processes of one name: the setting of one was copied to the machine of another PBX.
import t from 'tap'
import { nodeStates } from '../../../src/node/node-state-reads.ts'
import { until } from '../../../src/servers/until.ts'
import { freshDatabase, freshFolder } from '../../harness/servers/database.ts'
import { startNodeOfTest } from '../../harness/servers/node-process.ts'

t.test('each says so while the other is there; one that follows another does not', async t => {
  const { db } = await freshDatabase(t)
  const start = async () => await startNodeOfTest(t, db, { name: 'pbx7', recordingsDir: await freshFolder('recordings') })
  const failing = async (): Promise<string[]> => (await nodeStates(db))[0]?.report.failing ?? []
  const reports = async (times: number): Promise<void> => {
    const from = (await db.query<{ at: Date }>('select at from node_state'))[0]?.at.getTime() ?? 0
    await until(async () => ((await db.query<{ at: Date }>('select at from node_state'))[0]?.at.getTime() ?? 0) > from + times * 200,
      { what: 'it reports on' })
  }
  const first = await start()
  await reports(3)
  t.same(await failing(), [])
  await first.part.stop()
  const second = await start()
  await reports(3)
  t.same(await failing(), [], 'the one before is gone')
  const third = await start()
  await until(async () => (await failing()).includes('another process of this name'), { what: 'it is said' })
  for (const { door } of [second, third]) t.match(await door.state(), { failing: ['another process of this name'] })
})
