import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { acceptedOrder, callbackBecomes, storyClock } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'

const complainants = Array.from({ length: 4 }, (_, i) => `1390000190${i}`)

await t.test('a backlog of callbacks is never dialled outside the allowed hours, whenever the service is restarted', async t => {
  const stack = await startStack(t, {
    desks: [],
    settings: { CALLBACK_WINDOWS: '09:00-12:00,13:30-20:00', TRUNK_CHANNELS: '3', TRUNK_RESERVED_INBOUND: '1' }
  })
  const { service, network, as } = stack
  const clock = storyClock({ advance: service.advance })
  await network.anybody('ring')
  const orders: string[] = []
  await clock.comes('15:00')
  await service.settle()
  for (const number of complainants) orders.push((await acceptedOrder(stack, number)).id)
  const rung = (): number => complainants.flatMap(number => network.ringsOf(number)).length

  // Away from morning to evening: all of them are overdue when it is back, two minutes before eight.
  await service.stop()
  await clock.comes('09:00', 1)
  await clock.comes('19:58')
  await service.start()
  await until(() => rung() === 2, { what: 'the exchange has two lines for callbacks: two are rung', seconds: 30 })
  await clock.comes('20:00')
  for (const number of complainants) for (const call of network.ringsOf(number)) await call.isOver()
  await service.settle()
  t.equal(rung(), 2, 'at eight the others are left in peace')

  // Killed and started in the evening, in the night, and before nine.
  for (const time of ['22:00', '03:00', '08:58']) {
    await service.kill()
    await clock.comes(time)
    await service.start()
    await until(
      async () => (await (await as('8031')).get<{
        parts: Array<{ name: string, state: string }>
      }>('/health/ready')).parts.some(p => p.name === 'pbx' && p.state === 'ok'),
      { what: 'the exchange is connected', everyMs: 200 }
    )
    await service.settle()
    await service.settle()
    t.equal(rung(), 2, `nobody is rung at ${time}`)
  }
  await network.anybody('ring 0.5|answer|wait 2|press 1|wait 1.5|press 1|wait 1.5|press 1|stay')
  await clock.comes('09:00')
  for (const id of orders) await callbackBecomes(stack, id, c => c.status === 'CONFIRMED', 40)
  t.same(complainants.map(number => network.ringsOf(number).filter(call => call.answeredAt).length), [1, 1, 1, 1],
    'in the morning everybody is asked')
})
