// A PBX and the process beside it die under calls: lost after ten seconds, once; who waited there is rung back by the other.
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { hears } from '../../harness/telephones/listening.ts'
import { storyClock } from '../../harness/stories/order-story.ts'
import { agent, citizen } from '../../harness/stories/story.ts'
import { timesLost, twoPbxs } from '../../harness/stories/two-pbxs.ts'

interface Calls { items: Array<{ id: string, state: string, result: string | null, endedBy: string | null, answeredBy: string | null }> }

await t.test('who talked is free again, who waited or rang is rung back by the other PBX; back, nothing ends twice', async t => {
  const stack = await twoPbxs(t, ['8003', '8004'], { ownMachines: true, settings: { AGENT_RING_SECONDS: '60', QUEUE_SECONDS: '120' } })
  const { network, second, db, as } = stack
  const { machine } = second
  await storyClock(stack).comes('10:00')
  if (machine === null) throw new Error('the second PBX has a machine of its own')
  const [zhang, liu] = [agent(network, '8003'), agent(network, '8004')]
  const numbers = ['13900001061', '13900001062', '13900001063', '13900001064']
  const [talker, ringing, ...waiting] = await Promise.all(numbers.map(async number => await citizen(second.network, number)))
  // The same people, as the other PBX's carrier reaches them.
  const [talkerHome, ...home] = await Promise.all(numbers.map(async number => await citizen(network, number)))
  if (!talker || !ringing || !talkerHome) throw new Error('four citizens')
  const leader = await as('8031')

  await zhang.signsIn()
  await talker.dials('962000')
  await zhang.answers()
  await zhang.talks(440)
  t.ok(await hears(talker.call(), 440))
  await liu.signsIn()
  await ringing.dials('962000')
  await network.rung('desk8004')
  for (const one of waiting) await one.dials('962000')
  await leader.sees<Calls>('/api/calls/waiting', list => list.items.length === 3)

  await machine.dies()
  const diedAt = Date.now()
  await until(async () => await timesLost(stack, 'pbx2') === 1, { what: 'it is lost', seconds: 30 })
  const after = Date.now() - diedAt
  t.ok(after > 9500 && after < 16_000, `after ${after} ms`)
  await until(() => home.every(one => one.timesRung() === 1), { what: 'all three are rung back by the other PBX', seconds: 30 })
  const { items } = await leader.sees<Calls>('/api/calls?direction=inbound', list => list.items.every(call => call.state === 'ended'))
  t.equal(items.filter(call => call.result === 'lost' && call.endedBy === 'pbx-lost').length, 4)
  t.equal(talkerHome.timesRung(), 0, 'the citizen who spoke with somebody is not')
  t.same(await db.query('select distinct node from leg'), [{ node: 'pbx1' }])
  await Promise.all(numbers.map(async (_, i) => { await [talker, ringing, ...waiting][i]?.hangsUp() }))

  const next = await citizen(network, '13900001065')
  await next.dials('962000')
  await Promise.any([zhang, liu].map(async one => await one.answers(undefined, 20)))
  t.pass('an agent of the lost PBX serves the next citizen')

  await machine.comesBack()
  await until(async () => (await db.query('select 1 from node_reach where node = \'pbx2\' and lost_at is null')).length === 1,
    { what: 'it is back', seconds: 30 })
  await until(async () => (await db.query(`select 1 from pbx_journal where node = 'pbx2' and event = 'NODE_RESTART'
    and handled_at is not null`)).length === 2, { what: 'its new start is read' })
  t.equal(await timesLost(stack, 'pbx2'), 1)
  t.same(await db.query(`select call_id from call_event where kind = 'ended' and call_id like 'pbx2%'
    group by call_id having count(*) > 1`), [], 'no call ended twice')
  t.ok(home.every(one => one.timesRung() === 1), 'nobody is rung twice')
})
