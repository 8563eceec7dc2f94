// What an order is for those who reach it: by itself, and through somebody who complains along. Lists show it to those whose roles see it.
import t from 'tap'
import { orderKind, orderKinds } from '../../../src/access/rules/visibility.ts'
import type { NewComplainant, NewOrder } from '../../../src/features/work-orders/order-types.ts'
import { agent, callbackWorld, officer, person } from '../callbacks/callback-world.ts'

const dispatcher = person('dispatcher', 'DISPATCHER')
const leader = person('leader', 'LEADER')
const stall: NewOrder = {
  channel: 'HOTLINE_962000', requestType: 'COMPLAINT', categoryCode: '0701', title: '早点摊占道', townId: 'T01', complainantNumber: '13900001002'
}
const letter = { channel: 'PARTY_MAILBOX', requestType: 'REPORT_OF_WRONG' } as const
const other: NewComplainant = { number: '13900001009' }
const hidden: NewComplainant = { ...other, confidential: true }

const cases: Array<[what: string, Partial<NewOrder>, NewComplainant, kind: string, through: string]> = [
  ['a complaint', {}, other, 'ordinary', 'ordinary'],
  ['… that a confidential person joined', {}, hidden, 'ordinary', 'confidential'],
  ['a confidential one', { confidential: true }, other, 'confidential', 'confidential'],
  ['… that a confidential person joined', { confidential: true }, hidden, 'confidential', 'confidential'],
  ['a letter to the Party mailbox', { ...letter, confidential: false }, other, 'restricted', 'restricted'],
  ['… that is confidential', letter, other, 'restricted', 'restricted'],
  ['… that a confidential person joined', letter, hidden, 'restricted', 'restricted']
]

t.test('the kind of an order, alone and through a complainant', async t => {
  const w = await callbackWorld(t)
  w.at('2026-11-20 10:00')
  for (const [what, over, joins, kind, through] of cases) {
    const { id } = await w.tx(async tx => await w.orders.commands.file(tx, dispatcher, { ...stall, ...over }))
    await w.tx(async tx => await w.orders.commands.addComplainant(tx, dispatcher, { orderId: id, ...joins }))
    const [read] = await w.db.query<{ kind: string, through: string, restricted: boolean, confidential: boolean }>(`
      select o.kind, j.order_kind as through, o.restricted, o.confidential
      from work_order_read o join co_complainant_read j on j.order_id = o.id where o.id = $1`, [id])
    t.match(read, { kind, through }, what)
    t.equal(read && orderKind(read), kind, 'the policy says the same')
    t.ok(orderKinds.some(known => known === read?.through))
  }
})

t.test('a callback is seen as its order is for the complainant asked', async t => {
  const w = await callbackWorld(t)
  w.at('2026-11-20 10:00')
  const orderId = await w.acceptedOrder()
  await w.tx(async tx => await w.orders.commands.addComplainant(tx, agent, { orderId, ...hidden }))
  const letterId = await w.acceptedOrder(letter)
  const seen = async (actor: typeof agent, of: string): Promise<boolean[]> => (await w.callbacks.queries.list(w.db, { actor, unitPath: [] },
    { list: 'all', now: w.clock.now(), orderId: of, after: null, limit: 9 })).map(callback => callback.coComplainantId !== null)
  t.same((await seen(officer, orderId)).sort(), [false, true])
  t.same((await seen(leader, orderId)).sort(), [false, true], 'of a confidential one a leader knows that it is')
  t.same(await seen(officer, letterId), [false])
  t.same(await seen(leader, letterId), [], 'a letter has named readers')
})
