// DATA_KEYS_FILE: the data key changes while everybody works. Every search finds every number, in the old form and the new; at the end one
// key has all.
import { join } from 'node:path'
import pino from 'pino'
import t from 'tap'
import { addSampleOrders } from '../../../src/bin/sample-orders.ts'
import { createKeyCommands } from '../../../src/db/keys/key-commands.ts'
import { createKeyFollower } from '../../../src/db/keys/key-follower.ts'
import { createSealing } from '../../../src/db/sealing.ts'
import { declineNumber } from '../../../src/dialler/permission/declined-store.ts'
import { loadDistrict } from '../../../src/district/load-district.ts'
import { readDistrict } from '../../../src/district/read-district.ts'
import type { Algorithm } from '../../../src/domain/data-key.ts'
import { newId } from '../../../src/domain/ids.ts'
import { legPriority } from '../../../src/domain/telephone/legs.ts'
import { parsePhoneNumber } from '../../../src/domain/telephone/phone-number.ts'
import type { Module } from '../../../src/module.ts'
import { desiredValues } from '../../../src/pbx/desired/sealed-desired-store.ts'
import { keepDataKey, readDataKeys } from '../../../src/servers/data-folder/data-keys.ts'
import { until } from '../../../src/servers/until.ts'
import { freshFolder } from '../../harness/servers/database.ts'
import { composedService } from '../../http/composed-service.ts'
import { createMovers, rangIn, rowsOf } from './movers.ts'

const log = pino({ level: 'silent' })
/** Past the time in which every process has spoken, and past the quiet that ends the moving, ms. */
const later = 30_000

const file = join(await freshFolder('data-keys-file'), 'keys.json')
const { db, url, service, dataKey, cookieOf } = await composedService(t, 'data-keys',
  async db => { await db.tx(async tx => { await loadDistrict(tx, readDistrict()) }) }, { SWEEP_MS: '60', DATA_KEYS_FILE: file })
const modules = Object.values<Module>(service.modules)
const first = createSealing(dataKey)
const asked = await addSampleOrders({ db, sealing: first, timeZone: 'Asia/Shanghai' })
const cookie = await cookieOf('searches', ['SHIFT_LEADER', 'AGENT', 'DISPATCHER', 'ADMINISTRATOR'])
const commands = createKeyCommands({ clock: { now: () => new Date(Date.now() + later) } })
const atOnce = createKeyCommands({ clock: { now: () => new Date() } })

await rangIn(db, first, 200)

async function send (path: string, body: object): Promise<{ status: number, json: Record<string, unknown> }> {
  const headers = { cookie, 'content-type': 'application/json' }
  const answer = await fetch(service.address + path, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: answer.status, json: await answer.json() as Record<string, unknown> }
}

/** How many orders and calls the search finds. */
async function found (number: string): Promise<{ orders: number, calls: number }> {
  const { json } = await send('/api/number-searches', { number, reason: '查找历史来电' })
  return { orders: (json.orders as unknown[]).length, calls: (json.calls as unknown[]).length }
}

const letter = async (complainantNumber: string, { place = '浦江镇浦锦路 88 号', ...more }: Record<string, string> = {}): Promise<string> => {
  const { status, json } = await send('/api/work-orders', {
    channel: 'HOTLINE_962000',
    requestType: 'COMPLAINT',
    categoryCode: '0701',
    place,
    townId: 'T02',
    title: '路灯不亮',
    description: '路灯三天不亮',
    complainantName: '张阿姨',
    complainantNumber,
    unitText: '路灯不亮',
    ...more
  })
  if (status !== 201) throw new Error(JSON.stringify(json))
  return String(json.id)
}

async function add (algorithm: Algorithm): Promise<number> {
  const key = await commands.make(db, algorithm, readDataKeys(file).map(one => one.id))
  keepDataKey(file, key)
  await db.tx(async tx => { await atOnce.enter(tx, key) })
  return key.id
}
const use = async (id: number, by = commands): Promise<void> => { await db.tx(async tx => { await by.use(tx, id) }) }
const serviceHolds = async (id: number): Promise<boolean> => (await atOnce.status(db)).holders.some(holder => holder.held.includes(id))
const movedAt = async (): Promise<Date | null> => (await atOnce.status(db)).keys.find(key => key.state === 'writes')?.movedAt ?? null

const { worker, numbers, close } = createMovers({ db, url, dataKey, file, modules })
t.teardown(close)

