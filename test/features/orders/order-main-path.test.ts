// A citizen's report goes from the agent down to the town office and back. It is closed when the complainant has answered and
// the spot was seen.
import t from 'tap'
import { agent, dispatcher, handler, illegalClinic, operator, orderWorld, verifier } from './order-world.ts'
import { systemActor } from '../../../src/domain/people/roles.ts'

t.test('the example order', async t => {
  const w = await orderWorld(t)
  const { commands: c, queries } = w.orders
  w.at('2026-11-23 08:12')
  let order = await w.do(c.file, agent, illegalClinic)
  t.match(order, { state: 'FILED', number: /^20261123-\d{6}$/, version: 1 })
  t.match(await w.row(order.id), { confidential: true, callback_status: 'PENDING', verification_required: true, town_id: 'T02' },
    '举报 is confidential by default')

  w.at('2026-11-23 08:20')
  order = await w.do(c.dispatch, dispatcher, {
    orderId: order.id, version: order.version, mode: 'single', unitIds: ['D11'], basis: 'statutory'
  })
  t.equal(order.state, 'DISPATCHED')
  order = await w.do(c.forward, handler('D11'), { orderId: order.id, unitId: 'T02-JSB' })
  w.clock.advance(2500)
  await w.sweep()
  const [text] = await w.texts(order.id)
  t.match(text?.body, /^【闵行962000】工单20261123-\d{6}：非法鉴定胎儿性别，七宝镇 沪星路某居民楼底商。请于11月23日11:20前到场，11月30日08:20前办结。$/)
  t.notMatch(text?.body, /13900001001|8001001/, 'no number leaves')
  t.equal((await w.texts(order.id)).length, 1, 'only the unit that has it now')

  const steps: Array<[string, () => Promise<{ state: string }>]> = [
    ['SIGNED', async () => await w.do(c.sign, handler('T02-JSB'), { orderId: order.id })],
    ['ON_SITE', async () => await w.do(c.arrive, handler('T02-JSB'), { orderId: order.id, longitude: 121.37, latitude: 31.15 })],
    ['HANDLING', async () => await w.do(c.start, handler('T02-JSB'), { orderId: order.id, stage: 'enforcement' })],
    ['REPORTED', async () => await w.do(c.report, handler('T02-JSB'), { orderId: order.id, text: '已查封，移送卫生监督所。', result: 'SOLVED' })],
    ['VERIFYING', async () => await w.do(c.acceptReport, operator('T02'), { orderId: order.id })]
  ]
  for (const [state, step] of steps) {
    w.clock.advance(600_000)
    t.equal((await step()).state, state)
  }
  t.match(w.asked, [{
    id: order.id,
    cycle: 1,
    complainants: [{ number: '+8613900001001', confidential: true, requestType: 'REPORT_OF_WRONG' }]
  }])

  await t.rejects(w.do(c.close, dispatcher, { orderId: order.id }), { code: 'guard-not-met' }, 'not before both checks')
  t.equal((await w.do(c.verify, verifier, { orderId: order.id, passed: true, photo: 'photo-1.jpg' })).state, 'VERIFYING')
  await t.rejects(w.do(c.close, dispatcher, { orderId: order.id }), { code: 'guard-not-met' }, 'not before the complainant has answered')
  order = await w.do(c.recordCallbackResult, systemActor, {
    orderId: order.id, cycle: 1, status: 'CONFIRMED', contacted: true, solved: 'yes', grade: 5
  })
  t.equal(order.state, 'CLOSED')

  const whole = await queries.one(agent, order.id)
  t.match(whole, { result: 'SOLVED', complainant: { number: '139****1001', name: '张先生' } })
  t.same(whole.timeline.map(e => e.kind), [
    'case.file', 'case.dispatch', 'assignment.forward', 'dispatch.notified', 'assignment.sign', 'handling.arrive', 'handling.start',
    'handling.report', 'report.accept', 'verification.pass', 'callback.result', 'case.close'
  ])
  t.ok(whole.deadlines.every(d => d.stoppedAt !== null), 'no clock runs on')
  t.same(whole.assignments.map(a => [a.unit.id, a.endReason]), [['D11', 'forwarded'], ['T02-JSB', 'closed']])
  t.match(whole.deadlines.find(d => d.kind === 'on-site')?.explained, /^到场：自2026年11月23日08:20派遣起3小时/)
  t.match(await queries.one(handler('T02-JSB'), order.id), { complainant: { number: null, name: null } },
    'the handler sees neither name nor number')
  await t.rejects(queries.one(handler('D01'), order.id), { code: 'not-found' })
})

t.test('a report sent back goes on with the time that was left', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  w.at('2026-11-23 09:00')
  const { id: orderId } = await w.do(c.file, agent, illegalClinic)
  await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['T02-JSB'], basis: 'statutory' })
  await w.do(c.sign, handler('T02-JSB'), { orderId })
  await t.rejects(w.do(c.start, handler('T02-JSB'), { orderId }), { code: 'guard-not-met' },
    'a visit is due, so leaving it out needs a reason')
  await w.do(c.arrive, handler('T02-JSB'), { orderId })
  await w.do(c.start, handler('T02-JSB'), { orderId })
  w.at('2026-11-24 09:00')
  await w.do(c.report, handler('T02-JSB'), { orderId, text: '已办' })
  w.at('2026-11-26 09:00')
  t.equal((await w.do(c.sendBack, operator('T02'), { orderId, reason: '没有照片' })).state, 'HANDLING')
  const [row] = await w.db.query<{ due_at: Date }>('select due_at from deadline where order_id = $1 and kind = \'handling\'', [orderId])
  t.same(row?.due_at, new Date('2026-12-02T09:00:00+08:00'), 'six of the seven days were left')
})

t.test('a rework goes back to the unit with 72 hours, and an earlier answer no longer counts', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  w.at('2026-11-23 09:00')
  const { id: orderId } = await w.do(c.file, agent, illegalClinic)
  await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['T02-JSB'], basis: 'statutory' })
  const round = async (): Promise<void> => {
    await w.do(c.sign, handler('T02-JSB'), { orderId })
    await w.do(c.arrive, handler('T02-JSB'), { orderId })
    await w.do(c.start, handler('T02-JSB'), { orderId })
    await w.do(c.report, handler('T02-JSB'), { orderId, text: '已办' })
    await w.do(c.acceptReport, operator('T02'), { orderId })
  }
  await round()
  w.at('2026-11-25 10:00')
  t.match(await w.do(c.verify, verifier, { orderId, passed: false, remarks: '仍在营业' }), { state: 'DISPATCHED' },
    'failed on the spot, so it is back with the unit')
  t.match(await w.row(orderId),
    { state: 'DISPATCHED', cycle: 2, rework_count: 1, callback_status: 'PENDING', verification_status: 'PENDING' })
  const [row] = await w.db.query<{ due_at: Date }>('select due_at from deadline where order_id = $1 and kind = \'handling\' and cycle = 2',
    [orderId])
  t.same(row?.due_at, new Date('2026-11-28T10:00:00+08:00'))
  await t.rejects(w.do(c.recordCallbackResult, systemActor, { orderId, cycle: 1, status: 'CONFIRMED' }), { code: 'transition-not-allowed' })
  await round()
  t.match(w.asked[1], { cycle: 2, complainants: [{ requestType: 'REPORT_OF_WRONG' }], reworkCount: 1 })
  await t.rejects(w.do(c.recordCallbackResult, systemActor, { orderId, cycle: 1, status: 'CONFIRMED' }), { code: 'guard-not-met' })
})
