// 催办 is counted, told once and moves nothing; 延期 is asked for in time, moves the unit's clock so far and no further, and shows both times.
import t from 'tap'
import { agent, dispatcher, handler, illegalClinic, leader8031, operator, orderWorld, somebody, verifier } from './order-world.ts'

const supervisor = somebody('supervisor', null, 'SUPERVISOR')
const hours = (n: number): number => n * 3_600_000

t.test('an urge', async t => {
  const w = await orderWorld(t)
  const c = w.orders.commands
  const { id, number } = await w.do(c.file, agent, { ...illegalClinic, requestType: 'COMPLAINT' })
  const urge = async (actor: typeof agent, over: object = {}): Promise<{ urgeCount: number, told: boolean, version: number }> =>
    await w.tx(async tx => await c.urge(tx, actor, { orderId: id, reason: '市民再次来电', ...over }))

  t.match(await urge(agent), { urgeCount: 1, told: false }, 'nobody has it yet: the Centre sees it')
  await w.do(c.dispatch, dispatcher, { orderId: id, mode: 'single', unitIds: ['D11'], basis: 'statutory' })
  const before = await w.row(id)
  await t.rejects(urge(agent), { code: 'urged-just-now' }, 'the same person only just now')
  await w.calls.arrives('c-1')
  await w.calls.answers('c-1', '8001')
  t.match(await urge(agent, { callId: 'c-1' }), { urgeCount: 2, told: true, version: before.version },
    'another citizen\'s call is another urge; no version goes up')
  t.match(await urge(supervisor), { urgeCount: 3, told: false }, 'the last text came only just now')
  t.match(await w.texts(id), [{ key: `urge-${id}-2`, body: `工单${number}被催办（第2次）：非法鉴定胎儿性别。请抓紧办理并反馈。` }])
  w.clock.advance(10 * 60_000)
  t.match(await urge(agent), { urgeCount: 4, told: true })
  const { state, version, handling_overtime_at: late, level } = before
  t.match(await w.row(id), { state, version, handling_overtime_at: late, level }, 'it moved nothing')
  const seen = await w.orders.queries.one(handler('D11'), id)
  t.match(seen, { urgeCount: 4, urgedAt: w.clock.now(), timeline: { length: 6 } })
  t.match(seen.timeline.at(-1), { kind: 'case.urge', actor: '8001', detail: { reason: '市民再次来电', times: 4, unit: 'D11' } })
  t.match(seen.calls, [{ callId: 'c-1', role: 'reminder' }])
  t.match(await w.orders.queries.list(supervisor, { urged: true }, { after: null, limit: 5 }), [{ id, urgeCount: 4 }])
  await t.rejects(urge(handler('D11')), { code: 'not-allowed' })
  await t.rejects(urge(operator('T05')), { code: 'not-found' })
})

t.test('many at once', async t => {
  const w = await orderWorld(t)
  const c = w.orders.commands
  const ids: string[] = []
  for (let i = 0; i < 7; i++) ids.push((await w.do(c.file, agent, { ...illegalClinic, title: `第${i}件` })).id)
  for (const id of ids.slice(0, 6)) {
    await w.do(c.dispatch, dispatcher, { orderId: id, mode: 'single', unitIds: [id === ids[5] ? 'D02' : 'D11'], basis: 'statutory' })
  }
  await w.do(c.merge, dispatcher, { orderId: ids[6] ?? '', targetId: ids[0] ?? '' })
  t.same(await w.tx(async tx => await c.urgeMany(tx, dispatcher, { orderIds: [...ids, ids[0] ?? ''], reason: '月底清理' })),
    { urged: 6, told: 2, refused: [{ id: ids[6], code: 'transition-not-allowed' }] })
  const texts = await w.db.query<{ subject: string, body: string }>(`select subject, body from sms_message where key like 'urge%'
    order by subject`)
  t.equal(texts.length, 2, 'one text a contact')
  t.match(texts.map(x => x.body).join('\n'), /您单位有5件工单被催办：\d/)
  t.match(await w.tx(async tx => await c.urgeMany(tx, dispatcher, { orderIds: ids, reason: '再催' })),
    { urged: 0, told: 0, refused: { length: 7 } }, 'not twice in ten minutes')
  await t.rejects(w.tx(async tx => await c.urge(tx, verifier, { orderId: ids[0] ?? '', reason: '看看' })), { code: 'not-found' },
    'its spot is not to be seen')
})

