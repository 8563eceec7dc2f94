import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { acceptedOrder, callbackBecomes, stalls, storyClock } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'
import type { TelephoneNetwork } from '../../harness/telephones/network.ts'

interface Call {
  id: string
  result: string
  state: string
  number: string
  withheld: boolean
  timeline: Array<{ kind: string, actor: string, detail: Record<string, unknown> }>
}

/** What the carrier was asked for, desk telephones left out. */
const rung = (network: TelephoneNetwork): string[] =>
  network.calls().filter(c => c.direction === 'in' && !c.number.startsWith('desk')).map(c => c.number).sort()

await t.test('a forged number that hangs up in the queue is kept as it was sent, and no machine rings it', async t => {
  const stack = await startStack(t, { desks: ['8003'] })
  const { network, as, db } = stack
  const clock = storyClock(stack)
  await clock.comes('10:00')
  await agent(network, '8003').signsIn()
  await network.anybody('answer|stay')
  const honest = '13900001005'
  const sent = [
    '+19005550123', '0019005550199', '+88216000000', '+870773000000', '+85223456789', '50009110', '+862150009120', '110', '021119', '95588',
    '02112345', '14912345678', '16812345', '962000', '50002001', honest
  ]
  for (const from of sent) {
    const call = await network.dial({ from, to: '962000' })
    await call.isAnswered()
  }
  const leader = await as('8031')
  await leader.sees<{ items: Call[] }>('/api/calls/waiting', list => list.items.length === sent.length)
  await Promise.all(network.calls().filter(c => c.direction === 'out' && c.number !== 'desk8003').map(async c => { await c.hangsUp() }))
  const list = '/api/calls?direction=inbound&limit=50'
  await leader.sees<{ items: Call[] }>(list, l => l.items.length === sent.length && l.items.every(c => c.result === 'abandoned'))
  const { items } = await (await as('8101')).get<{ items: Call[] }>(list)
  t.same(items.filter(c => c.withheld), [], 'none of them is shown as withheld')
  t.same(
    items.map(c => c.number).sort(),
    [
      '+19005550123', '+19005550199', '+88216000000', '+870773000000', '+85223456789', '+862150009110', '+862150009120', '110', '119',
      '95588', '12345', '14912345678', '16812345', '962000', '+862150002001', '+8613900001005'
    ].sort()
  )

  await clock.passes(6 * 60_000)
  await network.rung(honest)
  await clock.passes(2 * 3_600_000)
  t.same(rung(network), [honest], 'the machine rings the subscriber of the country alone')
  const states = await db.query<{ state: string, n: number }>(`select state, count(*)::int n from missed_call_return group by state
    order by state`)
  t.equal(states.find(s => s.state === 'not-dialled')?.n, sent.length - 1, 'and says of the others that they are not dialled')
})

await t.test('a telephone transfers to colleagues and to the four centres, never to another short code or outside; ' +
  'forwarding is not followed', async t => {
  const { network, as, db } = await startStack(t, { desks: ['8003', '8004'] })
  const zhang = agent(network, '8003')
  const caller = await citizen(network, '13900001014')
  await network.anybody('answer|stay')
  await zhang.signsIn()
  await caller.dials('962000')
  await zhang.answers()
  for (const to of [
    '112', '114', '121', '128', '00112', '95588', '13900001050', '0012025550123', '0088216000000', '50009110', '17911110', '962000', 's'
  ]) {
    const before = zhang.call()
    await zhang.transfersTo(to)
    await before.isOver()
    await zhang.answers(undefined, 20)
    t.same(rung(network), [], `${to}: the carrier is asked for nothing, the citizen is back with the agent`)
  }
  await zhang.transfersTo('110')
  const police = await network.rung('50009110')
  await police.isAnswered()
  const leader = await as('8031')
  const { items: [call] } = await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound', l => l.items.length === 1)
  const { timeline } = await leader.sees<Call>(`/api/calls/${call?.id ?? ''}`, c => c.timeline.some(e => e.kind === 'outside'))
  t.match(timeline.filter(e => e.kind === 'outside'), [{ actor: '8003', detail: { why: 'centre', number: '****9110' } }],
    'a number that left by the trunk stands on the timeline once, masked')
  t.equal((await db.query('select 1 from pbx_journal where event = \'LD_OUTSIDE\'')).length, 1, 'and in one journal row')
  await caller.hangsUp()

  // A telephone that forwards its calls (302) to a number outside.
  await zhang.whenRung('transfer 13900001050|hangup')
  const other = await citizen(network, '13900001015')
  await other.dials('962000')
  await until(() => network.ringsOf('desk8003').filter(c => c.endedAt !== null).length >= 15,
    { what: 'the telephone has forwarded the call', seconds: 30 })
  await other.hangsUp()
  t.same(rung(network), ['50009110'], 'it is not followed')
})

