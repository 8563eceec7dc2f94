// Every read route, the feed, texts to units and the workbook, walked by everybody:
// nobody meets a word, name or number that is not for them.
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { systemClock } from '../../../src/domain/time/clock.ts'
import type { Actor, Role } from '../../../src/domain/people/roles.ts'
import type { FeedAudience } from '../../../src/feed/feed.ts'
import { maySee } from '../../../src/http/feed-clients.ts'
import { journalEvents } from '../../harness/stories/journal-sample.ts'
import { hiddenAudit } from './hidden-audit.ts'
import { hiddenCalls } from './hidden-calls.ts'
import { callsByThemselves, named, placesOf, type Description } from './named-ids.ts'
import { masked, matters, table, type Kind } from './who-sees-what-table.ts'
import { check, checkNames, readsOf, type Routes } from './who-sees-what-walk.ts'
import { whoSeesWhatStage } from './who-sees-what-stage.ts'
import { handlersOf } from '../../harness/modules.ts'

t.test('nobody reads an order, name or number hidden from them', async t => {
  const stage = await whoSeesWhatStage(t)
  const { db, service, orders, people, cookies, cookieOf, ask, told, sample } = stage
  // A hidden order takes no act either: no call is linked to it, and nobody rings its caller.
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
  const rungBy = async (key: string, callId: string): Promise<string> => {
    const rung = await fetch(`${service.address}/api/calls`, {
      method: 'POST',
      headers: { cookie: other, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ callId })
    })
    return rung.status === 202 ? (await rung.json() as { requestId: string }).requestId : `${rung.status} ${await rung.text()}`
  }
  // No PBX answers here: a call is given up soon after it was asked for, and until then the agent has no second one.
  const byHand = async (key: string, callId: string): Promise<string> => await until(async () => {
    const answer = await rungBy(key, callId)
    return !answer.startsWith('409') && answer
  }, { what: 'the call before is given up' })
  const long = 'k'.repeat(100)
  const rungBack = [await byHand(`${long}-1`, orders.ordinary.callId), await byHand(`${long}-2`, orders.confidential.callId),
    await byHand(`${long}-1`, orders.ordinary.callId)]
  t.same([new Set(rungBack).size, rungBack[0]], [2, rungBack[2]], 'two long keys are two calls, and one of them twice is one')
  const stranger = await cookieOf('nobody-knows', ['ADMINISTRATOR'])
  const description = await (await ask(stranger, '/openapi.json')).json() as Routes
  const reads = readsOf(description)
  t.ok(reads.length > 35, `${reads.length} read routes`)

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
      : /\/(?:photos|attachments)\?/.test(path)
        ? { headers: { cookie }, body: photo }
        : { headers: { cookie, 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const answer = await fetch(service.address + path, { method: method.toUpperCase(), ...sent })
    const { code, detail } = answer.headers.get('content-type')?.includes('json')
      ? await answer.json() as { code: string, detail: string }
      : { code: '', detail: '' }
    return { status: answer.status, code, detail }
  }

  const compared = new Set<string>()
  await t.test('the table of names knows every place where an order, a call or a callback is named', async t => {
    t.same([...Object.keys(named), ...callsByThemselves].sort(), placesOf(description as Description).sort())
  })

  await t.test('a call\'s draft belongs to the login, whatever the telephone is called', async t => {
    const drafts = await (await ask(people.desk, '/api/work-orders?state=DRAFT&createdBy=takes-calls')).json() as { items: unknown[] }
    t.equal(drafts.items.length, 2, 'three became the orders of their calls, the letters came without one')
    const other = await cookieOf('8001', ['AGENT'])
    t.same((await (await ask(other, '/api/work-orders?state=DRAFT')).json() as { items: unknown[] }).items, [],
      'a login that is called like the telephone has none of them')
  })

  await t.test('search by number: roles, limits and audit', async t => {
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
    t.ok(seen.includes(orders.ordinary.id) && !seen.includes(number), 'a found order shows the number no more than before')
    for (let i = 1; i < 30; i++) t.equal((await search(curious, `\u202A1390000${1100 + i}\u202C`)).status, 200, 'as copied, with signs')
    const refused = await search(curious, number)
    t.same([refused.status, refused.headers.get('retry-after')], [429, '600'], 'the thirty-first in an hour is refused')
    const joins = async (cookie: string, telephone: string): Promise<{ status: number }> =>
      await answered(cookie, 'post', `/api/work-orders/${orders.ordinary.id}/complainants`, { number: telephone })
    t.equal((await joins(curious, '13900001199')).status, 429, 'nor is it tried as a complainant\'s')
    t.same(await told(cookies.get('another-agent') ?? '', 'POST', `/api/work-orders/${orders.ordinary.id}/complainants`, { number }),
      await db.query('select id, number, version, state from work_order where id = $1', [orders.ordinary.id]).then(([row]) => row),
      'the person\'s own number joins nobody')
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

  await t.test('while a unit handles the order', async t => {
    t.strictSame(await check(stage, reads, 'handled'), [])
    t.strictSame(await checkNames(stage, compared, 'handled'), [])
  })
  const stepsOn = (id: string) => async (cookie: string, verb: string, body: object = {}): Promise<void> => {
    const [{ version } = { version: 0 }] = await db.query<{ version: number }>('select version from work_order where id = $1', [id])
    await told(cookie, 'POST', `/api/work-orders/${id}/${verb}`, { version, ...body })
  }
  await t.test('while the order is verified on site', async t => {
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
    t.strictSame(await check(stage, reads, 'verified'), [])
    t.strictSame(await checkNames(stage, compared, 'verified'), [])
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
          if (next !== null || page > 1) t.equal(items.length, 1, `${who}: ${path}: page ${page} holds a row`)
        }
      }
    }
  })

  await t.test('remarks and reasons of a confidential order follow its words', async t => {
    const { id } = orders.confidential
    const step = stepsOn(id)
    await step(cookies.get('verifier') ?? '', 'verify', { passed: false, remarks: '见对门未见改变', photo: '对门王女士带看' })
    await step(people.unit, 'sign')
    await step(people.unit, 'request-extension', { reason: '本人要求缓办', until: new Date(Date.now() + 96 * 3_600_000).toISOString() })
    const reads: Array<[string, boolean, boolean]> = [['dispatcher', true, true], ['its-handler', false, true], ['its-town', false, false],
      ['coordinator', false, false], ['administrator', false, false]]
    for (const [who, remarks, reason] of reads) {
      const text = await (await ask(cookies.get(who) ?? '', `/api/work-orders/${id}`)).text()
      t.same([text.includes('见对门未见改变'), text.includes('对门王女士带看'), text.includes('本人要求缓办')], [remarks, remarks, reason], who)
    }
  })

  await t.test('an incident names its order only to people who may know of it', async t => {
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

  await t.test('the order\'s own login hears of it while its roles see it; a telephone of the same name hears nothing', async t => {
    const actor = (id: string, roles: Role[], extension: string | null = null): Actor =>
      ({ id, roles, unitId: null, extension, personId: null })
    for (const [kind, { id }] of Object.entries(orders)) {
      const sql = 'select audience from feed_event where subject = $1 order by seq desc limit 1'
      const [row] = await db.query<{ audience: FeedAudience }>(sql, [id])
      const hears = (who: Actor): boolean => row !== undefined && maySee(who, row.audience)
      t.same([
        hears(actor('takes-calls', ['AGENT'])), hears(actor('takes-calls', ['KNOWLEDGE_EDITOR'])), hears(actor('takes-calls', ['HANDLER'])),
        hears(actor('bob', ['AGENT'], 'takes-calls'))
      ], [true, false, false, false], kind)
    }
  })

  await t.test('callback events reach watchers who see the order', async t => {
    const watchers: readonly Role[] = ['CALLBACK_OFFICER', 'SHIFT_LEADER', 'DISPATCHER', 'AGENT']
    for (const kind of ['ordinary', 'restricted', 'entered', 'about'] as const) {
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

  await t.test('text messages to units', async t => {
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
      t.notMatch(body, /1390000|0000.1055|〇一〇五五|赵先生|钱女士|孙同志|周同志|李师傅/, body)
      t.notMatch(body, /乙人举报|丙信反映|己件反映/, 'the words of a confidential order or of a restricted channel stay here')
    }
  })

  await t.test('a call on the own line shows its caller\'s number, not those of other linked orders', async t => {
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

  await hiddenAudit(t, stage, service.address)
  await hiddenCalls(t, { ...stage, modules: service.modules, address: service.address, cookieOf: who => cookies.get(who) ?? '' })
})
