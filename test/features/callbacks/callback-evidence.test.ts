// What is recorded of a callback rests on a call with the citizen, or on an officer's word how it is known; nobody puts it off for ever.
import t from 'tap'
import { agent, callbackWorld, officer, person } from './callback-world.ts'

t.test('an agent postpones or answers only for the citizen on the own line', async t => {
  const w = await callbackWorld(t)
  const { desk } = w.callbacks
  w.at('2026-11-20 08:00')
  await w.callFrom('13900001002', 'c-before', '8101')
  w.at('2026-11-20 10:00')
  const orderId = await w.acceptedOrder()
  const callbackId = (await w.callbackOf(orderId)).id
  const until = new Date('2026-11-24T10:00:00+08:00')
  await t.rejects(w.tx(async tx => await desk.postpone(tx, agent, { callbackId, until })), { code: 'not-allowed' })
  const earlier = { callbackId, callId: 'c-before' }
  await t.rejects(w.tx(async tx => await desk.postpone(tx, agent, { ...earlier, until })), { code: 'not-allowed' },
    'the call of the complaint is none')
  const said = { contacted: true, solved: 'yes' as const, grade: 5 }
  await t.rejects(w.tx(async tx => await desk.recordAnswers(tx, agent, { ...earlier, ...said })), { code: 'not-allowed' })
  w.at('2026-11-20 11:00')
  await w.callFrom('13900001002', 'c-queue', null)
  await w.callFrom('13900001002', 'c-8003', '8003')
  for (const callId of ['c-queue', 'c-8003']) {
    await t.rejects(w.tx(async tx => await desk.recordAnswers(tx, agent, { callbackId, callId, ...said })), { code: 'not-allowed' },
      'nor one given up in the queue, nor a colleague\'s')
    await t.rejects(w.tx(async tx => await desk.postpone(tx, agent, { callbackId, callId, until })), { code: 'not-allowed' })
  }
  await t.rejects(w.tx(async tx => await desk.recordAnswers(tx, officer, { callbackId, callId: 'c-queue', ...said })),
    { code: 'guard-not-met' }, 'nobody spoke with the citizen in a call that nobody took')
  await w.callFrom('13900001002', 'c-now', '8101')
  const put = await w.tx(async tx => await desk.postpone(tx, agent, { callbackId, callId: 'c-now', until }))
  t.same(put.dueAt, until)
})

t.test('repeated postponement ends two weeks after the report', async t => {
  const w = await callbackWorld(t)
  const { desk } = w.callbacks
  w.at('2026-11-20 10:00')
  const callbackId = (await w.callbackOf(await w.acceptedOrder())).id
  const wish = { callbackId, until: new Date('2026-12-03T10:00:00+08:00') }
  await t.rejects(w.tx(async tx => await desk.postpone(tx, officer, wish)), { code: 'guard-not-met', details: { guard: 'how-known' } },
    'an officer neither, without a source')
  t.match(await w.tx(async tx => await desk.postpone(tx, officer, { ...wish, how: '市民发短信要求' })), { postponedHow: '市民发短信要求' })
  w.at('2026-12-02 10:00')
  const further = new Date('2026-12-05T10:00:00+08:00')
  await t.rejects(w.tx(async tx => await desk.postpone(tx, officer, { callbackId, until: further, how: '市民来信' })),
    { code: 'invalid-input' })
})

t.test('an answer without a call needs its source', async t => {
  const w = await callbackWorld(t)
  const { desk } = w.callbacks
  w.at('2026-11-20 10:00')
  const callbackId = (await w.callbackOf(await w.acceptedOrder())).id
  const said = { callbackId, contacted: true, solved: 'yes' as const, grade: 5 }
  await t.rejects(w.tx(async tx => await desk.recordAnswers(tx, officer, said)), { code: 'guard-not-met' })
  t.match(await w.tx(async tx => await desk.recordAnswers(tx, officer, { ...said, freeWords: '市民到中心当面答复' })), { status: 'CONFIRMED' })
})

