// Every read route, the feed, texts to units and the workbook, walked by everybody:
// nobody meets a word, name or number that is not for him.
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ExcelJS from 'exceljs'
import pino from 'pino'
import t from 'tap'
import { createService } from '../../src/compose.ts'
import { createSealing } from '../../src/db/sealing.ts'
import { readConfig } from '../../src/config.ts'
import { loadDistrict } from '../../src/district/load-district.ts'
import { readDistrict } from '../../src/district/read-district.ts'
import { systemClock } from '../../src/domain/clock.ts'
import type { Actor, Role } from '../../src/domain/roles.ts'
import type { FeedAudience } from '../../src/feed/feed.ts'
import { maySee } from '../../src/http/feed-clients.ts'
import { createSessions } from '../../src/access/sessions.ts'
import { nodesOf } from '../../src/servers/ground.ts'
import { freePort } from '../harness/ports.ts'
import { freshDatabase, freshFolder } from '../harness/database.ts'
import { journalEvents } from '../harness/journal-sample.ts'
import { hiddenCalls } from './hidden-calls.ts'
import { callsByThemselves, named, nameHidden, placesOf, type Description, type Named } from './named-ids.ts'
import { uuid } from './order-writes.ts'
import { masked, matters, table, type Kind } from './who-sees-what-table.ts'
import { handlersOf } from '../harness/modules.ts'

