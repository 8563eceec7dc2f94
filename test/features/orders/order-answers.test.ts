// 答复内容 goes out reviewed: drafted with the report or by itself, reviewed by another person, given to everybody of the order.
import t from 'tap'
import { systemActor, type Actor } from '../../../src/domain/people/roles.ts'
import type { OrderDetail } from '../../../src/features/work-orders/reading/order-views.ts'
import { agent, dispatcher, handler, leader8031, officer, operator, orderWorld, verifier, type OrderWorld } from './order-world.ts'

const unit = handler('T02-JSB')
const town = operator('T02')
const reply = '您反映的路灯已更换灯头，恢复照明。'

const lamp = {
  channel: 'HOTLINE_962000',
  requestType: 'COMPLAINT',
  categoryCode: '0701',
  title: '早点摊占道',
  description: '堵了路',
  townId: 'T02',
  complainantName: '张建国',
  complainantNumber: '13900001001'
} as const

/** An order of its own, handled up to the report. */
async function reported (w: OrderWorld, said: { reply?: string } = {}, actor: Actor = unit, over = {}): Promise<string> {
  const { commands: c } = w.orders
  const { id: orderId } = await w.do(c.file, agent, { ...lamp, ...over })
  await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['T02-JSB'], basis: 'statutory' })
  await w.do(c.sign, unit, { orderId })
  await w.do(c.start, unit, { orderId, noVisitReason: '电话可办' })
  await w.do(c.report, actor, { orderId, text: '已更换灯头', ...said })
  return orderId
}
const seen = async (w: OrderWorld, id: string, actor: Actor = officer): Promise<OrderDetail> => await w.orders.queries.one(actor, id)
const answered = async (w: OrderWorld, orderId: string): Promise<void> => {
  const { commands: c } = w.orders
  if ((await seen(w, orderId)).verificationStatus === 'PENDING') await w.do(c.verify, verifier, { orderId, passed: true })
  await w.do(c.recordCallbackResult, systemActor, { orderId, cycle: 1, status: 'CONFIRMED', contacted: true, solved: 'yes', grade: 5 })
}

t.test('the report brings a draft, and accepting it is the review', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  const id = await reported(w, { reply })
  t.match(await seen(w, id), { reply, replyDraftedBy: unit.id, replyReviewedBy: null, replyReviewedAt: null })
  t.equal((await w.do(c.acceptReport, town, { orderId: id })).state, 'VERIFYING')
  t.match(await seen(w, id), { reply, replyDraftedBy: unit.id, replyReviewedBy: town.id, replyReviewedAt: w.clock.now() })
  t.same((await w.kinds(id)).slice(-3), ['handling.report', 'report.accept', 'answer.review'])
  t.same((await w.orders.queries.list(dispatcher, { answerWaits: true }, { after: null, limit: 9 })).map(o => o.id), [])
  const joins = await w.do(c.addComplainant, agent, { orderId: id, number: '13900001009', wantsCallback: false, words: '也看不见' })
  t.equal(joins.state, 'VERIFYING')
  await answered(w, id)
  const closed = await seen(w, id)
  t.equal(closed.state, 'CLOSED', 'it closes by itself')
  t.same(closed.requests.map(r => [r.reply, r.replyReviewedBy]), [[reply, town.id], [reply, town.id]], 'who joined since is given it, too')
  const without = await reported(w)
  await w.do(c.acceptReport, town, { orderId: without })
  await answered(w, without)
  t.match(await seen(w, without), { state: 'CLOSED', reply: null }, 'an order without a draft closes as before')
})

