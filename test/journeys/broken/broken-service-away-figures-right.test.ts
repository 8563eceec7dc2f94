import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'

interface Rate { numerator: number, denominator: number, leftOut: number }
interface Figures { offered: number, connection: Rate, abandoned: Rate, answeredIn15s: Rate }
interface Call { id: string, result: string, answeredBy: string | null, timeline: Array<{ kind: string, detail: Record<string, unknown> }> }
interface Sheet { extension: string, seconds: Record<string, number>, pauses: Record<string, number> }
interface AgentSeen { extension: string, state: string, reason: string | null, since: string }

await t.test('the service is stopped for a while: agents\' times and the figures of the queue are those of the telephones', async t => {
  const { network, service, as, pbx } = await startStack(t, { desks: ['8003', '8004'] })
  const [zhang, liu] = [agent(network, '8003'), agent(network, '8004')]
  const [answered, gaveUp] = [await citizen(network, '13900001801'), await citizen(network, '13900001802')]
  const from = new Date(Date.now() - 60_000).toISOString()
  const leader = await as('8031')
  await zhang.signsIn()
  await liu.signsIn()
  await leader.sees<{ items: AgentSeen[] }>('/api/agents', list => list.items.filter(a => a.state === 'ready').length === 2)
  await service.stop()

  // liu goes for lunch, zhang takes a call; a second citizen waits for some seconds and gives up.
  const lunchAt = Date.now()
  await network.dial({ desk: '8004', to: '*841' }).then(async call => await call.isOver())
  await answered.dials('962000')
  await zhang.answers()
  await gaveUp.dials('962000')
  const waitedFrom = Date.now()
  await until(() => Date.now() - waitedFrom > 4000, { what: 'the citizen waits' })
  await gaveUp.hangsUp()
  const waited = (Date.now() - waitedFrom) / 1000
  await answered.hangsUp()
  await zhang.call().isOver()

  await service.start()
  await service.settle()
  const query = `from=${encodeURIComponent(from)}&to=${encodeURIComponent(new Date(Date.now() + 60_000).toISOString())}`
  t.match(await leader.get<Figures>(`/api/calls/figures?${query}&shortAbandonSeconds=2`), {
    offered: 2,
    connection: {
      numerator: 1,
      denominator: 2,
      leftOut: 0
    },
    abandoned: { numerator: 1, denominator: 2 },
    answeredIn15s: { numerator: 1, denominator: 1 }
  })
  for (const [figure, count] of [['answered', 1], ['answeredIn15s', 1], ['counted', 2], ['abandoned', 1]] as const) {
    t.equal((await leader.get<{ items: Call[] }>(`/api/calls?${query}&shortAbandonSeconds=2&figure=${figure}`)).items.length, count,
      `the list behind "${figure}"`)
  }
  t.equal((await leader.get<{ items: Call[] }>(`/api/calls?${query}&shortAbandonSeconds=60&figure=counted`)).items.length, 1,
    'a caller who gives up at once is not counted')
  const { items: [abandoned] } = await leader.get<{ items: Call[] }>('/api/calls?result=abandoned')
  const detail = (await leader.get<Call>(`/api/calls/${abandoned?.id ?? ''}`)).timeline.find(e => e.kind === 'abandoned')?.detail
  const said = Number(detail?.waited)
  t.ok(said >= 3 && said <= waited + 3, `the citizen waited ${waited} s; on record: ${said}`)

  const { items: agents } = await leader.get<{ items: AgentSeen[] }>('/api/agents')
  t.match(agents.find(a => a.extension === '8004'), { state: 'paused' })
  const since = Date.parse(agents.find(a => a.extension === '8004')?.since ?? '')
  t.ok(Math.abs(since - lunchAt) < 5000, 'since the citizen dialled, not since the service is back')
  t.match(agents.find(a => a.extension === '8003'), { state: 'ready' })
  const { items: sheets } = await leader.get<{ items: Sheet[] }>(`/api/agents/times?from=${encodeURIComponent(from)}`)
  const of = (extension: string): Sheet | undefined => sheets.find(s => s.extension === extension)
  t.ok((of('8003')?.seconds.talking ?? 0) > 3, 'zhang talked')
  t.ok((of('8004')?.seconds.paused ?? 0) > (Date.now() - lunchAt) / 1000 - 5, 'liu\'s break is as long as it was')
  t.match(await pbx.console('queue show hotline'), /PJSIP\/8004[^\n]*paused/, 'and the agent still has it')
})
