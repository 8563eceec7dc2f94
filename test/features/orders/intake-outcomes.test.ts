// How intake ended stands on the order beside its state; orders of before have the outcome of their reason.
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { migratedTo } from '../../harness/servers/migrated-to.ts'
import { agent, illegalClinic, leader8031, orderWorld, somebody } from './order-world.ts'

t.test('answered, put through, told another way, explained, passed on, a clue', async t => {
  const w = await orderWorld(t)
  const { commands: c, queries } = w.orders
  const received = async (): Promise<string> => (await w.do(c.receive, agent, illegalClinic)).id
  const supervisor = somebody('supervisor', null, 'SUPERVISOR')
  const reads = async (orderId: string, expected: object): Promise<void> => { t.match(await queries.one(supervisor, orderId), expected) }

  let orderId = await received()
  await w.do(c.answer, agent, { orderId, reply: '请带居住证' })
  await reads(orderId, { state: 'ANSWERED', outcome: 'direct-answer', outcomeBody: null })
  orderId = await received()
  await t.rejects(w.do(c.answer, agent, { orderId, reply: '已转110', outcome: 'live-transfer' }), { code: 'outcome-incomplete' })
  await t.rejects(w.do(c.answer, agent, { orderId, reply: '已转', outcome: 'live-transfer', outcomeBody: '12345' }),
    { code: 'outcome-incomplete' })
  await w.do(c.answer, agent, { orderId, reply: '已转110', outcome: 'live-transfer', outcomeBody: '110' })
  await reads(orderId, { state: 'ANSWERED', outcome: 'live-transfer', outcomeBody: '110' })

  orderId = await received()
  await t.rejects(w.do(c.reject, agent, { orderId, reply: '已告知' }), { code: 'outcome-incomplete' })
  await t.rejects(w.do(c.reject, agent, { orderId, reply: '已告知', reason: 'privacy' }), { code: 'outcome-needs-leader' })
  await t.rejects(w.do(c.reject, agent, { orderId, reply: '已告知', reason: 'litigation', outcome: 'explained' }),
    { code: 'outcome-needs-leader' })
  await t.rejects(w.do(c.reject, leader8031, { orderId, reply: '已告知', reason: 'litigation', outcome: 'explained' }),
    { code: 'outcome-incomplete' })
  await w.do(c.reject, agent, { orderId, reply: '已告知', reason: 'litigation' })
  await reads(orderId, { state: 'REJECTED', outcome: 'statutory-way', outcomeBody: null })

  orderId = await received()
  await w.do(c.reject, leader8031, { orderId, reply: '不便答复', reason: 'privacy' })
  await reads(orderId, { state: 'REJECTED', outcome: 'explained' })
  orderId = await received()
  await w.do(c.reject, leader8031, { orderId, reply: '已转', outcome: 'transferred', outcomeBody: '松江区热线' })
  await reads(orderId, { state: 'REJECTED', outcome: 'transferred', outcomeBody: '松江区热线' })
  orderId = await received()
  const clue = { orderId, reply: '已移送', outcome: 'clue', outcomeBody: '七宝派出所' } as const
  await t.rejects(w.do(c.reject, leader8031, clue), { code: 'outcome-incomplete' }, 'without evidence')
  await w.do(c.reject, leader8031, { ...clue, evidence: '三天内九十次来电，录音三段' })
  const seen = await queries.one(supervisor, orderId)
  t.match(seen, { outcome: 'clue' })
  t.match(seen.timeline.at(-1), { kind: 'intake.reject', detail: { outcome: 'clue', evidence: '三天内九十次来电，录音三段' } })
  await t.rejects(w.db.query('update work_order set outcome = \'direct-answer\' where id = $1', [orderId]), /work_order_outcome_state/)
  await t.rejects(w.db.query('update work_order set outcome = \'clue\' where id = $1',
    [(await w.do(c.file, agent, illegalClinic)).id]), /work_order_outcome_state/)
})

t.test('orders of before', async t => {
  const { db, migrateOn } = await migratedTo(t, '0093')
  const ended = async (number: string, state: string, reasons: readonly string[]): Promise<void> => {
    const id = randomUUID()
    await db.query(`insert into work_order (id, number, state, channel, channel_since, asked_back, restricted, created_by, received_at,
      updated_at, closed_at) values ($1, $2, $3, 'HOTLINE_962000', '2000-01-01', true, false, '8001', now(), now(), $4)`,
    [id, number, state, state === 'RECEIVED' ? null : new Date(Date.now() + 1000)])
    for (const reason of reasons) {
      await db.query(`insert into order_event (order_id, at, kind, actor, from_state, to_state, detail)
        values ($1, now(), 'intake.reject', '8001', 'RECEIVED', 'REJECTED', $2)`, [id, JSON.stringify({ reason })])
    }
  }
  await ended('1', 'ANSWERED', [])
  await ended('2', 'REJECTED', ['litigation'])
  await ended('3', 'REJECTED', ['against-public-order'])
  await ended('4', 'REJECTED', ['privacy'])
  await ended('5', 'RECEIVED', [])
  await migrateOn()
  t.same((await db.query<{ outcome: string | null }>('select outcome from work_order order by number')).map(o => o.outcome),
    ['direct-answer', 'statutory-way', 'explained', 'explained', null])
})