t.test('after 0, only the person who answered the citizen records the answers', async t => {
  const w = await callbackWorld(t)
  const { desk } = w.callbacks
  w.at('2026-11-20 16:00')
  const orderId = await w.acceptedOrder()
  w.at('2026-11-21 09:00')
  await w.sweep()
  const leg = await w.leg()
  await w.reports(leg, 'rings', 'answers', { key: '0', q: 'contacted' })
  await w.passedOn(leg, '8003')
  await w.reports(leg, { done: 'person' }, { hangup: 16 }, 'ends')
  const callbackId = (await w.callbackOf(orderId)).id
  const said = { callbackId, contacted: true, solved: 'yes' as const, grade: 5 }
  await t.rejects(w.tx(async tx => await desk.recordAnswers(tx, agent, said)), { code: 'not-allowed' })
  t.match(await w.tx(async tx => await desk.recordAnswers(tx, { ...agent, extension: '8003' }, said)), { status: 'CONFIRMED' })
})

t.test('0 without an answer: no one may record answers', async t => {
  const w = await callbackWorld(t)
  w.at('2026-11-20 16:00')
  const orderId = await w.acceptedOrder()
  w.at('2026-11-21 09:00')
  await w.sweep()
  const leg = await w.leg()
  await w.reports(leg, 'rings', 'answers', { key: '0', q: 'contacted' })
  await w.passedOn(leg, null)
  await w.reports(leg, { done: 'person' }, { hangup: 16 }, 'ends')
  const callbackId = (await w.callbackOf(orderId)).id
  await t.rejects(
    w.tx(async tx => await w.callbacks.desk.recordAnswers(tx, officer, { callbackId, contacted: true, solved: 'yes', grade: 5 })),
    { code: 'guard-not-met' }
  )
})

t.test('giving up needs its source; another officer\'s callback is not decided', async t => {
  const w = await callbackWorld(t)
  const { desk } = w.callbacks
  const another = person('8102', 'CALLBACK_OFFICER')
  w.at('2026-11-20 10:00')
  const orderId = await w.acceptedOrder({ marks: ['elderly'] })
  const callbackId = (await w.callbackOf(orderId)).id
  for (const why of ['declined', 'wrong-number'] as const) {
    await t.rejects(w.tx(async tx => await desk.giveUp(tx, officer, { callbackId, why })),
      { code: 'guard-not-met', details: { guard: 'how-known' } })
    await t.rejects(w.tx(async tx => await desk.giveUp(tx, officer, { callbackId, why, freeWords: '\u200b' })), { code: 'guard-not-met' })
  }
  t.same(await w.db.query('select 1 from declined_number'), [])
  await w.tx(async tx => await desk.takeOver(tx, officer, { callbackId }))
  const words = { callbackId, freeWords: '市民来信说明' }
  const later = new Date('2026-11-24T10:00:00+08:00')
  await t.rejects(w.tx(async tx => await desk.giveUp(tx, another, { ...words, why: 'declined' })), { code: 'already-done' })
  await t.rejects(w.tx(async tx => await desk.postpone(tx, another, { callbackId, until: later })), { code: 'already-done' })
  await t.rejects(w.tx(async tx => await desk.recordAnswers(tx, another, { ...words, contacted: true, solved: 'no', grade: 1 })),
    { code: 'already-done' })
  await w.tx(async tx => await desk.recordAnswers(tx, officer, { ...words, contacted: true, solved: 'no', grade: 1 }))
  const decision = { callbackId, reason: 'result' as const, explanation: '政策所限' }
  await t.rejects(w.tx(async tx => await desk.explain(tx, another, decision)), { code: 'already-done' })
  await t.rejects(w.tx(async tx => await desk.rework(tx, another, decision)), { code: 'already-done' })
  t.match(await w.tx(async tx => await desk.explain(tx, person('leader', 'SHIFT_LEADER'), decision)), { status: 'EXPLAINED' },
    'the shift leader may')
})
