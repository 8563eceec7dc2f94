import t from 'tap'
import { DomainError } from '../../src/domain/errors.ts'
import { agent, dispatcher, orderWorld } from '../features/orders/order-world.ts'
t.test('merges and un-merges at once', async t => {
  const w = await orderWorld(t); const c = w.orders.commands
  const ids: string[] = []
  for (let i = 0; i < 7; i++) ids.push((await w.do(c.file, agent, { channel: 'HOTLINE_962000', requestType: 'COMPLAINT', categoryCode: '0701', title: 't', description: 'd', townId: 'T01', complainantNumber: `1390000100${i}`, aboutUnitId: i % 3 === 0 ? 'D05' : null } as never)).id)
  for (const id of ids) await w.do(c.addComplainant, agent, { orderId: id, number: '13900002' + id.slice(0, 3).replace(/\D/g, '1'), words: 'x' })
  const codes = new Map<string, number>()
  let seed = 7; const rnd = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648
  const pick = () => ids[Math.floor(rnd() * ids.length)]!
  for (let round = 0; round < 60; round++) {
    await Promise.all(Array.from({ length: 6 }, async () => {
      const [a, b] = [pick(), pick()]
      try {
        if (rnd() < 0.5) await w.do(c.merge, dispatcher, { orderId: a, targetId: b }); else await w.do(c.unmerge, dispatcher, { orderId: a, reason: 'r' })
        codes.set('ok', (codes.get('ok') ?? 0) + 1)
      } catch (e) { const k = e instanceof DomainError ? `${e.code} ${String((e.details as { guard?: string }).guard)}` : `RAW ${String(e)}`; codes.set(k, (codes.get(k) ?? 0) + 1) }
    }))
    const bad = await w.db.query(`with recursive p as (select id, id now from work_order where merged_into is null union all select o.id, p.now from work_order o join p on o.merged_into = p.id)
      select r.id from request r join p on p.id = r.filed_with where p.now <> r.order_id union all select id from work_order where (state = 'MERGED') <> (merged_into is not null) or (select count(*) from p) <> (select count(*) from work_order)`)
    if (bad.length > 0) { t.fail(`round ${round}: ${bad.length}`); break }
    // an order that holds a complaint about a unit says so
    const about = await w.db.query(`select distinct o.id from request r join work_order f on f.id = r.filed_with join work_order o on o.id = r.order_id where f.about_unit_id is not null and o.about_unit_id is distinct from f.about_unit_id`)
    if (about.length > 0) codes.set('ABOUT LOST', (codes.get('ABOUT LOST') ?? 0) + 1)
  }
  t.comment([...codes])
})
