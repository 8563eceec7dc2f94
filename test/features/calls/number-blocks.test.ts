// Blocks over HTTP, on the database: one at a time for a number, what stands, and what the person says against it.
import t, { type Test } from 'tap'
import { createBlocking } from '../../../src/features/blocking/blocking.ts'
import { DomainError } from '../../../src/domain/errors.ts'
import { parsePhoneNumber, type PhoneNumber } from '../../../src/domain/telephone/phone-number.ts'
import type { PbxEvent } from '../../../src/pbx/pbx-event.ts'
import { numberSearchRoutes } from '../../../src/features/number-search/number-search-routes.ts'
import { blockingRoutes, blockOfNumber } from '../../../src/features/blocking/blocking-routes.ts'
import { ordersOfNumber } from '../../../src/features/work-orders/work-orders-routes.ts'
import { testApp } from '../../http/app-of-test.ts'
import { orderWorld } from '../orders/order-world.ts'

const hour = 3_600_000
const why = { reason: '反复骚扰', evidence: '三天内二十次，录音在案' }

async function desk (t: Test) {
  const { db, clock, sealing, orders } = await orderWorld(t)
  /** what the PBX has in its database; `away`: nobody can tell it anything */
  const pbx = { blocked: new Map<string, Date | null>(), ringBack: new Map<string, Date>(), away: false }
  // What a test freed last is told to the PBX while the database closes.
  let over = false
  t.teardown(() => { over = true })
  const reach = (): void => { if (pbx.away) throw new DomainError('pbx-unavailable', 'no link to the PBX') }
  const blocking = createBlocking({
    db,
    sealing,
    clock,
    feed: { publish: async () => {}, broadcast () {}, subscribe: () => () => {}, since: async () => [] },
    timeZone: 'Asia/Shanghai',
    neverBlocked: async () => null,
    numberOfCall: async (_tx, _actor, callId) => ({ callId, number: parsePhoneNumber('13900001062') }),
    sights: async (_q, _actor, ids) => new Map(ids.map(id => [id, { call: true, number: true }])),
    async putBlock (number: PhoneNumber, until) {
      reach()
      pbx.blocked.set(number, until)
    },
    async putRingBack (number: PhoneNumber, until) {
      reach()
      pbx.ringBack.set(number, until)
    },
    withdrawReturn: async () => {},
    othersAreUp: () => false,
    onError: error => { if (!over) throw error }
  })
  const app = await testApp(t, {
    on: { db, url: '', clock },
    routes: [
      blockingRoutes({ blocking }),
      numberSearchRoutes({ clock, sealing, finders: [ordersOfNumber(orders.queries), blockOfNumber(blocking)] })
    ]
  })
  const cookies = await Promise.all(['bz01', 'bz02'].map(async login => await app.cookieOf(login, ['SHIFT_LEADER'])))
  const [one = '', two = ''] = cookies
  const agent = await app.cookieOf('8003', ['AGENT'])
  const block = async (cookie: string, body: object = {}, hours = 24) => {
    const until = new Date(clock.now().getTime() + hours * hour).toISOString()
    return await app.send('POST', '/api/number-blocks', { cookie, body: { number: '13900001061', ...why, until, ...body } })
  }
  const post = async (cookie: string, path: string, body?: object) =>
    (await app.send('POST', `/api/number-blocks/${path}`, { cookie, body })).json()
  const standing = async () => (await app.send('GET', '/api/number-blocks', { cookie: two })).json().items
  return { ...app, clock, one, two, agent, block, post, standing, blocking, pbx }
}

t.test('three at once are one block', async t => {
  const { one, two, block, post, standing } = await desk(t)
  const answers = await Promise.all([block(one), block(two), block(one)])
  t.same(answers.map(a => a.statusCode).sort(), [201, 409, 409])
  t.equal((await standing()).length, 1)
  await post(two, `${String(answers.find(a => a.statusCode === 201)?.json().id)}/free`, { reason: '误操作' })
  t.same(await standing(), [], 'freed is freed')
})

