// What an order is for those who reach it: what the strictest of its requests is. Lists show it to those whose roles see it.
import t from 'tap'
import { orderKind } from '../../../src/access/rules/visibility.ts'
import type { NewComplainant, NewOrder } from '../../../src/features/work-orders/order-types.ts'
import { agent, callbackWorld, officer, person } from '../callbacks/callback-world.ts'
import { noUnit } from '../../../src/domain/people/reader-unit.ts'

const dispatcher = person('dispatcher', 'DISPATCHER')
const leader = person('leader', 'LEADER')
const stall: NewOrder = {
  channel: 'HOTLINE_962000', requestType: 'COMPLAINT', categoryCode: '0701', title: '早点摊占道', townId: 'T01', complainantNumber: '13900001002'
}
const letter = { channel: 'PARTY_MAILBOX', requestType: 'REPORT_OF_WRONG' } as const
const other: NewComplainant = { number: '13900001009' }
const hidden: NewComplainant = { ...other, confidential: true }

const cases: Array<[what: string, Partial<NewOrder>, NewComplainant, kind: string]> = [
  ['a complaint', {}, other, 'ordinary'],
  ['… that a confidential person joined', {}, hidden, 'confidential'],
  ['a confidential one', { confidential: true }, other, 'confidential'],
  ['… that a confidential person joined', { confidential: true }, hidden, 'confidential'],
  ['a letter to the Party mailbox', { ...letter, confidential: false }, other, 'restricted'],
  ['… that is confidential', letter, other, 'restricted'],
  ['… that a confidential person joined', letter, hidden, 'restricted']
]

t.test('the kind of an order is the strictest of its requests', async t => {
  const w = await callbackWorld(t)
  w.at('2026-11-20 10:00')
  for (const [what, over, joins, kind] of cases) {
    const { id } = await w.tx(async tx => await w.orders.commands.file(tx, dispatcher, { ...stall, ...over }))
    await w.tx(async tx => await w.orders.commands.addComplainant(tx, dispatcher, { orderId: id, ...joins }))
    const [read] = await w.db.query<{ kind: string, restricted: boolean, confidential: boolean }>(
      'select kind, restricted, confidential from work_order_read where id = $1', [id])
    t.match(read, { kind }, what)
    t.equal(read && orderKind(read), kind, 'the policy says the same')
  }
})

t.test('a callback is seen as its order is for the complainant asked', async t => {
  const w = await callbackWorld(t)
  w.at('2026-11-20 10:00')
  const orderId = await w.acceptedOrder()
  await w.tx(async tx => await w.orders.commands.addComplainant(tx, agent, { orderId, ...hidden }))
  const letterId = await w.acceptedOrder(letter)
  const seen = async (actor: typeof agent, of: string): Promise<boolean[]> => {
    const page = { list: 'all', now: w.clock.now(), orderId: of, after: null, limit: 9 } as const
    return (await w.callbacks.queries.list(w.db, { actor, ownUnit: noUnit }, page)).map(callback => callback.orderId === of)
  }
  t.same(await seen(officer, orderId), [true, true])
  t.same(await seen(leader, orderId), [true, true], 'of a confidential one a leader knows that it is')
  t.same(await seen(officer, letterId), [true])
  t.same(await seen(leader, letterId), [], 'a letter has named readers')
})
