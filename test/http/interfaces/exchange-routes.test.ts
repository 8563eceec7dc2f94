// Messages of other systems at the door: what is refused, what is kept, who looks at it, and what a person does about it.
import t from 'tap'
import { roles } from '../../../src/domain/people/roles.ts'
import { exchangeDoor, type Method, type Sent } from './exchange-door.ts'

const minute = 60_000
const matter = { requestType: 'COMPLAINT', categoryCode: '0701', townId: 'T02', title: '路灯不亮', description: '路口的灯不亮。' }
const nobodyHas = '00000000-0000-4000-8000-000000000000'

t.test('messages over HTTP', async t => {
  const { w, id, as, admin, supervisor, tokenOf, send, message, trial, lately, count } = await exchangeDoor(t)

  await t.test('each route by each role', async t => {
    const rows: Array<[method: Method, url: string, body?: object]> = [
      ['GET', '/envelopes'], ['GET', `/interfaces/${id}/days`], ['GET', `/envelopes/${nobodyHas}`],
      ['PUT', `/envelopes/${nobodyHas}/body`, { body: '{}', reason: '理由' }], ['POST', `/envelopes/${nobodyHas}/take`],
      ['POST', `/envelopes/${nobodyHas}/drop`, { reason: '理由' }], ['POST', `/interfaces/${nobodyHas}/source`, {}],
      ['PATCH', `/interfaces/${nobodyHas}/source`, { version: 1 }], ['POST', `/interfaces/${nobodyHas}/source/secret`],
      ['POST', `/exchange/${id}`, {}]
    ]
    for (const role of roles.filter(r => r !== 'INTEGRATION')) {
      const ask = await as(`one-${role.toLowerCase()}`, [role])
      for (const [method, url, body] of rows) {
        const reads = method === 'GET' && url !== `/envelopes/${nobodyHas}`
        const may = !url.startsWith('/exchange') && (role === 'ADMINISTRATOR' || (role === 'SUPERVISOR' && reads))
        t.equal((await ask(method, url, body)).status === 403, !may, `${role} ${method} ${url}`)
      }
    }
    const own = await as('admin-t02', ['ADMINISTRATOR'], 'T02')
    t.match(await own('GET', `/envelopes/${nobodyHas}`), { status: 403 }, 'words of citizens are read at the Centre alone')
  })

  await t.test('what is refused leaves no row', async t => {
    const before = await count()
    const other = await tokenOf('other', 'orders')
    const rows: Array<[what: string, sent: Sent, status: number, code: string]> = [
      ['another secret', { body: trial(), secret: `whsec_${Buffer.alloc(32).toString('base64')}` }, 401, 'signature-wrong'],
      ['another id', { body: trial(), headers: { 'webhook-id': 'other' } }, 401, 'signature-wrong'],
      ['another time', { body: trial(), headers: { 'webhook-timestamp': '1' } }, 401, 'signature-wrong'],
      ['no v1', { body: trial(), headers: { 'webhook-signature': 'v2,abc' } }, 401, 'signature-wrong'],
      ['no token', { body: trial(), by: 'x'.repeat(43) }, 401, 'not-signed-in'],
      ['a token for something else', { body: trial(), by: other }, 403, 'not-allowed'],
      ['an interface that is none', { body: trial(), to: nobodyHas }, 404, 'not-found'],
      ['an id with a line break', { body: trial(), headers: { 'webhook-id': 'a b' } }, 400, 'invalid-input'],
      ['a time in words', { body: trial(), headers: { 'webhook-timestamp': 'now' } }, 400, 'invalid-input'],
      ['XML', { body: '<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>', headers: { 'content-type': 'application/xml' } }, 415, 'invalid-input'],
      ['a form', { body: 'a=b', headers: { 'content-type': 'multipart/form-data; boundary=x' } }, 415, 'invalid-input'],
      ['GBK', { body: Buffer.from([0x7b, 0xc2, 0xb7, 0xb5, 0xc6, 0x7d]) }, 400, 'invalid-input'],
      ['256 kB and one byte', { body: ' '.repeat(256 * 1024 + 1) }, 413, 'too-large']
    ]
    for (const [what, sent, status, code] of rows) t.match(await send(sent), { status, body: { code } }, what)
    t.equal(await count(), before)
  })

  await t.test('taken, and the same again', async t => {
    const body = trial()
    const first = await send({ id: 'once', body })
    t.match(first, { status: 202, body: { state: 'taken', reason: null, answer: {} } })
    w.clock.advance(3 * 24 * 60 * minute)
    t.match(await send({ id: 'once', body, at: new Date(w.clock.now().getTime() - 24 * 60 * minute) }),
      { status: 200, body: { id: first.body.id, state: 'taken' } }, 'days later, by a clock that is a day off')
    const both = await Promise.all([send({ id: 'two', body: trial() }), send({ id: 'two', body: trial() })])
    t.same(both.map(({ status }) => status).sort(), [200, 202], 'two at once are one')
    t.equal(both[0].body.id, both[1].body.id)
    const rival = await Promise.all([send({ id: 'three', body: trial() }), send({ id: 'three', body: message('interface.day') })])
    t.same(rival.map(({ body }) => body.reason).filter(reason => reason === 'words-differ').length, 1, 'of two with other words one waits')
  })

  await t.test('an order is filed in the name of its sender, by the rights of its token', async t => {
    const data = { channel: 'GRID_PATROL', sourceNumber: 'G-1', ...matter, complainantNumber: '13900001001' }
    const { status, body } = await send({ body: message('order.report', data) })
    t.match([status, body], [202, { state: 'taken', answer: { number: /^2026/, state: 'FILED' } }])
    const order = (body.answer as { order: string }).order
    t.match(await w.row(order), { created_by: 'integration:grid', channel: 'GRID_PATROL' })
    t.match(await send({ body: message('order.report', data) }), { status: 202, body: { answer: { order } } },
      'the same number under another id is the same order')

    const refused: Array<[more: object, reason: string, faults: object[]]> = [
      [{ sourceNumber: 'G-2', channel: 'CITY_12345' }, 'refused', [{ path: '', code: 'refused', message: 'not-allowed' }]],
      [{ sourceNumber: 'G-3', channel: 'NOWHERE' }, 'refused', [{ message: 'unknown-channel' }]],
      [{ sourceNumber: 'G-4', townId: 'T99' }, 'refused', [{ message: 'unknown-town' }]],
      [{ sourceNumber: 'G-5', title: 'a\u202Eb' }, 'bad-schema', [{ path: '/data/title', code: 'control-character' }]],
      [{ sourceNumber: 'G-6', phone: 13_900_001_001 }, 'bad-schema', [{ path: '/data/phone', code: 'unknown-field' }]],
      [{ sourceNumber: '' }, 'bad-schema', [{ path: '/data/sourceNumber' }]]
    ]
    for (const [more, reason, faults] of refused) {
      const { body } = await send({ body: message('order.report', { ...data, ...more }) })
      t.match(body, { state: 'quarantined', reason, faults, answer: null }, JSON.stringify(more))
      t.notOk(JSON.stringify(body).includes('139'), 'no value is said')
    }
    const [stored] = await w.db.query<{ n: number }>(
      "select count(*)::int n from envelope where encode(body_sealed, 'escape') like '%13900001001%' or faults::text like '%139%'")
    t.equal(stored?.n, 0, 'sealed in the table')
  })

  await t.test('a torn one is looked at, mended, taken; each look is in the audit', async t => {
    const whole = message('order.report', { channel: 'GRID_PATROL', sourceNumber: 'T-1', ...matter })
    const { body: { id: torn } } = await send({ id: 'torn', body: whole.slice(0, -10) })
    const seen = async (state: string) => (await lately(state)).find(row => row.id === torn)
    const url = `/envelopes/${torn}`
    t.match(await seen('quarantined'), { reason: 'bad-schema', faults: [{ path: '', code: 'no-json' }], mended: false })
    t.match(await admin('GET', url), { status: 200, body: { body: whole.slice(0, -10), firstBody: null, earlierBody: null } })
    t.match(await admin('POST', `${url}/take`), { status: 422, body: { code: 'envelope-unfit', details: { reason: 'bad-schema' } } })
    t.match(await admin('PUT', `${url}/body`, { body: '{"a":1}', reason: '补全' }), { status: 422, body: { code: 'envelope-unfit' } })
    t.match(await admin('PUT', `${url}/body`, { body: whole, reason: ' ' }), { status: 400 })
    const unknown = whole.replace('T02', 'T99')
    t.match(await admin('PUT', `${url}/body`, { body: unknown, reason: '补全' }), { status: 200 })
    t.match(await admin('POST', `${url}/take`), { status: 422, body: { code: 'unknown-town' } }, 'the refusal, to the person')
    t.match(await admin('PUT', `${url}/body`, { body: whole, reason: '补全' }), { status: 200 })
    t.match(await admin('GET', url), { body: { body: whole, firstBody: whole.slice(0, -10), mendedBy: 'admin', mendedReason: '补全' } })
    t.match(await admin('POST', `${url}/take`), { status: 200 })
    for (const [method, path, body] of [
      ['POST', '/take'], ['POST', '/drop', { reason: '迟了' }], ['PUT', '/body', { body: whole, reason: '再' }], ['GET', '']
    ] as Array<[Method, string, object?]>) {
      t.match(await admin(method, `${url}${path}`, body), { status: 409, body: { code: 'envelope-settled' } }, `${method} ${path}`)
    }
    t.match(await seen('taken'), { messageId: 'torn', settledBy: 'admin', mended: true, orderId: String })
    const told = await w.db.query<{ action: string }>('select action from audit_entry where subject = $1 order by id', [torn])
    t.same(told.map(({ action }) => action.replace('envelope.', '')), ['receive', 'look', 'mend', 'mend', 'look', 'take'])

    t.match(await send({ id: 'torn', body: whole.slice(0, -10) }), { status: 200, body: { id: torn, state: 'taken' } },
      'sent again, torn as it was, it is known')
  })

  await t.test('a clock that is off, other words, an unknown kind and version wait; one is given up', async t => {
    const now = w.clock.now()
    const off = (minutes: number): Date => new Date(now.getTime() + minutes * minute)
    t.match(await send({ body: trial(), at: off(5) }), { body: { state: 'taken' } })
    t.match(await send({ body: trial(), at: off(-6) }), { body: { state: 'quarantined', reason: 'clock-skew' } })
    t.match(await admin('PATCH', `/interfaces/${id}/source`, { toleranceMinutes: 121, version: 1 }), { status: 400 })
    t.match(await admin('PATCH', `/interfaces/${id}/source`, { toleranceMinutes: 120, version: 1 }), { status: 200 })
    t.match(await admin('PATCH', `/interfaces/${id}/source`, { toleranceMinutes: 5, version: 1 }),
      { status: 409, body: { code: 'version-conflict' } })
    t.match(await send({ body: trial(), at: off(-119) }), { body: { state: 'taken' } }, 'the interface\'s own tolerance')
    t.match(await send({ body: message('nobody.takes') }), { body: { reason: 'unknown-kind' } })
    t.match(await send({ body: message('interface.trial', {}, '7') }), { body: { reason: 'unknown-version' } })
    const { body: { id: differs } } = await send({ id: 'once', body: message('interface.trial', {}, '7') })
    t.match(await admin('GET', `/envelopes/${differs}`), { body: { earlierBody: /"version":"1"/ } }, 'what came first stands beside it')
    t.match(await admin('POST', `/envelopes/${differs}/drop`, { reason: '重号' }), { status: 200 })
    t.match((await lately('dropped')), [{ id: differs, settledBy: 'admin' }])
  })

  await t.test('a fault of ours: kept, tried five times, then a person\'s', async t => {
    w.trouble.error = new Error('this is broken')
    const stuck = { id: 'stuck', body: message('trouble.report') }
    const first = await send(stuck)
    t.match(first, { status: 202, body: { state: 'waiting', reason: null } })
    t.match(await send(stuck), { status: 200, body: { state: 'waiting' } }, 'sent again it is tried no sooner')
    w.clock.advance(6000)
    w.trouble.error = null
    await w.takeDue()
    t.match(await w.db.query('select state, tries, answer from envelope where id = $1', [first.body.id]),
      [{ state: 'taken', tries: 1, answer: { taken: 1 } }], 'the sweep takes what was left')
    w.trouble.error = new Error('broken for good')
    const { body: { id: broken } } = await send({ body: message('trouble.report') })
    for (let i = 0; i < 4; i++) {
      w.clock.advance(31 * minute)
      await w.takeDue()
    }
    t.match(await lately('quarantined').then(rows => rows.find(row => row.id === broken)), { reason: 'failed' })
    w.trouble.error = null
    t.match(await admin('POST', `/envelopes/${broken}/take`), { status: 200 })
    t.equal(w.trouble.taken, 2)
  })

  await t.test('a new secret: both are good for a day; switched off nothing is received', async t => {
    const next = (await admin('POST', `/interfaces/${id}/source/secret`)).body.secret
    t.match(await send({ body: trial() }), { status: 202 })
    t.match(await send({ body: trial(), secret: next }), { status: 202 })
    w.clock.advance(24 * 60 * minute)
    t.match(await send({ body: trial() }), { status: 401 })
    t.match(await send({ body: trial(), secret: next }), { status: 202 })
    t.match(await admin('POST', `/interfaces/${id}/source`, {}), { status: 409, body: { code: 'already-done' } })
    const { items } = (await admin('GET', '/interfaces')).body
    const { version } = items.find(item => item.id === id)?.source as { version: number }
    t.match(await admin('PATCH', `/interfaces/${id}/source`, { on: false, version }), { status: 200 })
    t.match(await send({ body: trial(), secret: next }), { status: 404 })
    t.match(await admin('PATCH', `/interfaces/${id}/source`, { on: true, version: version + 1 }), { status: 200 })
    const out = await admin('POST', `/interfaces/${String(items.find(item => item.direction === 'out')?.id)}/source`, {})
    t.match(out, { status: 400, body: { code: 'invalid-input' } }, 'one that only sends receives nothing')

    await t.test('silence is seen by the cycle, and said by health', async t => {
      const sourceNow = async () => (await admin('GET', '/interfaces')).body.items.find(item => item.id === id)?.source
      t.match(await send({ body: trial(), secret: next }), { status: 202 })
      const last = w.clock.now()
      t.match(await sourceNow(), { lastReceivedAt: last.toISOString(), silentSince: null, state: 'on' })
      t.match(await w.silence.check(), { ok: true })
      w.clock.advance(121 * minute)
      t.match(await sourceNow(), { silentSince: last.toISOString() })
      t.match(await w.silence.check(), { ok: false, detail: /^1 interfaces/ })
      t.match(await send({ body: '{', secret: next }), { status: 202 })
      t.match(await w.silence.check(), { ok: true }, 'what is torn was sent all the same')
    })

    await t.test('silence is told once a day, whichever process looks', async t => {
      const silent = async () => await w.db.query('select data, audience from feed_event where topic = \'interfaces.silent\' order by seq')
      const watchers = [w.watcher(), w.watcher()]
      const look = async (): Promise<void> => { await Promise.all(watchers.map(async watch => { await watch() })) }
      t.match(await send({ body: trial(), secret: next }), { status: 202 })
      await look()
      t.same(await silent(), [], 'it is in time')
      w.clock.advance(121 * minute)
      await look()
      t.match(await silent(), [{ data: { ids: [id] }, audience: { roles: ['ADMINISTRATOR', 'SUPERVISOR'] } }])
      for (let hour = 0; hour < 23; hour++) {
        w.clock.advance(60 * minute)
        await look()
      }
      await w.watcher()()
      t.equal((await silent()).length, 1, 'told once within a day, by one that was started anew too')
      w.clock.advance(60 * minute)
      await look()
      t.equal((await silent()).length, 2, 'and once more on the next')
      t.match(await send({ body: trial(), secret: next }), { status: 202 })
      w.clock.advance(25 * 60 * minute)
      t.match(await send({ body: trial(), secret: next }), { status: 202 })
      await look()
      t.equal((await silent()).length, 2, 'what comes again is told of no more')
    })

    await t.test('both books of a day are compared, until they agree', async t => {
      const report = (n: string): string => message('order.report', { channel: 'GRID_PATROL', sourceNumber: `D-${n}`, ...matter })
      const sent = ['d-1', 'd-2', 'd-3']
      const bodies = sent.map(report)
      for (const n of [0, 1]) await send({ id: sent[n] ?? '', body: bodies[n] ?? '', secret: next })
      await send({ id: 'd-0', body: report('d-0'), secret: next })
      const day = new Date(w.clock.now().getTime() + 8 * 60 * minute).toISOString().slice(0, 10)
      const dayBook = message('interface.day', { day, ids: sent })
      t.match(await send({ body: dayBook, secret: next }), { body: { answer: { day, ids: 3 } } })
      const books = async () => (await supervisor('GET', `/interfaces/${id}/days`)).body.items
      t.match(await books(), [{ day, theirs: 3, ours: 3, missing: ['d-3'], extra: ['d-0'] }])
      await send({ id: 'd-3', body: bodies[2] ?? '', secret: next })
      await send({ body: message('interface.day', { day, ids: [...sent, 'd-0'] }), secret: next })
      t.match(await books(), [{ day, theirs: 4, ours: 4, missing: [], extra: [] }])
      const noDay = message('interface.day', { day: '2026-02-30', ids: [] })
      t.match(await send({ body: noDay, secret: next }), { body: { reason: 'bad-schema' } })
    })
  })

  await t.test('what was taken is forgotten after a hundred days, what waits is not', async t => {
    const aside = (await lately('quarantined')).length
    w.clock.advance(101 * 24 * 60 * minute)
    await w.takeDue()
    t.same((await lately('taken')).length, 0)
    t.same((await lately('quarantined')).length, aside)
  })
})
