// A citizen whom a person is to ring (待人工回拨) is rung by one person at a time.
import t from 'tap'
import { testApp } from '../../http/app-of-test.ts'
import { callbackWorld } from '../callbacks/callback-world.ts'

interface Row { id: string, takenBy: string | null }

t.test('two shift leaders ring one caller back at once: one does, the other is told who', async t => {
  const world = await callbackWorld(t)
  world.at('2026-11-30 10:00')
  await world.missedCall('13900001771', 'c-missed')
  for (const at of ['10:06', '10:40']) {
    world.at(`2026-11-30 ${at}`)
    await world.sweep()
    await world.reports(await world.leg(), 'rings', 'answers', { key: '1' }, { hangup: 16 }, 'ends')
  }
  const { send, cookieOf } = await testApp(t, { on: { db: world.db, url: '', clock: world.clock }, routes: world.routes })
  const logins = ['8031', '8032']
  const cookies = new Map<string, string>()
  for (const login of logins) cookies.set(login, await cookieOf(login, ['SHIFT_LEADER'], { extension: login }))
  const rows = async (): Promise<Row[]> =>
    (await send('GET', '/api/calls/to-ring-back', { cookie: cookies.get('8031') ?? '' })).json().items
  const ring = async (login: string, key = '') => await send('POST', '/api/calls', {
    cookie: cookies.get(login) ?? '', body: { callId: 'c-missed' }, ...(key === '' ? {} : { headers: { 'idempotency-key': key } })
  })
  t.match(await rows(), [{ id: 'c-missed', takenBy: null }])

  const answers = await Promise.all(logins.map(async login => ({ login, answer: await ring(login, `at-once-${login}`) })))
  const [first, second] = answers.toSorted((a, b) => a.answer.statusCode - b.answer.statusCode)
  if (!first || !second) return
  t.equal(first.answer.statusCode, 202, first.answer.body)
  t.match(second.answer.json(), { status: 409, code: 'already-done', details: { guard: 'others-return', by: first.login } })
  t.match(await rows(), [{ takenBy: first.login }])
  t.same((await ring(first.login, `at-once-${first.login}`)).json(), first.answer.json(), 'the same press again is the same call')
  t.match((await ring(first.login)).json(), { code: 'already-calling' }, 'and another press of that person is refused as before')

  const own = await world.ownTelephone('rings', { hangup: 17 }, 'ends')
  t.ok(own, 'the own telephone is busy')
  t.match(await rows(), [{ takenBy: null }])
  t.equal((await ring(second.login)).statusCode, 202, 'the other may ring now')
  t.match(await rows(), [{ takenBy: second.login }])
})

t.test('a citizen who rang twice has one telephone: a ring for the one call, or for an order, refuses one for the other', async t => {
  const world = await callbackWorld(t)
  world.at('2026-11-30 10:00')
  for (const call of ['c-first', 'c-second']) await world.missedCall('13900001772', call)
  const orderId = await world.acceptedOrder({ complainantNumber: '13900001772' })
  const { send, cookieOf } = await testApp(t, { on: { db: world.db, url: '', clock: world.clock }, routes: world.routes })
  const cookies = new Map<string, string>()
  for (const login of ['8031', '8032']) cookies.set(login, await cookieOf(login, ['SHIFT_LEADER'], { extension: login }))
  const ring = async (login: string, body: object) => await send('POST', '/api/calls', { cookie: cookies.get(login) ?? '', body })

  t.equal((await ring('8031', { callId: 'c-first' })).statusCode, 202)
  t.match((await ring('8032', { callId: 'c-second' })).json(), { code: 'already-done', details: { guard: 'others-return', by: '8031' } })
  const byOrder = (await ring('8032', { orderId })).json()
  t.match(byOrder, { code: 'already-done', details: { guard: 'others-return' } })
  t.notOk('by' in byOrder.details, 'an order\'s page does not say who')
  await world.ownTelephone('rings', { hangup: 17 }, 'ends')
  t.equal((await ring('8032', { orderId })).statusCode, 202, 'the telephone is free again')
  t.match((await ring('8031', { callId: 'c-second' })).json(), { code: 'already-done' })
})
