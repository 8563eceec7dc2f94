// What every PBX must know is one desired state: on real PBXs, whatever happens to them and their databases.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import t from 'tap'
import { createSealing } from '../../../src/db/sealing.ts'
import { createDesiredApplier } from '../../../src/pbx/desired/applier.ts'
import type { DesiredValue } from '../../../src/pbx/desired/sections.ts'
import { until } from '../../../src/servers/until.ts'
import { desiredWorld, type DesiredNode } from './desired-world.ts'

const world = await desiredWorld(t, ['pbx1', 'pbx2'])
const { db, desired, nodes, change, applied } = world
const [one, two] = nodes as [DesiredNode, DesiredNode]

const block = (number: number, value = '2000000000'): DesiredValue => ({ section: 'blocked', key: String(13_900_000_000 + number), value })
const blocked = async (node: DesiredNode): Promise<Array<[string, string]>> => [...await node.switchboard.dbTree('blocked')].sort()
const standing = new Map<string, string>()
/** what both PBXs should have by now */
const put = (...rows: DesiredValue[]): void => { for (const { key, value } of rows) standing.set(key, value) }
const shouldBe = (): Array<[string, string]> => [...standing].sort()
/** cuts the link; it comes back by itself */
async function loggedInAgain (node: DesiredNode): Promise<void> {
  let logins = 0
  const off = node.ami.on('up', () => { logins++ })
  const sessions = await node.pbx.console('manager show connected')
  const [, descriptor = ''] = new RegExp(`^ *${node.pbx.config.ami.user} .*? (\\d+) +\\d+ +\\d+ +\\d+ *$`, 'm').exec(sessions) ?? []
  await node.pbx.console(`manager kick session ${descriptor}`)
  await until(() => logins > 0, { what: `a new login; sessions were ${sessions}`, seconds: 10 })
  off()
}

t.test('a change whose transaction rolls back reaches nobody; one that commits reaches every PBX', async t => {
  await t.rejects(db.tx(async tx => {
    desired.change(tx, { put: [block(1)] })
    throw new Error('decided otherwise')
  }), { message: 'decided otherwise' })
  await change({ put: [block(2)] })
  put(block(2))
  await applied()
  for (const node of nodes) t.same(await blocked(node), shouldBe(), node.name)
})

t.test('an equal value is no change; a value for one PBX is for that one', async t => {
  const revision = async (): Promise<number> =>
    (await db.query<{ max: number }>('select max(revision) from desired_state'))[0]?.max ?? 0
  const before = await revision()
  await change({ put: [block(2)] })
  await applied()
  t.equal(await revision(), before)
  await change({ put: [{ section: 'rejoin', key: '13900000002', value: 'i:m:7000:member', node: 'pbx2' }] })
  await applied()
  t.same([...await one.switchboard.dbTree('rejoin')], [])
  t.same([...await two.switchboard.dbTree('rejoin')], [['13900000002', 'i:m:7000:member']])
  await two.pbx.console('database put rejoin-wrong 13900000002 3:2000000000')
  await change({ withdraw: [{ section: 'rejoin', key: '13900000002', node: 'pbx2' }] })
  await applied()
  t.same([...await two.switchboard.dbTree('rejoin')], [])
  t.same([...await two.switchboard.dbTree('rejoin-wrong')], [], 'wrong PINs go with the seat')
})

t.test('no text of the table tells a number or a value', async t => {
  const rows = await db.query('select * from desired_state')
  t.ok(rows.length > 0)
  const texts = rows.flatMap(row => Object.values(row)).map(value => Buffer.isBuffer(value) ? value.toString('latin1') : String(value))
  t.notMatch(texts.join('\n'), /139000|20000000/)
})

t.test('two writers at once end alike on both PBXs', async t => {
  const writers = ['a', 'b', 'c', 'd'].map(async name => {
    for (let i = 0; i < 40; i++) {
      if (i % 7 === 3) await change({ withdraw: [block(50 + i % 5)] })
      else await change({ put: [block(50 + i % 5, `${name}${i}`), block(50 + (i + 1) % 5, `${name}${i}`)] })
    }
  })
  await Promise.all(writers)
  await applied()
  const ends = await blocked(one)
  t.same(ends, await blocked(two))
  const rows = await db.query<{ standing: number }>(
    'select count(*)::int as standing from desired_state where section = \'blocked\' and value_sealed is not null')
  t.equal(ends.length, rows[0]?.standing, 'and as the table says')
  await change({ withdraw: [50, 51, 52, 53, 54].map(n => block(n)) })
})

t.test('a PBX away during 200 changes is put right at its login, deletions included; the other follows meanwhile', async t => {
  const doomed = Array.from({ length: 50 }, (_, i) => block(100 + i))
  await change({ put: doomed })
  await applied()
  await two.pbx.kill()
  await until(() => !two.isUp(), { what: 'the loss is noticed' })
  for (const row of doomed) await change({ withdraw: [row] })
  const rows = Array.from({ length: 150 }, (_, i) => block(200 + i))
  for (const row of rows) await change({ put: [row] })
  put(...rows)
  await applied(one)
  t.same(await blocked(one), shouldBe())
  await two.pbx.start()
  await until(two.isUp, { what: 'it is back' })
  await until(async () => JSON.stringify(await blocked(two)) === JSON.stringify(shouldBe()), { what: 'it is put right' })
})

