// A person who joins an order keeps their protection (type, marks, confidentiality): who rings, what is named, who may find them.
import t from 'tap'
import type { Tx } from '../../../src/db/database.ts'
import type { Actor } from '../../../src/domain/people/roles.ts'
import type { NewOrder, OrderRef } from '../../../src/features/work-orders/order-types.ts'
import { agent, callbackWorld, officer, person, type CallbackWorld } from '../callbacks/callback-world.ts'
import { noUnit } from '../../../src/domain/people/reader-unit.ts'

const dispatcher = person('dispatcher', 'DISPATCHER')
const unit = (id: string): Actor => ({ ...person(id.toLowerCase(), 'HANDLER'), unitId: id })
const stalls: NewOrder = {
  channel: 'HOTLINE_962000', requestType: 'COMPLAINT', categoryCode: '0701', title: '早点摊占道', townId: 'T01', complainantNumber: '13900001002'
}
const told = '13900001009'
const toTheTeam = { mode: 'single' as const, unitIds: ['T01-CGZD'], basis: 'statutory' as const }

const run = async <I, R>(w: CallbackWorld, command: (tx: Tx, actor: Actor, input: I) => Promise<R>, actor: Actor, input: I): Promise<R> =>
  await w.tx(async tx => await command(tx, actor, input))

interface Asked { id: string, by_person: boolean, by_person_reason: string | null, joined: boolean, status: string }
const askedOf = async (w: CallbackWorld, orderId: string): Promise<Asked[]> =>
  await w.db.query<Asked>(`select c.id, by_person, by_person_reason, r.filed_with <> c.order_id or r.joined_at is not null as joined, status
    from callback c join request r on r.id = c.request_id where c.order_id = $1 order by joined`, [orderId])

const file = async (w: CallbackWorld, over: Partial<NewOrder> = {}): Promise<OrderRef> =>
  await run(w, w.orders.commands.file, agent, { ...stalls, ...over })
const merge = async (w: CallbackWorld, orderId: string, targetId: string): Promise<OrderRef> =>
  await run(w, w.orders.commands.merge, dispatcher, { orderId, targetId })

const protections: Array<[string, Partial<NewOrder>, string]> = [
  ['举报', { requestType: 'REPORT_OF_WRONG' }, 'report-of-wrong'],
  ...['elderly', 'dialect', 'injured'].map((mark): [string, Partial<NewOrder>, string] => [mark, { marks: [mark] }, mark])
]
for (const [name, over, reason] of protections) {
  t.test(`merged: ${name}`, async t => {
    const w = await callbackWorld(t)
    w.at('2026-11-20 10:00')
    const stays = await w.acceptedOrder()
    const joins = await file(w, { complainantNumber: told, ...over })
    await merge(w, joins.id, stays)
    t.match(await askedOf(w, stays), [{ by_person: false }, { by_person: true, by_person_reason: reason }],
      'the machine rings the one and a person the other')
  })
}

t.test('the page of a merged order names no order that is hidden from its reader', async t => {
  const w = await callbackWorld(t)
  const { queries } = w.orders
  const operator: Actor = { ...person('t01', 'SUBCENTRE_OPERATOR'), unitId: 'T01' }
  const theirs = await file(w)
  const aboutThem = await file(w, { complainantNumber: told, aboutUnitId: 'T01' })
  await merge(w, theirs.id, aboutThem.id)
  const stays = await file(w)
  const elsewhere = await file(w, { complainantNumber: told, townId: 'T02' })
  await merge(w, elsewhere.id, stays.id)

  const read = async (actor: Actor, id: string): Promise<string> => JSON.stringify(await queries.one(actor, id))
  const pairs = [[theirs, aboutThem], [stays, elsewhere]] as const
  for (const [seen, hidden] of pairs) {
    await t.rejects(queries.one(operator, hidden.id), { code: 'not-found' })
    const page = await read(operator, seen.id)
    t.notOk(page.includes(hidden.id) || page.includes(hidden.number), 'neither by its id nor by its number')
    const whole = await read(dispatcher, seen.id)
    t.ok(whole.includes(hidden.id) && whole.includes(hidden.number), 'who may open both reads both')
  }
  t.match(await queries.one(operator, theirs.id), { state: 'MERGED', mergedInto: null })
  t.match((await queries.one(operator, stays.id)).timeline, [{}, { kind: 'complainant.add' }], 'that somebody joined is said')
})

t.test('the page has no request that was filed with an order hidden from its reader', async t => {
  const w = await callbackWorld(t)
  const { commands, queries } = w.orders
  const ofTheTown: Actor = { ...dispatcher, id: 'of-the-town', unitId: 'T01' }
  const stays = await file(w)
  const aboutThem = await file(w, { complainantNumber: told, aboutUnitId: 'T01', description: '镇里不管' })
  await merge(w, aboutThem.id, stays.id)
  await run(w, commands.amend, dispatcher, { orderId: stays.id, aboutUnitId: null })
  await t.rejects(queries.one(ofTheTown, aboutThem.id), { code: 'not-found' })
  const page = await queries.one(ofTheTown, stays.id)
  t.match(page, { coComplainants: 1, requests: [{ receiptNumber: stays.number }] })
  t.notOk(JSON.stringify(page).includes(aboutThem.number) || JSON.stringify(page).includes('镇里不管'))
  t.equal((await queries.one(dispatcher, stays.id)).requests.length, 2)
})

