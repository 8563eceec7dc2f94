import t from 'tap'
import { startStack } from '../harness/stack.ts'
import { agent, citizen } from '../harness/story.ts'

interface Call { id: string, answeredBy: string | null, timeline: Array<{ kind: string, actor: string, detail: Record<string, unknown> }> }

await t.test('an agent does not answer: the call goes to the next one, and nobody is rung twice at once', async t => {
  const { network, as } = await startStack(t, { desks: ['8003', '8004'], settings: { AGENT_RING_SECONDS: '2' } })
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
  const { items: [call] } = await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound', list => list.items[0]?.answeredBy === '8004')
  await caller.hangsUp()
  const { timeline } = await leader.get<Call>(`/api/calls/${call?.id ?? ''}`)
  t.match(timeline.filter(e => ['ringing', 'not-answered', 'answered'].includes(e.kind)), [
    { kind: 'ringing', detail: { extension: '8003' } },
    { kind: 'not-answered', actor: '8003' },
    { kind: 'ringing', detail: { extension: '8004' } },
    { kind: 'answered', actor: '8004' }
  ])
})
