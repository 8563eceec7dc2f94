import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { acceptedOrder, callbackBecomes, storyClock } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'

await t.test('citizens fill the trunk: callbacks wait and a channel stays free for the next citizen; ' +
  'an emergency makes the unanswered callback yield; a call by hand finds it full, too', async t => {
  const stack = await startStack(t, {
    desks: ['8003'],
    settings: { TRUNK_CHANNELS: '6', TRUNK_RESERVED_INBOUND: '1', QUEUE_SECONDS: '300', CALLBACK_RING_SECONDS: '60' }
  })
  const { network, as, service, db } = stack
  const complainants = [await citizen(network, '13900001031'), await citizen(network, '13900001032')]
  const orders: string[] = []
  for (const { number } of complainants) orders.push((await acceptedOrder(stack, number)).id)
  const rung = (): number => complainants.reduce((sum, c) => sum + c.timesRung(), 0)

  await agent(network, '8003').signsIn()
  const callers = await Promise.all(Array.from({ length: 5 }, async (_, i) => await citizen(network, `1390000102${i}`)))
  const [first, ...others] = callers
  for (const caller of callers) await caller.dials('962000')
  const leader = await as('8031')
  await leader.sees<{ items: unknown[] }>('/api/calls/waiting', list => list.items.length === 5)
  await storyClock(stack).comes('10:00', 1)
  for (const order of orders) await callbackBecomes(stack, order, c => c.status === 'DIALLING')
  await service.settle()
  t.equal(rung(), 0, 'five citizens and one channel kept free for the sixth: no callback')

  await first?.hangsUp()
  const ringing = await until(() => complainants.find(c => c.timesRung() === 1),
    { what: 'a callback takes the channel of a citizen who left', seconds: 30 })
  const late = await citizen(network, '13900001033')
  await late.dials('962000')
  t.pass('the next citizen finds the channel that was kept free')
  await leader.sees<{ items: unknown[] }>('/api/calls/waiting', list => list.items.length === 5)
  t.equal(rung(), 1)

  // The trunk is full: an emergency needs the place of the callback nobody has answered.
  const member = await citizen(network, '13900001041')
  await member.whenRung('answer|wait 0.3|press 2|stay')
  const coordinator = await as('8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { members: [{ name: '王队长', number: member.number }], title: '槽车侧翻', reason: '危化品车辆侧翻', mode: 'simultaneous' })
  await coordinator.sees<{ members: Array<{ state: string }> }>(`/api/incidents/${incidentId}`, i => i.members[0]?.state === 'joined')
  t.ok(ringing.call().endedAt, 'the callback that only rang gave way')
  t.same([...others, late].map(c => c.call().endedAt), [null, null, null, null, null], 'no citizen was cut off for it')

  await Promise.all([...others, late].map(async c => { await c.hangsUp() }))
  await until(() => rung() === 3, { what: 'both callbacks ring when citizens have left', seconds: 30 })
  const requests = await db.query<{ attempt: number }>('select attempt from dial_request where purpose = \'callback\'')
  t.same(requests.map(r => r.attempt), [1, 1], 'giving way used up no attempt')

  // Two legs that ring, one in a conference, three citizens: full, for who dials by hand as well.
  const zhang = agent(network, '8003')
  const again = callers.slice(0, 3)
  for (const caller of again) await caller.dials('962000')
  await zhang.answers()
  const desk = await as('8003')
  const { items: inbound } = await desk.sees<{ items: Array<{ id: string, state: string }> }>('/api/calls?direction=inbound',
    list => list.items.some(c => c.state === 'talking'))
  const talking = inbound.find(c => c.state === 'talking')
  await network.number('13900001050', 'answer|stay')
  await desk.post(`/api/calls/${talking?.id ?? ''}/transfer`, { to: { number: '13900001050' } })
  const kept = await leader.sees<{ timeline: Array<{ kind: string, detail: Record<string, unknown> }> }>(`/api/calls/${talking?.id ?? ''}`,
    c => c.timeline.some(e => e.kind === 'refused' || e.kind === 'outside'))
  t.match(kept.timeline.filter(e => e.kind === 'refused').map(e => e.detail), [{ reason: 'trunk-full' }])
  t.equal(network.ringsOf('13900001050').length, 0, 'nobody outside is rung over a channel that is not there')
  await Promise.all(again.map(async c => { await c.hangsUp() }))
})
