import t from 'tap'
import { hears } from '../../harness/telephones/listening.ts'
import { storyClock } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'

interface Call {
  id: string
  result: string
  direction: string
  purpose: string | null
  answeredBy: string | null
  number: string
  timeline: Array<{ kind: string, detail: { waited?: number } }>
}

await t.test('an abandoned caller is rung back after five minutes, and key 1 leads to an agent', async t => {
  const stack = await startStack(t, { desks: ['8003'] })
  const { network, as } = stack
  const clock = storyClock(stack)
  await clock.comes('10:00')
  const zhang = agent(network, '8003')
  const caller = await citizen(network, '13900001005')

  await zhang.signsIn()
  await caller.dials('962000')
  await network.rung('desk8003')
  await caller.hangsUp()
  const leader = await as('8031')
  const { items: [missed] } = await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound',
    list => list.items[0]?.result === 'abandoned')
  const abandoned = await leader.get<Call>(`/api/calls/${missed?.id ?? ''}`)
  t.ok((abandoned.timeline.find(e => e.kind === 'abandoned')?.detail.waited ?? -1) >= 0, 'the waiting time is known')
  t.equal(abandoned.number, '139****1005', 'the number is masked')

  await clock.passes(4 * 60_000)
  t.equal(caller.timesRung(), 0, 'not at once')
  await clock.passes(70_000)
  const back = await caller.answers()
  t.equal(back.from, '962000')
  await back.presses('1')
  await zhang.answers(2)
  await caller.talks(440)
  await leader.sees<{ items: Call[] }>('/api/calls?direction=outbound', list => list.items[0]?.answeredBy === '8003')
  t.ok(await hears(zhang.call(), 440), 'the agent hears the citizen')
  await back.hangsUp()
  await zhang.call().isOver()
  const { items: [draft] } = await (await as('8003')).sees<{ items: Array<{ id: string }> }>('/api/work-orders?state=DRAFT',
    list => list.items.length === 1)
  t.ok(draft, 'and has a draft for the citizen')

  await clock.passes(2 * 3_600_000)
  t.equal(caller.timesRung(), 1, 'a reached caller is not rung again')
})
