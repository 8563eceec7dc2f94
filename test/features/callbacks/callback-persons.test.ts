// Where a person does the asking: marked citizens, 0, by hand, ringing back, declining.
import t from 'tap'
import { systemActor, type Actor, type Role } from '../../../src/domain/people/roles.ts'
import { agent, callbackWorld, officer, person, type CallbackWorld } from './callback-world.ts'
import { noUnit } from '../../../src/domain/people/reader-unit.ts'

async function accepted (world: CallbackWorld, over = {}): Promise<string> {
  world.at('2026-11-20 16:00')
  const orderId = await world.acceptedOrder(over)
  world.at('2026-11-21 09:00')
  await world.sweep()
  return orderId
}
const due = async (world: CallbackWorld): Promise<string[]> =>
  (await world.callbacks.queries.list(world.db, { actor: officer, ownUnit: noUnit }, {
    list: 'due', now: world.clock.now(), after: null, limit: 10
  })).map(c => c.orderId)

t.test('an elderly citizen is rung by a person, by hand', async t => {
  const world = await callbackWorld(t)
  const orderId = await accepted(world, { marks: ['elderly'] })
  t.equal(world.switchboard.told.length, 0)
  t.same(await due(world), [orderId])
  const { id: callbackId } = await world.callbackOf(orderId)
  const { desk } = world.callbacks
  world.at('2026-11-21 12:30')
  await t.rejects(world.tx(async tx => await desk.dial(tx, officer, { callbackId })), { code: 'outside-allowed-hours' },
    'not at noon, not by hand either')
  world.at('2026-11-21 13:40')
  await world.tx(async tx => await desk.dial(tx, officer, { callbackId }))
  await t.rejects(world.tx(async tx => await desk.dial(tx, officer, { callbackId })), { code: 'guard-not-met' }, 'not twice at once')
  await world.sweep()
  t.match(world.switchboard.told, [{ to: { extension: '8101' }, context: 'hotline-manual' }], 'the own telephone first')
  t.equal(world.switchboard.told.length, 1, 'and nobody else until it is taken up')
  const own = await world.ownTelephone('rings', 'answers')
  await world.sweep()
  t.match(world.switchboard.told[1], { to: { number: '13900001002' }, variables: { LD_AGENT: '8101', LD_PEER: own } })
  await world.reports(await world.leg(), 'rings', 'answers', { hangup: 16 }, 'ends')
  t.same(world.switchboard.hungUp, [own], 'nobody is left on an empty line')
  t.match(await world.callbackOf(orderId), { status: 'SCHEDULED', unanswered: 0 }, 'they spoke: the notes are awaited')
  await t.rejects(world.tx(async tx => await desk.recordAnswers(tx, officer, { callbackId, contacted: true, solved: null, grade: null })),
    { code: 'invalid-input' })
  await world.tx(
    async tx => await desk.recordAnswers(tx, officer, { callbackId, freeWords: '当面答复', contacted: true, solved: 'yes', grade: null })
  )
  t.match(await world.callbackOf(orderId), { status: 'CONFIRMED', attempts: 1, officer: '8101' })
  t.match((await world.callbacks.queries.one(world.db, callbackId)).attemptList, [{ method: 'officer', answers: { solved: 'yes' } }])
})

t.test('rung by hand without an answer counts like the machine\'s', async t => {
  const world = await callbackWorld(t)
  const orderId = await accepted(world, { requestType: 'REPORT_OF_WRONG' })
  const { id: callbackId } = await world.callbackOf(orderId)
  for (const time of ['2026-11-21 09:10', '2026-11-21 14:00', '2026-11-22 10:00']) {
    world.at(time)
    await world.tx(async tx => await world.callbacks.desk.dial(tx, officer, { callbackId }))
    await world.ownTelephone('rings', 'answers')
    await world.sweep()
    await world.reports(await world.leg(), 'rings', { hangup: 19 }, 'ends')
  }
  t.match(await world.callbackOf(orderId), { status: 'UNREACHABLE', by_person_reason: 'report-of-wrong', unanswered: 3 })
})

t.test('an officer\'s unanswered own telephone is no attempt', async t => {
  const world = await callbackWorld(t)
  const orderId = await accepted(world, { marks: ['elderly'] })
  const { id: callbackId } = await world.callbackOf(orderId)
  await world.tx(async tx => await world.callbacks.desk.dial(tx, officer, { callbackId }))
  await world.ownTelephone('rings', { hangup: 19 }, 'ends')
  await world.sweep()
  t.equal(world.switchboard.told.length, 1, 'the citizen is not rung')
  t.match(await world.callbackOf(orderId), { status: 'SCHEDULED', by_person: true, unanswered: 0 })
})

