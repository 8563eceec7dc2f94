// The officers' desk and the directory over HTTP: who may what, numbers masked, listening is kept with its reason.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createDirectoryCommands } from '../../../src/features/directory/directory-commands.ts'
import { openPartsOf } from '../../../src/features/work-orders/assignment/assignment-reads.ts'
import { createDirectory } from '../../../src/features/directory/directory.ts'
import { recordingOfAttempt } from '../../../src/features/callbacks/callback-recordings.ts'
import { callbackRoutes } from '../../../src/features/callbacks/callbacks-routes.ts'
import { directoryRoutes } from '../../../src/features/directory/directory-routes.ts'
import { placeRoutes } from '../../../src/features/directory/place-routes.ts'
import { testApp } from '../../http/app-of-test.ts'
import { callbackWorld, person, zone } from './callback-world.ts'

/** Callbacks with their routes. */
async function stage (t: Test) {
  const world = await callbackWorld(t)
  const app = await testApp(t, {
    on: { db: world.db, url: '', clock: world.clock },
    routes: [callbackRoutes({
      db: world.db,
      clock: world.clock,
      callbacks: world.callbacks,
      readerUnit: world.directory.readerUnit,
      canBeRung: world.canBeRung,
      recording: async (callbackId, attempt) => await recordingOfAttempt({ db: world.db, nodes: world.node.nodes }, callbackId, attempt)
    })]
  })
  return { world, ...app }
}

t.test('callbacks', async t => {
  const { world, send, cookieOf } = await stage(t)
  world.at('2026-11-20 16:00')
  const orderId = await world.acceptedOrder()
  world.at('2026-11-21 09:00')
  await world.sweep()
  await world.reports(await world.leg(), 'rings', 'answers', { key: '1', q: 'contacted' }, { key: '3', q: 'solved' }, { hangup: 16 },
    'ends')
  const { id } = await world.callbackOf(orderId)
  const officer = await cookieOf('8101', ['CALLBACK_OFFICER'], { extension: '8101' })
  const leader = await cookieOf('leader', ['LEADER'])
  const handler = await cookieOf('d02', ['HANDLER'], { unitId: 'D02' })

  const list = await send('GET', '/api/callbacks?list=officer', { cookie: leader })
  t.equal(list.statusCode, 200)
  t.match(list.json(), { items: [{ id, orderId, status: 'OFFICER', number: '139****1002', solved: 'no' }], next: null })
  t.notMatch(list.body, '13900001002')
  t.equal((await send('GET', '/api/callbacks', { cookie: handler })).statusCode, 403)
  t.equal((await send('GET', `/api/callbacks/${id}`, { cookie: leader })).json().number, '139****1002')
  t.match((await send('GET', `/api/callbacks/${id}`, { cookie: officer })).json(),
    {
      number: '+8613900001002',
      attemptList: [{ attempt: 1, method: 'machine', outcome: /./, answers: { contacted: true, solved: 'no' } }]
    })

  t.match(list.json().items[0], { title: '早点摊占道' })
  const confidential = async (on: boolean): Promise<void> => {
    const leader = person('leader-of-shift', 'SHIFT_LEADER')
    await world.tx(async tx => await world.orders.commands.amend(tx, leader, { orderId, confidential: on, reason: '来电人要求' }))
  }
  await confidential(true)
  const dispatcher = await cookieOf('dispatcher', ['DISPATCHER'])
  for (const path of [
    '/api/callbacks?list=officer',
    `/api/callbacks?orderId=${orderId}`,
    '/api/callbacks?list=today',
    `/api/callbacks/${id}`
  ]) {
    const seen = (body: { items?: unknown[] }): unknown => body.items?.[0] ?? body
    t.match(seen((await send('GET', path, { cookie: leader })).json()), { id, number: null },
      'of a confidential order a leader does not see even the masked number')
    t.match(seen((await send('GET', path, { cookie: dispatcher })).json()), { id, number: '139****1002' })
  }
  await confidential(false)
  const another = await cookieOf('8102', ['CALLBACK_OFFICER'], { extension: '8102' })
  t.equal((await send('POST', `/api/callbacks/${id}/take-over`, { cookie: officer })).statusCode, 200)
  t.match((await send('POST', `/api/callbacks/${id}/dial`, { cookie: another })).json(), { code: 'already-done' },
    'a citizen whom one officer has is not rung by another')
  world.switchboard.unregistered.add('8101')
  t.match((await send('POST', `/api/callbacks/${id}/dial`, { cookie: officer })).json(), { code: 'telephone-not-registered' },
    'nor does an officer wait for a telephone that is not there')
  world.switchboard.unregistered.clear()

  writeFileSync(join(world.recordingsDir, `callback-${id}-1.wav`), 'RIFF'.padEnd(60, '.'))
  const listen = `/api/callbacks/${id}/attempts/1/listen`
  t.equal((await send('POST', listen, { cookie: officer, body: {} })).statusCode, 400, 'a reason is asked for')
  t.equal((await send('POST', listen, { cookie: handler, body: { reason: '好奇' } })).statusCode, 403, 'never for handlers')
  const heard = await send('POST', listen, { cookie: officer, body: { reason: '核对投诉人原话' } })
  t.match(heard, { statusCode: 200, body: 'RIFF'.padEnd(60, '.'), headers: { 'content-type': 'audio/wav' } })
  t.match(await world.db.query("select actor, detail from audit_entry where action = 'callback.listen'"),
    [{ actor: '8101', detail: { attempt: 1, reason: '核对投诉人原话' } }])
  const again = { cookie: officer, body: { reason: '核对投诉人原话' }, headers: { 'idempotency-key': 'listen-0001' } }
  t.same([(await send('POST', listen, again)).statusCode, (await send('POST', listen, again)).statusCode], [200, 200])
  t.equal((await world.db.query("select 1 from audit_entry where action = 'callback.listen'")).length, 3,
    'each time is kept, under one key too')
  t.equal((await send('POST', `/api/callbacks/${id}/attempts/2/listen`, { cookie: officer, body: { reason: '没有' } })).statusCode, 404)

  t.match((await send('POST', `/api/callbacks/${id}/explain`, { cookie: officer, body: { reason: 'because', explanation: 'x' } })).json(),
    { code: 'invalid-input' })
  t.equal((await send('POST', `/api/callbacks/${id}/explain`, { cookie: leader, body: { reason: 'result', explanation: 'x' } })).statusCode,
    403)
  const rework = { cookie: officer, body: { reason: 'result', explanation: '未清理干净' }, headers: { 'idempotency-key': 'rework-0001' } }
  t.match((await send('POST', `/api/callbacks/${id}/rework`, rework)).json(), { status: 'REWORK' })
  t.match((await send('POST', `/api/callbacks/${id}/rework`, rework)).json(), { status: 'REWORK' }, 'again under the same key')
  t.match((await send('POST', `/api/callbacks/${id}/rework`, { ...rework, headers: {} })).json(), { code: 'already-done' })
  t.match(await world.order(orderId), { state: 'DISPATCHED', cycle: 2 })
  t.match((await send('GET', '/api/callbacks?list=today', { cookie: officer })).json().items, [{ id, status: 'REWORK' }],
    'a callback finished today is still on the list of today')
  t.equal((await send('GET', '/api/callbacks/00000000-0000-4000-8000-000000000000', { cookie: officer })).statusCode, 404)
  world.at('2026-11-22 09:00')
  const tomorrow = await cookieOf('8103', ['CALLBACK_OFFICER'], { extension: '8101' })
  t.same((await send('GET', '/api/callbacks?list=today', { cookie: tomorrow })).json().items, [])
})