t.test('a confidential complaint in an ordinary order', async t => {
  const w = await callbackWorld(t)
  const { commands, queries } = w.orders
  w.at('2026-11-20 10:00')
  const stays = await w.acceptedOrder()
  const joins = await file(w, { complainantNumber: told, confidential: true })
  await merge(w, joins.id, stays)
  w.at('2026-11-21 09:05')
  await w.sweep()
  t.equal(w.said.length, 2)
  t.match(w.said.filter(words => words.includes('设摊')), { length: 1 }, 'the matter is named to the one who did not ask for silence')
  t.equal((await queries.ofNumber(agent, w.sealing.fingerprints('+8613900001009'))).length, 2,
    'people who may ask for a number find the person; nobody else can ask')
  const asked = { list: 'all' as const, now: w.clock.now(), orderId: stays, after: null, limit: 9 }
  const [own, joined] = await w.callbacks.queries.list(w.db, { actor: officer, ownUnit: noUnit }, asked)
  t.match([own, joined], [{ confidential: true }, { confidential: true }], 'the order is confidential as soon as one of its requests is')
  t.match((await w.tx(async tx => await commands.forCallback(tx, stays))).complainants[1]?.told, { number: joins.number },
    'the person is told the number they were given')
})

t.test('the same person, ordinary here and a whistle-blower there, is a whistle-blower', async t => {
  const w = await callbackWorld(t)
  w.at('2026-11-20 10:00')
  const stays = await file(w)
  await merge(w, (await file(w, { requestType: 'REPORT_OF_WRONG' })).id, stays.id)
  const { complainants } = await w.tx(async tx => await w.orders.commands.forCallback(tx, stays.id))
  const protectedBoth = { requestType: 'REPORT_OF_WRONG', confidential: true }
  t.match(complainants, [protectedBoth, protectedBoth], 'by either of the two requests')
  t.equal(complainants.length, 2)
  t.match((await w.orders.queries.one(unit('T01'), stays.id).catch(() => null))?.complainant.number ?? null, null)
})

t.test('a person who complains twice about the same is asked once', async t => {
  const w = await callbackWorld(t)
  w.at('2026-11-20 10:00')
  const stays = await w.acceptedOrder({ wantsCallback: false })
  const [first, again] = [await file(w, { complainantNumber: told }), await file(w, { complainantNumber: told, marks: ['elderly'] })]
  await merge(w, first.id, stays)
  await merge(w, again.id, stays)
  await merge(w, (await file(w, { complainantNumber: '13900001010' })).id, stays)
  const { complainants } = await w.tx(async tx => await w.orders.commands.forCallback(tx, stays))
  t.same(complainants.map(c => c.number), ['+8613900001009', '+8613900001009', '+8613900001010'])
  t.equal((await askedOf(w, stays)).length, 2)
})

t.test('complainants joined to a merged order are merged along, and stay asked', async t => {
  const w = await callbackWorld(t)
  w.at('2026-11-20 10:00')
  const stays = await file(w, { wantsCallback: false })
  const between = await file(w, { anonymous: true })
  await run(w, w.orders.commands.addComplainant, agent, { orderId: between.id, number: told, marks: ['elderly'] })
  await merge(w, between.id, stays.id)
  t.match(await w.order(stays.id), { callback_status: 'PENDING' },
    'the person is to be asked, though neither of the two orders\' own complainants is')
  t.match((await w.tx(async tx => await w.orders.commands.forCallback(tx, stays.id))).complainants,
    [{ number: '+8613900001009', marks: ['elderly'] }])
  const patrol = await file(w, { channel: 'GRID_PATROL', complainantNumber: '13900001010' })
  await merge(w, patrol.id, stays.id)
  t.equal((await w.tx(async tx => await w.orders.commands.forCallback(tx, stays.id))).complainants.length, 1, 'a patrol is asked nowhere')
})

t.test('a complainant who joins during verification is asked before closing', async t => {
  for (const how of ['added', 'merged'] as const) {
    const w = await callbackWorld(t)
    w.at('2026-11-20 10:00')
    const orderId = await w.acceptedOrder()
    const [own] = await askedOf(w, orderId)
    await run(w, w.callbacks.desk.recordAnswers, officer, {
      callbackId: own?.id ?? '', freeWords: '当面答复', contacted: true, solved: 'yes', grade: 5
    })
    t.match(await w.order(orderId), { state: 'VERIFYING', callback_status: 'CONFIRMED' })
    if (how === 'added') await run(w, w.orders.commands.addComplainant, agent, { orderId, number: told })
    else await merge(w, (await file(w, { complainantNumber: told })).id, orderId)
    t.match(await w.order(orderId), { callback_status: 'PENDING' }, how)
    await w.passVerification(orderId)
    t.match(await w.order(orderId), { state: 'VERIFYING' }, 'it waits for the person who joined')
    const late = (await askedOf(w, orderId)).find(c => c.joined)
    t.match(late, { status: 'SCHEDULED' })
    await run(w, w.callbacks.desk.recordAnswers, officer, {
      callbackId: late?.id ?? '', freeWords: '当面答复', contacted: true, solved: 'yes', grade: 4
    })
    t.match(await w.order(orderId), { state: 'CLOSED' })
  }
})

