import t from 'tap'
import { pdf } from '../rules/attachments/made-files.ts'
import { orderWorld, somebody } from '../features/orders/order-world.ts'
import { dispatched, filesOf } from '../features/attachments/files-world.ts'
import { interfaceWorld } from '../features/interfaces/interface-world.ts'

t.test('taken back twice at once', async t => {
  const w = await orderWorld(t)
  const { as } = await filesOf(t, w, t.testdir(), {})
  const id = await dispatched(w)
  const unit = await as('d11', 'D11', 'HANDLER')
  const added = await unit.send(`${id}/attachments?purpose=report`, 'a.pdf', pdf())
  const path = `${id}/attachments/${String(added.body.id)}`
  const all = await Promise.all([unit.drop(path), unit.drop(path), unit.drop(path)])
  console.log(all.map(a => [a.status, a.body.code]), (await w.kinds(id)).filter(kind => kind.startsWith('attachment')))
})

t.test('other words under a known id, twice at once', async t => {
  const w = await interfaceWorld(t)
  const { id: interfaceId } = await w.receives()
  const actor = somebody('grid', null, 'INTEGRATION')
  const body = (n: number) => JSON.stringify({ type: 'interface.trial', version: '1', timestamp: new Date(w.clock.now().getTime() + n * 1000).toISOString(), data: {} })
  const hand = async (text: string) => await w.tx(async tx => await w.receiving.receive(tx, { actor, purposes: ['exchange'] as never },
    { id: 'm1', sentAt: w.clock.now(), signature: '', body: text, interfaceId, toleranceMs: 300_000 }))
  await hand(body(0))
  const kept = await Promise.all([1, 2, 3, 4].map(async () => await hand(body(1))))
  console.log(kept, await w.db.query('select count(*)::int, differs from envelope group by differs'))
  console.log('later', await hand(body(1)))
})
