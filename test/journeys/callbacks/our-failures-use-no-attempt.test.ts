import { readFileSync } from 'node:fs'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { acceptedOrder, callbackBecomes, storyClock } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'

interface Incident { id: string, members: Array<{ id: string, name: string, state: string }> }
interface Leg { number: string, outcome: string, theirs: boolean, cause: number, sip: number, channelState: string }

const joins = 'answer|wait 0.3|press 2|stay'
const wrong = 'answer|wait 0.3|press *|wait 1|press 9|wait 1|press 5|wait 0.5|hangup'

await t.test('an emergency: members missed through our fault are rung again; one 404 gives no number up', async t => {
  const { network, as, db } = await startStack(t, {
    desks: [],
    settings: { EMERGENCY_ATTEMPTS: '2', EMERGENCY_GAP_SECONDS: '1', EMERGENCY_RING_SECONDS: '3', EMERGENCY_KEY_SECONDS: '1' }
  })
  const people: Array<[name: string, scripts: string[], state: string, rung: number]> = [
    ['404 once', ['unallocated', joins], 'joined', 2],
    ['404 always', ['unallocated'], 'unreached', 2],
    ['wrong keys alone', [wrong, joins], 'joined', 2],
    ['503 at once, three times', ['congestion', 'congestion', 'congestion', 'busy', joins], 'joined', 5],
    ['500 after ringing', ['ring 1|hangup 38'], 'unreached', 2],
    ['488 after ringing, then comes', ['ring 1|hangup 58', joins], 'joined', 2],
    ['early media for ever', ['announce'], 'unreached', 2]
  ]
  const numberOf = (i: number): string => `1390022000${i}`
  for (const [i, [, scripts]] of people.entries()) await network.number(numberOf(i), ...scripts)
  const coordinator = await as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { members: people.map(([name], i) => ({ name, number: numberOf(i) })), title: '点名', reason: '演习', mode: 'simultaneous' })
  const settled = (m: { state: string }): boolean => m.state === 'joined' || m.state === 'unreached'
  const { members } = await coordinator.sees<Incident>(`/api/incidents/${incidentId}`, i => i.members.every(settled), 60)
  for (const [i, [name, , state, rung]] of people.entries()) {
    t.equal(members.find(m => m.name === name)?.state, state, `${name}: ${state}`)
    t.equal(network.ringsOf(numberOf(i)).length, rung, `${name}: rung ${rung} times`)
  }
  await coordinator.post(`/api/incidents/${incidentId}/end`)
  await until(async () => (await db.query('select 1 from unallocated_number')).length === 1,
    { what: 'the number that was never there stays marked, the other rang' })

  const leader = await as('shift leader 8031')
  const list = await leader.get<{ items: Leg[], next: string | null }>('/api/legs?outcome=unallocated&limit=2')
  t.match(list.items, [{ outcome: 'unallocated', theirs: true, cause: 1, sip: 404, channelState: 'down' }, { number: /\*/ }])
  t.equal((await leader.get<{ items: Leg[] }>(`/api/legs?outcome=unallocated&limit=2&cursor=${list.next ?? ''}`)).items.length, 1, 'paged')
  t.match((await leader.get<{ items: Leg[] }>('/api/legs?outcome=congestion')).items.map(l => l.theirs), [false, false, false])
})

await t.test('callbacks: the network\'s failures use no attempt and are few, a call that rang does, ' +
  'an unknown number goes to a person', async t => {
  const stack = await startStack(t, { desks: [], settings: { CALLBACK_WINDOWS: '09:00-12:00,13:30-20:00', CALLBACK_RING_SECONDS: '2' } })
  const clock = storyClock(stack)
  await clock.comes('16:00')
  const number = (i: number): string => `1390002300${i}`
  const scripts = ['congestion', 'ring 1|congestion', 'unallocated']
  const ids: string[] = []
  for (const [i, script] of scripts.entries()) {
    await stack.network.number(number(i), script)
    ids.push((await acceptedOrder(stack, number(i))).id)
  }
  const [network = '', rang = '', unknown = ''] = ids
  await clock.comes('09:01')
  t.match(await callbackBecomes(stack, rang, c => c.unanswered === 1), { status: 'SCHEDULED', byPerson: false })
  t.match(await callbackBecomes(stack, unknown, c => c.byPerson),
    { status: 'SCHEDULED', byPersonReason: 'number-unallocated', unanswered: 1 })
  for (let i = 1; i < 3; i++) {
    await callbackBecomes(stack, network, c => c.status === 'SCHEDULED' && c.attempts === i)
    await clock.passes(5 * 60_000 + 1000)
  }
  t.match(await callbackBecomes(stack, network, c => c.byPerson), { byPersonReason: 'machine-failed', unanswered: 0 })
  await clock.comes('13:40')
  await callbackBecomes(stack, rang, c => c.unanswered === 2)
  t.same([0, 1, 2].map(i => stack.network.ringsOf(number(i)).length), [3, 2, 1])
})

