// A token that lacked `orders` when the message came: an administrator gives it the purpose, and takes the message.
import t from 'tap'
import { somebody } from '../features/orders/order-world.ts'
import { administrator, interfaceWorld } from '../features/interfaces/interface-world.ts'

t.test('purposes', async t => {
  const w = await interfaceWorld(t)
  const { id: interfaceId } = await w.receives()
  const actor = somebody('grid', null, 'INTEGRATION')
  const body = JSON.stringify({ type: 'order.report', version: '1', timestamp: w.clock.now().toISOString(), data: {
    channel: 'GRID_PATROL', sourceNumber: 'G-1', requestType: 'COMPLAINT', categoryCode: '0701', townId: 'T02', title: '路灯不亮', description: '路口的灯不亮。'
  } })
  const message = { id: 'm1', sentAt: w.clock.now(), signature: '', body, interfaceId, toleranceMs: 300_000 }
  const hand = async (purposes: string[], id = 'm1') => {
    const kept = await w.tx(async tx => await w.receiving.receive(tx, { actor, purposes: purposes as never }, { ...message, id }))
    return { fresh: kept.fresh, ...await w.receiving.settle(kept.id) }
  }
  const first = await hand(['exchange'])
  console.log('first', JSON.stringify(first))
  console.log('sent again, the token has orders now', JSON.stringify(await hand(['exchange', 'orders'])))
  console.log('an administrator takes it', await w.tx(async tx => await w.quarantine.take(tx, administrator, first.id)).catch((e: Error & { code: string }) => `${e.code}: ${e.message}`))
  console.log('under another id', JSON.stringify(await hand(['exchange', 'orders'], 'm2')))
})