t.test('an officer\'s calls leave the reason why a person rings, and what rang nobody is due again at once', async t => {
  const world = await callbackWorld(t)
  const orderId = await accepted(world, { requestType: 'REPORT_OF_WRONG' })
  const { id: callbackId } = await world.callbackOf(orderId)
  const rings = async (): Promise<void> => {
    await world.tx(async tx => await world.callbacks.desk.dial(tx, officer, { callbackId }))
  }
  for (let i = 0; i < 4; i++) {
    await rings()
    await world.ownTelephone('rings', { hangup: 19 }, 'ends')
    await world.sweep()
    t.same(await due(world), [orderId], 'the own telephone was not taken up')
  }
  t.match(await world.callbackOf(orderId), { by_person_reason: 'report-of-wrong', technical: 0 })
  await rings()
  await world.ownTelephone('rings', 'answers')
  await world.sweep()
  await world.reports(await world.leg(), 'rings', 'answers', { hangup: 16 }, 'ends')
  t.match(await world.callbackOf(orderId), { status: 'SCHEDULED', by_person: true, by_person_reason: 'report-of-wrong' }, 'they spoke')
  t.same(await due(world), [], 'the notes are awaited')
})

t.test('an officer\'s telephone is lost with the PBX: the citizen is not rung', async t => {
  const world = await callbackWorld(t)
  const orderId = await accepted(world, { marks: ['elderly'] })
  const { id: callbackId } = await world.callbackOf(orderId)
  await world.tx(async tx => await world.callbacks.desk.dial(tx, officer, { callbackId }))
  await world.ownTelephone('rings')
  await world.pbxRestarts()
  t.match(await world.callbackOf(orderId), { status: 'SCHEDULED', by_person: true, unanswered: 0 })
  t.match(await world.db.query('select state, outcome from dial_request'), [{ state: 'finished', outcome: 'cancelled' }])
})

t.test('0: a person takes over, and completes the same attempt', async t => {
  const world = await callbackWorld(t)
  const orderId = await accepted(world)
  const leg = await world.leg()
  await world.reports(leg, 'rings', 'answers', { key: '0', q: 'contacted' })
  await world.passedOn(leg, '8101')
  const { id: callbackId } = await world.callbackOf(orderId)
  t.match(await world.callbacks.queries.awaitingOnCall(world.db, leg, '8101'), [{ id: callbackId }], 'the agent sees whose call it is')
  await world.reports(leg, { done: 'person' }, { hangup: 16 }, 'ends')
  t.match(await world.callbackOf(orderId),
    { status: 'SCHEDULED', by_person: true, by_person_reason: 'pressed-zero', unanswered: 0, incomplete: 0 })
  await world.tx(async tx => await world.callbacks.desk.recordAnswers(tx, agent, { callbackId, contacted: false, solved: 'yes', grade: 5 }))
  t.match(await world.callbackOf(orderId), { status: 'CONFIRMED', attempts: 1, contacted: false })
})

t.test('a citizen who rings back after our missed call is asked by the agent, and it counts', async t => {
  const world = await callbackWorld(t)
  const orderId = await accepted(world)
  const hash = world.sealing.fingerprint('+8613900001002')
  await world.reports(await world.leg(), 'rings', { hangup: 19 }, 'ends')
  const nobody = world.sealing.fingerprint('+8613900001003')
  const found = await world.callbacks.queries.awaiting(world.db, [nobody, hash, hash])
  const [waiting] = found
  t.equal(found.length, 1)
  t.match(found, [{ orderId, numberHash: hash }], 'each number once, however often it rang in')
  world.at('2026-11-21 13:30')
  await world.sweep() // the machine rings the citizen just now
  t.match(await world.callbackOf(orderId), { status: 'DIALLING' })
  await world.callFrom('13900001002', 'rang-back', '8101')
  await world.callFrom('13900001003', 'another', '8101')
  const said = async (callId: string | null): Promise<unknown> =>
    await world.tx(async tx => await world.callbacks.desk.recordAnswers(tx, agent, {
      callbackId: waiting?.callbackId ?? '', contacted: true, solved: 'yes', grade: 5, calledIn: true, callId
    }))
  await t.rejects(said(null), { code: 'not-allowed' }, 'an agent answers for nobody')
  await t.rejects(said('another'), { code: 'not-allowed' })
  await t.rejects(said('no-such-call'), { code: 'not-found' })
  await said('rang-back')
  t.match(await world.callbackOf(orderId), { status: 'CONFIRMED', attempts: 3 })
  t.equal(world.switchboard.hungUp.length, 1, 'and is not rung any longer')
  await world.reports(await world.leg(), { hangup: 16 }, 'ends')
  t.match(await world.callbackOf(orderId), { status: 'CONFIRMED', unanswered: 1 })
  t.same(await world.callbacks.queries.awaiting(world.db, [hash]), [])
})