await t.test('the PBX dies in the farewell: complete or acknowledged calls are not repeated', async t => {
  const stack = await startStack(t, { desks: [], wholePrompts: true, settings: { EMERGENCY_ATTEMPTS: '2' } })
  const { network, pbx, db } = stack
  const clock = storyClock(stack)
  const [citizen, member] = ['13900001041', '13900001042']
  await network.number(citizen, 'ring 3|answer|wait 1|press 1|wait 1|press 1|wait 1|press 1|stay')
  await network.number(member, 'answer|wait 0.5|press 1|stay')
  const coordinator = await stack.as('coordinator 8201')
  const { id } = await acceptedOrder(stack, citizen)
  // First: a caller who waits longer than four hours is let go.
  await clock.comes('00:01')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { members: [{ name: '甲', number: member }], title: '点名', reason: '演习', mode: 'simultaneous' })
  await coordinator.sees<Incident>(`/api/incidents/${incidentId}`, i => i.members[0]?.state === 'acknowledged')
  // In the PBX's own file: on a busy machine the database hears of it when the farewell is over.
  await until(() => readFileSync(pbx.paths.journalFile, 'utf8').includes('LD_LEG_DONE'),
    { what: 'the last key is pressed', seconds: 60, everyMs: 50 })
  await pbx.kill()
  for (const call of network.calls()) if (!call.endedAt) await call.hangsUp()
  await pbx.start()
  await callbackBecomes(stack, id, c => c.status === 'CONFIRMED')
  await until(async () => (await db.query('select 1 from leg where outcome = \'pbx-lost\'')).length === 2,
    { what: 'both legs are known to be lost', seconds: 40 })
  await until(async () => (await db.query('select 1 from dial_request where state <> \'finished\'')).length === 0,
    { what: 'nothing is left to dial', seconds: 40 })
  const { members } = await coordinator.get<Incident>(`/api/incidents/${incidentId}`)
  t.equal(members[0]?.state, 'acknowledged')
  t.same([citizen, member].map(n => network.ringsOf(n).length), [1, 1])
})

await t.test('the PBX is frozen while a telephone answers: no attempt is used', async t => {
  const stack = await startStack(t, { desks: [], settings: { EMERGENCY_ATTEMPTS: '1', EMERGENCY_RING_SECONDS: '4' } })
  const { network, pbx, db } = stack
  const number = '13900001043'
  await network.number(number, 'ring 2|answer|stay', joins)
  const coordinator = await stack.as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { members: [{ name: '甲', number }], title: '点名', reason: '演习', mode: 'simultaneous' })
  const call = await network.rung(number)
  pbx.freeze()
  await until(() => call.answeredAt !== null && Date.now() - call.at.getTime() > 7500,
    { what: 'the citizen has answered, and our time-out is long past', seconds: 30 })
  pbx.thaw()
  await coordinator.sees<Incident>(`/api/incidents/${incidentId}`, i => i.members[0]?.state === 'joined', 40)
  t.match(await db.query('select outcome, theirs from leg order by placing_at'),
    [{ outcome: 'pbx-lost', theirs: false }, { outcome: null }])
})

await t.test('an unallocated number is shown to its keepers until it rings', async t => {
  interface Unknown { items: Array<{ kind: string, id: string, field: string, number: string, since: string }> }
  const { network, as } = await startStack(t, { desks: [], settings: { EMERGENCY_ATTEMPTS: '1' } })
  const [leader, coordinator] = [await as('shift leader 8031'), await as('coordinator 8201')]
  const mobile = '13900000121'
  const dials = async (): Promise<string> => (await coordinator.post<{ incidentId: string }>('/api/incidents',
    { members: [{ personId: 'P21' }], title: '点名', reason: '演习', mode: 'simultaneous' })).incidentId
  const of = (list: Unknown): Unknown['items'] => list.items.filter(n => n.id === 'P21' && n.field === 'mobile')
  const first = await dials()
  await coordinator.sees<Incident>(`/api/incidents/${first}`, i => i.members[0]?.state === 'unreached')
  t.match(of(await leader.get<Unknown>('/api/directory/unallocated-numbers')), [{ kind: 'person', number: /\*/ }])
  t.same((await (await as('t01')).get<Unknown>('/api/directory/unallocated-numbers')).items, [], 'another unit sees its own alone')
  await coordinator.post(`/api/incidents/${first}/end`)
  await network.number(mobile, joins)
  const second = await dials()
  await coordinator.sees<Incident>(`/api/incidents/${second}`, i => i.members[0]?.state === 'joined')
  await coordinator.post(`/api/incidents/${second}/end`)
  await leader.sees<Unknown>('/api/directory/unallocated-numbers', list => of(list).length === 0)
})