await t.test('every route that takes a number asks the same rule; a prefix in the setting opens it', async t => {
  const stack = await startStack(t, {
    desks: ['8003', '8101'],
    settings: { DIAL_BY_HAND_PREFIXES: '+852', DIAL_AUTOMATIC_PREFIXES: '+886', CENTRE_TRAFFIC: '021-50009999' }
  })
  const { network, as } = stack
  await network.anybody('answer|stay')
  const [desk, coordinator, officer] = [await as('8003'), await as('8201'), await as('8101')]
  const refusals: Array<[number: string, code: string]> = [
    ['+1 900 555 0123', 'number-not-permitted'],
    ['+882 16000000', 'number-not-permitted'],
    ['021-50009110', 'emergency-number-refused'],
    ['5000 9999', 'emergency-number-refused'],
    ['962000', 'number-not-permitted']
  ]
  const caller = await network.dial({ from: '13900001016', to: '962000' })
  const zhang = agent(network, '8003')
  await zhang.signsIn()
  await zhang.answers()
  const { items: [live] } = await desk.sees<{ items: Call[] }>('/api/calls?direction=inbound', l => l.items[0]?.state === 'talking')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { members: [{ name: '值班', number: '13900001017' }], title: '演习', reason: '演习', mode: 'simultaneous' })
  await network.rung('13900001017')

  for (const [number, code] of refusals) {
    const filed = await desk.request<{ id: string }>('POST', '/api/work-orders', { ...stalls, complainantNumber: number })
    t.equal(filed.status, 201, `${number} is known as a complainant's`)
    const tried = {
      'POST /api/calls': await desk.request('POST', '/api/calls', { orderId: filed.body.id }),
      'first contact, from one\'s own telephone': await (await as('dispatcher')).request('POST', '/api/calls', { orderId: filed.body.id }),
      consult: await desk.request('POST', `/api/calls/${live?.id ?? ''}/consult`, { to: { number } }),
      transfer: await desk.request('POST', `/api/calls/${live?.id ?? ''}/transfer`, { to: { number } }),
      'an incident\'s ad-hoc member': await coordinator.request('POST', '/api/incidents',
        { members: [{ name: '某人', number }], title: `演习${number}`, reason: '演习', mode: 'simultaneous' }),
      'a member added': await coordinator.request('POST', `/api/incidents/${incidentId}/members`, { members: [{ name: '某人', number }] })
    }
    for (const [route, answer] of Object.entries(tried)) {
      t.match(answer, { status: 422, body: { code } }, `${number}: ${route}`)
    }
    t.match(tried['a member added'], { body: { details: { field: 'members.0.number' } } }, 'the field is named')
  }
  // Callbacks: the machine leaves it to a person, and a person is refused as well.
  const clock = storyClock(stack)
  const order = await acceptedOrder(stack, '+882 16000000')
  await clock.comes('10:00', 1)
  const callback = await callbackBecomes(stack, order.id, c => c.byPerson)
  t.equal(callback.byPersonReason, 'machine-failed')
  await officer.post(`/api/callbacks/${callback.id}/take-over`, {})
  t.match(await officer.request('POST', `/api/callbacks/${callback.id}/dial`, {}), { status: 422, body: { code: 'number-not-permitted' } })
  t.same([...new Set(rung(network))], ['13900001017'], 'nothing of all this rang')

  // What the settings name.
  await coordinator.post('/api/incidents',
    { members: [{ name: '香港', number: '+852 2345 6789' }], title: '演习二', reason: '演习', mode: 'simultaneous' })
  await network.rung('0085223456789')
  const taiwan = await acceptedOrder(stack, '+886 2 2345 6789')
  await clock.comes('10:00', 1)
  await callbackBecomes(stack, taiwan.id, c => c.status === 'DIALLING' || c.attempts > 0)
  await network.rung('00886223456789')
  await caller.hangsUp().catch(() => {})
})