t.test('every sealed column of the database belongs to a module that moves it', async t => {
  const moved = new Set([
    ...desiredValues.columns,
    ...modules.flatMap(({ resealed }) => [...resealed?.numbers ?? [], ...resealed?.values ?? []].flatMap(one => one.columns))
  ])
  const columns = await db.query<{ name: string }>(`select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = 'public' and data_type = 'bytea' and table_name in (select relname from pg_class where relkind = 'r')
      and (column_name like '%\\_sealed' or column_name in ('number_hash', 'place_hash')) order by 1`)
  for (const { name } of columns) {
    t.ok(moved.has(name), `${name}: give its module a line in \`resealed\`, as src/features/calls/sealed-calls-store.ts has for calls`)
  }
  for (const name of moved) t.ok(name.startsWith('desired_state') || columns.some(column => column.name === name), `${name} is there`)
})

const [mine, joined, blocked, limited, declined] = ['13900007101', '13900007102', '13900007103', '13900007104', '13900007105'] as const
const extension = '021-64120001转802'

t.test('before: one key, whose values have no header', async t => {
  t.ok(asked > 10)
  const id = await letter(mine)
  const added = await send(`/api/work-orders/${id}/complainants`, { name: '李叔', number: extension, words: '也是路灯' })
  t.equal(added.status, 200, JSON.stringify(added.json))
  await letter(joined, { complainantKind: 'ENTERPRISE', creditCode: '91350100M000100Y43' })
  const ends = new Date(Date.now() + 3_600_000).toISOString()
  const why = { reason: '多次骚扰', evidence: '录音三段', until: ends }
  t.equal((await send('/api/number-blocks', { number: blocked, ...why })).status, 201)
  t.equal((await send('/api/number-limits', { number: limited, calls: 20, reason: '单位总机' })).status, 201)
  const { sms } = service.modules.sms
  await db.tx(async tx => {
    declineNumber(tx, first.fingerprint(parsePhoneNumber(declined)), '来电要求', new Date(), 'system')
    await sms.send(tx, { key: 'text-1', to: parsePhoneNumber(declined), body: '工单已办结', subject: 'order:1' })
  })
  t.same(await found(mine), { orders: 1, calls: 0 })
  t.ok([...(await numbers()).values()].every(({ prints }) => [...prints].every(print => print.length === 64)))
})

t.test('a key is used once every process has it, by one operator', async t => {
  const id = await add('sm')
  t.equal(id, 2)
  await t.rejects(use(id, atOnce), { code: 'guard-not-met', details: { why: 'too-early' } })
  await until(async () => await serviceHolds(id), { what: 'the service has said that it holds the key', seconds: 20 })
  const lacking = createKeyFollower({
    db, ring: createSealing(dataKey), readKeys: () => [], process: 'a machine without the file', paceMs: 60, log
  })
  await lacking.once()
  t.same(lacking.status().lacks, [id])
  await t.rejects(use(id), { code: 'guard-not-met', message: 'these processes lack the key: a machine without the file' })
  const other = createKeyFollower({
    db,
    ring: createSealing(dataKey),
    readKeys: () => [{ id, algorithm: 'sm', bytes: Buffer.alloc(32, 1) }],
    process: 'wrong',
    paceMs: 60,
    log
  })
  await other.once()
  t.same(other.status().lacks, [id], 'other bytes under the same id are another key')
  for (const one of [lacking, other]) await one.stop()
  const ready = await (await fetch(`${service.address}/health/ready`)).json() as { parts: Record<string, { ok: boolean, detail: object }> }
  t.match(JSON.stringify(ready), /"writes":1,"moving":null,"lacks":null/)
  const both = await Promise.allSettled([use(id), use(id)])
  t.same(both.map(one => one.status).sort(), ['fulfilled', 'rejected'], 'two operators at once: one of them')
  await t.rejects(use(id), { code: 'already-done' })
  await t.rejects(use(9), { code: 'not-found' })
  await t.rejects(lacking.once(), /data key 2 is not at hand/, 'a process without the key that writes does not begin')
})

t.test('from then on both forms are found', async t => {
  const before = [await found(mine), await found(joined)]
  t.same(before, [{ orders: 1, calls: 0 }, { orders: 1, calls: 0 }])
  const printOf = async (id: string): Promise<number> =>
    (await db.query<{ n: number }>('select octet_length(number_hash) as n from request where filed_with = $1', [id]))[0]?.n ?? 0
  let id = ''
  await until(async () => await printOf(id = await letter('13900007199')) === 36,
    { what: 'the service writes under the new key', seconds: 20 })
  t.match(id, /^[0-9a-f-]{36}$/)
  const why = { reason: '多次骚扰', evidence: '录音三段', until: new Date(Date.now() + 3_600_000).toISOString() }
  t.match((await send('/api/number-blocks', { number: blocked, ...why })).json, { code: 'already-done' })
  t.match((await send('/api/number-searches', { number: blocked, reason: '查找' })).json.block, { reason: '多次骚扰' })
  t.equal((await send('/api/number-limits', { number: limited, calls: 30, reason: '单位总机' })).status, 201)
  const limits = await db.query('select 1 from number_limit where ended_at is null and number_hash is not null')
  t.equal(limits.length, 1, 'in place of the old one')
  const { dialler } = service.modules.dialler
  await t.rejects(db.tx(async tx => await dialler.request(tx, {
    key: newId(),
    purpose: 'callback',
    priority: legPriority.automated,
    subject: 'order:1',
    numbers: [parsePhoneNumber(declined)],
    attempts: 1,
    gapSeconds: 60,
    ringSeconds: 30,
    talkSeconds: 60,
    script: { name: 'callback', variables: {} }
  })), { code: 'declined-calls' })
  const place = encodeURIComponent('浦江镇浦锦路 88 号')
  const similar = await fetch(`${service.address}/api/work-orders/similar?place=${place}`, { headers: { cookie } })
  t.ok((await similar.json() as { items: unknown[] }).items.length > 2, 'places too, in both forms')
})