t.test('changed, deleted and added at the console: put right at the next login; what the dialplan writes is left alone', async t => {
  await one.pbx.console('database put blocked 13900000200 1')
  await one.pbx.console('database del blocked 13900000201')
  await one.pbx.console('database put blocked 999 1')
  await one.pbx.console('database put blocked sub/key 1')
  await one.pbx.console('database put rejoin-wrong 13900000001 3:2000000000')
  await loggedInAgain(one)
  await until(async () => JSON.stringify(await blocked(one)) === JSON.stringify(shouldBe()), { what: 'it is put right' })
  t.same([...await one.switchboard.dbTree('rejoin-wrong')], [['13900000001', '3:2000000000']])
})

t.test('a PBX that lost its own database is given everything', async () => {
  await one.pbx.kill()
  await until(() => !one.isUp(), { what: 'the loss is noticed' })
  rmSync(join(one.pbx.paths.varDir, 'astdb.sqlite3'))
  await one.pbx.start()
  await until(one.isUp, { what: 'it is back' })
  await until(async () => JSON.stringify(await blocked(one)) === JSON.stringify(shouldBe()), { what: 'everything is there' })
})

t.test('an agent whose password cannot stand in a file is named; the others are in force', async t => {
  const agent = (extension: string, sipPassword: string) => ({ extension, sipPassword, webrtc: false })
  const files = (...agents: object[]): DesiredValue => ({
    section: 'files',
    key: 'exchange',
    value: JSON.stringify({ agents, dialledNumbers: [], shiftLeader: null, dutyOfficer: null, centres: {} })
  })
  await change({ put: [files(agent('8001', 'password-1'), agent('8002', 'bad\nexten'), agent('8003', 'password-3'))] })
  await applied()
  t.match(await world.lacks(one), [{ section: 'agents', why: /control character/ }])
  t.notMatch(JSON.stringify(await world.lacks(one)), /bad|exten/)
  const written = readFileSync(join(one.pbx.paths.includesDir, 'agents.conf'), 'utf8')
  t.match(written, /\[8001\][^]*\[8003\]/)
  t.notMatch(written, '8002')
  await until(async () => /8003/.test(await one.pbx.console('pjsip show endpoint 8003')), { what: 'the PBX has read them' })
  await change({ put: [files(agent('8001', 'password-1'), agent('8002', 'password-2'))] })
  await applied()
  t.same(await world.lacks(one), [])
})

t.test('a command is answered when it is in force; not in force in time, it is taken back', async t => {
  const key = { section: 'incident-locked', key: 'i1', node: 'pbx2' } as const
  const locked = async (): Promise<string | undefined> => (await two.switchboard.dbTree('incident-locked')).get('i1')
  await desired.enforce({ put: [{ ...key, value: '1' }] })
  t.equal(await locked(), '1')
  await desired.enforce({ withdraw: [key] })
  t.equal(await locked(), undefined)
  two.pbx.freeze()
  await t.rejects(desired.enforce({ put: [{ ...key, value: '1' }] }), { code: 'pbx-unavailable' })
  two.pbx.thaw()
  await until(two.isUp, { what: 'it is back' })
  await applied()
  t.equal(await locked(), undefined)
  await two.pbx.kill()
  await until(() => !two.isUp(), { what: 'the loss is noticed' })
  await t.rejects(desired.enforce({ put: [{ ...key, value: '1' }] }), { code: 'pbx-unavailable' })
  t.same(await db.query('select 1 from desired_state where section = \'incident-locked\' and value_sealed is not null'), [])
  // A PBX that is away keeps nobody waiting: it is given the notice at its login.
  const prompt = { section: 'notice', key: 'prompt' } as const
  await desired.enforce({ put: [{ ...prompt, value: 'spoken/water' }] })
  t.equal((await one.switchboard.dbTree('notice')).get('prompt'), 'spoken/water')
  await two.pbx.start()
  await until(async () => two.isUp() && (await two.switchboard.dbTree('notice')).get('prompt') === 'spoken/water', { what: 'it is back' })
  await desired.enforce({ withdraw: [prompt] })
})

t.test('rows sealed under another key are named, and nothing is deleted for them', async t => {
  const log = pino({ level: 'silent' })
  const sealing = createSealing(Buffer.alloc(32, 8))
  const stranger = createDesiredApplier({ part: 'entries', node: 'pbx9', switchboard: one.switchboard, db, sealing, log })
  await stranger.exchangeIsUp()
  await stranger.stop()
  t.match(await db.query('select lacks from desired_applied where node = \'pbx9\''), [{ lacks: [{ why: 'sealed otherwise' }] }])
  t.same(await blocked(one), shouldBe())
})

t.test('withdrawn rows are dropped once each PBX has applied them; what has ended is withdrawn by itself', async t => {
  await change({ put: [{ ...block(900), endsAt: new Date(Date.now() - 1000) }] })
  await applied()
  const rows = async (): Promise<number> => (await db.query('select 1 from desired_state where value_sealed is null')).length
  await desired.sweep.run(new Date())
  await applied()
  t.same(await blocked(one), shouldBe())
  t.ok(await rows() > 0)
  await desired.sweep.run(new Date(Date.now() + 120_000))
  t.equal(await rows(), 0)
})

t.test('ten thousand blocked numbers', async t => {
  const began = performance.now()
  await change({ put: Array.from({ length: 10_000 }, (_, i) => block(10_000 + i)) })
  const written = performance.now()
  await applied()
  const first = performance.now()
  t.ok((await one.switchboard.dbTree('blocked')).size > 10_000, 'all are there')
  const listed = performance.now()
  await desired.enforce({ put: [block(10_000, '1999999999')] })
  const changed = performance.now()
  const ms = { written: written - began, there: first - began, oneChange: changed - listed }
  t.comment(Object.entries(ms).map(([what, ms]) => `${what} ${Math.round(ms)} ms`).join(', '))
})
