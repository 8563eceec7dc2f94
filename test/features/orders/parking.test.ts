// 挂账: asked by the unit, approved one level up, told to the citizen; its clock waits, its day brings it back, and no minute is given twice.
import t from 'tap'
import { parkings } from '../../../src/features/work-orders/parking/parking-store.ts'
import { agent, dispatcher, handler, illegalClinic, operator, orderWorld, somebody, type OrderWorld } from './order-world.ts'

const supervisor = somebody('supervisor', null, 'SUPERVISOR')
const team = handler('T02-JSB')
const winter = new Date('2027-02-22T00:00:00+08:00')
const ask = { reason: 'works-period', plan: '列入明年二月大修', leaderId: 'R-T02', until: winter } as const

/** An order that T02-JSB handles since 10:00 of 23 November, 168 hours until the 30th. */
async function handled (w: OrderWorld, over: object = {}): Promise<string> {
  const { commands: c } = w.orders
  w.at('2026-11-23 10:00')
  const { id: orderId } = await w.do(c.file, agent, { ...illegalClinic, requestType: 'COMPLAINT', ...over })
  await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['T02-JSB'], basis: 'statutory' })
  await w.do(c.sign, team, { orderId })
  await w.do(c.start, team, { orderId, noVisitReason: '电话可办' })
  return orderId
}

const parked = async (w: OrderWorld, orderId: string, over: object = {}): Promise<void> => {
  await w.do(w.orders.commands.park, team, { orderId, ...ask, ...over })
  await w.do(w.orders.commands.approveParking, operator('T02'), { orderId })
}
const clock = async (w: OrderWorld, orderId: string, kind: string) =>
  (await w.orders.queries.one(supervisor, orderId)).deadlines.filter(d => d.kind === kind).at(-1)
const due = async (w: OrderWorld, orderId: string): Promise<string | undefined> => {
  const handling = await clock(w, orderId, 'handling')
  return handling?.stoppedAt === null ? handling.dueAt.toISOString() : undefined
}
const at = (local: string): string => new Date(`${local.replace(' ', 'T')}:00+08:00`).toISOString()
const ends = async (w: OrderWorld, orderId: string) => (await w.db.query<{ end: string | null, approved: boolean | null }>(
  'select end_reason as end, approved from parking where order_id = $1 order by no', [orderId])).map(p => p.end ?? p.approved)