t.test('nobody meets what is not for him', async t => {
  const { db, url } = await freshDatabase(t)
  await db.tx(async tx => { await loadDistrict(tx, readDistrict()) })
  const folder = await freshFolder('who-sees-what')
  const config = readConfig({
    DATABASE_URL: url,
    REDIS_URL: 'redis://127.0.0.1:1',
    DATA_DIR: folder,
    HTTP_ADDRESS: `127.0.0.1:${await freePort()}`,
    AMI_ADDRESS: `127.0.0.1:${await freePort()}`,
    REQUESTS_PER_MINUTE: '0'
  })
  const dataKey = randomBytes(32)
  const service = await createService({
    config: { ...config, databaseUrl: url, redisUrl: 'redis://127.0.0.1:1' },
    secrets: { dataKey: dataKey.toString('base64') },
    nodes: nodesOf(config, { amiSecret: 'none', files: null }),
    recordingsDir: folder,
    parts: ['http'],
    log: pino({ level: 'silent' })
  })
  await service.start()
  t.teardown(async () => { await service.stop() })
  const sessions = createSessions({ db, clock: systemClock })
  const cookieOf = async (login: string, roles: Role[], unit: string | null = null, extension: string | null = null): Promise<string> => {
    await db.query('insert into user_account (login, password_hash, roles, unit_id, extension) values ($1, \'none\', $2, $3, $4)',
      [login, roles, unit, extension])
    return `liandong_session=${(await sessions.begin(db, login)).secret}`
  }
  const ask = async (cookie: string, path: string): Promise<Response> => await fetch(service.address + path, { headers: { cookie } })
  const told = async (cookie: string, method: string, path: string, body: object): Promise<{ id: string, version: number }> => {
    const answer = await fetch(service.address + path, {
      method,
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify(body)
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
    return await answer.json() as { id: string, version: number }
  }

  // Four calls, each taken by 8001, who files an order of them; then dispatched to D11.
  const people = {
    desk: await cookieOf('takes-calls', ['AGENT', 'SHIFT_LEADER', 'DISPATCHER'], null, '8001'),
    unit: await cookieOf('of-unit', ['HANDLER'], 'D11')
  }
  const sample = readFileSync(new URL('../features/journal-samples/answered.csv', import.meta.url), 'utf8')
  const orders = {} as Record<Kind, { id: string, callId: string }>
  for (const [i, [kind, matter]] of Object.entries(matters).entries() as ArrayIterator<[number, [Kind, typeof matters[Kind]]]>) {
    const text = sample.replaceAll('13900001001', matter.number).replaceAll(/pbx(\d*)-(\d+)\.(\d+)/g,
      (_, n: string, a: string, b: string) => `pbx${n}-${Number(a) + 1000 * (i + 1)}.${b}`)
    const events = journalEvents(text)
    for (const handler of handlersOf(service)) await db.tx(async tx => { await handler.handle(tx, events) })
    const [call] = await db.query<{ id: string }>('select id from call order by offered_at desc, id desc limit 1 offset 0')
    const callId = events.find(e => e.uniqueId === e.linkedId)?.uniqueId ?? call?.id ?? ''
    const { id } = await told(people.desk, 'POST', '/api/work-orders', {
      channel: kind === 'restricted' ? 'PARTY_MAILBOX' : 'HOTLINE_962000',
      requestType: 'COMPLAINT',
      categoryCode: '0701',
      place: '七宝镇 沪星路口',
      townId: 'T02',
      title: matter.title,
      description: matter.description,
      complainantName: matter.name,
      complainantNumber: matter.number,
      confidential: kind === 'confidential',
      ...(kind === 'restricted' ? {} : { callId }),
      ...(kind === 'about' ? { aboutUnitId: 'D02' } : {}),
      unitText: `派单内容 ${kind}`
    })
    if (kind === 'restricted') await told(people.desk, 'POST', `/api/work-orders/${id}/calls`, { callId, role: 'callback' })
    await told(people.desk, 'POST', `/api/work-orders/${id}/notes`, { text: `他说：${matter.description}` })
    await told(people.desk, 'POST', `/api/calls/${callId}/disposition`, { disposition: 'answered', note: `小结：${matter.description}` })
    orders[kind] = { id, callId }
    const [{ version } = { version: 0 }] = await db.query<{ version: number }>('select version from work_order where id = $1', [id])
    await told(people.desk, 'POST', `/api/work-orders/${id}/dispatch`,
      { version, mode: 'single', unitIds: ['D11'], basis: 'designated', evidence: `见${matter.description}` })
  }
  for (const { recording } of await db.query<{ recording: string | null }>('select recording from call')) {
    if (recording === null) throw new Error('the sample call was not recorded')
    mkdirSync(dirname(join(folder, recording)), { recursive: true })
    writeFileSync(join(folder, recording), Buffer.alloc(400, 'x'))
  }
  const cookies = new Map<string, string>()
  // A telephone is asked for before a call is: who listens or takes over has one.
  for (const [who, roles, unit] of table) cookies.set(who, await cookieOf(who, roles, unit, who === 'shift-complained-of' ? '8017' : null))
  // What somebody does not see he cannot act on either: link a call to it, or ring who called.
  const act = async (cookie: string, path: string, body: object): Promise<number> =>
    (await fetch(service.address + path, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify(body)
    })).status
  const other = await cookieOf('rings-back', ['AGENT'], null, '8002')
  const link = async (to: Kind): Promise<number> =>
    await act(other, `/api/calls/${orders.ordinary.callId}/orders`, { orderId: orders[to].id, role: 'reminder' })
  t.same([await link('restricted'), await link('ordinary')], [404, 204], 'a call is linked to an order one sees')
  const field = await cookieOf('on-the-street', ['HANDLER'], 'D11', '8003')
  for (const kind of ['ordinary', 'confidential'] as const) {
    t.equal(await act(field, '/api/calls', { callId: orders[kind].callId }), 403, `${kind}: who called is hidden from a handler`)
  }
  t.equal(await act(other, '/api/calls', { callId: orders.ordinary.callId }), 202, 'an agent rings back who called')
  const byHand = async (key: string, callId: string): Promise<string> => {
    const rung = await fetch(`${service.address}/api/calls`, {
      method: 'POST',
      headers: { cookie: other, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ callId })
    })
    return rung.status === 202 ? (await rung.json() as { requestId: string }).requestId : `${rung.status} ${await rung.text()}`
  }
  const long = 'k'.repeat(100)
  const rungBack = [await byHand(`${long}-1`, orders.ordinary.callId), await byHand(`${long}-2`, orders.confidential.callId),
    await byHand(`${long}-1`, orders.ordinary.callId)]
  t.same([new Set(rungBack).size, rungBack[0]], [2, rungBack[2]], 'two long keys are two calls, and one of them twice is one')
  const stranger = await cookieOf('nobody-knows', ['ADMINISTRATOR'])
  const description = await (await ask(stranger, '/openapi.json')).json() as {
    paths: Record<string, { get?: { parameters?: Array<{ name: string, in: string, required?: boolean }> } }>
  }
  const reads = Object.entries(description.paths).flatMap(([path, { get }]) => get && path !== '/api/feed'
    ? [{ path, needed: (get.parameters ?? []).filter(p => p.required && p.in === 'query').map(p => p.name) }]
    : [])
  t.ok(reads.length > 35, `${reads.length} read routes`)

  /** Everything a person can read, as one text. */
  async function everything (cookie: string): Promise<string> {
    const callbacks = await db.query<{ id: string }>('select id from callback')
    const own: Record<string, string[]> = {
      '/api/work-orders/': Object.values(orders).map(o => o.id),
      '/api/calls/': Object.values(orders).map(o => o.callId),
      '/api/callbacks/': callbacks.map(c => c.id)
    }
    const query: Record<string, string> = {
      from: '2010-01-01T00:00:00Z', to: '2030-01-01T00:00:00Z', reason: 'why', name: 'x', callId: orders.ordinary.callId
    }
    const addresses = reads.flatMap(({ path, needed }) => {
      const ids = Object.entries(own).find(([prefix]) => path.startsWith(`${prefix}{id}`))?.[1] ?? ['00000000-0000-4000-8000-000000000000']
      const asked = new URLSearchParams(Object.fromEntries(needed.map(name => [name, query[name] ?? 'x'])))
      if (path.startsWith('/api/boards/orders')) asked.set('span', 'month')
      if (path === '/api/callbacks') asked.set('list', 'all')
      if (path === '/api/work-orders/similar') { asked.set('townId', 'T02'); asked.set('category', '0701'); asked.set('place', '七宝镇 沪星路口') }
      return ids.map(id => `${path.replace(/\{(?:id|code|photo)\}/g, id)}?${asked}`)
    })
    addresses.push(...Object.values(orders).map(o => `/api/callbacks/awaiting?callId=${o.callId}`))
    const texts: string[] = []
    for (const address of addresses) {
      const answer = await ask(cookie, address)
      if (answer.status >= 500 && !address.startsWith('/health')) throw new Error(`${address}: ${answer.status}`)
      if (answer.headers.get('content-type')?.includes('spreadsheet')) {
        const book = new ExcelJS.Workbook()
        await book.xlsx.load(await answer.arrayBuffer())
        book.eachSheet(sheet => { texts.push(JSON.stringify(sheet.getSheetValues())) })
      } else texts.push(await answer.text())
    }
    return texts.join('\n')
  }

  /** What is not as the table says. */
  const check = async (when: 'handled' | 'verified'): Promise<string[]> => {
    const wrong: string[] = []
    const same = (seen: unknown, wanted: unknown, what: string): void => { if (seen !== wanted) wrong.push(`${what}: ${String(seen)}`) }
    for (const [who, roles, unit, handled, verified] of table) {
      const cookie = cookies.get(who) ?? ''
      const text = await everything(cookie)
      const list = await (await ask(cookie, '/api/work-orders?limit=200')).text()
      const counted = await ask(cookie, '/api/boards/figure?span=month&figure=received')
      const figure = counted.ok ? await counted.text() : null
      if (figure !== null) {
        const { items, notShown } = JSON.parse(figure) as { items: unknown[], notShown: number }
        same(items.length + notShown, Object.keys(orders).length, `${when}: ${who}: a figure and the list it counts`)
      }
      const actor: Actor = { id: who, roles, unitId: unit, extension: null, personId: null }
      for (const [kind, sight] of Object.entries(when === 'handled' ? handled : verified) as Array<[Kind, string]>) {
        const { number, name, title, description } = matters[kind]
        const what = `${when}: ${who}, ${kind}`
        const one = await ask(cookie, `/api/work-orders/${orders[kind].id}`)
        const may = (sees: boolean, secret: string, word: string): void => { same(text.includes(secret), sees, `${what}: ${word}`) }
        same(one.status, sight === '-' ? (roles.includes('KNOWLEDGE_EDITOR') ? one.status : 404) : 200, `${what}: one`)
        same(list.includes(orders[kind].id), sight !== '-', `${what}: in the list`)
        may(sight.includes('W'), title, 'title')
        may(sight.includes('W'), description, 'description and notes')
        may(sight.includes('N'), name, 'name')
        may(sight.includes('f'), number, 'number in full')
        may(/[mf]/.test(sight), masked(number), 'number masked')
        if (figure !== null) same(figure.includes(orders[kind].id), sight !== '-', `${what}: in the list a figure counts`)
        if (sight !== '-') same(text.includes(`派单内容 ${kind}`), true, `${what}: the text for the unit`)
        if (when === 'verified') {
          same(text.includes(`办理情况 ${kind}`), sight.includes('W') || who === 'its-handler', `${what}: what the unit reported`)
        }
        const rows = await db.query<{ audience: FeedAudience, data: object }>(
          'select audience, data from feed_event where subject = $1 order by seq desc limit 1',
          [orders[kind].id]
        )
        // The last row is of the state the order is in now. Agents hear of their own orders alone, administrators of none.
        const hears = rows.some(row => maySee(actor, row.audience))
        same(hears, sight !== '-' && !['another-agent', 'administrator'].includes(who), `${what}: feed`)
      }
    }
    const feed = JSON.stringify(await db.query('select data from feed_event'))
    for (const { number, name, title } of Object.values(matters)) {
      for (const secret of [number, masked(number), name, title]) same(feed.includes(secret), false, `a feed row says ${secret}`)
    }
    return wrong
  }

  /** What somebody is told who writes: status, code and words of a refusal, never what was made. */
  const answered = async (
    cookie: string,
    method: string,
    path: string,
    body: object
  ): Promise<{ status: number, code?: string, detail?: string }> => {
    const photo = new FormData()
    photo.set('photo', new Blob(['x']), 'x.jpg')
    const sent = method === 'get'
      ? { headers: { cookie } }
      : path.includes('/photos?')
        ? { headers: { cookie }, body: photo }
        : { headers: { cookie, 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const answer = await fetch(service.address + path, { method: method.toUpperCase(), ...sent })
    const { code, detail } = answer.headers.get('content-type')?.includes('json')
      ? await answer.json() as { code: string, detail: string }
      : { code: '', detail: '' }
    return { status: answer.status, code, detail }
  }

  const compared = new Set<string>()
  /** Whoever may not know of an order is answered as if there were none, wherever he names it, its call or its callback. */
  const checkNames = async (when: 'handled' | 'verified'): Promise<string[]> => {
    const wrong: string[] = []
    const callbacks = new Map((await db.query<{ orderId: string, id: string }>(`select order_id as "orderId", id
      from callback`)).map(c => [c.orderId, c.id]))
    const all = Object.fromEntries(Object.entries(orders).map(([kind, { id, callId }]) =>
      [kind, { orderId: id, callId, callbackId: callbacks.get(id) ?? uuid }])) as Record<Kind, Named>
    for (const [who, roles, , handled, verified] of table) {
      const hidden = (Object.entries(when === 'handled' ? handled : verified) as Array<[Kind, string]>)
        .filter(([, sight]) => sight === '-')
        .map(([kind]) => kind)
      const person = { who: `${when}: ${who}`, roles, cookie: cookies.get(who) ?? '' }
      if (hidden.length > 0) wrong.push(...await nameHidden({ address: service.address, ...person, orders: all, hidden, compared }))
    }
    return wrong
  }

  await t.test('the table of names knows every place where an order, a call or a callback is named', async t => {
    t.same([...Object.keys(named), ...callsByThemselves].sort(), placesOf(description as Description).sort())
  })

  await t.test('what a call opens is its login\'s, whatever its telephone is called', async t => {
    const drafts = await (await ask(people.desk, '/api/work-orders?state=DRAFT&createdBy=takes-calls')).json() as { items: unknown[] }
    t.equal(drafts.items.length, 1, 'three became the orders of their calls, the letter came without one')
    const other = await cookieOf('8001', ['AGENT'])
    t.same((await (await ask(other, '/api/work-orders?state=DRAFT')).json() as { items: unknown[] }).items, [],
      'a login that is called like the telephone has none of them')
  })

  await t.test('finding by a number is an act of its own: who may, how often, and that it is written down', async t => {
    const search = async (cookie: string, number: string): Promise<Response> => await fetch(`${service.address}/api/number-searches`, {
      method: 'POST', headers: { cookie, 'content-type': 'application/json' }, body: JSON.stringify({ number, reason: '核对回访号码' })
    })
    const { number } = matters.ordinary
    for (const [who, roles, unit] of table) {
      const found = await search(cookies.get(who) ?? '', number)
      const may = roles.some(r => ['AGENT', 'SHIFT_LEADER', 'DISPATCHER', 'CALLBACK_OFFICER', 'SUPERVISOR'].includes(r))
      t.equal(found.status, may ? 200 : 403, `${who} ${unit ?? ''}`)
    }
    const curious = await cookieOf('curious', ['AGENT'])
    const seen = await (await search(curious, number)).text()
    t.ok(seen.includes(orders.ordinary.id) && !seen.includes(number), 'what is found shows the number no more than before')
    for (let i = 1; i < 30; i++) t.equal((await search(curious, `1390000${1100 + i}`)).status, 200)
    const refused = await search(curious, number)
    t.same([refused.status, refused.headers.get('retry-after')], [429, '600'], 'the thirty-first in an hour is refused')
    const joins = async (cookie: string, telephone: string): Promise<{ status: number }> =>
      await answered(cookie, 'post', `/api/work-orders/${orders.ordinary.id}/complainants`, { number: telephone })
    t.equal((await joins(curious, '13900001199')).status, 429, 'nor is it tried as a complainant\'s')
    t.same(await told(cookies.get('another-agent') ?? '', 'POST', `/api/work-orders/${orders.ordinary.id}/complainants`, { number }),
      await db.query('select id, number, version, state from work_order where id = $1', [orders.ordinary.id]).then(([row]) => row),
      'his own number joins nobody')
    t.equal((await db.query('select 1 from audit_entry where action = \'order.complainant\' and actor = \'another-agent\'')).length, 1,
      'and is written down')
    t.equal((await search(cookies.get('officer') ?? '', number)).status, 200, 'a colleague goes on')
    // Typed as an order's own number, or compared with it by a call, a number is tried too.
    const { id } = orders.ordinary
    const versionOf = async (): Promise<number> => (await db.query<{ version: number }>('select version from work_order where id = $1',
      [id]))[0]?.version ?? 0
    const corrects = async (cookie: string, complainantNumber: string): Promise<{ status: number }> =>
      await answered(cookie, 'put', `/api/work-orders/${id}/matter`, { version: await versionOf(), complainantNumber })
    t.equal((await corrects(curious, '13900001199')).status, 429, 'nor as its own complainant\'s')
    t.equal((await corrects(cookies.get('dispatcher') ?? '', number)).status, 200, 'a colleague corrects it')
    const links = async (who: string, path: string, body: object): Promise<object> =>
      await answered(cookies.get(who) ?? curious, 'post', path, { ...body, role: 'first_contact' })
    const { callId } = orders.confidential
    t.match(await links('another-agent', `/api/work-orders/${id}/calls`, { callId }), { status: 409, code: 'guard-not-met' })
    t.match(await links('another-agent', `/api/calls/${callId}/orders`, { orderId: id }), { status: 409, code: 'guard-not-met' })
    t.match(await links('curious', `/api/work-orders/${id}/calls`, { callId }), { status: 429 })
    t.same((await db.query<{ was: string }>(`select actor || ' ' || action as was from audit_entry
      where detail->>'typed' = 'true' and action <> 'order.complainant' order by id`)).map(a => a.was),
    ['dispatcher order.amend', 'another-agent order.call', 'another-agent call.link'], 'each is written down and counts')
    const audit = await db.query<{ subject: string, detail: object }>(`select subject, detail from audit_entry
      where actor = 'curious' and action = 'number.search'`)
    t.same(audit.map(a => (a.detail as { reason: string }).reason), Array.from({ length: 30 }, () => '核对回访号码'),
      'each is written down with its reason')
    t.notMatch(JSON.stringify(audit), /1390000/, 'and by its fingerprint')
  })

  await t.test('while a unit has it', async t => {
    t.strictSame(await check('handled'), [])
    t.strictSame(await checkNames('handled'), [])
  })
  const stepsOn = (id: string) => async (cookie: string, verb: string, body: object = {}): Promise<void> => {
    const [{ version } = { version: 0 }] = await db.query<{ version: number }>('select version from work_order where id = $1', [id])
    await told(cookie, 'POST', `/api/work-orders/${id}/${verb}`, { version, ...body })
  }
  await t.test('while its spot is to be seen', async t => {
    for (const [kind, { id }] of Object.entries(orders)) {
      const step = stepsOn(id)
      await step(people.unit, 'sign')
      await step(people.unit, 'arrive')
      await step(people.unit, 'start')
      await step(people.unit, 'report', { text: `办理情况 ${kind}` })
      await step(people.desk, 'accept-report')
      const [callback] = await db.query<{ id: string }>('select id from callback where order_id = $1', [id])
      const until = `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T10:00:00+08:00`
      await told(people.desk, 'POST', `/api/callbacks/${callback?.id ?? ''}/postpone`,
        { until, how: `来信：${matters[kind as Kind].description}` })
    }
    t.strictSame(await check('verified'), [])
    t.strictSame(await checkNames('verified'), [])
    t.same(Object.keys(named).filter(place => !compared.has(place)), [], 'each was tried by somebody from whom something is hidden')
  })

  await t.test('a page is full, and its cursor names a row that is shown', async t => {
    const paged = Object.entries(description.paths).flatMap(([path, { get }]) =>
      get?.parameters?.some(p => p.name === 'cursor') === true
        ? [`${path}?limit=1${{ '/api/callbacks': '&list=all', '/api/boards/figure': '&span=month&figure=received' }[path] ?? ''}`]
        : [])
    t.ok(paged.length >= 9, paged.join(', '))
    for (const [who] of table) {
      for (const path of paged) {
        let next: string | null = ''
        for (let page = 1; next !== null && page <= 6; page++) {
          const answer = await ask(cookies.get(who) ?? '', `${path}&cursor=${next}`)
          if (answer.status === 403) break
          const { items, ...more } = await answer.json() as { items: unknown[], next: string | null }
          next = more.next
          if (next !== null) t.equal(items.length, 1, `${who}: ${path}: page ${page} has more after it`)
        }
      }
    }
  })

  await t.test('remarks and reasons of a confidential order follow its words', async t => {
    const { id } = orders.confidential
    const step = stepsOn(id)
    await step(cookies.get('verifier') ?? '', 'verify', { passed: false, remarks: '见对门未见改变' })
    await step(people.unit, 'sign')
    await step(people.unit, 'request-extension', { reason: '本人要求缓办', until: new Date(Date.now() + 96 * 3_600_000).toISOString() })
    const reads: Array<[string, boolean, boolean]> = [['dispatcher', true, true], ['its-handler', false, true], ['its-town', false, false],
      ['coordinator', false, false], ['administrator', false, false]]
    for (const [who, remarks, reason] of reads) {
      const text = await (await ask(cookies.get(who) ?? '', `/api/work-orders/${id}`)).text()
      t.same([text.includes('见对门未见改变'), text.includes('本人要求缓办')], [remarks, reason], who)
    }
  })

  await t.test('an incident names its order to whoever may know of it', async t => {
    const drill = { title: '拉动演练', members: [{ name: '吴女士', number: '13900001099' }], reason: '演练', mode: 'simultaneous', drill: true }
    const { incidentId } = await told(cookies.get('coordinator') ?? '', 'POST', '/api/incidents',
      { ...drill, orderId: orders.about.id }) as unknown as { incidentId: string }
    for (const [who, orderId] of [
      ['coordinator', orders.about.id],
      ['leader-of-shift', orders.about.id],
      ['shift-complained-of', null]
    ] as const) {
      const read = async <T>(path: string): Promise<T> => await (await ask(cookies.get(who) ?? '', path)).json() as T
      const { items } = await read<{ items: Array<{ id: string, orderId: string | null }> }>('/api/incidents')
      const whole = await read<{ orderId: string | null }>(`/api/incidents/${incidentId}`)
      t.same([items.find(i => i.id === incidentId)?.orderId, whole.orderId], [orderId, orderId], who)
    }
  })

  await t.test('of an own order hears its login while its roles let it see it, and no telephone that is called like it', async t => {
    const actor = (id: string, roles: Role[], extension: string | null = null): Actor =>
      ({ id, roles, unitId: null, extension, personId: null })
    for (const [kind, { id }] of Object.entries(orders)) {
      const [row] = await db.query<{ audience: FeedAudience }>(
        'select audience from feed_event where subject = $1 order by seq desc limit 1',
        [id]
      )
      const hears = (who: Actor): boolean => row !== undefined && maySee(who, row.audience)
      t.same([
        hears(actor('takes-calls', ['AGENT'])), hears(actor('takes-calls', ['KNOWLEDGE_EDITOR'])), hears(actor('takes-calls', ['HANDLER'])),
        hears(actor('bob', ['AGENT'], 'takes-calls'))
      ], [true, false, false, false], kind)
    }
  })

  await t.test('of a callback hears who watches them and sees its order', async t => {
    const watchers: readonly Role[] = ['CALLBACK_OFFICER', 'SHIFT_LEADER', 'DISPATCHER', 'AGENT']
    for (const kind of ['ordinary', 'restricted', 'about'] as const) {
      const [callback] = await db.query<{ id: string }>('select id from callback where order_id = $1', [orders[kind].id])
      await told(people.desk, 'POST', `/api/callbacks/${callback?.id ?? ''}/take-over`, {})
      const [row] = await db.query<{ audience: FeedAudience }>(
        'select audience from feed_event where subject = $1 and topic = \'callback.taken\'',
        [callback?.id]
      )
      for (const [who, roles, unitId, , verified] of table) {
        const hears = row !== undefined && maySee({ id: who, roles, unitId, extension: null, personId: null }, row.audience)
        t.equal(hears, roles.some(r => watchers.includes(r)) && verified[kind] !== '-', `${who}, ${kind}`)
      }
    }
  })

  await t.test('what a unit is sent by text', async t => {
    for (const sweep of service.modules.workOrders.workOrders.sweeps) await sweep.run(systemClock.now())
    const { id } = await told(people.desk, 'POST', '/api/work-orders', {
      channel: 'HOTLINE_962000',
      requestType: 'COMPLAINT',
      categoryCode: '0701',
      townId: 'T02',
      title: '戊摊 139－0000－1055',
      place: '沪星路 一三九〇〇〇〇一〇五五 旁',
      complainantNumber: '13900001055'
    })
    await told(people.desk, 'POST', `/api/work-orders/${id}/dispatch`,
      { version: 1, mode: 'single', unitIds: ['D11'], basis: 'designated', evidence: '指定' })
    const alarms = service.modules.workOrders.workOrders.alarmHandlers.find(h => h.family === 'dispatch')
    for (const a of await db.query<{ orderId: string, assignmentId: string }>(`select order_id as "orderId", id as "assignmentId"
      from assignment where notified_at is null`)) {
      await alarms?.ring({ orderId: a.orderId, assignmentId: a.assignmentId })
    }
    const texts = (await db.query<{ body: string }>('select body from sms_message')).map(m => m.body)
    t.ok(texts.length >= 1, `${texts.length} texts`)
    t.ok(texts.some(body => body.includes('戊摊')), 'an ordinary matter is named')
    for (const body of texts) {
      t.notMatch(body, /1390000|0000.1055|〇一〇五五|赵先生|钱女士|孙同志|李师傅/, body)
      t.notMatch(body, /乙人举报|丙信反映/, 'the words of a confidential or mailbox order stay here')
    }
  })

  await t.test('a call on one\'s own line shows its caller\'s number, and no other order\'s for being linked to it', async t => {
    const number = async (kind: Kind): Promise<string | null> =>
      (await (await ask(people.desk,
        `/api/work-orders/${orders[kind].id}`)).json() as { complainant: { number: string | null } }).complainant.number
    /** 8001 talks with this person, and goes on talking. */
    const talks = async (from: string, nth: number): Promise<string> => {
      const text = sample.replaceAll('13900001001', from).replaceAll(/pbx(\d*)-(\d+)\.(\d+)/g,
        (_, n: string, a: string, b: string) => `pbx${n}-${Number(a) + 1000 * nth}.${b}`)
      const events = journalEvents(text)
      const soFar = events.slice(0, events.findIndex(e => e.kind === 'bridge-exit'))
      for (const handler of handlersOf(service)) await db.tx(async tx => { await handler.handle(tx, soFar) })
      return soFar.find(e => e.uniqueId === e.linkedId)?.uniqueId ?? ''
    }
    const stranger = await talks('13900001066', 11)
    for (const kind of ['ordinary', 'confidential'] as const) {
      await told(people.desk, 'POST', `/api/work-orders/${orders[kind].id}/calls`, { callId: stranger, role: 'reminder' })
      t.equal(await number(kind), masked(matters[kind].number), `${kind}: linked to a stranger's call`)
    }
    await talks(matters.ordinary.number, 12)
    t.equal(await number('ordinary'), `+86${matters.ordinary.number}`, 'its own complainant is on the line')
    t.equal(await number('confidential'), masked(matters.confidential.number))
  })

  await hiddenCalls(t, {
    db,
    sealing: createSealing(dataKey),
    modules: service.modules,
    address: service.address,
    orders,
    cookieOf: who => cookies.get(who) ?? '',
    sample
  })
})
