// A single PBX, which the service never takes for lost by itself: an administrator says so, and it comes back with its calls.
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { hears } from '../../harness/telephones/listening.ts'
import { storyClock } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'
import { timesLost, unlinkedSeconds } from '../../harness/stories/two-pbxs.ts'

interface Call { id: string, state: string, result: string | null }
interface Health { parts: Array<{ name: string, state: string, detail?: string }> }

const path = (node: string): string => `/api/pbx-nodes/${node}/declare-lost`
const because = { reason: '机房断电' }

await t.test('only of one without a link; back, its calls go on and nobody is rung who is still on the line', async t => {
  const stack = await startStack(t, { desks: ['8003'], settings: { QUEUE_SECONDS: '120' } })
  const { network, pbx, db, as } = stack
  await storyClock(stack).comes('10:00')
  const [talker, waits] = [await citizen(network, '13900001081'), await citizen(network, '13900001082')]
  const zhang = agent(network, '8003')
  await zhang.signsIn()
  await talker.dials('962000')
  await zhang.answers()
  await zhang.talks(440)
  const leader = await as('8031')
  await waits.dials('962000')
  await leader.sees<{ items: Call[] }>('/api/calls/waiting', list => list.items.some(call => call.state === 'queued'))
  const admin = await as('admin')
  const declares = async (node = 'pbx1') => await admin.request<{ code?: string }>('POST', path(node), because)
  t.match(await declares(), { status: 409, body: { code: 'node-linked' } })
  t.match(await declares('pbx9'), { status: 404, body: { code: 'not-found' } })
  t.match(await declares('PBX-9'), { status: 400, body: { code: 'invalid-input' } }, 'no PBX has such a name')
  t.equal((await leader.request('POST', path('pbx1'), because)).status, 403)
  t.equal((await admin.request('POST', path('pbx1'), { reason: ' ' })).status, 400)

  pbx.freeze()
  await until(async () => await unlinkedSeconds(stack, 'pbx1') > 12, { what: 'longer silent than one of two may be' })
  t.equal(await timesLost(stack, 'pbx1'), 0)
  t.match(await declares(), { status: 200, body: { node: 'pbx1' } })
  t.match(await declares(), { status: 409, body: { code: 'already-done' } })
  await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound', list => list.items.every(call => call.result === 'lost'))
  const { parts } = await leader.get<Health>('/health/ready')
  t.match(parts.find(part => part.name === 'pbx'), { detail: /no link to the PBX \(lost since / })
  t.match(await db.query('select actor, subject, detail from audit_entry where action = \'pbx-node.declare-lost\''),
    [{ actor: 'admin', subject: 'pbx1', detail: because }])

  pbx.thaw()
  await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound',
    list => list.items.map(call => call.state).sort().join() === 'queued,talking')
  await until(async () => (await db.query('select 1 from node_reach where lost_at is null')).length === 1, { what: 'it is back' })
  t.ok(await hears(talker.call(), 440))
  await talker.hangsUp()
  await zhang.answers(2)
  await zhang.talks(520)
  t.ok(await hears(waits.call(), 520))
  t.equal(waits.timesRung(), 0, 'the return call was withdrawn before it was placed')
  t.same(await db.query('select state from missed_call_return'), [{ state: 'called-again' }])
})
