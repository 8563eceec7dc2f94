import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { hears } from '../../harness/telephones/listening.ts'
import { stalls } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'

interface Call { id: string, number: string, answeredBy: string | null, recorded: boolean, endedAt: string | null }
interface AgentSeen { extension: string, state: string, reason: string | null }

await t.test('PostgreSQL is away for 20 s during calls: they go on, and all of them are there afterwards, ' +
  'with their recordings', async t => {
  const { network, service, pbx, postgres, as, db } = await startStack(t, { desks: ['8003', '8004'], ownDatabase: true })
  const [zhang, liu] = [agent(network, '8003'), agent(network, '8004')]
  const [before, during, after] = [
    await citizen(network, '13900001401'),
    await citizen(network, '13900001402'),
    await citizen(network, '13900001403')
  ]
  const leader = await as('8031')
  const desk = await as('8003')
  await zhang.signsIn()
  await before.dials('962000')
  await zhang.answers()
  await before.talks(440)
  t.ok(await hears(zhang.call(), 440), 'they speak, and are recorded')

  await postgres?.kill()
  const wentAway = performance.now()
  const refused = await desk.request<{ code: string }>('POST', '/api/work-orders', stalls,
    { 'idempotency-key': 'filed-while-the-database-is-away' })
  t.equal(refused.status, 503)
  t.equal(refused.body.code, 'database-unavailable')
  t.ok(Number(refused.headers.get('retry-after')) > 0, 'with a time to come back')
  t.equal((await leader.request('GET', '/health/ready')).status, 503)
  t.equal((await leader.request('GET', '/health/live')).status, 200)

  // Meanwhile a call ends, another is answered by an agent who has just signed in, and zhang takes a break.
  await liu.signsIn()
  await before.hangsUp()
  await network.dial({ desk: '8003', to: '*842' }).then(async call => await call.isOver())
  await during.dials('962000')
  await liu.answers()
  await liu.talks(880)
  await during.call().does('talk 440')
  t.ok(await hears(during.call(), 880) && await hears(liu.call(), 440), 'they hear each other')
  await during.hangsUp()
  await pause(Math.max(0, 20_000 - (performance.now() - wentAway)))
  await postgres?.start()

  const filed = await until(async () => {
    const answer = await desk.request<{ id: string }>('POST', '/api/work-orders', { ...stalls, complainantNumber: '13900001404' },
      { 'idempotency-key': 'filed-while-the-database-is-away' })
    return answer.status === 201 && answer.body
  }, { what: 'the same request is taken now', seconds: 30, everyMs: 500 })
  t.ok(filed.id)
  await service.settle()
  const { items } = await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound',
    list => list.items.length === 2 && list.items.every(c => c.endedAt))
  t.match(items, [
    { number: '139****1402', answeredBy: '8004', recorded: true },
    { number: '139****1401', answeredBy: '8003', recorded: true }
  ])
  for (const { recording } of await db.query<{ recording: string }>('select recording from call where direction = \'inbound\'')) {
    const file = join(pbx.recordingsDir, recording)
    t.ok(existsSync(file) && statSync(file).size > 10_000, 'with a recording')
  }
  await leader.sees<{ items: AgentSeen[] }>(
    '/api/agents',
    list => list.items.some(a => a.extension === '8004' && a.state === 'ready') &&
      list.items.some(a => a.extension === '8003' && a.state === 'paused' && a.reason !== null)
  )
  const queue = await pbx.console('queue show hotline')
  t.match(queue, /PJSIP\/8003[^\n]*paused/, 'zhang has the break')
  t.notMatch(queue, /PJSIP\/8004[^\n]*paused/)
  t.match(queue, /PJSIP\/8004/, 'liu is there for citizens')
  await after.dials('962000')
  await liu.answers(2)
  t.equal(network.ringsOf('desk8003').length, 1, 'an agent on a break is not rung')
  t.match(await leader.get('/health/ready'), { parts: [{ name: 'database', state: 'ok' }] })
})