t.test('an extension', async t => {
  const w = await orderWorld(t)
  const c = w.orders.commands
  w.at('2026-11-23 09:00')
  const { id, number } = await w.do(c.file, agent, { ...illegalClinic, requestType: 'COMPLAINT' })
  await w.do(c.dispatch, dispatcher, { orderId: id, mode: 'single', unitIds: ['D11'], basis: 'statutory' })
  for (const step of [c.sign, c.arrive, c.start] as const) await w.do(step, handler('D11'), { orderId: id })
  const clock = async (): Promise<{ dueAt: Date, warnedHalfAt?: Date | null, explained: string }> =>
    (await w.orders.queries.one(dispatcher, id)).deadlines.find(d => d.kind === 'handling') as never
  const due = (await clock()).dueAt
  const given = due.getTime() - w.clock.now().getTime()
  const later = (ms: number): Date => new Date(due.getTime() + ms)
  const { citizenDueAt, extension, steps } = await w.orders.queries.one(handler('D11'), id)
  t.same(extension, { asked: null, due, latest: later(given), granted: 0 }, 'at most as long again')
  t.ok(steps.includes('extension.request') && !steps.includes('extension.grant'))

  const ask = async (until: Date): Promise<unknown> =>
    await w.do(c.requestExtension, handler('D11'), { orderId: id, reason: '要会同卫生部门取证', until })
  await t.rejects(ask(later(given + 60_000)), { code: 'extension-too-long' })
  await t.rejects(ask(later(-60_000)), { code: 'guard-not-met' }, 'not later')
  await t.rejects(w.do(c.requestExtension, handler('D02'), { orderId: id, reason: 'x', until: later(1) }), { code: 'not-found' })
  // Half of the time is over and was said.
  w.clock.advance(given * 0.6)
  await w.sweep()
  await ask(later(hours(48)))
  await t.rejects(ask(later(hours(24))), { code: 'guard-not-met' }, 'one waits for a decision')
  t.match(await w.orders.queries.list(dispatcher, { extension: true }, { after: null, limit: 5 }), [{ id }], 'on the board')
  t.equal((await clock()).dueAt.getTime(), due.getTime(), 'asking moves nothing')
  await t.rejects(w.do(c.grantExtension, handler('D11'), { orderId: id }), { code: 'not-allowed' })
  await w.do(c.refuseExtension, dispatcher, { orderId: id, decision: '先抓紧办' })
  t.equal((await clock()).dueAt.getTime(), due.getTime())

  await ask(later(hours(48)))
  // Asked in time, decided late: the time moves all the same, that it was overtime stays.
  w.clock.advance(given * 0.4 + hours(1))
  await w.sweep()
  const overtime = (await w.row(id)).handling_overtime_at
  t.ok(overtime)
  await w.do(c.grantExtension, leader8031, { orderId: id, decision: '同意' })
  const moved = await clock()
  t.equal(moved.dueAt.getTime(), later(hours(48)).getTime())
  t.match(moved.explained, /；经同意延期48小时/)
  t.match(await w.row(id), { handling_overtime_at: overtime, citizen_due_at: citizenDueAt, extension_asked_at: null, extension_count: 1 },
    'the citizen\'s clock is not moved')
  t.match(
    (await w.orders.queries.one(dispatcher, id)).timeline.at(-1),
    { kind: 'extension.grant', detail: { due: due.toISOString(), until: later(hours(48)).toISOString(), decision: '同意' } },
    'both times on the timeline'
  )
  const told = (await w.texts(id)).filter(x => x.key.startsWith('extension'))
  t.match(told, [{ to: '+8613900001001', body: new RegExp(`】您反映的工单${number}情况较复杂，办理时限延长至`) }])
  t.notMatch(told[0]?.body, /胎儿/)
  // The clock runs anew: its last word is said again at its new end.
  w.clock.advance(hours(48))
  await w.sweep()
  const kinds = await w.kinds(id)
  t.equal(kinds.filter(k => k === 'handling.expire').length, 2)
  await t.rejects(ask(later(hours(60))), { code: 'extension-too-late' })

  // On working days: a Sunday is no day to end on, and a city order goes as far as its complex ones.
  const city = (await w.do(c.file, agent, { ...illegalClinic, channel: 'CITY_12345', requestType: 'COMPLAINT', urgency: 'normal' })).id
  w.at('2026-12-07 09:00')
  await w.do(c.dispatch, dispatcher, { orderId: city, mode: 'single', unitIds: ['D11'], basis: 'statutory' })
  await w.do(c.sign, handler('D11'), { orderId: city })
  t.match((await w.orders.queries.one(dispatcher, city)).extension, {
    due: new Date('2026-12-14T09:00:00+08:00'),
    latest: new Date('2026-12-28T09:00:00+08:00')
  })
  await w.do(c.requestExtension, handler('D11'), { orderId: city, reason: '需鉴定', until: new Date('2026-12-20T15:00:00+08:00') })
  await w.do(c.grantExtension, dispatcher, { orderId: city })
  t.match((await w.orders.queries.one(dispatcher, city)).extension, { due: new Date('2026-12-19T00:00:00+08:00'), granted: 1 },
    'asked for a Sunday, it ends with Friday')

  // What is still to be decided when the unit reports lapses with it.
  const second = (await w.do(c.file, agent, { ...illegalClinic, title: '另一件' })).id
  await w.do(c.dispatch, dispatcher, { orderId: second, mode: 'single', unitIds: ['D11'], basis: 'statutory' })
  for (const step of [c.sign, c.arrive, c.start] as const) await w.do(step, handler('D11'), { orderId: second })
  const until = new Date(((await w.orders.queries.one(dispatcher, second)).extension.due as Date).getTime() + hours(1))
  await w.do(c.requestExtension, handler('D11'), { orderId: second, reason: '等', until })
  await w.do(c.report, handler('D11'), { orderId: second, text: '办好了' })
  t.match(await w.row(second), { extension_asked_at: null })
  t.match(await w.db.query('select granted, decision from extension_request where order_id = $1', [second]),
    [{ granted: false, decision: 'lapsed' }])
})

