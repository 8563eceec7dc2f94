import t from 'tap'
import { hears } from '../../harness/telephones/listening.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'

interface Call {
  id: string,
  state: string,
  answeredBy: string | null,
  recorded: boolean
  channels: Array<{ kind: string, extension: string | null, answeredAt: string | null, endedAt: string | null }>
  timeline: Array<{ kind: string, actor: string, detail: Record<string, unknown> }>
}

const living = (call: Call): string => call.channels.filter(c => c.answeredAt && !c.endedAt).map(c => c.extension ?? c.kind).sort().join()

await t.test('consulted, three together, handed over, handed on: to the citizen it is one call', async t => {
  const { network, as } = await startStack(t, { desks: ['8003', '8004', '8005'] })
  const [zhang, liu, chen] = [agent(network, '8003'), agent(network, '8004'), agent(network, '8005')]
  const caller = await citizen(network, '13900001013')
  await zhang.signsIn()
  await caller.dials('962000')
  await zhang.answers()
  const [desk, other] = [await as('8003'), await as('8004')]
  const { items: [call] } = await desk.sees<{ items: Call[] }>('/api/calls?direction=inbound', list => list.items[0]?.state === 'talking')
  const path = `/api/calls/${call?.id ?? ''}`

  // 咨询: the citizen hears music, the two agents each other.
  await desk.post(`${path}/consult`, { to: { extension: '8004' } })
  await liu.answers()
  await desk.sees<Call>(path, c => c.state === 'held' && c.channels.some(x => x.extension === '8004' && x.answeredAt))
  t.equal(caller.call().endedAt, null)

  // 三方
  await desk.post(`${path}/three-way`)
  await zhang.talks(880)
  await liu.talks(660)
  await caller.talks(440)
  await desk.sees<Call>(path, c => living(c) === '8003,8004,citizen')
  t.ok(await hears(caller.call(), 880) && await hears(caller.call(), 660), 'the citizen hears both of the three')
  await zhang.hangsUp()
  const two = await other.sees<Call>(path, c => living(c) === '8004,citizen')
  t.equal(two.id, call?.id)

  // 转接, without asking
  await other.post(`${path}/transfer`, { to: { extension: '8005' } })
  await chen.answers()
  await other.sees<Call>(path, c => living(c) === '8005,citizen')
  await chen.talks(550)
  t.ok(await hears(chen.call(), 440), 'and the last hears the citizen')
  await caller.hangsUp()
  await chen.call().isOver()

  const leader = await as('8031')
  const ended = await leader.sees<Call>(path, c => c.state === 'ended')
  t.match(ended, { id: call?.id, answeredBy: '8003', recorded: true })
  t.same(ended.timeline.filter(e => e.kind === 'switched').map(e => e.detail.way), ['consult', 'three-way', 'transfer'])
  const { items } = await leader.get<{ items: Call[] }>('/api/calls')
  t.equal(items.filter(c => c.recorded).length, 1, 'one call, one recording')
})