t.test('the whole way: asked, approved above, told, looked at again, objected to, and back by its day one level higher', async t => {
  const w = await orderWorld(t)
  const { commands: c, queries } = w.orders
  const orderId = await handled(w)
  t.equal(await due(w, orderId), at('2026-11-30 10:00'))
  w.at('2026-11-24 10:00')
  for (const [who, over, code] of [
    [agent, {}, 'not-allowed'],
    [operator('T05'), {}, 'not-found'],
    [team, { plan: '　' }, 'guard-not-met'],
    [team, { leaderId: 'R-D11' }, 'guard-not-met'],
    [team, { leaderId: 'P999' }, 'unknown-person'],
    [team, { until: new Date('2026-11-24T10:00:00+08:00') }, 'guard-not-met'],
    [team, { until: new Date('2027-11-25T10:00:00+08:00') }, 'park-too-long']
  ] as const) await t.rejects(w.do(c.park, who, { orderId, ...ask, ...over }), { code }, `${who.id} ${code} ${JSON.stringify(over)}`)
  await w.do(c.park, team, { orderId, ...ask })
  await t.rejects(w.do(c.park, team, { orderId, ...ask }), { code: 'guard-not-met' }, 'one at a time')
  t.match(await queries.one(operator('T02'), orderId), { parkingAskedAt: w.clock.now(), parkedUntil: null, state: 'HANDLING' })
  t.equal(await due(w, orderId), at('2026-11-30 10:00'), 'its clock goes on until it is approved')
  t.match(await parkings(w.db), [{ orderId, unitId: 'T02-JSB', no: 1, approved: null, leader: 'R-T02', plan: ask.plan }])

  w.at('2026-11-25 10:00')
  await t.rejects(w.do(c.approveParking, team, { orderId }), { code: 'not-allowed' })
  await t.rejects(w.do(c.approveParking, dispatcher, { orderId }), { code: 'not-allowed' })
  await w.do(c.approveParking, operator('T02'), { orderId, decision: '情况属实' })
  t.match(await w.row(orderId), { state: 'HANDLING', parked_until: winter, parking_asked_at: null, closed_at: null, result: null })
  t.equal(await due(w, orderId), undefined, 'the clock of handling waits')
  t.match(await clock(w, orderId, 'citizen'), { stoppedAt: null }, 'the citizen\'s runs')
  const { number } = await queries.one(supervisor, orderId)
  const texts = (await w.texts(orderId)).filter(text => text.key.startsWith('parking-'))
  t.match(texts, [{
    to: '13900001001',
    body: `您反映的事项（编号${number}）因客观条件暂时不能办结，计划于2027年2月22日前继续办理。` + '如有异议，请拨打962000。'
  }])
  const line = (await queries.one(supervisor, orderId)).timeline.at(-1)
  t.match(line, { kind: 'park.approve', actor: 't02', detail: { no: 1, told: 1, leader: 'R-T02', decision: '情况属实' } })

  w.at('2026-12-25 09:59')
  await w.sweep()
  const kinds = async (prefix: string) => (await w.kinds(orderId)).filter(kind => kind.startsWith(prefix))
  t.same(await kinds('handling.'), ['handling.start'], 'no warning while it waits')
  t.ok((await kinds('citizen.')).includes('citizen.expire'))
  t.same(await kinds('park.review'), [])
  w.at('2026-12-25 10:00')
  await w.sweep()
  await w.sweep()
  t.same(await kinds('park.review'), ['park.review'], 'once in thirty days')

  w.at('2027-01-10 15:00')
  await t.rejects(w.do(c.objectToParking, team, { orderId, reason: '等不了' }), { code: 'not-allowed' })
  await w.do(c.objectToParking, agent, { orderId, reason: '等不了两个月' })
  t.match(await w.row(orderId), { level: 2, parked_until: winter }, 'the district centre has it; it is parked all the same')
  t.match(await parkings(w.db), [{ orderId, approved: true, objectedAt: w.clock.now(), beganAt: new Date(at('2026-11-25 10:00')) }])

  await w.do(c.addComplainant, agent, { orderId, number: '13900001044', words: '同一处' })
  await w.do(c.addComplainant, agent, { orderId, number: '13900001044' })
  t.same((await w.texts(orderId)).filter(text => text.key.startsWith('parking-')).map(text => text.to),
    ['+8613900001001', '+8613900001044'], 'a person who joins is told too, each once')

  w.at('2027-02-21 23:59')
  await w.sweep()
  t.match(await w.row(orderId), { parked_until: winter })
  w.at('2027-02-22 00:00')
  await w.sweep()
  await w.sweep()
  t.match(await w.row(orderId), { parked_until: null, level: 3, state: 'HANDLING' })
  t.same(await kinds('park.end'), ['park.end'], 'once')
  t.equal(await due(w, orderId), at('2027-02-27 00:00'), 'with the 120 hours that were left')
  t.same(await parkings(w.db), [])
  t.same(await ends(w, orderId), ['date'])
  w.at('2027-02-27 00:00')
  await w.sweep()
  t.ok((await kinds('handling.')).includes('handling.expire'))
})

t.test('more time, so often and no more; who asked does not approve; a day that passed undecided is no day', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  const orderId = await handled(w)
  w.at('2026-11-24 10:00')
  await w.do(c.park, operator('T02'), { orderId, ...ask })
  await t.rejects(w.do(c.approveParking, operator('T02'), { orderId }), { code: 'own-parking' })
  await t.rejects(w.do(c.refuseParking, operator('T02'), { orderId, decision: '不必' }), { code: 'own-parking' })
  await t.rejects(w.do(c.refuseParking, supervisor, { orderId, decision: ' ' }), { code: 'guard-not-met' })
  await w.do(c.refuseParking, supervisor, { orderId, decision: '现在就能修' })
  t.match(await w.row(orderId), { parked_until: null, parking_asked_at: null })
  t.equal(await due(w, orderId), at('2026-11-30 10:00'))

  await parked(w, orderId)
  w.at('2026-12-24 10:00')
  const spring = new Date('2027-05-01T00:00:00+08:00')
  await w.do(c.park, team, { orderId, ...ask, until: spring })
  t.match(await w.row(orderId), { parked_until: winter }, 'the first stands until more is approved')
  await w.do(c.approveParking, operator('T02'), { orderId })
  t.match(await w.row(orderId), { parked_until: spring })
  t.match(await parkings(w.db), [{ no: 3, approved: true, beganAt: new Date(at('2026-11-24 10:00')) }], 'parked without a break')
  t.same(await ends(w, orderId), [false, 'prolonged', true])
  await t.rejects(w.do(c.endParking, team, { orderId, reason: '材料已到' }), { code: 'not-allowed' })
  await w.do(c.endParking, operator('T02'), { orderId, reason: '材料已到' })
  t.same(await ends(w, orderId), [false, 'prolonged', 'decided'])
  t.equal(await due(w, orderId), at('2026-12-30 10:00'), 'the six days that were left when it was first approved')
  await t.rejects(w.do(c.endParking, operator('T02'), { orderId, reason: '再次' }), { code: 'guard-not-met' })
  await parked(w, orderId)
  await t.rejects(w.do(c.park, team, { orderId, ...ask, until: spring }),
    { code: 'parks-used-up', details: { rule: { name: 'PARK_EXTENSIONS', value: 2, since: null } } }, 'the third was the last')

  const late = await handled(w)
  w.at('2026-11-24 10:00')
  await w.do(c.park, team, { orderId: late, ...ask, until: new Date('2026-11-25T00:00:00+08:00') })
  w.at('2026-11-25 00:00')
  await t.rejects(w.do(c.approveParking, supervisor, { orderId: late }), { code: 'guard-not-met', details: { guard: 'parkWithin' } })
  await w.do(c.refuseParking, supervisor, { orderId: late, decision: '日期已过' })
})