t.test('a number just written has one fingerprint within a round', async t => {
  await letter(mine)
  t.same(await found(mine), { orders: 2, calls: 0 })
  await until(async () => (await numbers()).get(parsePhoneNumber(mine))?.prints.size === 1,
    { what: 'both orders have one fingerprint', seconds: 20 })
  t.same(await found(mine), { orders: 2, calls: 0 })
})

t.test('the mover is killed twenty times: each number has one fingerprint, and no row is lost', async t => {
  const before = rowsOf(await numbers())
  let killed = 0
  for (let i = 0; i < 20; i++) {
    const one = worker()
    let ended = false
    const running = one.run().then(() => true, () => false).finally(() => { ended = true })
    await until(async () => ended || (await db.query('select pg_terminate_backend(pid) ' +
      'from pg_stat_activity where application_name = \'mover\' and backend_xid is not null')).length > 0,
    { what: 'it has written something', seconds: 20, everyMs: 1 })
    if (!await running) killed++
    await one.close()
    const mixed = [...await numbers()].filter(([, { prints }]) => prints.size > 1)
    t.same(mixed, [], `kill ${i + 1}`)
  }
  t.ok(killed > 10, `${killed} died in the midst of it`)
  t.same(rowsOf(await numbers()), before)
})

t.test('then everything is under the key that writes, and says so', async t => {
  const before = rowsOf(await numbers())
  const one = worker()
  t.teardown(one.close)
  const begun = performance.now()
  await one.run()
  t.equal(await movedAt(), null, 'a pass that moved something does not end it')
  for (let i = 0; i < 20 && await movedAt() === null; i++) await one.run(later * (i + 1))
  t.ok(await movedAt() !== null)
  t.comment(`${before.length} numbers in ${Math.round(performance.now() - begun)} ms`)
  const after = await numbers()
  t.same(rowsOf(after), before)
  t.ok([...after.values()].every(({ prints }) => [...prints].every(print => print.startsWith('01020002'))))
  const left = await db.query<{ table: string }>(`
    select 'work_order' as table from work_order where substring(place_sealed for 4) <> '\\x01020002'
    union all select 'request' from request where substring(name_sealed for 4) <> '\\x01020002'
      or substring(credit_code_sealed for 4) <> '\\x01020002'
    union all select 'declined' from declined_number where substring(number_hash for 4) <> '\\x01020002'
    union all select 'desired' from desired_state where value_sealed is not null and substring(key_sealed for 4) <> '\\x01020002'
    union all select 'node' from pbx_node where substring(ami_secret_sealed for 4) <> '\\x01020002'`)
  t.same(left, [])
  t.same(await found(mine), { orders: 2, calls: 0 })
  t.same(await found(extension), { orders: 1, calls: 0 }, 'and with it the extension stays')
  t.match((await send('/api/number-searches', { number: blocked, reason: '查找' })).json.block, { reason: '多次骚扰' })
})

t.test('a key that wrote is never forgotten, one that did not may be', async t => {
  for (const id of [1, 2]) await t.rejects(db.tx(async tx => { await commands.forget(tx, id) }), { code: 'key-in-use' })
  const id = await add('aes')
  t.equal(id, 3)
  await db.tx(async tx => { await commands.forget(tx, id) })
  await t.rejects(db.tx(async tx => { await commands.forget(tx, id) }), { code: 'already-done' })
  await t.rejects(use(id), { code: 'already-done' })
  t.equal(await add('aes'), 4, 'an id is never given twice')
})

t.test('and on to a third: from one header to another', async t => {
  await until(async () => await serviceHolds(4), { what: 'the service holds it', seconds: 20 })
  await use(4)
  const one = worker()
  t.teardown(one.close)
  const before = rowsOf(await numbers())
  for (let i = 0; i < 20 && await movedAt() === null; i++) await one.run(later * (i + 1))
  const after = await numbers()
  t.same(rowsOf(after), before)
  t.ok([...after.values()].every(({ prints }) => [...prints].every(print => print.startsWith('01010004'))))
  t.same(await found(mine), { orders: 2, calls: 0 })
})
