import t from 'tap'
import { nextSecond } from '../../harness/telephones/listening.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'

interface Call {
  id: string
  state: string
  abandonedAt: string | null
  channels: Array<{ extension: string | null, answeredAt: string | null }>
  timeline: Array<{ kind: string }>
}

await t.test('a citizen who was on hold, and then talked, is no lost call: nobody rings them back', async t => {
  const { network, as } = await startStack(t)
  const [zhang, liu] = [agent(network, '8003'), agent(network, '8004')]
  await zhang.signsIn()
  const [desk, leader] = [await as('8003'), await as('8031')]

  const stories: Array<{ name: string, way: 'hold' | 'consult', ends: 'citizen' | 'agent' }> = [
    { name: 'held, fetched back, the agent hangs up', way: 'hold', ends: 'agent' },
    { name: 'held, fetched back, the citizen hangs up', way: 'hold', ends: 'citizen' },
    { name: 'handed over after a consultation, the colleague hangs up', way: 'consult', ends: 'agent' },
    { name: 'handed over after a consultation, the citizen hangs up', way: 'consult', ends: 'citizen' }
  ]
  for (const [i, { name, way, ends }] of stories.entries()) {
    const caller = await citizen(network, `1390000351${i}`)
    await caller.dials('962000')
    await zhang.answers()
    const { items: [call] } = await desk.sees<{ items: Call[] }>('/api/calls?direction=inbound', list => list.items[0]?.state === 'talking')
    const path = `/api/calls/${call?.id ?? ''}`
    if (way === 'hold') {
      await desk.post(`${path}/hold`)
      await desk.sees<Call>(path, c => c.state === 'held')
      await desk.post(`${path}/retrieve`)
    } else {
      await desk.post(`${path}/consult`, { to: { extension: '8004' } })
      await liu.answers()
      await desk.sees<Call>(path, c => c.state === 'held' && c.channels.some(x => x.extension === '8004' && x.answeredAt))
      await desk.post(`${path}/complete`)
    }
    await desk.sees<Call>(path, c => c.state === 'talking')
    const last = way === 'hold' ? zhang : liu
    await last.talks(660)
    t.ok((await nextSecond(caller.call())).level > 0.01, `${name}: they talk`)
    if (ends === 'citizen') await caller.hangsUp()
    else await last.hangsUp()
    await Promise.all([caller.call().isOver(), last.call().isOver()])
    const ended = await leader.sees<Call>(path, c => c.state === 'ended')
    t.match(ended, { abandonedAt: null }, name)
    t.equal(ended.timeline.filter(e => e.kind === 'held').length, 1, `${name}: held once`)
  }
  t.same((await leader.get<{ items: unknown[] }>('/api/calls/to-ring-back')).items, [], 'nobody waits for a call')
})
