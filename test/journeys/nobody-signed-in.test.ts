import t from 'tap'
import { until } from '../../src/servers/until.ts'
import { startStack } from '../harness/stack.ts'
import { agent, citizen } from '../harness/story.ts'

interface Call { id: string, state: string, answeredBy: string | null, overflowTo: string | null, timeline: Array<{ kind: string, detail: Record<string, unknown> }> }

await t.test('nobody is signed in: the exchange rings the shift leader, then the duty officer', async t => {
  const { network, service, as, db, pbx } = await startStack(t, { desks: ['8003', '8031', '8032'], settings: { QUEUE_SECONDS: '60' } })
  const caller = await citizen(network, '13900001007')
  await network.number('desk8031', 'ring 1|reject')
  await service.stop()

  await caller.dials('962000')
  await network.rung('desk8031')
  const duty = await network.rung('desk8032', 1, 40)
  t.ok(network.ringsOf('desk8031')[0]?.endedAt, 'the shift leader did not answer')
  await duty.does('answer|talk 880')
  await caller.talks(440)
  await caller.call().does('talk 440 2|hangup')
  await duty.isOver(20)
  t.ok(duty.heard(440) > 0.1, 'the duty officer hears the citizen, with the service away')

  await service.start()
  await service.settle()
  const leader = await as('8031')
  const { items: [call] } = await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound', list => list.items[0]?.state === 'ended')
  t.match(await leader.get<Call>(`/api/calls/${call?.id ?? ''}`), { overflowTo: 'duty' })
  const { timeline } = await leader.get<Call>(`/api/calls/${call?.id ?? ''}`)
  t.match(timeline.filter(e => e.kind === 'overflow').map(e => e.detail), [
    { to: 'leader', result: 'ringing' }, { to: 'leader', result: 'missed' }, { to: 'duty', result: 'ringing' }, { to: 'duty', result: 'answered' }
  ])
  const returns = await db.query('select 1 from missed_call_return')
  t.equal(returns.length, 0, 'who was answered is not rung back')

  await t.test('the only agent becomes ready: for a moment he is not in the queue, and whoever waits keeps his place', async t => {
    const zhang = agent(network, '8003')
    await zhang.signsIn()
    const desk = await as('8003')
    await desk.sees<{ items: Array<{ extension: string, state: string }> }>('/api/agents', a => a.items.some(i => i.extension === '8003' && i.state === 'ready'))
    await desk.post('/api/agents/8003/pause', { reason: 'break' })
    const queue = async (): Promise<string> => await pbx.console('queue show hotline')
    await until(async () => /8003.*paused/i.test(await queue()), { what: 'the queue knows of the pause' })
    const second = await citizen(network, '13900001008')
    await second.dials('962000')
    await until(async () => /Callers:\s+1\./.test(await queue()), { what: 'he waits' })
    await pbx.console('queue remove member PJSIP/8003 from hotline')
    await until(async () => (await queue()).includes('No Callers'), { what: 'the exchange finds nobody in the queue' })
    await pbx.console('queue add member PJSIP/8003 to hotline')
    await (await network.rung('desk8003')).does('answer|stay')
    const { items: [now] } = await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound', list => list.items[0]?.answeredBy === '8003')
    t.equal(network.ringsOf('desk8031').length, 1, 'the shift leader is not rung for him')
    t.same((await leader.get<Call>(`/api/calls/${now?.id ?? ''}`)).timeline.filter(e => ['queued', 'overflow', 'answered'].includes(e.kind)).map(e => e.kind), ['queued', 'answered'])
    await second.hangsUp()
  })
})
