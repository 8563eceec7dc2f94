import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { hears } from '../../harness/telephones/listening.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'

const { network, db } = await startStack(t, { desks: ['8003', '8004'] })
const [zhang, liu] = [agent(network, '8003'), agent(network, '8004')]
await zhang.signsIn()

await t.test('a call an agent transfers to a colleague stays one call', async t => {
  const caller = await citizen(network, '13800138002')
  await caller.dials('962000')
  await zhang.answers()
  await zhang.transfersTo('8004')
  await liu.answers()
  await zhang.call().isOver()
  await liu.talks(880)
  await caller.talks(440)
  t.ok(await hears(liu.call(), 440), 'the colleague hears the citizen')
  t.ok(await hears(caller.call(), 880), 'the citizen hears the colleague')
  await caller.hangsUp()
  await liu.call().isOver()
  const calls = await until(async () => {
    const rows = await db.query<{ ended_at: Date | null, direction: string }>(`select ended_at, direction from call
      where direction = 'inbound' and merged_into is null`)
    return rows.every(row => row.ended_at) && rows
  }, { what: 'the call has ended' })
  t.equal(calls.length, 1)
})

await t.test('a telephone sends the citizen on as it answers: the citizen talks with the one or the other, ' +
  'and is not cut off', async t => {
  const caller = await citizen(network, '13800138003')
  const [before, ofLiu] = [zhang.timesRung(), liu.timesRung()]
  await network.number('desk8004', 'answer|talk 880')
  await caller.dials('962000', { script: 'talk 440' })
  const rung = await network.rung('desk8003', before + 1)
  // Too soon for a transfer most of the time: the telephone is told so and stays in its call.
  await rung.does('answer|transfer 8004|talk 880')
  t.ok(await hears(caller.call(), 880), 'the citizen hears the one or the other')
  const withHim = await until(async () => {
    const lines = [rung, ...network.ringsOf(liu.number).slice(ofLiu)].filter(c => c.endedAt === null && c.answeredAt !== null)
    for (const line of lines) if (await hears(line, 440)) return line
    return false
  }, { what: 'somebody is with the citizen' })
  await caller.hangsUp()
  await withHim.isOver()
  t.pass('and each of them hears the other')
})
