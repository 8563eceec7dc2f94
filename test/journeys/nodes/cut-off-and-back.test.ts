// A PBX is cut off from the service on every side for longer than ten seconds; its calls go on, and it comes back with them.
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { hears } from '../../harness/telephones/listening.ts'
import { storyClock } from '../../harness/stories/order-story.ts'
import { agent, citizen } from '../../harness/stories/story.ts'
import { timesLost, twoPbxs } from '../../harness/stories/two-pbxs.ts'

interface Calls { items: Array<{ id: string, state: string, result: string | null, endedBy: string | null, answeredBy: string | null }> }
interface Agents { items: Array<{ extension: string, state: string }> }

await t.test('living calls go on in the rows, and return calls that were not yet placed are withdrawn', async t => {
  // Room for no return call while two citizens are on the line: three channels are kept for those who dial in.
  const stack = await twoPbxs(t, ['8003', '8004', '8005'], {
    ownMachines: true, settings: { QUEUE_SECONDS: '120', TRUNK_CHANNELS: '5', TRUNK_RESERVED_INBOUND: '3' }
  })
  const { network, second, db, as } = stack
  const { machine } = second
  await storyClock(stack).comes('10:00')
  if (machine === null) throw new Error('the second PBX has a machine of its own')
  const [zhang, liu, chen] = [agent(network, '8003'), agent(network, '8004'), agent(network, '8005')]
  const [talker, waits, leaves] = [
    await citizen(second.network, '13900001071'), await citizen(second.network, '13900001072'), await citizen(second.network, '13900001073')
  ]
  const [waitsAtHome, leavesAtHome] = [await citizen(network, '13900001072'), await citizen(network, '13900001073')]
  const [one, other] = [await citizen(network, '13900001074'), await citizen(network, '13900001075')]
  const leader = await as('8031')
  const states = async (): Promise<Record<string, string>> => {
    const rows = await db.query<{ id: string, state: string }>(
      'select id, state from call where direction = \'inbound\' and did is not null')
    return Object.fromEntries(rows.map(({ id, state }) => [id, state]))
  }

  for (const [who, served] of [[talker, zhang], [one, liu], [other, chen]] as const) {
    await served.signsIn()
    await who.dials('962000')
    await served.answers()
  }
  await zhang.talks(440)
  for (const [i, who] of [waits, leaves].entries()) {
    await who.dials('962000')
    await leader.sees<Calls>('/api/calls/waiting', list => list.items.filter(call => call.state === 'queued').length === i + 1)
  }
  const before = await states()

  machine.cutOff()
  await until(async () => await timesLost(stack, 'pbx2') === 1, { what: 'it is lost', seconds: 30 })
  await until(async () => Object.values(await states()).filter(state => state === 'ended').length === 3, { what: 'its calls are over' })
  await leaves.hangsUp()
  t.ok(await hears(talker.call(), 440), 'on the line they know nothing of it')
  t.equal((await db.query('select 1 from missed_call_return where state = \'open\'')).length, 2)

  machine.mend()
  await until(async () => (await db.query('select 1 from node_reach where node = \'pbx2\' and lost_at is null')).length === 1,
    { what: 'it is back', seconds: 30 })
  await until(async () => Object.values(await states()).filter(state => state === 'ended').length === 1, { what: 'two calls go on' })
  const ended = Object.entries(await states()).find(([, state]) => state === 'ended')?.[0] ?? ''
  t.same({ ...await states(), [ended]: before[ended] }, before, 'each as it was, but for the citizen who left')
  t.same(await db.query('select state, count(*)::int n from missed_call_return group by state order by state'),
    [{ state: 'called-again', n: 1 }, { state: 'open', n: 1 }])
  t.match((await leader.get<Agents>('/api/agents')).items.find(a => a.extension === '8003'), { state: 'talking' })

  await talker.hangsUp()
  await leader.sees<Calls>('/api/calls?direction=inbound',
    list => list.items.some(call => call.answeredBy === '8003' && call.endedBy === 'citizen'))
  await zhang.answers(undefined, 20)
  await zhang.talks(520)
  t.ok(await hears(waits.call(), 520), 'the citizen who waited all the time is served')
  await one.hangsUp()
  await other.hangsUp()
  await until(() => leavesAtHome.timesRung() === 1, { what: 'the citizen who left is rung back', seconds: 30 })
  t.equal(waitsAtHome.timesRung() + waits.timesRung(), 0)
  t.equal(await timesLost(stack, 'pbx2'), 1)
})