t.test('another time, moved into the allowed hours', async t => {
  const world = await callbackWorld(t)
  const orderId = await accepted(world, { marks: ['dialect'] })
  const { id: callbackId } = await world.callbackOf(orderId)
  await world.tx(
    async tx => await world.callbacks.desk.postpone(tx, officer, { callbackId, until: new Date('2026-11-22T21:00:00+08:00'), how: '市民来信' })
  )
  t.match(await world.callbackOf(orderId), { due_at: new Date('2026-11-23T09:00:00+08:00') })
  t.same(await due(world), [])
})

t.test('no more calls: kept for every later order, and the order is not held up', async t => {
  const world = await callbackWorld(t)
  const orderId = await accepted(world, { marks: ['elderly'] })
  await world.passVerification(orderId)
  const { id: callbackId } = await world.callbackOf(orderId)
  await world.tx(async tx => await world.callbacks.desk.giveUp(tx, officer, { callbackId, why: 'declined', freeWords: '市民来信说明' }))
  t.match(await world.order(orderId), { state: 'CLOSED', callback_status: 'NOT_REQUIRED' })
  world.at('2026-11-23 10:00')
  const later = await world.acceptedOrder()
  t.match(await world.order(later), { callback_status: 'NOT_REQUIRED' })
  t.equal((await world.db.query('select id from callback where order_id = $1', [later])).length, 0)
})

t.test('a bad answer is not given up', async t => {
  const world = await callbackWorld(t)
  const orderId = await accepted(world, { marks: ['elderly'] })
  await world.passVerification(orderId)
  const { id: callbackId } = await world.callbackOf(orderId)
  const { desk } = world.callbacks
  await world.tx(
    async tx => await desk.recordAnswers(tx, officer, { callbackId, freeWords: '当面答复', contacted: true, solved: 'no', grade: 1 })
  )
  await t.rejects(world.tx(async tx => await desk.giveUp(tx, officer, { callbackId, why: 'wrong-number' })), { code: 'guard-not-met' })
  await t.rejects(world.tx(async tx => await desk.recordAnswers(tx, agent, { callbackId, contacted: true, solved: 'yes', grade: 5 })),
    { code: 'not-allowed' }, 'nor overturned by an agent')
  await world.tx(async tx => await desk.giveUp(tx, officer, { callbackId, why: 'declined', freeWords: '市民来信说明' }))
  t.match(await world.callbackOf(orderId), { status: 'OFFICER', solved: 'no' })
  t.match(await world.order(orderId), { state: 'VERIFYING', callback_status: 'OFFICER' })
  t.equal((await world.db.query('select 1 from declined_number')).length, 1, 'but the number is not called again')
})

t.test('a refusal of calls holds for the number: at another number the next cycle asks again', async t => {
  const world = await callbackWorld(t)
  const { commands } = world.orders
  const nextRound = async (complainantNumber: string, number: string | null): Promise<string> => {
    const orderId = await accepted(world, { marks: ['elderly'], complainantNumber })
    const { id: callbackId } = await world.callbackOf(orderId)
    await world.tx(async tx => await world.callbacks.desk.giveUp(tx, officer, { callbackId, why: 'declined', freeWords: '市民来信说明' }))
    t.match(await world.order(orderId), { state: 'VERIFYING', callback_status: 'NOT_REQUIRED' })
    await world.tx(async tx => await commands.verify(tx, person('verifier', 'VERIFIER'), { orderId, passed: false, remarks: '现场没有改变' }))
    t.match(await world.order(orderId), { cycle: 2, callback_status: 'PENDING' })
    const leader = person('8031', 'SHIFT_LEADER')
    if (number !== null) {
      await world.tx(async tx => await commands.amend(tx, leader, { orderId, complainantNumber: number, reason: '市民来信更正' }))
    }
    await world.handled(orderId)
    return orderId
  }
  const corrected = await nextRound('13900001076', '13900001077')
  t.match(await world.callbackOf(corrected), { cycle: 2, status: 'SCHEDULED', by_person: true })
  const same = await nextRound('13900001078', null)
  t.match(await world.callbackOf(same), { cycle: 1, status: 'CANCELLED' }, 'nobody rings the number that declined')
  t.match(await world.order(same), { callback_status: 'NOT_REQUIRED' })
})

