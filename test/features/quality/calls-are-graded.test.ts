// A recorded call is graded by a person who may hear it and did not take it; the agent may object, and a second person decides.
import pino from 'pino'
import t from 'tap'
import { createSessions } from '../../../src/access/sessions/sessions.ts'
import type { Role } from '../../../src/domain/people/roles.ts'
import { loginOf } from '../../../src/features/agents/agents-store.ts'
import { createCallQueries } from '../../../src/features/calls/call-queries.ts'
import { qualityModule } from '../../../src/features/quality/module.ts'
import { createFeed } from '../../../src/feed/live-feed.ts'
import { createHttpServer } from '../../../src/http/server.ts'
import { hired } from '../../harness/stories/hired.ts'
import { agent, illegalClinic, orderWorld, zone } from '../orders/order-world.ts'

interface Grading { callId?: string, total?: number, code?: string, details?: object, items?: Grading[] }
type Asked = (path: string, body?: object) => Promise<{ status: number, body: Grading }>

t.test('calls are graded', async t => {
  const w = await orderWorld(t)
  const feed = createFeed({ db: w.db, log: pino({ level: 'silent' }) })
  t.teardown(async () => { await feed.close() })
  const sessions = createSessions({ db: w.db, clock: w.clock })
  const queries = createCallQueries({ db: w.db, sealing: w.sealing, readerUnit: w.directory.readerUnit })
  const module = qualityModule({
    db: w.db, clock: w.clock, feed, timeZone: zone, call: queries.get, hears: queries.hears, sights: queries.sights, loginOf
  })
  const app = await createHttpServer({ ...w, sessions, logger: pino({ level: 'silent' }), routes: module.routes ?? [] })
  t.teardown(async () => { await app.close() })
  async function as (login: string, extension: string | null, ...roles: Role[]): Promise<Asked> {
    await hired(w.db, login, roles, { extension })
    const { secret } = await sessions.begin(w.db, login)
    return async (path, body) => {
      const answer = await app.inject({
        method: body ? 'POST' : 'GET',
        url: `/api/${path}`,
        headers: { cookie: `liandong_session=${secret}` },
        ...body ? { payload: body } : {}
      })
      return { status: answer.statusCode, body: answer.json() }
    }
  }
  const taker = await as('zhang', '8001', 'AGENT')
  const colleague = await as('8002', '8002', 'AGENT')
  const supervisor = await as('supervisor', null, 'SUPERVISOR')
  const second = await as('8031', '8031', 'SHIFT_LEADER', 'AGENT')
  const call = async (id: string, extension: string, recording?: string): Promise<string> => {
    await w.calls.arrives(id, { number: '13900001001', ...recording === undefined ? {} : { recording } })
    await w.calls.answers(id, extension)
    return id
  }
  const over = async (...of: Parameters<typeof call>): Promise<string> => {
    const id = await call(...of)
    await w.calls.hangsUp(id)
    return id
  }
  const good = { opening: 10, listening: 18, record: 25, answer: 20, manner: 15 }
  const bad = { ...good, record: 0, answer: 5 }

  await t.test('by the form, once, of others\' recorded calls', async t => {
    const id = await over('c1', '8001', 'a.wav')
    for (const scores of [{ ...good, record: 31 }, { opening: 10 }, { ...good, other: 1 }]) {
      t.match(await supervisor(`calls/${id}/quality`, { scores }), { status: 400, body: { code: 'invalid-input' } })
    }
    t.match(await supervisor(`calls/${id}/quality`), { status: 404 }, 'not graded yet')
    t.match(await supervisor(`calls/${id}/quality`, { scores: good, remark: '答复清楚' }), {
      status: 201,
      body: {
        callId: id,
        agent: 'zhang',
        extension: '8001',
        total: 88,
        pass: 80,
        passed: true,
        gradedBy: 'supervisor',
        remark: '答复清楚',
        decision: null
      }
    })
    t.match(await second(`calls/${id}/quality`, { scores: bad }), { status: 409, body: { code: 'already-graded' } })
    t.match(await colleague(`calls/${await over('c2', '8001', 'b.wav')}/quality`, { scores: good }), { status: 403 })
    const own = await over('c3', '8031', 'c.wav')
    t.match(await second(`calls/${own}/quality`, { scores: good }), { status: 403, body: { code: 'own-call' } })
    const guard = async (id: string): Promise<unknown> => (await supervisor(`calls/${id}/quality`, { scores: good })).body.details
    t.match(await guard(await over('c4', '8001')), { guard: 'recordedAndOver' })
    t.match(await guard(await call('c5', '8002', 'd.wav')), { guard: 'recordedAndOver' }, 'still going on')
    await w.calls.arrives('c6', { recording: 'e.wav' })
    await w.calls.hangsUp('c6')
    t.match(await guard('c6'), { guard: 'answeredByAgent' })
    t.match(await supervisor('calls/no-such-call/quality', { scores: good }), { status: 404 })
  })

  await t.test('the agent objects once, and neither agent nor grader decides', async t => {
    const id = await over('o1', '8001', 'f.wav')
    t.match(await second(`calls/${id}/quality`, { scores: bad }), { status: 201, body: { total: 48, passed: false } })
    t.match(await supervisor(`calls/${id}/quality/decision`, { reason: '无人申诉' }),
      { status: 409, body: { details: { guard: 'objectedTo' } } })
    t.match(await colleague(`calls/${id}/quality/objection`, { reason: '替他说' }), { status: 404 }, 'of others nothing is told')
    t.match(await colleague(`calls/${id}/quality`), { status: 404 })
    t.match(await taker(`calls/${id}/quality/objection`, { reason: '市民已挂断，无法复述' }), { status: 200, body: { total: 48 } })
    t.match(await taker(`calls/${id}/quality/objection`, { reason: '再说一次' }), { status: 409, body: { code: 'already-done' } })
    t.same((await supervisor('quality?objected=true')).body.items?.map(g => g.callId), [id])
    t.match(await second(`calls/${id}/quality/decision`, { reason: '维持' }), { status: 403, body: { code: 'own-grading' } })
    t.match(await taker(`calls/${id}/quality/decision`, { reason: '应当改' }), { status: 403 })
    t.match(await supervisor(`calls/${id}/quality/decision`, { reason: '录音可证', scores: { ...bad, record: 99 } }), { status: 400 })
    t.match(await supervisor(`calls/${id}/quality/decision`, { reason: '录音可证', scores: good }),
      { status: 200, body: { total: 88, passed: true, decision: 'changed', decidedBy: 'supervisor', gradedBy: '8031' } })
    t.match(await supervisor(`calls/${id}/quality/decision`, { reason: '再定一次' }), { status: 409, body: { code: 'already-done' } })
    t.same((await supervisor('quality?objected=true')).body.items, [])
    t.match(await taker(`calls/${id}/quality`), { status: 200, body: { total: 88 } })
    const kept = await over('o2', '8002', 'g.wav')
    await second(`calls/${kept}/quality`, { scores: bad })
    await colleague(`calls/${kept}/quality/objection`, { reason: '不服' })
    t.match(await supervisor(`calls/${kept}/quality/decision`, { reason: '维持' }), { body: { total: 48, decision: 'kept' } })
    t.same(await w.db.query('select actor, detail from audit_entry where action = \'call.grade-decide\' order by id'), [
      { actor: 'supervisor', detail: { decision: 'changed', total: 88 } }, { actor: 'supervisor', detail: { decision: 'kept', total: 48 } }
    ])
  })

  await t.test('each agent reads their own', async t => {
    t.same((await taker('quality')).body.items?.map(g => g.callId).sort(), ['c1', 'o1'])
    t.same((await taker('quality?agent=8002')).body.items?.map(g => g.callId).sort(), ['c1', 'o1'], 'a filter opens nothing')
    t.same((await colleague('quality')).body.items?.map(g => g.callId), ['o2'])
    t.same((await supervisor('quality?agent=8002')).body.items?.map(g => g.callId), ['o2'])
    t.equal((await supervisor('quality?limit=2')).body.items?.length, 2)
    const listeners = await w.db.query<{ audience: { extension?: string } }>(
      'select audience from feed_event where topic = \'quality.graded\' and subject = \'o2\'')
    t.match(listeners, [{ audience: { roles: ['SUPERVISOR', 'SHIFT_LEADER'], extension: '8002' } }], 'and hears of it at once')
  })

  await t.test('who may not hear a call grades it not, and does not read its grading', async t => {
    const id = await over('h1', '8001', 'h.wav')
    await supervisor(`calls/${id}/quality`, { scores: good })
    const { id: orderId } = await w.do(w.orders.commands.file, agent, {
      ...illegalClinic, requestType: 'COMPLAINT', aboutUnitId: 'D05', callId: id
    })
    t.ok(orderId)
    await hired(w.db, 'of-d05', ['SUPERVISOR'], { unitId: 'D05' })
    const { secret } = await sessions.begin(w.db, 'of-d05')
    const theirs = async (path: string): Promise<{ statusCode: number, body: string }> =>
      await app.inject({ url: `/api/${path}`, headers: { cookie: `liandong_session=${secret}` } })
    t.equal((await theirs(`calls/${id}/quality`)).statusCode, 404, 'a complaint about the own unit')
    t.notMatch((await theirs('quality')).body, /"h1"/)
    t.ok((await supervisor('quality')).body.items?.some(g => g.callId === 'h1'))
  })

  await t.test('a form begins tomorrow or later, and old gradings keep theirs', async t => {
    const form = { validFrom: '2026-11-24', pass: 5, questions: [{ code: 'all', name: '总评', nameEn: 'All', points: 10 }] }
    t.match(await supervisor('quality/forms', { ...form, validFrom: '2026-11-23' }), { status: 400 })
    t.match(await supervisor('quality/forms', { ...form, pass: 11 }), { status: 400 })
    t.match(await second('quality/forms', form), { status: 403 })
    t.match(await supervisor('quality/forms', { ...form, pass: 6 }), { status: 201 })
    t.match(await supervisor('quality/forms', form), { status: 201, body: { pass: 5 } }, 'one that has not begun is replaced')
    w.clock.advance(86_400_000)
    const later = await as('later', null, 'SUPERVISOR')
    t.match(await later(`calls/${await over('n1', '8001', 'n.wav')}/quality`, { scores: { all: 6 } }),
      { status: 201, body: { total: 6, pass: 5, passed: true } })
    t.match((await later('calls/c1/quality')).body, { total: 88, pass: 80 })
  })
})
