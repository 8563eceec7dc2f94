// DATA_KEYS_FILE: what is kept for other systems and of files goes to the new key too, and is read as before.
import { join } from 'node:path'
import t from 'tap'
import { createToken } from '../../../src/access/accounts/accounts.ts'
import { createKeyCommands } from '../../../src/db/keys/key-commands.ts'
import { loadDistrict } from '../../../src/district/load-district.ts'
import { readDistrict } from '../../../src/district/read-district.ts'
import { systemActor } from '../../../src/domain/people/roles.ts'
import { systemClock } from '../../../src/domain/time/clock.ts'
import type { Module } from '../../../src/module.ts'
import { keepDataKey, readDataKeys } from '../../../src/servers/data-folder/data-keys.ts'
import { until } from '../../../src/servers/until.ts'
import { freshFolder } from '../../harness/servers/database.ts'
import { send, type Wire } from '../../harness/neighbours/wire.ts'
import { composedService } from '../../http/composed-service.ts'
import { createMovers } from './movers.ts'

interface Body { [name: string]: unknown, id: string, secret: string, items: Body[] }

t.test('values that other systems and files have', async t => {
  const file = join(await freshFolder('kept-for-others'), 'keys.json')
  const { db, url, service, dataKey, cookieOf } = await composedService(t, 'kept-for-others',
    async db => { await db.tx(async tx => { await loadDistrict(tx, readDistrict()) }) }, { SWEEP_MS: '60', DATA_KEYS_FILE: file })
  const by = async (login: string, ...rest: [roles: Parameters<typeof cookieOf>[1], unit?: string]) => {
    const cookie = await cookieOf(login, ...rest)
    return async (method: string, path: string, body?: object | FormData): Promise<Body> => {
      const sent: RequestInit = body === undefined
        ? {}
        : body instanceof FormData ? { body } : { body: JSON.stringify(body) }
      const json = typeof sent.body === 'string' ? { 'content-type': 'application/json' } : {}
      const answer = await fetch(`${service.address}/api${path}`, { method, headers: { cookie, ...json }, ...sent })
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
      return await answer.json() as Body
    }
  }
  const admin = await by('admin', ['ADMINISTRATOR', 'DISPATCHER', 'AGENT'])
  const handler = await by('d11', ['HANDLER'], 'D11')

  const { id: interfaceId } = await admin('POST', '/interfaces', {
    name: '城运数据',
    nameEn: 'City data',
    ownerUnitId: 'D01',
    contact: '',
    direction: 'both',
    lawBasis: '共享规则第三条',
    cycle: 'hourly',
    schemaVersion: '1',
    shareType: 'conditional'
  })
  await admin('POST', `/interfaces/${interfaceId}/endpoints`,
    { url: 'http://127.0.0.1:9/events', kinds: ['order.filed'], allowNetworks: ['127.0.0.1'] })
  const { secret } = await admin('POST', `/interfaces/${interfaceId}/source`, {})
  const { token } = await db.tx(async tx => await createToken(tx, systemActor, systemClock,
    { name: 'grid', purposes: ['exchange', 'orders'], roles: [], unitId: null }))
  const wire: Wire = { port: Number(new URL(service.address).port), interfaceId, token, secret, now: () => new Date() }

  const order = await admin('POST', '/work-orders', {
    channel: 'HOTLINE_962000',
    requestType: 'COMPLAINT',
    categoryCode: '1106',
    title: '药店无证经营',
    description: '药店没有许可证。',
    place: '七宝镇 沪星路',
    townId: 'T02',
    complainantNumber: '13900007301'
  })
  const path = `/work-orders/${order.id}`
  await admin('POST', `${path}/dispatch`, { version: order.version, mode: 'single', unitIds: ['D11'], basis: 'statutory' })
  const form = new FormData()
  form.append('file', new Blob(['已到现场查看。\n'], { type: 'text/plain' }), '现场情况.txt')
  await handler('POST', `${path}/attachments?purpose=report`, form)
  const torn = { id: 'torn-1', body: '{"type":"order.report","timestamp":' }
  t.match(await send(wire, torn), { status: 202, body: { state: 'quarantined' } })

  const look = async () => {
    const [delivery] = (await admin('GET', '/deliveries?state=waiting')).items
    const [envelope] = (await admin('GET', '/envelopes?state=quarantined')).items
    return {
      delivery: (await admin('GET', `/deliveries/${delivery?.id ?? ''}`)).body,
      envelope: (await admin('GET', `/envelopes/${envelope?.id ?? ''}`)).body,
      names: (await handler('GET', `${path}/attachments`)).items.map(one => one.name),
      again: (await send(wire, torn)).status
    }
  }
  const before = await look()
  t.match(before, { delivery: /order\.filed/, envelope: torn.body, names: ['现场情况.txt'], again: 200 })

  const commands = createKeyCommands({ clock: { now: () => new Date(Date.now() + 30_000) } })
  const key = await commands.make(db, 'sm', readDataKeys(file).map(one => one.id))
  keepDataKey(file, key)
  await db.tx(async tx => { await createKeyCommands({ clock: systemClock }).enter(tx, key) })
  const { worker, close } = createMovers({ db, url, dataKey, file, modules: Object.values<Module>(service.modules) })
  const mover = worker()
  t.teardown(async () => { await Promise.all([mover.close(), close()]) })
  await mover.follow()
  await until(async () => await db.tx(async tx => { await commands.use(tx, key.id) }).then(() => true, () => false),
    { what: 'every process has the key', seconds: 20 })
  const moved = async (): Promise<boolean> => (await commands.status(db)).keys.some(({ movedAt }) => movedAt !== null)
  for (let i = 1; i < 20 && !await moved(); i++) await mover.run(30_000 * i)
  t.ok(await moved())

  for (const [table, column] of [
    ['attachment', 'name_sealed'], ['delivery', 'body_sealed'], ['endpoint', 'secrets_sealed'], ['envelope', 'body_sealed'],
    ['envelope_source', 'secrets_sealed']
  ] as const) {
    t.same(await db.query(`select count(*)::int as n, bool_and(substring(${column} for 4) = '\\x01020002') as moved from ${table}`),
      [{ n: 1, moved: true }], table)
  }
  t.same(await look(), before, 'read as before, and the sender\'s signature is checked by the same secret')
})
