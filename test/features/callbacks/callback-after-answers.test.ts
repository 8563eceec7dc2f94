// What follows from what the complainant said, or did not say.
import t from 'tap'
import type { PhoneNumber } from '../../../src/domain/telephone/phone-number.ts'
import { systemActor } from '../../../src/domain/people/roles.ts'
import { pbxEvent } from '../../harness/dialler/dialler-world.ts'
import { agent, callbackWorld, officer, person, type CallbackWorld } from './callback-world.ts'
import { noUnit } from '../../../src/domain/people/reader-unit.ts'

async function dialled (world: CallbackWorld, over = {}): Promise<{ orderId: string, leg: string }> {
  world.at('2026-11-20 16:00')
  const orderId = await world.acceptedOrder(over)
  world.at('2026-11-21 09:00')
  await world.sweep()
  return { orderId, leg: await world.leg() }
}
const answered = ['rings', 'answers', { key: '1', q: 'contacted' }] as const
const over = [{ hangup: 16 }, 'ends'] as const

t.test('not solved: the officer has one working day, then the order re-opens automatically', async t => {
  const world = await callbackWorld(t)
  const { orderId, leg } = await dialled(world)
  await world.reports(leg, ...answered, { key: '3', q: 'solved' }, ...over)
  t.match(await world.callbackOf(orderId), { status: 'OFFICER', solved: 'no', grade: null },
    'hung up before the grade: it counts all the same')
  t.match(await world.order(orderId), { state: 'VERIFYING', callback_status: 'OFFICER' })
  world.at('2026-11-23 23:59') // Saturday's answer: the working day is Monday
  await world.sweep()
  t.match(await world.callbackOf(orderId), { status: 'OFFICER' })
  world.at('2026-11-24 00:00')
  await world.sweep()
  t.match(await world.callbackOf(orderId), { status: 'REWORK' })
  t.match(await world.order(orderId), { state: 'DISPATCHED', cycle: 2, callback_status: 'PENDING' },
    'back at the unit without anybody\'s doing')
})

t.test('a hang-up at the confirmation of a bad grade gives none: asked another time', async t => {
  const world = await callbackWorld(t)
  const { orderId, leg } = await dialled(world)
  await world.reports(leg, ...answered, { key: '1', q: 'solved' }, { key: '5', q: 'grade' }, ...over)
  t.match(await world.callbackOf(orderId), { status: 'SCHEDULED', solved: 'yes', grade: null, incomplete: 1 })
  t.match(await world.order(orderId), { state: 'VERIFYING', callback_status: 'PENDING' })
})

t.test('a bad grade is explained by the officer, and the order may close', async t => {
  const world = await callbackWorld(t)
  const { orderId, leg } = await dialled(world)
  await world.passVerification(orderId)
  await world.reports(leg, ...answered, { key: '1', q: 'solved' }, { key: '4', q: 'grade' }, { key: '1', q: 'confirm' },
    { done: 'complete' }, ...over)
  const { id: callbackId } = await world.callbackOf(orderId)
  t.match(await world.callbackOf(orderId), { status: 'OFFICER', grade: 2 })
  await t.rejects(
    world.tx(async tx => await world.callbacks.desk.explain(tx, agent, { callbackId, reason: 'beyond-policy', explanation: '政策所限' })),
    { code: 'not-allowed' }
  )
  await world.tx(async tx => await world.callbacks.desk.takeOver(tx, officer, { callbackId }))
  await t.rejects(world.tx(async tx => await world.callbacks.desk.takeOver(tx, person('8102', 'CALLBACK_OFFICER'), { callbackId })),
    { code: 'already-done' })
  await world.tx(async tx => await world.callbacks.desk.explain(tx, officer, { callbackId, reason: 'beyond-policy', explanation: '政策所限' }))
  t.match(await world.order(orderId), { state: 'CLOSED', callback_status: 'DISSATISFIED_EXPLAINED', result: 'EXPLAINED' })
  await t.rejects(world.tx(async tx => await world.callbacks.desk.rework(tx, officer, { callbackId, reason: 'result', explanation: '不行' })),
    { code: 'already-done' })
})

t.test('re-done by the officer: a person asks the second time, and the second rating counts', async t => {
  const world = await callbackWorld(t)
  const { orderId, leg } = await dialled(world)
  await world.reports(leg, ...answered, { key: '2', q: 'solved' }, { key: '3', q: 'grade' }, { done: 'complete' }, ...over)
  const first = await world.callbackOf(orderId)
  await world.tx(
    async tx => await world.callbacks.desk.rework(tx, officer, { callbackId: first.id, reason: 'result', explanation: '只清理了一半' })
  )
  t.match(await world.order(orderId), { state: 'DISPATCHED', cycle: 2 })

  const unit = { ...systemActor, id: 'h', roles: ['HANDLER' as const], unitId: 'T01-CGZD' }
  const { commands } = world.orders
  await world.tx(async tx => await commands.sign(tx, unit, { orderId }))
  await world.tx(async tx => await commands.arrive(tx, unit, { orderId }))
  await world.tx(async tx => await commands.start(tx, unit, { orderId }))
  await world.tx(async tx => await commands.report(tx, unit, { orderId, text: '已全部清理' }))
  await world.tx(
    async tx => await commands.acceptReport(tx, { ...systemActor, id: 't01', roles: ['SUBCENTRE_OPERATOR'], unitId: 'T01' }, { orderId })
  )
  const second = await world.callbackOf(orderId)
  t.match(second, { cycle: 2, status: 'SCHEDULED', by_person: true, by_person_reason: 'after-rework' })
  world.at('2026-11-22 09:00')
  await world.sweep()
  t.equal(world.switchboard.told.length, 1, 'the machine does not ring again')
  t.match(
    (await world.callbacks.queries.list(world.db, { actor: officer, ownUnit: noUnit }, {
      list: 'due', now: world.clock.now(), after: null, limit: 10
    })).map(c => c.id),
    [second.id]
  )
  await world.passVerification(orderId)
  await world.tx(async tx => await world.callbacks.desk.recordAnswers(tx, officer, {
    callbackId: second.id, contacted: true, solved: 'yes', grade: 5, freeWords: '这次很好'
  }))
  t.match(await world.order(orderId), { state: 'CLOSED', callback_status: 'CONFIRMED' })
})

