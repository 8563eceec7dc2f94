// A person who corrects an order's number again and again learns from no figure whose number it is.
import t from 'tap'
import { boardsOf } from '../orders/wandering-orders.ts'
import { agent, illegalClinic, orderWorld } from '../orders/order-world.ts'

t.test('an order whose number was changed is in no count of repeated complaints, also when it is changed back', async t => {
  const w = await orderWorld(t)
  const boards = await boardsOf(w)
  const { commands: c } = w.orders
  w.at('2026-11-23 09:00')
  const figures = async (): Promise<[numbered: number, repeated: number]> => {
    const { total } = await boards.board({ from: new Date('2026-11-01T00:00:00Z'), to: new Date('2026-12-31T00:00:00Z') })
    return [total.numbered, total.repeated]
  }
  const matter = { ...illegalClinic, requestType: 'COMPLAINT' as const, complainantNumber: '13912345678' }
  const call = async (id: string): Promise<string> => await w.calls.arrives(id, { number: '+8613912345678' })
  await w.do(c.file, agent, { ...matter, callId: await call('pbx1-1.1') })
  w.at('2026-11-23 10:00')
  await w.do(c.file, agent, { ...matter, callId: await call('pbx1-1.2') })
  t.same(await figures(), [2, 1], 'a caller who complains again')
  const { id } = await w.do(c.file, agent, { ...matter, complainantNumber: '13912345600', callId: await call('pbx1-1.3') })
  t.same(await figures(), [2, 1])
  for (const guess of ['13912345601', '13912345678', '13912345602', '13912345678']) {
    await w.do(c.amend, agent, { orderId: id, complainantNumber: guess })
    t.same(await figures(), [2, 1], guess)
  }
})