t.test('co-complainants are asked too; one bad answer decides', async t => {
  const world = await callbackWorld(t)
  world.at('2026-11-20 10:00')
  const orderId = await world.acceptedOrder()
  await world.tx(async tx => await world.orders.commands.addComplainant(tx, agent, { orderId, number: '13900001009' }))
  const own = await world.db.query<{ id: string, number_hash: Buffer }>('select id, number_hash from callback where order_id = $1',
    [orderId])
  t.equal(own.length, 2)
  await world.passVerification(orderId)
  const record = async (id: string, solved: 'yes' | 'no'): Promise<void> => {
    await world.tx(async tx => await world.callbacks.desk.recordAnswers(tx, officer, {
      callbackId: id, freeWords: '当面答复', contacted: true, solved, grade: 4
    }))
  }
  await record(own[0]?.id ?? '', 'yes')
  t.match(await world.order(orderId), { state: 'VERIFYING', callback_status: 'PENDING' })
  await record(own[1]?.id ?? '', 'no')
  t.match(await world.order(orderId), { state: 'VERIFYING', callback_status: 'OFFICER' })
})

const rung = ({ to }: CallbackWorld['switchboard']['told'][number]): string => 'number' in to ? to.number : ''

t.test('a correction before the callback\'s hour is used for the callback', async t => {
  const world = await callbackWorld(t)
  world.at('2026-11-20 16:00')
  const amended = async (change: object, over = {}): Promise<string> => {
    const orderId = await world.acceptedOrder(over)
    await world.tx(
      async tx => await world.orders.commands.amend(tx, person('8031', 'SHIFT_LEADER'), { orderId, ...change, reason: '市民来电更正' })
    )
    return orderId
  }
  const renumbered = await amended({ complainantNumber: '13900001099' })
  const gone = await amended({ anonymous: true, complainantNumber: null, wantsCallback: false }, { complainantNumber: '13900001004' })
  const elderly = await amended({ marks: ['elderly'] }, { complainantNumber: '13900001005' })
  const byHand = await amended({ complainantNumber: '13900001098' }, { complainantNumber: '13900001006', marks: ['elderly'] })
  const goneByHand = await amended({ wantsCallback: false }, { complainantNumber: '13900001007', marks: ['elderly'] })
  world.at('2026-11-21 09:00')
  await world.sweep()
  t.same(world.switchboard.told.map(rung), ['13900001099'], 'the number given last, and no other')
  t.match(await world.callbackOf(renumbered), { status: 'DIALLING', number_hash: world.sealing.fingerprint('+8613900001099') })
  t.match(await world.callbackOf(gone), { status: 'CANCELLED', cancel_reason: 'no-longer-asked' })
  t.match(await world.order(gone), { callback_status: 'NOT_REQUIRED' })
  t.match(await world.callbackOf(elderly), { status: 'SCHEDULED', by_person: true, by_person_reason: 'elderly' })
  await world.tx(async tx => await world.callbacks.desk.dial(tx, officer, { callbackId: (await world.callbackOf(byHand)).id }))
  t.match(await world.callbackOf(byHand), { status: 'DIALLING', number_hash: world.sealing.fingerprint('+8613900001098') })
  t.match(await world.callbackOf(goneByHand), { status: 'CANCELLED' })
})

t.test('an order whose citizen is no longer to be asked when its report is accepted waits for nobody', async t => {
  const world = await callbackWorld(t)
  const { commands } = world.orders
  const someone = (unitId: string, role: Role): Actor => ({ ...systemActor, id: unitId, roles: [role], unitId })
  for (const change of [{ wantsCallback: false }, { anonymous: true }, { complainantNumber: null }]) {
    world.at('2026-11-20 16:00')
    const orderId = await world.acceptedOrder()
    await world.tx(async tx => await commands.rework(tx, person('8031', 'SHIFT_LEADER'), { orderId, reason: '未办结' }))
    const team = someone('T01-CGZD', 'HANDLER')
    await world.tx(async tx => await commands.sign(tx, team, { orderId }))
    await world.tx(async tx => await commands.start(tx, team, { orderId, noVisitReason: '电话已办' }))
    await world.tx(async tx => await commands.report(tx, team, { orderId, text: '已劝离' }))
    await world.tx(async tx => await commands.amend(tx, person('8031', 'SHIFT_LEADER'), { orderId, ...change, reason: '市民来电更正' }))
    await world.tx(async tx => await commands.acceptReport(tx, someone('T01', 'SUBCENTRE_OPERATOR'), { orderId }))
    t.match(await world.order(orderId), { cycle: 2, callback_status: 'NOT_REQUIRED' },
      Object.keys(change).join())
    await world.passVerification(orderId)
    t.match(await world.order(orderId), { state: 'CLOSED' })
    const { timeline } = await world.orders.queries.one(person('8031', 'SHIFT_LEADER'), orderId)
    t.match(timeline.findLast(e => e.kind === 'callback.result'), { detail: { status: 'NOT_REQUIRED', reason: 'no-longer-asked' } })
  }
})
