import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { storyClock } from '../../harness/stories/order-story.ts'
import { startStack, type Stack } from '../../harness/servers/stack.ts'
import { agent, citizen, type Citizen } from '../../harness/stories/story.ts'
import { toneFile } from '../../harness/telephones/tone-file.ts'

interface Call {
  id: string
  result: string
  purpose: string | null
  state: string
  answeredBy: string | null
  abandonedAt: string | null
  timeline: Array<{ kind: string }>
}

const minute = 60_000
/** "we ring you back" is a tone here */
const promise = 2650

/** Nobody but 8003 is there; what the exchange promises is a tone. */
async function district (t: Parameters<typeof startStack>[0], desks: string[] = ['8003']) {
  const stack = await startStack(t, { desks, settings: { QUEUE_SECONDS: '30' } })
  writeFileSync(join(stack.pbx.paths.soundsDir, 'sorry-call-back.wav'), toneFile(promise, 1))
  const clock = storyClock(stack)
  await clock.comes('10:00')
  return { ...stack, stack, clock }
}

const heardThePromise = (caller: Citizen): boolean => caller.call().sound().lasts(promise) > 0.3
const returns = async ({ db }: Pick<Stack, 'db'>): Promise<string[]> =>
  (await db.query<{ state: string }>('select state from missed_call_return order by requested_at')).map(r => r.state)
const callsOf = async ({ as }: Stack, query: string): Promise<Call[]> =>
  (await (await as('8031')).get<{ items: Call[] }>(`/api/calls?${query}`)).items

await t.test('a citizen takes our return, presses 1 and finds nobody: it stays open until a person speaks with them', async t => {
  const { stack, clock, network } = await district(t)
  const zhang = agent(network, '8003')
  const caller = await citizen(network, '13900001005')
  await zhang.signsIn()
  await caller.dials('962000')
  await network.rung('desk8003')
  await caller.hangsUp()
  await zhang.signsOut()
  await until(async () => (await returns(stack)).length === 1, { what: 'the return is noted' })

  await clock.passes(5 * minute + 5000)
  const back = await caller.answers()
  await back.presses('1')
  await back.isOver(60)
  t.ok(heardThePromise(caller), 'the citizen is told that we ring back')
  await stack.service.settle()
  t.same(await returns(stack), ['open'])
  const [call] = await callsOf(stack, 'direction=outbound')
  t.match(call, { purpose: 'missed-call', answeredBy: null })
  t.not(call?.result, 'answered', 'nobody has answered the citizen')

  await zhang.signsIn()
  await clock.passes(29 * minute)
  t.equal(caller.timesRung(), 1, 'not at once')
  await clock.passes(2 * minute)
  const second = await caller.answers(2)
  await second.presses('1')
  await zhang.answers(2)
  await until(async () => (await returns(stack))[0] === 'reached', { what: 'somebody speaks with the citizen' })
  await second.hangsUp()
  await clock.passes(3 * 60 * minute)
  t.equal(caller.timesRung(), 2)
  t.match((await callsOf(stack, 'direction=outbound'))[0], { result: 'answered', answeredBy: '8003' })
})

await t.test('a citizen presses 1 and finds nobody as often as the policy allows: the machine rings no more, a person does', async t => {
  const { stack, clock, network, as } = await district(t)
  const zhang = agent(network, '8003')
  const caller = await citizen(network, '13900001009')
  await zhang.signsIn()
  await caller.dials('962000')
  await network.rung('desk8003')
  await caller.hangsUp()
  await zhang.signsOut()
  await until(async () => (await returns(stack)).length === 1, { what: 'the return is noted' })
  const leader = await as('8031')
  const toRing = async (): Promise<Call[]> => (await leader.get<{ items: Call[] }>('/api/calls/to-ring-back')).items
  for (const [nth, minutes] of [[1, 5], [2, 31]] as const) {
    t.same(await toRing(), [], `the machine makes the call number ${nth}`)
    await clock.passes(minutes * minute + 5000)
    const back = await caller.answers(nth)
    await back.presses('1')
    await back.isOver(60)
    await stack.service.settle()
  }
  t.match(await toRing(), [{ result: 'abandoned', purpose: null }], 'the return is a person\'s now')
  t.same(await returns(stack), ['open'])
  await clock.passes(5 * 60 * minute)
  t.equal(caller.timesRung(), 2, 'the machine rings no more')

  const desk = await as('8003')
  await caller.whenRung('ring 0.3|answer|wait 11', 'ring')
  await network.number('desk8003', 'ring 0.3|answer|stay')
  await desk.post('/api/calls', { callId: (await toRing())[0]?.id })
  await until(async () => (await returns(stack))[0] === 'reached', { what: 'a person speaks with the citizen', seconds: 40 })
  t.same(await toRing(), [])
})

await t.test('answered once, sent on in vain, and told that we ring back: the citizen is rung', async t => {
  const { stack, clock, network, as } = await district(t)
  const zhang = agent(network, '8003')
  const caller = await citizen(network, '13900001006')
  await zhang.signsIn()
  await caller.dials('962000')
  await zhang.answers()
  const desk = await as('8003')
  const { items: [call] } = await desk.sees<{ items: Call[] }>('/api/calls?direction=inbound', l => l.items[0]?.state === 'talking')
  await network.number('desk8003', 'reject')
  await desk.post('/api/agents/8003/sign-out')
  await desk.post(`/api/calls/${call?.id ?? ''}/transfer`, { to: { extension: '8004' } })
  await caller.call().isOver(90)
  t.ok(heardThePromise(caller))
  await until(async () => (await returns(stack))[0] === 'open', { what: 'the promise has a row that keeps it' })
  const told = await (await as('8031')).get<Call>(`/api/calls/${call?.id ?? ''}`)
  t.match(told, { result: 'answered', answeredBy: '8003' })
  t.ok(told.abandonedAt)
  t.ok(told.timeline.some(e => e.kind === 'missed-call-return'))
  await clock.passes(6 * minute)
  await until(() => caller.timesRung() === 1, { what: 'the citizen is rung' })

  // No number, no promise.
  const withheld = await network.dial({ from: '13900001008', withheld: true, to: '962000' })
  await withheld.isOver(60)
  t.ok(withheld.sound().lasts(promise) < 0.1, 'a caller without a number is not told that we ring back')
})

await t.test('answered once, sent on in vain, and gives up in the queue: the citizen is rung', async t => {
  const { stack, clock, network, as } = await district(t, ['8003', '8004'])
  const [zhang, liu] = [agent(network, '8003'), agent(network, '8004')]
  const caller = await citizen(network, '13900001007')
  await zhang.signsIn()
  await caller.dials('962000')
  await zhang.answers()
  await liu.signsIn()
  const desk = await as('8003')
  const { items: [call] } = await desk.sees<{ items: Call[] }>('/api/calls?direction=inbound', l => l.items[0]?.state === 'talking')
  await network.number('desk8003', 'reject')
  await network.number('desk8004', 'ring')
  await desk.post(`/api/calls/${call?.id ?? ''}/transfer`, { to: { extension: '8005' } })
  await desk.sees<Call>(`/api/calls/${call?.id ?? ''}`, c => c.state === 'queued', 60)
  await caller.hangsUp()
  await until(async () => (await returns(stack))[0] === 'open', { what: 'the return is noted' })
  await clock.passes(6 * minute)
  await until(() => caller.timesRung() === 1, { what: 'the citizen is rung' })
})
