import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { storyClock } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'

interface Call { id: string, state: string, result: string, recorded: boolean }
interface Figures {
  offered: number
  lost: number
  connection: { numerator: number, denominator: number }
  abandoned: { numerator: number }
}

await t.test('the PBX dies while eleven citizens wait in greeting, queue and a transfer: ' +
  'all are rung back at once, and the figures have them', async t => {
  const stack = await startStack(t, {
    desks: ['8003', '8004'],
    wholePrompts: true,
    settings: { QUEUE_SECONDS: '120', AGENT_RING_SECONDS: '60' }
  })
  const { network, pbx, as } = stack
  const clock = storyClock(stack)
  await clock.comes('10:00')
  const from = clock.now()
  const leader = await as('8031')
  const waiting = await Promise.all(Array.from({ length: 10 }, async (_, i) => await citizen(network, `1390000180${i}`)))
  const gaveUp = await citizen(network, '13900001820')
  await agent(network, '8003').signsIn()
  await gaveUp.dials('962000')
  await network.rung('desk8003')
  await gaveUp.hangsUp()
  await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound', list => list.items[0]?.result === 'abandoned')

  // Somebody had answered this citizen, and the next telephone still rings.
  const handedOn = await citizen(network, '13900001821')
  const zhang = agent(network, '8003')
  await handedOn.dials('962000', { script: 'talk 440' })
  await zhang.answers()
  const desk = await as('8003')
  const { items: [call] } = await desk.sees<{ items: Call[] }>('/api/calls?direction=inbound', list => list.items[0]?.state === 'talking')
  await desk.post(`/api/calls/${call?.id ?? ''}/transfer`, { to: { extension: '8004' } })
  await network.rung('desk8004')
  await zhang.call().isOver()

  const queued = waiting.slice(0, 7)
  for (const one of queued) await one.dials('962000', { script: 'talk 440' })
  await leader.sees<{ items: Call[] }>('/api/calls/waiting', list => list.items.filter(c => c.state === 'queued').length === queued.length)
  for (const one of waiting.slice(7)) await one.dials('962000')
  await leader.sees<{ items: Call[] }>('/api/calls/waiting', list => list.items.length === waiting.length)
  await pbx.kill()
  const cutOff = [...waiting, handedOn]
  await Promise.all(cutOff.map(async one => await one.hangsUp()))
  await pbx.start()

  // Five minutes are for who gave up.
  await until(() => cutOff.every(one => one.timesRung() === 1), { what: 'everybody is rung back', seconds: 60 })
  t.equal(gaveUp.timesRung(), 0)

  const { items } = await leader.get<{ items: Call[] }>('/api/calls?direction=inbound&limit=50')
  t.strictSame(items.map(c => c.result).sort(), ['abandoned', ...cutOff.map(() => 'lost')])
  const figures = await leader.get<Figures>(`/api/calls/figures?from=${encodeURIComponent(from.toISOString())}` +
    `&to=${encodeURIComponent(new Date(clock.now().getTime() + 60_000).toISOString())}&shortAbandonSeconds=0`)
  // The figures count a citizen who was handed on as connected.
  t.match(figures, { offered: 12, lost: 10, connection: { numerator: 1, denominator: 12 }, abandoned: { numerator: 1 } })

  // Recording begins with the conversation: their files are headers alone.
  const { items: calls } = await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound&result=lost&limit=50',
    list => list.items.every(c => !c.recorded || c.id === call?.id))
  t.equal(calls.length, cutOff.length)
  t.ok(cutOff.every(one => one.timesRung() === 1), 'nobody is rung twice')
})
