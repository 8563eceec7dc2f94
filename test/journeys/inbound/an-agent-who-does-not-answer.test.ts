import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import type { NetworkCall } from '../../harness/telephones/network.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'

interface Seat { extension: string, state: string, reason: string | null }
interface Call { id: string, answeredBy: string | null, timeline: Array<{ kind: string, actor: string, detail: Record<string, unknown> }> }

await t.test('an agent does not answer or declines: the call goes to the next one, and nobody is rung twice at once', async t => {
  const { network, as, advance } = await startStack(t, { desks: ['8003', '8004'], settings: { AGENT_RING_SECONDS: '2' } })
  const [zhang, liu] = [agent(network, '8003'), agent(network, '8004')]
  const caller = await citizen(network, '13900001006')
  await zhang.signsIn()
  await liu.signsIn()

  await caller.dials('962000')
  await network.rung('desk8003')
  const second = await network.rung('desk8004')
  t.ok(network.ringsOf('desk8003')[0]?.endedAt, 'the first telephone is silent before the next one rings')
  await second.does('answer|stay')
  const leader = await as('8031')
  const { items: [call] } = await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound',
    list => list.items[0]?.answeredBy === '8004')
  await caller.hangsUp()
  const { timeline } = await leader.get<Call>(`/api/calls/${call?.id ?? ''}`)
  t.match(timeline.filter(e => ['ringing', 'not-answered', 'answered'].includes(e.kind)), [
    { kind: 'ringing', detail: { extension: '8003' } },
    { kind: 'not-answered', actor: '8003' },
    { kind: 'ringing', detail: { extension: '8004' } },
    { kind: 'answered', actor: '8004' }
  ])

  // Both decline the next citizen: each is asked once, and then for a while neither.
  await network.number('desk8003', 'ring 0.3|reject')
  await network.number('desk8004', 'ring 0.3|hangup 17')
  const calls = (): NetworkCall[] => network.calls().filter(c => c.direction === 'in' && c.number.startsWith('desk'))
  const rung = (): number => calls().length
  const before = rung()
  await caller.dials('962000')
  const resting = await leader.sees<{ items: Seat[] }>('/api/agents', list => list.items.filter(a => a.reason === 'declined').length === 2)
  t.match(resting.items.filter(a => a.reason === 'declined').map(a => [a.extension, a.state]), [['8003', 'paused'], ['8004', 'paused']])
  t.equal(rung() - before, 2, 'the other one is asked at once, and nobody twice')
  const [first, next] = calls().slice(before)
  t.ok((next?.at.getTime() ?? 0) - (first?.endedAt?.getTime() ?? 0) < 1000, 'without the queue\'s pause')
  for (const desk of ['desk8003', 'desk8004']) await network.number(desk, 'ring')
  await until(() => Date.now() - (next?.endedAt?.getTime() ?? Infinity) > 2500, { what: 'the queue would have asked again, twice' })
  t.equal(rung() - before, 2, 'nobody is rung while the agent rests')
  await advance(10_000)
  await until(() => rung() - before === 3, { what: 'then one of them is', seconds: 30 })
  await caller.hangsUp()
  await leader.sees<{ items: Seat[] }>('/api/agents', list => list.items.filter(a => a.state === 'ready').length === 2)

  // Their pages leave while it rings (SIP 410): nobody has declined, and each is rung again as soon as the queue asks.
  for (const desk of ['desk8003', 'desk8004']) await network.number(desk, 'ring 0.3|hangup 22')
  const left = rung()
  await caller.dials('962000')
  await until(() => rung() - left > 2, { what: 'somebody is rung again', seconds: 20 })
  t.same((await leader.get<{ items: Seat[] }>('/api/agents')).items.filter(a => a.reason === 'declined'), [], 'nobody rests')
  await caller.hangsUp()
})
