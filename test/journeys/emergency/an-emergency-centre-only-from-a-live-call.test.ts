import t from 'tap'
import { hears } from '../../harness/telephones/listening.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'

interface Call { id: string, state: string, timeline: Array<{ kind: string, actor: string, detail: Record<string, unknown> }> }

await t.test('110 from a live call reaches the configured number and is logged; nothing dials it by itself', async t => {
  const { network, as } = await startStack(t, { desks: ['8003'] })
  const zhang = agent(network, '8003')
  const caller = await citizen(network, '13900001014')
  const police = await citizen(network, '50009110')
  await police.whenRung('ring 0.5|answer|talk 880')
  await network.anybody('answer')
  await zhang.signsIn()
  const desk = await as('8003')

  // Refused for everything that dials by itself, in every spelling.
  for (const number of ['110', '+86 110', '021-110', '０２１１１０', '0086 21 120', '119', '122']) {
    const filed = await desk.request<{ code: string }>('POST', '/api/work-orders',
      { channel: 'HOTLINE_962000', requestType: 'COMPLAINT', categoryCode: '0701', title: '早点摊占道', complainantNumber: number })
    t.match([filed.status, filed.body.code], [422, 'emergency-number-refused'], number)
  }

  await caller.dials('962000')
  await zhang.answers()
  const { items: [call] } = await desk.sees<{ items: Call[] }>('/api/calls?direction=inbound', list => list.items[0]?.state === 'talking')
  const path = `/api/calls/${call?.id ?? ''}`
  for (const number of ['110', '021-110', '+86119']) {
    t.match(await desk.request('POST', `${path}/transfer`, { to: { number } }), { body: { code: 'emergency-number-refused' } },
      `${number} is no number like others in a transfer either`)
  }

  await desk.post(`${path}/transfer`, { to: { centre: '110' } })
  const there = await network.rung('50009110')
  await zhang.call().isOver()
  await caller.talks(440)
  await desk.sees<Call>(path, c => c.timeline.some(e => e.kind === 'emergency-centre'))
  await there.isAnswered()
  t.ok(await hears(caller.call(), 880) && await hears(there, 440), 'citizen and police hear each other')
  await caller.hangsUp()
  await there.isOver()
  const { timeline } = await (await as('8031')).sees<Call>(path, c => c.state === 'ended')
  t.match(timeline.find(e => e.kind === 'emergency-centre'), { actor: '8003', detail: { centre: '110' } },
    'the timeline names the agent who put the citizen through')

  for (const dialled of ['110', '0110', '119', '120', '02150009110']) {
    const tried = await network.dial({ desk: '8003', to: dialled })
    await tried.isOver()
  }
  t.same(network.calls().filter(c => c.direction === 'in' && /^0?1(10|19|20|22)$|110$/.test(c.number)).map(c => c.number), ['50009110'],
    'the carrier was never asked for 110 itself, and once for its number')
})