t.test('a callback about an order that is not shown is not touched', async t => {
  const { world, send, cookieOf } = await stage(t)
  world.at('2026-11-20 16:00')
  const about = await world.callbackOf(await world.acceptedOrder({ aboutUnitId: 'T02', marks: ['elderly'] }))
  world.at('2026-11-21 09:00')
  writeFileSync(join(world.recordingsDir, `callback-${about.id}-1.wav`), 'RIFF'.padEnd(60, '.'))
  await world.tx(async tx => await world.callbacks.desk.dial(tx, person('8109', 'CALLBACK_OFFICER'), { callbackId: about.id }))
  await world.ownTelephone('rings', 'answers')
  await world.sweep()
  await world.reports(await world.leg(), 'rings', { hangup: 19 }, 'ends')
  const theirs = await cookieOf('8101', ['CALLBACK_OFFICER', 'SHIFT_LEADER', 'SUPERVISOR'], { extension: '8101', unitId: 'T02' })
  const path = `/api/callbacks/${about.id}`
  const decision = { reason: 'result', explanation: '政策所限' }
  const deeds: Array<[string, unknown]> = [
    ['take-over', undefined], ['dial', undefined], ['answers', { contacted: true, solved: 'yes', grade: 5, freeWords: '当面答复' }],
    ['postpone', { until: '2026-11-24T10:00:00+08:00' }], ['explain', decision], ['rework', decision],
    ['give-up', { why: 'declined', freeWords: '来信说明' }], ['attempts/1/listen', { reason: '核对投诉人原话' }]
  ]
  const before = await world.callbackOf(String(about.order_id))
  t.equal((await send('GET', path, { cookie: theirs })).statusCode, 404)
  for (const [deed, body] of deeds) {
    t.match((await send('POST', `${path}/${deed}`, { cookie: theirs, body })).json(), { status: 404, code: 'not-found' }, deed)
  }
  t.same(await world.callbackOf(String(about.order_id)), before)

  const party = await world.callbackOf(await world.acceptedOrder({ channel: 'PARTY_MAILBOX', complainantNumber: '13900001003' }))
  // An officer has rung, and the citizen did not answer.
  await world.tx(async tx => await world.callbacks.desk.dial(tx, person('8101', 'CALLBACK_OFFICER'), { callbackId: party.id }))
  await world.ownTelephone('rings', 'answers')
  await world.sweep()
  await world.reports(await world.leg(), 'rings', { hangup: 19 }, 'ends')
  t.match(await world.callbackOf(String(party.order_id)), { status: 'SCHEDULED', attempts: 1 })
  const agent = await cookieOf('8009', ['AGENT'], { extension: '8009' })
  const said = { contacted: true, solved: 'yes', grade: 5, calledIn: true }
  await world.callFrom('13900001003', 'taken-by-8003', '8003')
  t.same((await send('GET', '/api/callbacks/awaiting?callId=taken-by-8003', { cookie: agent })).json().items, [])
  t.match((await send('POST', `/api/callbacks/${party.id}/answers`, { cookie: agent, body: { ...said, callId: 'taken-by-8003' } })).json(),
    { code: 'not-found' })
  await world.callFrom('13900001003', 'rang-back', '8009')
  t.match((await send('GET', '/api/callbacks/awaiting?callId=rang-back', { cookie: agent })).json().items, [{ id: party.id, number: null }],
    'the agent on the line asks')
  t.match((await send('POST', `/api/callbacks/${party.id}/answers`, { cookie: agent, body: { ...said, callId: 'rang-back' } })).json(),
    { status: 'CONFIRMED' })
})

