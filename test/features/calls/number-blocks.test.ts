// Blocks over HTTP, on the database: one at a time for a number, what stands, and what the person says against it.
import t, { type Test } from 'tap'
import { createBlocking } from '../../../src/features/blocking/blocking.ts'
import { parsePhoneNumber } from '../../../src/domain/telephone/phone-number.ts'
import type { PbxEvent } from '../../../src/pbx/pbx-event.ts'
import { numberSearchRoutes } from '../../../src/features/number-search/number-search-routes.ts'
import { blockingRoutes, blockOfNumber } from '../../../src/features/blocking/blocking-routes.ts'
import { createDesired } from '../../../src/pbx/desired/desired.ts'
import { standingValues } from '../../../src/pbx/desired/desired-store.ts'
import { ordersOfNumber } from '../../../src/features/work-orders/work-orders-routes.ts'
import { testApp } from '../../http/app-of-test.ts'
import { orderWorld } from '../orders/order-world.ts'

const hour = 3_600_000
const why = { reason: '反复骚扰', evidence: '三天内二十次，录音在案' }

async function desk (t: Test) {
  const { db, clock, sealing, orders } = await orderWorld(t)
  const desired = createDesired({ db, sealing, clock, nodes: { all: [] } })
  const blocking = createBlocking({
    db,
    sealing,
    clock,
    feed: { publish: async () => {}, broadcast () {}, subscribe: () => () => {}, since: async () => [] },
    timeZone: 'Asia/Shanghai',
    neverBlocked: async () => null,
    numberOfCall: async (_tx, _actor, callId) => ({ callId, number: parsePhoneNumber('13900001062') }),
    sights: async (_q, _actor, ids) => new Map(ids.map(id => [id, { call: true, number: true }])),
    withdrawReturn: async () => {},
    clockOffset: () => 0,
    desired
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
  /** number key → epoch seconds, as each PBX is to have them */
  const known = async (section: string): Promise<Array<[string, string]>> => {
    const rows = await standingValues(db, { node: 'pbx1', part: 'entries', after: Buffer.alloc(0), limit: 100 })
    return rows.filter(row => row.section === section)
      .map(row => [sealing.open(row.keySealed), row.valueSealed === null ? '' : sealing.open(row.valueSealed)])
  }
  return { ...app, clock, one, two, agent, block, post, standing, blocking, desired, known }
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

t.test('each PBX is to know a block until its end, and no longer', async t => {
  const { clock, desired, one, two, block, post, known } = await desk(t)
  const epoch = (hours: number): string => String(Math.floor((clock.now().getTime() + hours * hour) / 1000))
  const { id } = (await block(one, {}, 48)).json()
  t.same(await known('blocked'), [['13900001061', epoch(24)]], 'a day, while the second person is waited for')
  await post(two, `${String(id)}/confirm`)
  t.same(await known('blocked'), [['13900001061', epoch(48)]])
  await post(two, `${String(id)}/free`, { reason: '误操作' })
  t.same(await known('blocked'), [])
  await block(two, { number: '13900001063' })
  t.equal((await known('blocked')).length, 1)
  clock.advance(25 * hour)
  await desired.sweep.run(clock.now())
  t.same(await known('blocked'), [], 'run out, it is withdrawn')
})

t.test('a number we rang may ring back for a day', async t => {
  const { db, clock, desired, one, block, blocking, known } = await desk(t)
  t.equal((await block(one)).statusCode, 201)
  const rung = { kind: 'user', name: 'LD_OUTSIDE', data: { number: '+8613900001061' } } as unknown as PbxEvent
  const stranger = { kind: 'user', name: 'LD_OUTSIDE', data: { number: '+8613900001062' } } as unknown as PbxEvent
  await db.tx(async tx => { await blocking.journalHandler.handle(tx, [rung, stranger]) })
  t.same(await known('ring-back'), [['13900001061', String(Math.floor((clock.now().getTime() + 24 * hour) / 1000))]])
  clock.advance(25 * hour)
  await desired.sweep.run(clock.now())
  t.same(await known('ring-back'), [], 'a day later it is over')
})

t.test('the desired state lost: every block that stands is told once more at the start', async t => {
  const { db, one, block, blocking, known } = await desk(t)
  t.equal((await block(one)).statusCode, 201)
  const before = await known('blocked')
  await db.query('delete from desired_state')
  await blocking.blocksKnown()
  t.same(await known('blocked'), before)
})
