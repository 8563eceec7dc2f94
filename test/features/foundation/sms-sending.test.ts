import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import type { Database } from '../../../src/db/database.ts'
import { createSealing } from '../../../src/db/sealing.ts'
import { adjustableClock } from '../../../src/domain/time/clock.ts'
import { parsePhoneNumber } from '../../../src/domain/telephone/phone-number.ts'
import type { Alarm } from '../../../src/queue/alarms.ts'
import { createSms, type TextMessages } from '../../../src/sms/sms.ts'
import { httpProvider, tableProvider } from '../../../src/sms/providers.ts'
import type { SmsProvider, SmsReply } from '../../../src/sms/sms-types.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { until } from '../../../src/servers/until.ts'

const to = parsePhoneNumber('13900001001')
const message = (key: string) => ({ key, to, body: '工单已派遣', subject: 'order:1' })

interface Desk {
  db: Database
  sms: TextMessages
  alarms: Alarm[]
  clock: ReturnType<typeof adjustableClock>
  said: string[]
  rows: () => Promise<Array<Record<string, unknown>>>
  ring: () => Promise<void>
}

async function desk (t: Test, provider: SmsProvider = tableProvider): Promise<Desk> {
  const { db } = await freshDatabase(t)
  const clock = adjustableClock()
  const set: Alarm[] = []
  const said: string[] = []
  const sms = createSms({
    db,
    clock,
    provider,
    sealing: createSealing(Buffer.alloc(32, 7)),
    log: pino({ level: 'debug' }, { write: text => { said.push(text) } }),
    alarms: { set: async (_tx, ...alarms) => { set.push(...alarms) } }
  })
  return {
    db,
    sms,
    alarms: set,
    clock,
    said,
    rows: async () => await db.query('select * from sms_message order by created_at, key'),
    ring: async () => { for (const { payload } of set.splice(0)) await sms.alarm.ring(payload) }
  }
}

interface Gateway {
  url: string
  requests: Array<{ headers: IncomingMessage['headers'], body: Record<string, string> }>
  answer: (status: number, body?: string, delayMs?: number) => void
}

