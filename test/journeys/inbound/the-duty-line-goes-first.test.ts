import t from 'tap'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'

const urgentNumber = '13900001009'

await t.test('the emergency duty line (应急值班电话) goes ahead of the queue', async t => {
  const { network, as, pbx } = await startStack(t, { desks: ['8003'], settings: { EMERGENCY_ATTEMPTS: '1' } })
  const zhang = agent(network, '8003')
  // The duty room that rings belongs to the command staff of an incident that is going on: asked for no conference's number.
  await network.number(urgentNumber, 'busy')
  const coordinator = await as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents', {
    members: [{ name: '值班室', number: urgentNumber }], title: '点名', reason: '演习', mode: 'simultaneous'
  })
  await coordinator.sees<{ timeline: Array<{ kind: string }> }>(`/api/incidents/${incidentId}`,
    i => i.timeline.some(e => e.kind === 'unreached'))
  const [ordinary, urgent] = [await citizen(network, '13900001008'), await citizen(network, urgentNumber)]
  await zhang.signsIn()
  const first = await citizen(network, '13900001010')
  await first.dials('962000')
  await zhang.answers()

  // one is waiting already when the duty line rings
  const leader = await as('8031')
  await ordinary.dials('962000')
  await leader.sees<{ items: Array<{ state: string }> }>('/api/calls/waiting', list => list.items.some(c => c.state === 'queued'))
  await urgent.dials(pbx.config.emergencyDutyNumber)
  await leader.sees<{ items: Array<{ state: string }> }>('/api/calls/waiting',
    list => list.items.filter(c => c.state === 'queued').length === 2)
  await first.hangsUp()
  const next = await zhang.answers(2)
  await next.does('talk 880')
  await leader.sees<{ items: Array<{ did: string, answeredBy: string | null }> }>('/api/calls?direction=inbound',
    list => list.items.some(c => c.answeredBy === '8003' && c.did === pbx.config.emergencyDutyNumber))
  const { items } = await leader.get<{ items: Array<{ did: string }> }>('/api/calls/waiting')
  t.match(items, [{ did: '962000' }], 'a citizen who dialled the hotline earlier still waits')
  await urgent.hangsUp()
  await zhang.answers(3)
  const { items: all } = await leader.sees<{ items: Array<{ answeredBy: string | null }> }>('/api/calls?direction=inbound',
    list => list.items.every(c => c.answeredBy === '8003'))
  t.equal(all.length, 3, 'and is answered after the duty line')
})