t.test('what had run out stays run out; another urgency counts from where it stood; nobody is told who gave no number', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  const late = await handled(w, { complainantNumber: null, complainantName: null, anonymous: true })
  w.at('2026-12-01 10:00')
  await w.sweep()
  const before = await w.row(late)
  await parked(w, late)
  t.same((await w.texts(late)).filter(text => text.key.startsWith('parking-')), [])
  t.match(await parkings(w.db), [{ toldAt: null }])
  t.equal(await due(w, late), at('2026-11-30 10:00'), 'it is not stopped')
  w.at('2026-12-10 10:00')
  await w.do(c.endParking, supervisor, { orderId: late, reason: '可以办了' })
  t.equal(await due(w, late), at('2026-11-30 10:00'))
  t.match(await w.row(late), { handling_overtime_at: before.handling_overtime_at })

  const urgent = await handled(w)
  w.at('2026-11-24 10:00')
  await w.do(c.requestExtension, team, { orderId: urgent, reason: '等材料', until: new Date('2026-12-02T10:00:00+08:00') })
  await parked(w, urgent)
  t.match(await w.row(urgent), { extension_asked_at: null }, 'nothing is left to extend')
  await w.do(c.amend, agent, { orderId: urgent, urgency: 'urgent' })
  w.at('2026-12-10 10:00')
  await w.do(c.endParking, supervisor, { orderId: urgent, reason: '可以办了' })
  t.equal(await due(w, urgent), at('2026-12-12 10:00'), 'of 72 hours a day was used')
})

t.test('a report, a return or a meeting ends it; sent back, the clock goes on with what was left', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  const orderId = await handled(w)
  w.at('2026-11-24 10:00')
  await parked(w, orderId)
  await w.do(c.park, team, { orderId, ...ask, until: new Date('2027-03-01T00:00:00+08:00') })
  w.at('2026-12-24 10:00')
  await w.do(c.report, team, { orderId, text: '提前修好' })
  t.match(await w.row(orderId), { state: 'REPORTED', parked_until: null, parking_asked_at: null })
  t.same(await ends(w, orderId), ['reported', false], 'what was asked lapses')
  w.at('2026-12-25 10:00')
  await w.do(c.sendBack, operator('T02'), { orderId, reason: '缺照片' })
  t.equal(await due(w, orderId), at('2026-12-31 10:00'))

  const helped = await handled(w)
  w.at('2026-11-24 10:00')
  await parked(w, helped)
  await w.do(c.requestHelp, team, { orderId: helped, reason: '需联合执法', level: 2 })
  t.match(await w.row(helped), { state: 'COORDINATING', parked_until: winter })
  await w.do(c.resolveHelp, dispatcher, { orderId: helped, unitId: 'D11', coUnitIds: [], basis: 'designated', evidence: '协调会纪要' })
  t.match(await w.row(helped), { state: 'DISPATCHED', parked_until: null })
  t.same(await ends(w, helped), ['moved'])
  t.equal(await due(w, helped), at('2026-11-30 10:00'), 'the time goes on for the next unit')

  w.at('2026-11-23 10:00')
  const { id: given } = await w.do(c.file, agent, { ...illegalClinic, requestType: 'COMPLAINT' })
  await w.do(c.dispatch, dispatcher, { orderId: given, mode: 'single', unitIds: ['T02-JSB'], basis: 'statutory' })
  await w.do(c.sign, team, { orderId: given })
  await w.do(c.arrive, team, { orderId: given })
  await parked(w, given)
  await w.do(c.requestReturn, team, { orderId: given, reason: '属卫生监督' })
  t.match(await w.row(given), { state: 'RETURN_REQUESTED', parked_until: winter })
  await w.do(c.refuseReturn, dispatcher, { orderId: given, decision: '属本单位' })
  t.match(await w.row(given), { state: 'ON_SITE', parked_until: winter }, 'refused, it is parked as before')
  await w.do(c.requestReturn, team, { orderId: given, reason: '属卫生监督' })
  await w.do(c.approveReturn, dispatcher, { orderId: given, unitId: 'D11', basis: 'agreed', evidence: '纪要' })
  t.match(await w.row(given), { state: 'DISPATCHED', parked_until: null })
  t.same(await ends(w, given), ['moved'])
  w.at('2027-02-23 00:00')
  await w.sweep()
  t.notOk((await w.kinds(given)).includes('park.end'), 'nothing is left to come back')
})
