// What is recorded of a callback rests on a call with the citizen, or on an officer's word how it is known; nobody puts it off for ever.
import t from 'tap'
import { callRows } from '../harness/call-rows.ts'
import { agent, callbackWorld, officer } from './callback-world.ts'

t.test('an agent puts off or answers for nobody he has not on the line', async t => {
  const w = await callbackWorld(t)
  const { desk } = w.callbacks
  w.at('2026-11-20 08:00')
  const calls = callRows(w)
  const call = async (id: string): Promise<string> => await calls.arrives(id, { number: '13900001002' })
  const complaint = await call('c-before')
  w.at('2026-11-20 10:00')
  const orderId = await w.acceptedOrder()
  const callbackId = (await w.callbackOf(orderId)).id
  const until = new Date('2026-11-24T10:00:00+08:00')
  await t.rejects(w.tx(async tx => await desk.postpone(tx, agent, { callbackId, until })), { code: 'not-allowed' })
  const earlier = { callbackId, callId: complaint }
  await t.rejects(w.tx(async tx => await desk.postpone(tx, agent, { ...earlier, until })), { code: 'not-allowed' }, 'the call he complained in is none')
  await t.rejects(w.tx(async tx => await desk.recordAnswers(tx, agent, { ...earlier, contacted: true, solved: 'yes', grade: 5 })), { code: 'not-allowed' })
  w.at('2026-11-20 11:00')
  await call('c-now')
  const put = await w.tx(async tx => await desk.postpone(tx, agent, { callbackId, callId: 'c-now', until }))
  t.same(put.dueAt, until)
})

t.test('put off again and again it ends two weeks after the report', async t => {
  const w = await callbackWorld(t)
  const { desk } = w.callbacks
  w.at('2026-11-20 10:00')
  const callbackId = (await w.callbackOf(await w.acceptedOrder())).id
  const wish = { callbackId, until: new Date('2026-12-03T10:00:00+08:00') }
  await t.rejects(w.tx(async tx => await desk.postpone(tx, officer, wish)), { code: 'guard-not-met', details: { guard: 'how-known' } }, 'an officer neither, without saying how he knows')
  t.match(await w.tx(async tx => await desk.postpone(tx, officer, { ...wish, how: '市民发短信要求' })), { postponedHow: '市民发短信要求' })
  w.at('2026-12-02 10:00')
  const further = new Date('2026-12-05T10:00:00+08:00')
  await t.rejects(w.tx(async tx => await desk.postpone(tx, officer, { callbackId, until: further, how: '市民来信' })), { code: 'invalid-input' })
})

t.test('an answer without a call says how it is known', async t => {
  const w = await callbackWorld(t)
  const { desk } = w.callbacks
  w.at('2026-11-20 10:00')
  const callbackId = (await w.callbackOf(await w.acceptedOrder())).id
  const said = { callbackId, contacted: true, solved: 'yes' as const, grade: 5 }
  await t.rejects(w.tx(async tx => await desk.recordAnswers(tx, officer, said)), { code: 'guard-not-met' })
  t.match(await w.tx(async tx => await desk.recordAnswers(tx, officer, { ...said, freeWords: '市民到中心当面答复' })), { status: 'CONFIRMED' })
})
