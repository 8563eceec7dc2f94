// An event that waits tells of the order as it was: has it become confidential since, or a complaint about the owner?
import t from 'tap'
import { agent, illegalClinic } from '../features/orders/order-world.ts'
import { administrator, interfaceWorld } from '../features/interfaces/interface-world.ts'
import { startPeer, status } from '../features/interfaces/peer.ts'

t.test('became confidential', async t => {
  const w = await interfaceWorld(t)
  const peer = await startPeer(t)
  const { id: endpoint } = await w.told(peer.url, ['order.filed'])
  peer.answers(status(503))
  const order = await w.do(w.orders.commands.file, agent, { ...illegalClinic, requestType: 'COMPLAINT' as const })
  await w.send()
  const now = await w.do(w.orders.commands.amend, agent, { orderId: order.id, version: order.version, confidential: true, aboutUnitId: 'D01' })
  console.log('order', now, (await w.row(order.id)).confidential)
  peer.received.length = 0
  peer.answers(status(204))
  w.clock.advance(3_600_000)
  await w.send()
  console.log('sent after it became confidential and about D01:', peer.received.map(r => r.body), await w.of(endpoint).then(all => all.map(d => d.state)))
  void administrator
})

t.test('what was sent is kept for 30 days', async t => {
  const w = await interfaceWorld(t)
  const { id } = await w.told('http://127.0.0.1:1/x', ['order.filed'])
  await w.db.query(`insert into delivery (id, endpoint_id, kind, body_sealed, state, created_at, queued_at, due_at, settled_at)
    select gen_random_uuid(), $1, 'interface.trial', '\\x00', 'sent', $2, $2, $2, $2 from generate_series(1, 10000)`,
  [id, new Date(w.clock.now().getTime() - 40 * 86_400_000)])
  for (let hour = 0; hour < 3; hour++) {
    for (let i = 0; i < 5; i++) await w.send()
    console.log('hour', hour, await w.db.query('select count(*)::int from delivery'))
    w.clock.advance(3_600_001)
  }
})
