import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { hears } from '../../harness/telephones/listening.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'

interface Call {
  id: string
  state: string
  answeredBy: string | null
  overflowTo: string | null
  timeline: Array<{ kind: string, detail: Record<string, unknown> }>
}

await t.test('nobody is signed in: the exchange rings the shift leader, then the duty officer outside, ' +
  'whose voicemail takes nobody', async t => {
  const officer = '13900007002'
  const { network, service, as, db, pbx } = await startStack(t, {
    desks: ['8003', '8031'],
    settings: { OVERFLOW_DUTY: officer, QUEUE_SECONDS: '60' }
  })
  const [unlucky, caller] = [await citizen(network, '13900001006'), await citizen(network, '13900001007')]
  await network.number('desk8031', 'ring 1|reject', 'ring 1|reject', 'answer|talk 880')
  await network.number(officer, 'voicemail 30', 'answer|wait 0.5|press 1|talk 880')
  await service.stop()

  // The voicemail answers and presses nothing: as if nobody had answered.
  await unlucky.dials('962000')
  const voicemail = await network.rung(officer, 1, 40)
  t.ok(network.ringsOf('desk8031')[0]?.endedAt, 'the shift leader did not answer')
  await unlucky.call().isOver()
  t.ok(voicemail.answeredAt, 'the voicemail did')
  const heard = unlucky.call().sound()
  t.ok(heard.lasts(600, 0.5) < 0.3, 'and the citizen never heard it')

  await caller.dials('962000')
  const duty = await network.rung(officer, 2, 40)
  await duty.isAnswered()
  await caller.talks(440)
  t.ok(await hears(caller.call(), 880), 'the citizen hears the duty officer, with the service away')
  t.ok(await hears(duty, 440), 'the duty officer hears the citizen')
  await caller.hangsUp()
  await duty.isOver()

  await caller.dials('962000')
  const leaderRung = await network.rung('desk8031', 3, 40)
  await caller.talks(440)
  t.ok(await hears(leaderRung, 440), 'the shift leader at the desk hears the citizen at once')
  await caller.hangsUp()

  await service.start()
  await service.settle()
  const leader = await as('8031')
  const { items } = await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound',
    list => list.items.length === 3 && list.items.every(c => c.state === 'ended'))
  const told = await Promise.all(items.reverse().map(async c => await leader.get<Call>(`/api/calls/${c.id}`)))
  const ringing = (to: string, result: string) => [{ to, result: 'ringing' }, { to, result }]
  t.match(told.map(c => c.timeline.filter(e => e.kind === 'overflow').map(e => e.detail)), [
    [...ringing('leader', 'missed'), ...ringing('duty', 'missed')],
    [...ringing('leader', 'missed'), ...ringing('duty', 'answered')],
    ringing('leader', 'answered')
  ])
  t.same(told.map(c => c.answeredBy), [null, 'duty', '8031'], 'a voicemail has answered nobody')
  const returns = await db.query<{ call: string }>('select call_id call from missed_call_return')
  t.same(returns.map(r => r.call), [told[0]?.id], 'the caller who met the voicemail is rung back, and nobody else')

  await t.test('the only agent becomes ready and is out of the queue for a moment: waiting callers keep their places', async t => {
    const zhang = agent(network, '8003')
    const before = network.ringsOf('desk8031').length
    await zhang.signsIn()
    const desk = await as('8003')
    await desk.sees<{ items: Array<{ extension: string, state: string }> }>('/api/agents',
      a => a.items.some(i => i.extension === '8003' && i.state === 'ready'))
    await desk.post('/api/agents/8003/pause', { reason: 'break' })
    const queue = async (): Promise<string> => await pbx.console('queue show hotline')
    await until(async () => /8003.*paused/i.test(await queue()), { what: 'the queue knows of the pause' })
    const second = await citizen(network, '13900001008')
    await second.dials('962000')
    await until(async () => /Callers:\s+1\./.test(await queue()), { what: 'the citizen waits' })
    await pbx.console('queue remove member PJSIP/8003 from hotline')
    await until(async () => (await queue()).includes('No Callers'), { what: 'the exchange finds nobody in the queue' })
    await desk.post('/api/agents/8003/ready')
    await (await network.rung('desk8003')).does('answer|stay')
    const { items: [now] } = await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound',
      list => list.items[0]?.answeredBy === '8003')
    t.equal(network.ringsOf('desk8031').length, before, 'the shift leader is not rung for this citizen')
    t.same(
      (await leader.get<Call>(`/api/calls/${now?.id ?? ''}`)).timeline
        .filter(e => ['queued', 'overflow', 'answered'].includes(e.kind))
        .map(e => e.kind),
      ['queued', 'answered']
    )
    await second.hangsUp()
  })
})
