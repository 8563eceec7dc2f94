// NODE_ADDRESS, NODE_SECRET, DATA_KEY, PBX_RECORDINGS_DIR, PBX_SOUNDS_DIR, PBX_JOURNAL_FILE, PBX_INCLUDES_DIR: `npm run node` beside a PBX
// of others.
import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readConfig } from '../../../src/config.ts'
import { createSealing } from '../../../src/db/sealing.ts'
import { systemClock } from '../../../src/domain/time/clock.ts'
import { desiredCheck } from '../../../src/pbx/desired/desired-health.ts'
import { createDesired } from '../../../src/pbx/desired/desired.ts'
import type { PbxIncludes } from '../../../src/pbx/includes.ts'
import { createNodeDoorClient } from '../../../src/pbx/node-client.ts'
import { ownPbxs } from '../../../src/servers/asterisk/own-pbxs.ts'
import { writeWhereabouts } from '../../../src/servers/data-folder/data-folder.ts'
import { openGround } from '../../../src/servers/ground.ts'
import { until } from '../../../src/servers/until.ts'
import { freshDatabase, freshFolder } from '../../harness/servers/database.ts'
import { partsOf } from '../../harness/servers/part.ts'
import { freePort } from '../../harness/servers/ports.ts'
import { plainEnvironment, plainNode } from '../../harness/servers/run-folder.ts'
import { root } from '../../architecture/program.ts'
import { journalCommand, line } from '../journal/journal-file.ts'

t.test('the process beside a PBX listens where it is told, and opens the folders it is told', async t => {
  const { db, url } = await freshDatabase(t)
  const theirs = await freshFolder('their-pbx')
  const [recordings, sounds, log] = [join(theirs, 'monitor'), join(theirs, 'sounds/zh'), join(theirs, 'log')]
  for (const folder of [recordings, sounds, log]) mkdirSync(folder, { recursive: true })
  const wav = Buffer.concat([Buffer.from('RIFF....WAVE'), Buffer.alloc(1000, 1)])
  writeFileSync(join(recordings, 'call.wav'), wav)
  const journal = join(log, 'journal.csv')
  writeFileSync(journal, line({ event: 'CHAN_START', uniqueId: 'pbx7-1.1' }))
  const address = { host: '127.0.0.1', port: await freePort(), secret: 'shown-at-the-door' }
  const settings = {
    PBX_NODE: 'pbx7',
    NODE_ADDRESS: `127.0.0.1:${address.port}`,
    NODE_SECRET: address.secret,
    PBX_RECORDINGS_DIR: recordings,
    PBX_SOUNDS_DIR: sounds,
    PBX_JOURNAL_FILE: journal
  }
  // Neither Redis nor the PBX's link is needed.
  const part = await (await partsOf(t, { databaseUrl: url, redisUrl: '', settings }))('node')
  const door = createNodeDoorClient('pbx7', address)
  t.equal((await door.recording('call.wav'))?.bytes, wav.length)
  await door.putSpoken('d'.repeat(32), wav)
  t.ok(existsSync(join(sounds, 'spoken', `${'d'.repeat(32)}.wav`)))
  appendFileSync(journal, line({ event: 'CHAN_END', uniqueId: 'pbx7-1.1' }))
  t.same(await door.ship(), { failures: 0, behindBytes: 0 })
  t.same(await db.query('select node, event from pbx_journal order by id'), [
    { node: 'pbx7', event: 'CHAN_START' }, { node: 'pbx7', event: 'CHAN_END' }
  ])
  await until(async () => (await db.query('select 1 from node_state where node = \'pbx7\'')).length > 0, { what: 'it says that it lives' })
  t.match(await door.state(),
    { journal: { behindBytes: 0 }, recordings: { on: true }, prompts: { recorded: 0, synthetic: 0, missing: Number }, failing: [] })
  t.equal(await journalCommand(url, 'status'), 0)
  const stranger = createNodeDoorClient('pbx7', { ...address, secret: 'another' })
  await t.rejects(stranger.state(), { code: 'node-unavailable', details: { why: 'wrong-secret' } })
  t.equal(await part.end(), 0, 'ended in order')
})

t.test('PBXs of our own beside the first: the parts run apart find them where `up` has started them', async t => {
  const dataDir = await freshFolder('several')
  writeWhereabouts(dataDir, { databaseUrl: 'postgres://127.0.0.1/x', redisUrl: 'redis://127.0.0.1', amiSecret: 'x', nodes: 3 })
  const { nodes, nodeParts } = openGround(readConfig(
    { DATA_DIR: dataDir, PBX_WEBSOCKET_URL: 'wss://hotline.example/ws', PBX_INCLUDES_DIR: join(dataDir, 'includes') }))
  t.match(nodes.map(({ name, sip, ami, door, webSocketUrl }) => [name, sip.port, ami.port, door?.port, webSocketUrl]), [
    ['pbx1', 15060, 15038, 9621, 'wss://hotline.example/ws'],
    ['pbx2', 15061, 15039, 9622, 'wss://hotline.example:444/ws'],
    ['pbx3', 15062, 15040, 9623, 'wss://hotline.example:445/ws']
  ])
  t.equal(new Set(nodeParts.flatMap(part => [part.recordingsDir, part.journalFile, part.includes?.dir])).size, 9, 'no folder twice')
  t.match(ownPbxs(readConfig({ DATA_DIR: dataDir }), 4).map(pbx => pbx.rtp), [
    { first: 20_000, last: 22_499 }, { first: 22_500, last: 24_999 }, { first: 25_000, last: 27_499 }, { first: 27_500, last: 29_999 }
  ], 'nor a port for sound')
  const tcp = ownPbxs(readConfig({ DATA_DIR: dataDir }), 4).flatMap(pbx => [pbx.config.sip.port, pbx.tlsPort])
  t.equal(new Set(tcp).size, 8, 'nor a port for carriers over TLS')
  t.match(ownPbxs(readConfig({ DATA_DIR: dataDir }), 1), [{ tlsPort: 15_061 }])
  t.throws(() => ownPbxs(readConfig({ DATA_DIR: dataDir, PBX_NODE: 'pbx2' }), 2), /PBX_NODE pbx2/)
})

