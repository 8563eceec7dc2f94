import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { storyClock } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen, type Citizen } from '../../harness/stories/story.ts'

interface Call { id: string, result: string, state: string, answeredBy: string | null }

const minute = 60_000

await t.test('a citizen who gave up is not rung by the machine after a talk with a person, while they wait again, or when the ' +
  'number is turned away', async t => {
  const officer = '13900007002'
  const stack = await startStack(t, { desks: ['8003'], settings: { OVERFLOW_DUTY: officer, QUEUE_SECONDS: '60' } })
  const { network, as, db, service } = stack
  const clock = storyClock(stack)
  await clock.comes('10:00')
  const zhang = agent(network, '8003')
  const [leader, desk] = [await as('8031'), await as('8003')]
  const [byHand, byDuty, blocked, waits, plain] = await Promise.all(
    ['13900001401', '13900001402', '13900001403', '13900001404', '13900001405'].map(async number => await citizen(network, number)))
  if (!byHand || !byDuty || !blocked || !waits || !plain) throw new Error('there are five')
  const state = async (caller: Citizen): Promise<string | undefined> => (await db.query<{ state: string }>(`select m.state
    from missed_call_return m join call c on c.id = m.call_id where c.id = $1`, [missed.get(caller)]))[0]?.state
  const missed = new Map<Citizen, string>()
  const newest = async (): Promise<Call | undefined> =>
    (await leader.get<{ items: Call[] }>('/api/calls?direction=inbound&limit=1')).items[0]
  const givesUp = async (caller: Citizen): Promise<void> => {
    const before = (await newest())?.id
    await caller.dials('962000')
    await until(async () => ['queued', 'overflow'].includes((await newest())?.state ?? '') && (await newest())?.id !== before,
      { what: 'the citizen waits' })
    await caller.hangsUp()
    await until(async () => (await newest())?.result === 'abandoned', { what: 'the citizen has given up' })
    missed.set(caller, (await newest())?.id ?? '')
    t.equal(await state(caller), 'open')
  }
  await zhang.signsIn()
  await network.number('desk8003', 'ring')

  // An agent rings this citizen by hand before the machine does.
  await givesUp(byHand)
  await desk.post('/api/agents/8003/pause', { reason: 'back-office' })
  await network.number('desk8003', 'ring 0.3|answer|stay')
  await byHand.whenRung('ring 0.3|answer|wait 11', 'ring')
  await desk.post('/api/calls', { callId: missed.get(byHand) })
  await until(async () => await state(byHand) === 'reached', { what: 'an agent speaks with the citizen', seconds: 40 })
  await until(() => network.ringsOf(byHand.number)[0]?.endedAt, { what: 'they have spoken', seconds: 40 })

  await network.number('desk8003', 'ring')
  await desk.post('/api/agents/8003/ready')
  for (const caller of [byDuty, blocked, waits, plain]) await givesUp(caller)
  await leader.post('/api/number-blocks', {
    callId: missed.get(blocked), reason: '辱骂', evidence: '多次辱骂', until: new Date(clock.now().getTime() + 60 * minute).toISOString()
  })
  t.equal(await state(blocked), 'not-dialled', 'a blocked caller is not rung either')

  // The duty officer outside takes the second call.
  await zhang.signsOut()
  await network.number(officer, 'answer|wait 0.5|press 1|wait 2|hangup')
  await byDuty.dials('962000')
  await byDuty.call().isOver(90)
  await service.settle()
  t.match(await newest(), { answeredBy: 'duty' })
  t.equal(await state(byDuty), 'called-again')

  await zhang.signsIn()
  await waits.dials('962000')
  await until(async () => await state(waits) === 'called-again', { what: 'the citizen waits with us again' })
  await clock.passes(5 * minute + 5000)
  await until(() => plain.timesRung() === 1, { what: 'the machine rings' })
  t.same([byHand, byDuty, blocked, waits].map(c => c.timesRung()), [1, 0, 0, 0], 'by hand once, by the machine nobody')
  t.equal(waits.call().endedAt, null)

  // The citizen gives up again: that call is the one to be returned.
  const [{ id } = { id: '' }] = (await leader.get<{ items: Call[] }>('/api/calls/waiting')).items
  await waits.hangsUp()
  missed.set(waits, id)
  await until(async () => await state(waits) === 'open', { what: 'the second call is returned in place of the first' })
  await clock.passes(6 * minute)
  await until(() => waits.timesRung() === 1, { what: 'the citizen is rung' })
})
