// Rows that are unread, or lost, hang up nobody who is on the line.
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack, type Stack } from '../../harness/servers/stack.ts'
import { losesRows } from '../../harness/stories/lost-rows.ts'
import { acceptedOrder, storyClock } from '../../harness/stories/order-story.ts'
import { agent, citizen } from '../../harness/stories/story.ts'

const returnIs = async ({ db }: Stack, state: string): Promise<void> => {
  await until(async () => (await db.query('select 1 from missed_call_return where state = $1', [state])).length === 1,
    { what: `the return is ${state}`, seconds: 30 })
}

/** The service has read, and done, all it will: two of its sweeps have passed. */
const settled = async ({ service }: Stack): Promise<void> => {
  await service.settle()
  await wait(5000)
}

await t.test('a return is answered while the service is away: the talk goes on when it is back', async t => {
  const stack = await startStack(t, { desks: ['8003'], settings: { QUEUE_SECONDS: '60' } })
  const { network, db, service } = stack
  const clock = storyClock(stack)
  await clock.comes('10:00')
  const [colleague, caller] = [agent(network, '8003'), await citizen(network, '13900026041')]
  await colleague.signsIn()
  await caller.dials('962000')
  await network.rung('desk8003')
  await caller.hangsUp()
  await returnIs(stack, 'open')
  await colleague.signsOut()
  await colleague.signsIn()
  await clock.passes(5 * 60_000 + 5000)
  const line = await network.rung(caller.number, 1, 30)
  await until(async () => (await db.query('select 1 from leg where state = \'ringing\'')).length === 1, { what: 'it rings' })
  await service.kill()
  await line.does('answer|wait 1.5|press 1|stay')
  await colleague.answers()
  await service.start()
  await returnIs(stack, 'reached')
  await settled(stack)
  t.equal(line.endedAt, null, 'nobody hangs up the citizen who talks')
  await line.hangsUp()
  await clock.passes(40 * 60_000)
  t.equal(caller.timesRung(), 1)
})

await t.test('a call by hand of which the answer is lost: the citizen is sent on, and the machine does not ring', async t => {
  const stack = await startStack(t, { desks: ['8003', '8004'] })
  const { network, as, db } = stack
  const clock = storyClock(stack)
  await clock.comes('10:00')
  await network.number('desk8003', 'ring 0.3|answer|stay')
  await network.number('desk8004', 'ring 3|answer|stay')
  const caller = await citizen(network, '13900026042')
  await caller.dials('962000')
  await caller.hangsUp()
  await returnIs(stack, 'open')
  const [{ callId } = { callId: '' }] = await db.query<{ callId: string }>('select call_id "callId" from missed_call_return')
  await losesRows(db, 'new.event = \'ANSWER\' and new.unique_id like \'leg-%\'')
  const desk = await as('8003')
  await desk.post('/api/calls', { callId })
  const line = await caller.answers()
  const talks = async (): Promise<string | undefined> => (await db.query<{ id: string }>(
    'select id from call where ended_at is null and direction = \'outbound\' and state = \'talking\' and id like \'leg-%\''))[0]?.id
  await until(async () => await talks() !== undefined, { what: 'they talk' })
  await clock.passes(12_000)
  await desk.post(`/api/calls/${await talks() ?? ''}/transfer`, { to: { extension: '8004' } })
  await network.ringsOf('desk8003')[0]?.isOver(20)
  await (await network.rung('desk8004')).isAnswered()
  await settled(stack)
  t.equal(line.endedAt, null, 'the citizen is on the line with the colleague')
  await line.hangsUp()
  await returnIs(stack, 'reached')
  await clock.passes(7 * 60_000)
  await settled(stack)
  t.equal(caller.timesRung(), 1)
})

await t.test('an emergency makes room: a citizen in mid-survey stays, with every row of the call lost', async t => {
  const stack = await startStack(t, {
    desks: [],
    settings: { TRUNK_CHANNELS: '2', TRUNK_RESERVED_INBOUND: '0', CALLBACK_RING_SECONDS: '60', CALLBACK_KEY_SECONDS: '30' }
  })
  const { network, db, as } = stack
  const clock = storyClock(stack)
  await clock.comes('16:00')
  const asked = '13900026043'
  await network.number(asked, 'ring 0.5|answer|wait 2|press 1|stay')
  await acceptedOrder(stack, asked)
  const areRead = await losesRows(db, 'new.unique_id like \'leg-%\'')
  await clock.comes('09:01', 1)
  const survey = await network.rung(asked, 1, 30)
  await until(() => survey.pressed.length > 0, { what: 'the citizen answers the first question' })
  await areRead()
  const members = ['13900026044', '13900026045']
  for (const number of members) await network.number(number, 'answer|wait 0.5|press 2|stay')
  const coordinator = await as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents', {
    members: members.map(number => ({ name: number, number })), title: '槽车侧翻', reason: '危化品车辆侧翻', mode: 'simultaneous'
  })
  await until(async () => (await db.query('select 1 from leg where preempted and state = \'answered\'')).length === 1,
    { what: 'the leg is told that it was answered', seconds: 20 })
  t.equal(survey.endedAt, null, 'the citizen is on the line')
  await survey.hangsUp()
  await until(() => members.every(number => network.ringsOf(number).length === 1), { what: 'both members are rung', seconds: 30 })
  await coordinator.post(`/api/incidents/${incidentId}/end`)
})

await t.test('a conference lasts, with the row of a member\'s seat lost', async t => {
  const stack = await startStack(t, { desks: [], settings: { EMERGENCY_ATTEMPTS: '1' } })
  const { network, db, as } = stack
  const clock = storyClock(stack)
  await clock.comes('10:00')
  const member = '13900026046'
  await network.number(member, 'answer|wait 0.5|press 2|stay')
  await losesRows(db, 'new.event = \'LD_ROOM\' and new.extra like \'%verb=join%\'')
  const coordinator = await as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents', {
    members: [{ name: '甲', number: member }], title: '台风', reason: '防汛防台', mode: 'simultaneous'
  })
  const line = await network.rung(member)
  const seats = 'select 1 from pbx_journal where event = \'BRIDGE_ENTER\' and unique_id like \'leg-%\''
  await until(async () => (await db.query(seats)).length > 0, { what: 'sits there', seconds: 20 })
  await clock.passes(4 * 3_600_000 + 120_000)
  await settled(stack)
  t.equal(line.endedAt, null, 'nobody hangs up the member')
  await coordinator.post(`/api/incidents/${incidentId}/end`)
  await line.isOver(20)
})