t.test('on a machine of its own, with an empty folder and the service\'s key, it writes the telephones of its PBX', async t => {
  const { db, url } = await freshDatabase(t)
  const [theirs, key] = [await freshFolder('their-pbx'), Buffer.alloc(32, 9).toString('base64')]
  const desired = createDesired({ db, sealing: createSealing(Buffer.from(key, 'base64')), clock: systemClock, nodes: { all: [] } })
  const agents8001 = [{ extension: '8001', sipPassword: 'of-a-telephone', webrtc: false }]
  const includes: PbxIncludes = { agents: agents8001, dialledNumbers: [], shiftLeader: null, dutyOfficer: null, centres: {} }
  await db.tx(async tx => { desired.change(tx, { put: [{ section: 'files', key: 'exchange', value: JSON.stringify(includes) }] }) })
  const settings = {
    PBX_NODE: 'pbx7',
    NODE_SECRET: 'shown-at-the-door',
    PBX_RECORDINGS_DIR: theirs,
    PBX_INCLUDES_DIR: join(theirs, 'includes')
  }
  const refuses = async (more: Record<string, string>, dataDir?: string): Promise<string> => spawnSync(
    plainNode.command, [...plainNode.first, join(root, 'src/bin/node.ts')],
    {
      env: {
        ...plainEnvironment(),
        ...settings,
        ...more,
        DATA_DIR: dataDir ?? await freshFolder('empty'),
        DATABASE_URL: url,
        AMI_ADDRESS: '127.0.0.1:1',
        AMI_SECRET: 'x'
      },
      encoding: 'utf8',
      timeout: 60_000
    }
  ).stderr
  const folder = await freshFolder('empty')
  for (const start of ['first', 'second']) {
    t.match(await refuses({}, folder), /DATA_KEY is not set/, `a key of its own making would open nothing: ${start} start`)
  }
  t.match(await refuses({ DATA_KEY: 'short' }), /setting DATA_KEY=… cannot be used/)
  const parts = await partsOf(t, { databaseUrl: url, redisUrl: '', dataDir: folder, settings: { ...settings, DATA_KEY: key } })
  const part = await parts('node')
  const agents = join(theirs, 'includes/agents.conf')
  await until(() => existsSync(agents) && readFileSync(agents, 'utf8').includes('of-a-telephone'), { what: 'the PBX has its telephones' })
  // Nobody answers at its AMI_ADDRESS: they are written and not read.
  const clock = { now: () => new Date(Date.now() + 60_000) }
  const ready = desiredCheck({ db, clock, nodes: { all: [{ name: 'pbx7' }] } })
  await until(async () => /pbx7: files 0\/\d/.test(JSON.stringify(await ready.check())), { what: 'that is said', seconds: 20 })
  t.equal(await part.end(), 0)
  t.match(await refuses({}, folder), /DATA_KEY is not set/, 'nor is one made where it was given before')
})

t.test('an edge with a database of the service and a key of its own making would find no number blocked: it does not start', async t => {
  const folder = await freshFolder('edge')
  for (const start of ['first', 'second']) {
    const { stderr } = spawnSync(plainNode.command, [...plainNode.first, join(root, 'src/bin/edge.ts')], {
      env: {
        ...plainEnvironment(), DATA_DIR: folder, DATABASE_URL: 'postgres://127.0.0.1:1/x', EDGE_SERVER: '127.0.0.1:1', EDGE_SECRET: 'x'
      },
      encoding: 'utf8',
      timeout: 60_000
    })
    t.match(stderr, /DATA_KEY is not set/, `${start} start`)
  }
})

t.test('whom the service asks', async t => {
  const known = { DATA_DIR: await freshFolder('asks'), DATABASE_URL: 'postgres://127.0.0.1/x', REDIS_URL: 'redis://127.0.0.1' }
  const door = (env: Record<string, string>) => openGround(readConfig({ ...known, ...env })).nodes[0]?.door
  const ours = door({ AMI_SECRET: 'x' })
  t.match(ours, { host: '127.0.0.1', port: 9621, secret: /^[\w-]{32}$/ }, 'beside a PBX of ours, with the secret of the data folder')
  t.same(door({ AMI_SECRET: 'x' }), ours, 'kept')
  const external = { AMI_ADDRESS: '10.1.1.1:5038', AMI_SECRET: 'x' }
  t.equal(door(external), null, 'nobody beside a PBX of others that writes its rows by itself')
  t.match(door({ ...external, PBX_JOURNAL_FILE: '/j.csv' }), { port: 9621 }, 'with a journal file somebody must read it')
  t.same(door({ ...external, NODE_ADDRESS: '10.1.1.1:9700', NODE_SECRET: 's' }), { host: '10.1.1.1', port: 9700, secret: 's' })
})