t.test('a number or a call of it, a reason that can be read', async t => {
  const { one, block, standing } = await desk(t)
  t.match((await block(one, { callId: 'c1' })).json(), { code: 'invalid-input', details: { field: 'number' } })
  for (const field of ['reason', 'evidence']) {
    for (const words of ['  ', '\u200b\u200b', '。。']) t.match((await block(one, { [field]: words })).json(), { code: 'invalid-input' })
  }
  t.same(await standing(), [])
})

t.test('an unconfirmed block lasts one day, and the same person cannot repeat it', async t => {
  const { clock, send, sessions, db, one, block, standing } = await desk(t)
  t.equal((await block(one, {}, 80 * 24)).statusCode, 201)
  t.match(await standing(), [{ state: 'half-standing' }])
  clock.advance(25 * hour)
  const cookieOf = async (login: string): Promise<string> => `liandong_session=${(await sessions.begin(db, login)).secret}`
  const [later, another] = [await cookieOf('bz01'), await cookieOf('bz02')]
  t.same((await send('GET', '/api/number-blocks', { cookie: another })).json().items, [], 'and stands no longer')
  t.match((await block(later)).json(), { code: 'not-allowed', details: { guard: 'second-person' } })
  t.equal((await block(another)).statusCode, 201)
})

t.test('the objection of the blocked person', async t => {
  const { send, one, two, agent, block, post, standing } = await desk(t)
  const { id } = (await block(one)).json()
  // The citizen rings from another telephone, and says which number it is.
  const lookUp = async () =>
    (await send('POST', '/api/number-searches', { cookie: agent, body: { number: '139 0000 1061', reason: '来电申诉' } })).json().block
  t.match(await lookUp(), { id, reason: '反复骚扰', blockedBy: 'bz01', objection: null })
  const says = async (cookie: string, words: string) => await post(cookie, `${String(id)}/objection`, { words })
  t.match(await says(one, '没有意见'), { code: 'not-allowed', details: { guard: 'second-person' } }, 'is not written by the blocker')
  t.match(await says(agent, '\u3164\u3164'), { code: 'invalid-input' })
  t.match(await says(agent, '号码是我母亲的'), { id })
  t.match(await says(agent, '有病历为证'), { id })
  t.match(await standing(), [{ objection: '号码是我母亲的\n有病历为证', objectionDecidedAt: null }])
  t.match(await post(two, `${String(id)}/objection/decision`, { keep: true, answer: '录音不符' }), { id })
  t.match(await lookUp(), { objection: '号码是我母亲的\n有病历为证', objectionAnswer: '录音不符' }, 'the officer who hears it sees the outcome')
  t.match(await says(agent, '请再核对一次'), { id })
  t.match(await standing(), [{ objection: '号码是我母亲的\n有病历为证\n请再核对一次', objectionDecidedAt: null }])
  t.match(await post(two, `${String(id)}/objection/decision`, { keep: false, answer: '核实属实' }), { id })
  t.same(await standing(), [])
  t.equal(await lookUp(), null)
})

t.test('a number we rang may ring back, also when the PBX was away then, and after it lost its database', async t => {
  const { db, clock, one, block, blocking, pbx } = await desk(t)
  const number = '+8613900001061'
  pbx.away = true
  t.equal((await block(one)).statusCode, 201)
  const rung = { kind: 'user', name: 'LD_OUTSIDE', data: { number } } as unknown as PbxEvent
  await db.tx(async tx => { await blocking.journalHandler.handle(tx, [rung]) })
  await blocking.sweep.run(clock.now())
  t.equal(pbx.ringBack.size, 0)
  pbx.away = false
  await blocking.sweep.run(clock.now())
  const until = new Date(clock.now().getTime() + 24 * hour)
  t.same([...pbx.ringBack], [[number, until]])
  t.same([...pbx.blocked.keys()], [number])

  pbx.ringBack.clear()
  await blocking.sweep.run(clock.now())
  t.equal(pbx.ringBack.size, 0, 'it is told once')
  await blocking.exchangeIsUp()
  t.same([...pbx.ringBack], [[number, until]])
  pbx.ringBack.clear()
  clock.advance(25 * hour)
  await blocking.exchangeIsUp()
  t.equal(pbx.ringBack.size, 0, 'a day later it is over')
})