t.test('readers of an order\'s progress', async t => {
  const w = await orderWorld(t)
  const c = w.orders.commands
  const { id } = await w.do(c.file, agent, { ...illegalClinic, townId: 'T01' })
  await w.do(c.dispatch, dispatcher, { orderId: id, mode: 'single', unitIds: ['T01'], basis: 'statutory' })
  await t.rejects(w.do(c.sign, handler('D02'), { orderId: id, version: 1 }), { code: 'not-found' },
    'a stranger with a stale version learns nothing')
  await t.rejects(w.do(c.sign, operator('T01'), { orderId: id, version: 1 }),
    { code: 'version-conflict', details: { version: 2, state: 'DISPATCHED' } })
  await w.do(c.sign, operator('T01'), { orderId: id, version: 2 })
  await t.rejects(w.do(c.sign, operator('T01'), { orderId: id, version: 2 }), { code: 'version-conflict' },
    'both are shown before it is said what is no longer possible')

  await w.do(c.arrive, operator('T01'), { orderId: id })
  await w.do(c.start, operator('T01'), { orderId: id })
  await w.do(c.report, operator('T01'), { orderId: id, text: '办好了' })
  await w.do(c.acceptReport, dispatcher, { orderId: id })
  const below = somebody('below', 'T01-CGZD', 'VERIFIER')
  await t.rejects(w.do(c.verify, below, { orderId: id, passed: true }), { code: 'not-found' }, 'an office of the town that handled it')
  t.same(await w.orders.queries.list(below, {}, { after: null, limit: 5 }), [])
  await t.rejects(w.orders.queries.one(below, id), { code: 'not-found' })
  t.match(await w.orders.queries.list(somebody('elsewhere', 'T02', 'VERIFIER'), {}, { after: null, limit: 5 }), [{ id }])
  await w.do(c.verify, verifier, { orderId: id, passed: true })
  t.notOk((await w.orders.queries.one(verifier, id)).steps.includes('verification.pass'), 'a spot once seen asks for nothing more')
})