t.test('nobody answers three times on different half-days: unreachable, and a text as the last try', async t => {
  const world = await callbackWorld(t)
  const { orderId, leg } = await dialled(world)
  await world.reports(leg, 'rings', { hangup: 19 }, 'ends')
  t.match(await world.callbackOf(orderId), { status: 'SCHEDULED', unanswered: 1 })
  world.at('2026-11-21 13:29')
  await world.sweep()
  t.equal(world.switchboard.told.length, 1)
  for (const [time, number] of [['2026-11-21 13:30', 2], ['2026-11-22 09:00', 3]] as const) {
    world.at(time)
    await world.sweep()
    t.equal(world.switchboard.told.length, number, time)
    await world.reports(await world.leg(), 'rings', 'answers', { hangup: 16 }, 'ends') // voicemail: answered, no key
  }
  t.match(await world.callbackOf(orderId), { status: 'UNREACHABLE', unanswered: 3 })
  t.match(await world.order(orderId), { callback_status: 'UNREACHABLE', state: 'VERIFYING' })
  t.equal(world.texts.filter(m => m.key.startsWith('callback-')).length, 1)
  t.match(world.texts.at(-1), { to: '+8613900001002', body: /回复1解决/ })
  t.notMatch(world.texts.at(-1)?.body, /摆|摊/, 'the number only')
  world.at('2026-11-23 09:00')
  await world.sweep()
  t.equal(world.switchboard.told.length, 3, 'never a fourth call')

  const reply = {
    id: 1,
    from: '+8613900001002' as PhoneNumber,
    numberHashes: [world.sealing.fingerprint('+8613900001002')],
    body: '３',
    at: world.clock.now()
  }
  t.ok(await world.tx(async tx => await world.callbacks.replyListener(tx, reply)), 'it is theirs')
  await world.sweep()
  t.match(await world.callbackOf(orderId), { status: 'OFFICER', solved: 'no' }, 'the reply counts')
})

t.test('broken off in mid-survey is counted apart, and solved is solved', async t => {
  const world = await callbackWorld(t)
  const { orderId, leg } = await dialled(world)
  const brokenOff = [...answered, { key: '1', q: 'solved' }, ...over] as const
  await world.reports(leg, ...brokenOff)
  t.match(await world.callbackOf(orderId), { status: 'SCHEDULED', unanswered: 0, incomplete: 1, solved: 'yes' })
  world.at('2026-11-21 13:30')
  await world.sweep()
  await world.reports(await world.leg(), 'rings', { hangup: 17 }, 'ends')
  t.match(await world.callbackOf(orderId), { status: 'SCHEDULED', unanswered: 1, incomplete: 1, solved: 'yes' }, 'the answers given stay')
  world.at('2026-11-22 09:00')
  await world.sweep()
  await world.reports(await world.leg(), ...brokenOff)
  t.match(await world.callbackOf(orderId), { status: 'CONFIRMED', unanswered: 1, incomplete: 2, solved: 'yes', grade: null })
  world.at('2026-11-22 13:30')
  await world.sweep()
  t.equal(world.switchboard.told.length, 3, 'never a fourth call: one bound for both')
})

t.test('PBX crash in mid-call: rung again soon, and it counts as no attempt', async t => {
  const world = await callbackWorld(t)
  const { orderId, leg } = await dialled(world)
  await world.reports(leg, ...answered)
  for (const [seconds, legs] of [[2, 2], [6, 3], [21, 4]] as const) {
    await world.tx(async tx => { await world.dialler.journalHandler.handle(tx, [pbxEvent('-', 'node-restart', world.clock.now())]) })
    world.clock.advance(seconds * 1000)
    await world.sweep()
    t.equal(world.switchboard.told.length, legs)
    await world.reports(await world.leg(), 'rings', 'answers')
    world.clock.advance(1000)
  }
  await world.tx(async tx => { await world.dialler.journalHandler.handle(tx, [pbxEvent('-', 'node-restart', world.clock.now())]) })
  t.match(await world.callbackOf(orderId), { status: 'SCHEDULED', unanswered: 0, incomplete: 0, technical: 1, contacted: true })
  world.at('2026-11-21 09:07')
  await world.sweep()
  t.equal(world.switchboard.told.length, 5)
  await world.reports(await world.leg(), ...answered, { key: '1', q: 'solved' }, { key: '1', q: 'grade' }, { done: 'complete' }, ...over)
  t.match(await world.callbackOf(orderId), { status: 'CONFIRMED', attempts: 2 })
})
