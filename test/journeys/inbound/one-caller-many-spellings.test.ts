import t from 'tap'
import { storyClock } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { citizen } from '../../harness/stories/story.ts'

interface Call { id: string, number: string, withheld: boolean, result: string }

await t.test('normalises caller numbers; withheld numbers match nobody', async t => {
  const stack = await startStack(t, { desks: ['8003'] })
  const { network, as } = stack
  const clock = storyClock(stack)
  await clock.comes('10:00')
  const mobile = await citizen(network, '13900001022')
  const landline = await citizen(network, '50008001')
  const spelt = [
    '13900001022', '+8613900001022', '008613900001022', '8613900001022', '013900001022', '50008001', '02150008001', '+862150008001',
    '00862150008001'
  ]
  // the first one rings an agent and so the queue takes all of them
  const phone = await network.dial({ desk: '8003', to: '*81' })
  await phone.isOver()
  const calls = await Promise.all(spelt.map(async from => await network.dial({ from, to: '962000' })))
  const secret = await network.dial({ from: mobile.number, withheld: true, to: '962000' })
  for (const call of [...calls, secret]) await call.isAnswered()
  const leader = await as('8031')
  await leader.sees<{ items: Array<{ state: string }> }>('/api/calls/waiting',
    list => list.items.filter(c => c.state === 'queued').length === spelt.length + 1)
  for (const call of [...calls, secret]) await call.hangsUp()
  const { items } = await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound&limit=50',
    list => list.items.every(c => c.result === 'abandoned'))
  t.same(items.filter(c => c.withheld).map(c => c.number), [''], 'a withheld number is not kept')

  const of = async (number: string): Promise<Call[]> =>
    (await leader.post<{ calls: Call[] }>('/api/number-searches', { number, reason: '核对来电' })).calls
  for (const number of ['13900001022', '+86 139 0000 1022', '0086-13900001022']) t.equal((await of(number)).length, 5, number)
  for (const number of ['50008001', '021-5000 8001', '（021）50008001']) t.equal((await of(number)).length, 4, number)
  const [one] = await of('13900001022')
  t.equal((await leader.get<{ items: Call[] }>(`/api/calls/${one?.id ?? ''}/earlier`)).items.length, 4, 'the caller\'s earlier calls')

  // All nine were missed: each person is rung back once.
  await mobile.whenRung('ring 0.3|answer|stay')
  await landline.whenRung('ring 0.3|answer|stay')
  await clock.passes(6 * 60_000)
  await network.rung(mobile.number)
  await network.rung(landline.number)
  await clock.passes(60_000)
  t.same([mobile.timesRung(), landline.timesRung()], [1, 1], 'once each, by the number the carrier knows')
  t.equal(network.calls().filter(c => c.direction === 'in' && !c.number.startsWith('desk')).length, 2, 'nobody else')
})