t.test('a complainant who joins during verification and declined calls keeps no order open', async t => {
  const w = await callbackWorld(t)
  w.at('2026-11-20 10:00')
  const orderId = await w.acceptedOrder({ wantsCallback: false })
  const before = await w.acceptedOrder({ complainantNumber: told })
  await run(w, w.callbacks.desk.giveUp, officer, {
    callbackId: (await askedOf(w, before))[0]?.id ?? '',
    why: 'declined',
    freeWords: '市民来信说明'
  })
  await run(w, w.orders.commands.addComplainant, agent, { orderId, number: told })
  t.match(await w.order(orderId), { state: 'VERIFYING', callback_status: 'NOT_REQUIRED' })
  await w.passVerification(orderId)
  t.match(await w.order(orderId), { state: 'CLOSED' })
})

t.test('a complaint about a unit never joins an order that unit holds, nor goes to it later', async t => {
  const w = await callbackWorld(t)
  const { commands } = w.orders
  w.at('2026-11-20 10:00')
  const held = await file(w)
  await run(w, commands.dispatch, dispatcher, { orderId: held.id, ...toTheTeam })
  for (const about of ['T01-CGZD', 'T01']) {
    const complaint = await file(w, { complainantNumber: told, aboutUnitId: about })
    await t.rejects(merge(w, complaint.id, held.id), { code: 'guard-not-met' }, `about ${about}`)
  }
  const waits = await file(w)
  await merge(w, (await file(w, { complainantNumber: told, aboutUnitId: 'T01-CGZD' })).id, waits.id)
  await t.rejects(run(w, commands.dispatch, dispatcher, { orderId: waits.id, ...toTheTeam }), { code: 'guard-not-met' })
  const another = await file(w, { complainantNumber: '13900001011', aboutUnitId: 'D05' })
  await t.rejects(merge(w, another.id, waits.id), { code: 'guard-not-met' }, 'complaints about two units are two orders')
})

t.test('a letter to the Party mailbox joins no order that others read, nor one of those the letter', async t => {
  const w = await callbackWorld(t)
  const [letter, plain] = [await file(w, { channel: 'PARTY_MAILBOX', complainantNumber: told }), await file(w)]
  for (const [from, into] of [[letter, plain], [plain, letter]] as const) {
    await t.rejects(merge(w, from.id, into.id), { code: 'guard-not-met', details: { guard: 'same-readers' } })
  }
  const another = await file(w, { channel: 'PARTY_MAILBOX', complainantNumber: '13900001011' })
  t.equal((await merge(w, another.id, letter.id)).state, 'MERGED')
})

t.test('all complainants declined calls: the order says why nobody is asked', async t => {
  const w = await callbackWorld(t)
  w.at('2026-11-20 10:00')
  const first = await w.acceptedOrder()
  const [callback] = await askedOf(w, first)
  await run(w, w.callbacks.desk.giveUp, officer, { callbackId: callback?.id ?? '', why: 'declined', freeWords: '市民来信说明' })
  const reason = async (id: string): Promise<unknown> =>
    (await w.db.query('select state, callback_status, callback_reason from work_order where id = $1', [id]))[0]
  t.match(await reason(first), { callback_status: 'NOT_REQUIRED', callback_reason: 'declined' })
  // A matter nobody has to see: it closes as soon as its report is accepted.
  const next = await file(w, { categoryCode: '1504' })
  const { commands } = w.orders
  const handler = unit('T01-CGZD')
  for (const step of [
    async (): Promise<OrderRef> => await run(w, commands.dispatch, dispatcher, { orderId: next.id, ...toTheTeam }),
    async (): Promise<OrderRef> => await run(w, commands.sign, handler, { orderId: next.id }),
    async (): Promise<OrderRef> => await run(w, commands.start, handler, { orderId: next.id, noVisitReason: '电话已答复' }),
    async (): Promise<OrderRef> => await run(w, commands.report, handler, { orderId: next.id, text: '已答复' }),
    async (): Promise<OrderRef> => await run(w, commands.acceptReport, dispatcher, { orderId: next.id })
  ]) {
    const answer = await step()
    const [row] = await w.db.query('select id, number, version, state from work_order where id = $1', [next.id])
    t.same(answer, row)
  }
  t.match(await reason(next.id), { state: 'CLOSED', callback_status: 'NOT_REQUIRED', callback_reason: 'declined-calls' })
})