t.test('directory', async t => {
  const { db, clock } = await callbackWorld(t)
  const directory = createDirectory({ db, clock, timeZone: zone })
  const commands = createDirectoryCommands({ directory, openParts: openPartsOf })
  const { send, cookieOf } = await testApp(t, {
    on: { db, url: '', clock },
    routes: [directoryRoutes({ directory, commands }), placeRoutes({ directory, commands })]
  })
  const agent = await cookieOf('8001', ['AGENT'])
  const administrator = await cookieOf('admin', ['ADMINISTRATOR'])
  t.equal((await send('GET', '/api/directory/units?kind=town', { cookie: agent })).json().items.length, 14)
  t.equal((await send('GET', '/api/directory/units?kind=town&day=2014-01-01', { cookie: agent })).json().items.length, 13)
  t.match((await send('GET', '/api/directory/categories?search=' + encodeURIComponent('广场舞'), { cookie: agent })).json().items[0],
    { code: '1203' })
  t.match((await send('GET', '/api/directory/people/P01', { cookie: agent })).json(),
    { person: { mobile: '139****0101' }, deputy: { id: 'P02' } })
  t.match((await send('GET', '/api/directory/people/P01', { cookie: administrator })).json(), { person: { mobile: '+8613900000101' } })
  t.match((await send('POST', '/api/directory/town-guess', { cookie: agent, body: { place: '七宝镇 沪星路' } })).json(), { town: { id: 'T02' } })
  t.equal((await send('GET', '/api/directory/units/X9', { cookie: agent })).json().code, 'unknown-unit')
  t.equal((await send('POST', '/api/directory/units/T01/end', { cookie: agent, body: { lastDay: '2027-01-01' } })).statusCode, 403)
  t.match((await send('PATCH', '/api/directory/units/T01', { cookie: administrator, body: { dutyNumber: '110' } })).json(),
    { code: 'emergency-number-refused' })
  t.match((await send('PATCH', '/api/directory/units/T01', { cookie: administrator, body: { dutyNumber: '021-5000 1001' } })).json(),
    { dutyNumber: '+862150001001', name: '莘庄镇' })
  t.match(
    (await send('PATCH', '/api/directory/categories/0101',
      { cookie: administrator, body: { from: '2099-01-01', change: { urgency: 'urgent' } } })).json(),
    { urgency: 'urgent', validFrom: '2099-01-01' }
  )
  t.equal(
    (await send('POST', '/api/directory/people', {
      cookie: administrator,
      body: {
        id: 'X1',
        name: 'a\rb',
        title: '',
        unitId: null,
        mobile: null,
        office: null,
        deputyId: null,
        responsible: false,
        validFrom: '2027-01-01',
        validTo: null
      }
    })).json().code,
    'control-character'
  )
})