t.test('the author\'s own draft waits for somebody else, and the order with it', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  const id = await reported(w, { reply }, town)
  t.equal((await w.do(c.acceptReport, town, { orderId: id })).state, 'VERIFYING', 'the report is accepted')
  t.match(await seen(w, id), { replyReviewedAt: null }, 'the answer is not reviewed by that')
  await answered(w, id)
  t.match(await seen(w, id), { state: 'VERIFYING', callbackStatus: 'CONFIRMED' }, 'all asked and seen, it still waits')
  const waiting = async (by: Actor, answerWaits = true): Promise<string[]> =>
    (await w.orders.queries.list(by, { answerWaits, states: ['VERIFYING'] }, { after: null, limit: 9 })).map(o => o.id)
  t.same([await waiting(dispatcher), await waiting(dispatcher, false)], [[id], []], 'where it is found')
  t.same(await waiting(handler('D05')), [], 'not by a unit that has no part in it')
  await t.rejects(w.do(c.close, dispatcher, { orderId: id }), { code: 'guard-not-met', details: { guard: 'answerReviewed' } })
  await t.rejects(w.do(c.reviewAnswer, town, { orderId: id }), { code: 'own-answer' })
  await t.rejects(w.do(c.reviewAnswer, { ...dispatcher, id: town.id }, { orderId: id }), { code: 'own-answer' },
    'the same person under another role')
  await t.rejects(w.do(c.reviewAnswer, agent, { orderId: id }), { code: 'not-allowed' })
  const { version } = await seen(w, id)
  const twice = await Promise.allSettled([officer, leader8031].map(async by => await w.do(c.reviewAnswer, by, { orderId: id, version })))
  t.same(twice.map(r => r.status).sort(), ['fulfilled', 'rejected'], 'two at once: it is reviewed once')
  t.match(await seen(w, id), { state: 'CLOSED', reply }, 'and closed with it')
})

t.test('an answer that names a complainant is not let out', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  const id = await reported(w, { reply: '张建国您好，已更换。' })
  await w.do(c.addComplainant, agent, { orderId: id, name: '李秀英', number: '13900001009', words: '也看不见' })
  await t.rejects(w.do(c.acceptReport, town, { orderId: id }), { code: 'guard-not-met', details: { guard: 'namesNobody' } })
  t.equal((await seen(w, id)).state, 'REPORTED', 'nothing of the acceptance stays')
  for (const [words, why] of [['李秀英您好', 'the name of who joined'], ['已致电一三九零零零零幺零零九', 'a number in words']] as const) {
    await w.do(c.draftAnswer, dispatcher, { orderId: id, reply: words })
    await t.rejects(w.do(c.reviewAnswer, officer, { orderId: id }), { code: 'guard-not-met', details: { guard: 'namesNobody' } }, why)
  }
  await t.rejects(w.do(c.draftAnswer, dispatcher, { orderId: id, reply: '\u3164 ' }),
    { code: 'guard-not-met', details: { guard: 'replied' } })
  await t.rejects(w.do(c.draftAnswer, dispatcher, { orderId: id, reply: '好'.repeat(4001) }), { code: 'invalid-input' })
  await w.do(c.draftAnswer, dispatcher, { orderId: id, reply })
  await w.do(c.reviewAnswer, officer, { orderId: id })
  await w.do(c.draftAnswer, leader8031, { orderId: id, reply: '另有说明。' })
  t.match(await seen(w, id), { reply: '另有说明。', replyDraftedBy: leader8031.id, replyReviewedBy: null }, 'another text is reviewed anew')
  t.equal((await w.do(c.sendBack, town, { orderId: id, reason: '没有照片' })).state, 'HANDLING')
  t.match(await seen(w, id), { reply: null, replyDraftedBy: null }, 'a draft goes with the report that is sent back')
})

t.test('work that is done again is answered anew', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  const id = await reported(w, { reply })
  await w.do(c.acceptReport, town, { orderId: id })
  t.match(await seen(w, id), { replyReviewedBy: town.id })
  await w.do(c.rework, dispatcher, { orderId: id, reason: '灯又灭了' })
  t.match(await seen(w, id), { cycle: 2, reply: null, replyDraftedBy: null, replyReviewedBy: null, replyReviewedAt: null },
    'what was reviewed tells of work that did not hold')
})

