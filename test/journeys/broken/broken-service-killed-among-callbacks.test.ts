import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { acceptedOrder, callbackBecomes, storyClock } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'

const complainants = Array.from({ length: 6 }, (_, i) => `1390000110${i}`)
/** Presses 1 to each of the three questions, as soon as each has been heard. */
const answersAll = 'ring 1|answer|wait 2|press 1|wait 1.5|press 1|wait 1.5|press 1|stay'

await t.test('the service is killed again and again while callbacks are placed, ring and are answered: ' +
  'nobody is rung twice, nobody is forgotten', async t => {
  const stack = await startStack(t, { desks: [], settings: { TRUNK_CALLS_PER_SECOND: '1' } })
  const { service, network, db } = stack
  // Only the clock is moved, nothing is waited for: the kill is to be quicker than the callbacks.
  const clock = storyClock({ advance: service.advance })
  await network.anybody(answersAll)
  const orders: string[] = []
  for (const number of complainants) orders.push((await acceptedOrder(stack, number)).id)

  const rung = (): number => complainants.filter(number => network.ringsOf(number).length > 0).length
  const legs = async (): Promise<number> => (await db.query('select 1 from leg where purpose = \'callback\'')).length
  async function killedWhen (what: string, isSo: () => boolean | Promise<boolean>, thenMs: number): Promise<void> {
    await until(isSo, { what, seconds: 30, everyMs: 1 })
    await pause(thenMs)
    await service.kill()
    await service.start()
  }
  await clock.comes('10:00', 1)
  await killedWhen('the first leg is written down, and the exchange perhaps not yet told', async () => await legs() > 0, 0)
  await killedWhen('another one is written down', async () => await legs() > 1, 5)
  await killedWhen('the next telephone rings', () => rung() > 2, 20)
  await killedWhen('a key is pressed', () => network.calls().some(call => call.pressed !== '' && !call.endedAt), 0)

  for (const id of orders) {
    const callback = await callbackBecomes(stack, id, c => c.status === 'CONFIRMED', 40)
    t.match(callback, { attempts: 1, unanswered: 0, incomplete: 0, solved: 'yes', grade: 5 })
  }
  t.same(complainants.map(number => network.ringsOf(number).length), complainants.map(() => 1), 'everybody was rung exactly once')
  const open = await db.query('select 1 from dial_request where state <> \'finished\'')
  t.equal(open.length, 0, 'nothing is left to dial')
})