async function gateway (t: Test): Promise<Gateway> {
  let next = { status: 200, body: '{"id":"g-1"}', delayMs: 0 }
  const requests: Gateway['requests'] = []
  const server = createServer((request, response) => {
    text(request).then(body => {
      requests.push({ headers: request.headers, body: JSON.parse(body) as Record<string, string> })
      setTimeout(() => { response.writeHead(next.status, { location: '/elsewhere' }).end(next.body) }, next.delayMs)
    }, () => {})
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/send`,
    requests,
    answer: (status, body = '{}', delayMs = 0) => { next = { status, body, delayMs } }
  }
}

t.test('the same key is sent once, signed, and the number is not in the table', async t => {
  const { db, sms, rows, ring, said } = await desk(t)
  await db.tx(async tx => { await sms.send(tx, message('k1'), message('k2')) })
  await db.tx(async tx => { await sms.send(tx, message('k1')) })
  await ring()
  const stored = await rows()
  t.match(stored, [{ key: 'k1', state: 'sent', attempts: 1, body: '【闵行962000】工单已派遣' }, { key: 'k2', state: 'sent' }])
  t.equal(stored.length, 2)
  t.notMatch(JSON.stringify(stored), '13900001001')
  t.notMatch(said.join(''), '13900001001')
})

t.test('a message that is to go later goes later, by its alarm or without', async t => {
  const { db, sms, rows, ring, clock, alarms } = await desk(t)
  const notBefore = new Date(clock.now().getTime() + 3000)
  await db.tx(async tx => { await sms.send(tx, { ...message('later'), notBefore }) })
  t.strictSame(alarms.map(alarm => alarm.at), [notBefore])
  await ring()
  await sms.sweep.run(clock.now())
  t.match(await rows(), [{ state: 'queued', attempts: 0 }], 'nobody takes it early')
  clock.advance(3000)
  await sms.sweep.run(clock.now())
  t.match(await rows(), [{ state: 'sent', attempts: 1 }])
})

t.test('the gateway is given number, text, token and an idempotency key', async t => {
  const out = await gateway(t)
  const { db, sms, rows, ring } = await desk(t, httpProvider({ url: out.url, token: 'secret' }))
  await db.tx(async tx => { await sms.send(tx, message('k1')) })
  await ring()
  const [row] = await rows()
  t.match(out.requests, [{
    headers: { authorization: 'Bearer secret', 'idempotency-key': row?.id, 'content-type': 'application/json' },
    body: { id: row?.id, to: '+8613900001001', text: '【闵行962000】工单已派遣' }
  }])
  t.match(row, { state: 'sent', provider_id: 'g-1' })
  await db.tx(async tx => { await sms.receipt(tx, { providerId: 'g-1', delivered: true }) })
  t.match(await rows(), [{ state: 'delivered' }])
})

t.test('an accepted message is not sent again when another\'s refusal could not be saved', async t => {
  const taken: string[] = []
  const { db, sms, rows, ring, clock } = await desk(t, {
    name: 'half',
    async send ({ id, text }) {
      if (text.endsWith('不通')) throw new Error('the gateway answered 503')
      taken.push(id)
      return { providerId: id }
    }
  })
  await db.query('alter table sms_message add constraint full_disk check (error is null)')
  await db.tx(async tx => { await sms.send(tx, message('good'), { ...message('bad'), body: '不通' }) })
  await ring().catch(() => {})
  clock.advance(61_000)
  await sms.sweep.run(clock.now()).catch(() => {})
  t.equal(taken.length, 1, 'one text, once')
  t.match(await rows(), [{ key: 'bad', state: 'queued', attempts: 2 }, { key: 'good', state: 'sent', attempts: 1 }])
})

t.test('three tries with growing pauses under one idempotency key, then failed', async t => {
  const out = await gateway(t)
  const { db, sms, rows, ring, alarms, clock } = await desk(t, httpProvider({ url: out.url, timeoutMs: 200 }))
  out.answer(503)
  await db.tx(async tx => { await sms.send(tx, message('k1')) })
  await ring()
  t.match(await rows(), [{ state: 'queued', attempts: 1, error: 'the gateway answered 503' }])
  t.match(alarms, [{ family: 'sms', id: /^sms-.*-2$/ }])
  await ring()
  t.equal(out.requests.length, 1, 'not before its time, even if the alarm is early')
  clock.advance(31_000)
  out.answer(302)
  await sms.sweep.run(clock.now())
  t.match(await rows(), [{ state: 'queued', attempts: 2 }])
  clock.advance(121_000)
  out.answer(200, '{}', 1000)
  await sms.sweep.run(clock.now())
  t.match(await rows(), [{ state: 'failed', attempts: 3, next_at: null, error: /timeout|abort/i }])
  clock.advance(3600_000)
  await sms.sweep.run(clock.now())
  t.equal(new Set(out.requests.map(r => r.headers['idempotency-key'])).size, 1)
  t.equal(out.requests.length, 3)
})

t.test('a try whose process died is made good by the sweep, and two at once send once', async t => {
  const sent: string[] = []
  let frozen = true
  const { db, sms, rows, alarms, clock } = await desk(t, {
    name: 'slow',
    send: async ({ id }) => {
      if (frozen) return await new Promise<never>(() => {})
      sent.push(id)
      return { providerId: null }
    }
  })
  await db.tx(async tx => { await sms.send(tx, message('k1')) })
  // Claimed by a process that hears nothing any more.
  sms.sweep.run(clock.now()).catch(() => {})
  await until(async () => (await rows())[0]?.attempts === 1, { what: 'it is claimed' })
  frozen = false
  await db.tx(async tx => { await sms.send(tx, message('k2')) })
  await Promise.all([sms.sweep.run(clock.now()), ...alarms.map(async a => await sms.alarm.ring(a.payload)), sms.sweep.run(clock.now())])
  t.equal(sent.length, 1)
  clock.advance(61_000)
  await sms.sweep.run(clock.now())
  t.match(await rows(), [{ key: 'k1', state: 'sent', attempts: 2 }, { key: 'k2', state: 'sent', attempts: 1 }])
  t.equal(sent.length, 2)
})

t.test('a reply is received once and cleaned; the first listener that wants it takes it, the rest is for a person', async t => {
  const { db, sms, clock, said } = await desk(t)
  const heard: SmsReply[] = []
  sms.onReply('keys', async (_tx, reply) => {
    heard.push(reply)
    if (reply.body === 'broken') throw new Error('no')
    return /^[123]$/.test(reply.body)
  })
  sms.onReply('others', async (_tx, reply) => {
    heard.push(reply)
    return false
  })
  const receive = async (providerId: string, from: string, body: string): Promise<boolean> =>
    await db.tx(async tx => await sms.receiveReply(tx, { providerId, from, body, at: clock.now() }))
  t.equal(await receive('r1', '+86 139 0000 1001', ' 1 \r\n'), true)
  t.equal(await receive('r1', '+86 139 0000 1001', '1'), false)
  t.equal(await receive('r2', '10086', '谢谢\u202E\r\n再见\0\uD800'), true)
  t.equal(await receive('r3', '10086', 'broken'), true)
  t.equal(await receive('r4', '\u202D13900001001', 'x'.repeat(5000)), true, 'long is cut, not refused')
  await Promise.all([sms.sweep.run(clock.now()), sms.sweep.run(clock.now())])
  const offered = [[to, '1'], ['10086', 'broken'], ['10086', '谢谢\n再见'], ['10086', '谢谢\n再见'], [to, 'xxxxxxxx'], [to, 'xxxxxxxx']]
  t.same(heard.map(r => [r.from, r.body.slice(0, 8)]).sort(), offered.sort(), 'each offered once, a short code kept as it came')
  const rows = 'select provider_id as id, handled_by as by, length(body) as long from sms_reply order by id'
  t.same(await db.query(rows), [
    { id: 'r1', by: 'keys', long: 1 },
    { id: 'r2', by: null, long: 5 },
    { id: 'r3', by: null, long: 6 },
    { id: 'r4', by: null, long: 1000 }
  ])
  t.ok(said.some(line => /left to a person/.test(line)), 'one that cannot be dealt with keeps no other waiting')
  const open = await sms.replies.open(10)
  t.same(open.map(r => r.body.slice(0, 6)), ['谢谢\n再见', 'broken', 'xxxxxx'])
  const officer = { id: '8101', roles: ['CALLBACK_OFFICER' as const], unitId: null, extension: '8101', personId: null }
  const done = async (): Promise<void> => { await db.tx(async tx => { await sms.replies.done(tx, officer, open[0]?.id ?? 0) }) }
  await done()
  await t.rejects(done(), { code: 'already-done' })
  t.equal((await sms.replies.open(10)).length, 2)
})

t.test('a link in what others wrote is taken out of every text', async t => {
  const { db, sms, rows } = await desk(t)
  await db.tx(async tx => { await sms.send(tx, { ...message('k1'), body: '工单20261121-000001：举报网站ｂｉｔ．ｌｙ/abc诈骗，七宝镇。请于11月22日09:00前到场。' }) })
  t.match(await rows(), [{ body: '【闵行962000】工单20261121-000001：举报网站[网址略]诈骗，七宝镇。请于11月22日09:00前到场。' }])
})