t.test('another system that sent the order is told what was reviewed alone', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  const city: Actor = { id: 'token:city', roles: ['INTEGRATION'], unitId: null, extension: null, personId: null }
  const { id: orderId } = await w.do(c.receive, city, { ...lamp, channel: 'CITY_12345', sourceNumber: 'SH-0001' })
  await w.do(c.file, dispatcher, { orderId })
  await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['T02-JSB'], basis: 'statutory' })
  await w.do(c.sign, unit, { orderId })
  await w.do(c.start, unit, { orderId, noVisitReason: '电话可办' })
  await w.do(c.report, unit, { orderId, text: '灯头是业主自己弄坏的', reply })
  const told = async (): Promise<string> => JSON.stringify(await seen(w, orderId, city))
  t.notMatch(await told(), /业主自己|恢复照明/, 'neither the draft nor the record of handling')
  t.match(await told(), lamp.description, 'its own words')
  await w.do(c.acceptReport, town, { orderId })
  t.match(await seen(w, orderId, city), { reply, replyReviewedBy: town.id }, 'the answer')
  t.notMatch(await told(), /业主自己/)
  await w.do(c.draftAnswer, leader8031, { orderId, reply: '另有说明。' })
  t.match(await seen(w, orderId, city), { reply: null }, 'nor one that takes its place before its review')
  t.notMatch(await told(), /另有说明|业主自己/)
})

t.test('of a confidential order the town accepts the report, and the Centre reviews what the town may not read', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  const id = await reported(w, { reply }, unit, { requestType: 'REPORT_OF_WRONG' })
  t.match(await seen(w, id, town), { wordsWithheld: true, reply: null, replyDraftedBy: null })
  t.equal((await w.do(c.acceptReport, town, { orderId: id })).state, 'VERIFYING')
  t.match(await seen(w, id), { reply, replyReviewedAt: null })
  await w.do(c.draftAnswer, leader8031, { orderId: id, reply: 'cleaned' })
  t.notMatch(JSON.stringify(await seen(w, id, town)), /cleaned/, 'nor one of a single word, which could be a code')
  await w.do(c.reviewAnswer, officer, { orderId: id })
  t.match(await seen(w, id), { replyReviewedBy: officer.id })
})

t.test('举报 merged by mistake and taken back: the answer of the other order is not theirs', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  const report = await w.do(c.file, agent,
    { ...lamp, requestType: 'REPORT_OF_WRONG', description: '夜里偷排的词', complainantName: '赵匿名人', complainantNumber: '13900001077' })
  const { id: stays } = await w.do(c.file, agent, lamp)
  await w.do(c.merge, dispatcher, { orderId: report.id, targetId: stays })
  await w.do(c.dispatch, dispatcher, { orderId: stays, mode: 'single', unitIds: ['T02-JSB'], basis: 'statutory' })
  await w.do(c.sign, unit, { orderId: stays })
  await w.do(c.start, unit, { orderId: stays, noVisitReason: '电话可办' })
  await w.do(c.report, unit, { orderId: stays, text: '已更换灯头', reply })
  await w.do(c.reviewAnswer, officer, { orderId: stays })
  t.same((await seen(w, stays)).requests.map(r => r.reply), [reply, reply])
  const secret = /夜里偷排|赵匿名人|13900001077|1077/
  const below = async (): Promise<string> => JSON.stringify(await Promise.all([unit, town, verifier].map(async by => [
    await seen(w, stays, by).catch(() => null),
    await seen(w, report.id, by).catch(() => null),
    await w.orders.queries.list(by, {}, { after: null, limit: 50 })
  ])))
  t.notMatch(await below(), secret, 'merged')
  await w.do(c.unmerge, dispatcher, { orderId: report.id, reason: '不是同一件事' })
  t.match(await seen(w, report.id), { state: 'FILED', reply: null, replyDraftedBy: null, replyReviewedBy: null, replyReviewedAt: null })
  t.match(await seen(w, stays), { reply, replyReviewedBy: officer.id }, 'the other order keeps it')
  t.notMatch(await below(), secret, 'un-merged')
  await w.do(c.acceptReport, town, { orderId: stays })
  await answered(w, stays)
  t.match(await seen(w, stays), { state: 'CLOSED' })
  t.notMatch(await below(), secret, 'closed')
})

t.test('the table itself knows no answer reviewed by its author', async t => {
  const w = await orderWorld(t)
  const id = await reported(w, { reply })
  for (const by of [unit.id, null]) {
    const review = w.db.query('update request set reply_reviewed_by = $2, reply_reviewed_at = now() where order_id = $1', [id, by])
    await t.rejects(review, { code: '23514' })
  }
})
