// What GET /health/ready says of the service's own parts: all well at first, then each broken alone and mended.
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import pino from 'pino'
import t, { type Test } from 'tap'
import { createService } from '../../../src/compose.ts'
import { readConfig } from '../../../src/config.ts'
import { createSealing } from '../../../src/db/sealing.ts'
import { loadDistrict } from '../../../src/district/load-district.ts'
import { readDistrict } from '../../../src/district/read-district.ts'
import { adjustableClock } from '../../../src/domain/time/clock.ts'
import { legPriority } from '../../../src/domain/telephone/legs.ts'
import type { PhoneNumber } from '../../../src/domain/telephone/phone-number.ts'
import { systemActor } from '../../../src/domain/people/roles.ts'
import { createDesired } from '../../../src/pbx/desired/desired.ts'
import { retryParked } from '../../../src/pbx/journal/parked.ts'
import { pbxPaths } from '../../../src/pbx/render-config.ts'
import { nodePartsOf, nodesOf } from '../../../src/servers/ground.ts'
import { until } from '../../../src/servers/until.ts'
import { installPrompts, parsePrompts } from '../../../src/speech/prompts.ts'
import { startAmiPeer, type SentAction } from '../../features/journal/ami-peer.ts'
import { line } from '../../features/journal/journal-file.ts'
import { freshDatabase, freshFolder } from '../../harness/servers/database.ts'
import { freePort } from '../../harness/servers/ports.ts'
import { freshRedis } from '../../harness/servers/redis.ts'

interface Ready { status: string, parts: Array<{ name: string, state: string, detail?: unknown }>, degraded: string[] }

const refused = (action: SentAction): string => `Response: Error\r\nActionID: ${action.actionid}\r\nMessage: no\r\n\r\n`

/** A PBX without calls: lists are empty, everything else succeeds. */
function quietPbx (action: SentAction): string {
  const response = `Response: Success\r\nActionID: ${action.actionid}\r\n`
  const isList = /^(devicestatelist|queuestatus|pjsipshowendpoint|coreshowchannels|confbridgelist|dbgettree)/i.test(action.action ?? '')
  const started = 'CoreStartupDate: 2026-01-01\r\nCoreStartupTime: 00:00:00\r\n'
  if (!isList) return `${response}${action.action === 'CoreStatus' ? started : ''}\r\n`
  return `${response}EventList: start\r\n\r\nEvent: Done\r\nActionID: ${action.actionid}\r\nEventList: Complete\r\n\r\n`
}

async function world (t: Test) {
  const { db, url } = await freshDatabase(t)
  const redis = await freshRedis(t)
  const peer = await startAmiPeer(t)
  peer.answer = quietPbx
  const clock = adjustableClock()
  const folder = await freshFolder('health')
  const pbx = pbxPaths(folder)
  for (const needed of [pbx.includesDir, dirname(pbx.journalFile), pbx.soundsDir]) mkdirSync(needed, { recursive: true })
  writeFileSync(pbx.journalFile, '')
  // One sentence, spoken by a person.
  const prompts = join(folder, 'prompts')
  mkdirSync(join(prompts, 'zh-CN'), { recursive: true })
  writeFileSync(join(prompts, 'zh-CN/welcome.wav'), 'a voice')
  const install = async (...sentences: string[]): Promise<void> => {
    writeFileSync(join(prompts, 'zh-CN.txt'), sentences.map(name => `${name} = 您好\n`).join(''))
    await installPrompts({ prompts, soundsDir: pbx.soundsDir, mohDir: pbx.mohDir })
  }
  await install('welcome')
  const sentence = (name: string): string => join(pbx.soundsDir, `${name}.wav`)
  for (const { name } of parsePrompts(readFileSync('dialplans/prompts/zh-CN.txt', 'utf8'))) {
    mkdirSync(dirname(sentence(name)), { recursive: true })
    if (!existsSync(sentence(name))) writeFileSync(sentence(name), 'a voice')
  }
  const config = readConfig({
    DATABASE_URL: url,
    REDIS_URL: redis.url,
    DATA_DIR: folder,
    HTTP_ADDRESS: `127.0.0.1:${await freePort()}`,
    AMI_ADDRESS: `127.0.0.1:${peer.port}`,
    NODE_ADDRESS: `127.0.0.1:${await freePort()}`,
    TRUNK_ADDRESS: '203.0.113.5:5060',
    SWEEP_MS: '200'
  })
  const service = await createService({
    config: { ...config, databaseUrl: url, redisUrl: redis.url },
    secrets: { dataKey: Buffer.alloc(32, 7).toString('base64') },
    nodes: nodesOf(config, { amiSecret: 'none', nodeSecret: 'of-a-test' }),
    nodeParts: nodePartsOf({ ...config, recordingsDir: folder }, { amiSecret: 'none', nodeSecret: 'of-a-test', files: pbx }),
    clock,
    log: pino({ level: 'silent' })
  })
  await service.start()
  t.teardown(async () => { await service.stop() })
  const { calendar } = service.modules.calendar
  const ready = async (): Promise<Ready> => await (await fetch(`${service.address}/health/ready`)).json() as Ready
  return { db, redis, peer, clock, pbx, install, sentence, service, calendar, ready }
}

t.setTimeout(280_000)

const administrator = { ...systemActor, id: 'admin', roles: ['ADMINISTRATOR' as const] }
const year = new Date().getFullYear() + 1

t.test('a part that is broken is named, it alone, until it is mended', async t => {
  const w = await world(t)
  /** Until these parts and no others are failing; @returns what the first of them says. */
  const failing = async (...names: string[]): Promise<unknown> => await until(async () => {
    const { parts } = await w.ready()
    const wrong = parts.filter(part => part.state === 'failing')
    if (wrong.map(part => part.name).join() !== names.join()) throw new Error(JSON.stringify(wrong))
    return { detail: wrong[0]?.detail }
  }, { what: `failing: ${names.join() || 'nothing'}`, everyMs: 200 }).then(found => found.detail)
  const well = async (what: string): Promise<void> => {
    await failing()
    t.equal((await w.ready()).status, 'ready', what)
  }

  await t.test('calendar', async t => {
    const enter = async (of: number): Promise<void> => {
      const days = Array.from({ length: 11 }, (_, i) => ({ day: `${of}-05-${String(i + 1).padStart(2, '0')}`, working: false, name: '放假' }))
      await w.db.tx(async tx => await w.calendar.enter(tx, administrator, { year: of, seen: null, basis: '', days }))
    }
    w.clock.advance(Date.parse(`${year}-06-01T09:00:00+08:00`) - w.clock.now().getTime())
    t.match(await failing('calendar'), /this year's holidays are not entered/)
    await enter(year)
    await well('entered')
    w.clock.advance(Date.parse(`${year}-11-15T09:00:00+08:00`) - w.clock.now().getTime())
    t.match(await failing('calendar'), new RegExp(`the holidays after ${year}-12-31 are not entered`))
    await enter(year + 1)
    await well('the next year is entered')
  })

  await t.test('prompts', async t => {
    await w.install('welcome', 'goodbye')
    t.match(await failing('prompts'), /^1 of 2 fixed sentences are synthetic/)
    await w.install('welcome')
    await well('a person speaks')
    const aside = `${w.sentence('greeting')}.aside`
    renameSync(w.sentence('greeting'), aside)
    t.match(await failing('prompts'), /^pbx1 lacks 1 fixed sentences: callers hear nothing/)
    renameSync(aside, w.sentence('greeting'))
    await well('it is there again')
  })

  await t.test('pbx', async t => {
    w.peer.answer = () => undefined
    for (const socket of w.peer.sockets) socket.destroy()
    t.match(await failing('pbx'), /no link to the PBX/)
    w.peer.answer = quietPbx
    await well('the link is back')
  })

  await t.test('trunk', async t => {
    const tell = (status: string): void => {
      for (const socket of w.peer.sockets) socket.write(`Event: ContactStatus\r\nAOR: trunk-watch\r\nContactStatus: ${status}\r\n\r\n`)
    }
    tell('Unreachable')
    t.match(await failing('trunk'), /the carrier has not answered since/)
    tell('Reachable')
    await well('the carrier answers')
  })

  await t.test('workers: a sweep that fails', async t => {
    await w.db.query('alter table manual_call rename to manual_call_away')
    const { failing: sweeps } = await failing('workers') as { failing: string[] }
    t.ok(sweeps.includes('calls by hand'), sweeps.join())
    await w.db.query('alter table manual_call_away rename to manual_call')
    await well('it runs again')
  })

  await t.test('dialler: a leg of which the PBX says nothing', async t => {
    const { dialler } = w.service.modules.dialler
    // What lives is not said either: nothing can be concluded.
    w.peer.answer = action => /coreshowchannels/i.test(action.action ?? '') ? undefined : quietPbx(action)
    const [request] = await w.db.tx(async tx => await dialler.request(tx, {
      key: 'health',
      purpose: 'emergency',
      priority: legPriority.emergency,
      subject: 'health',
      numbers: ['+8613900001002' as PhoneNumber],
      attempts: 1,
      gapSeconds: 0,
      ringSeconds: 30,
      talkSeconds: 60,
      script: { name: 'emergency', variables: {} }
    }))
    await until(() => w.peer.sent.some(action => /originate/i.test(action.action ?? '')), { what: 'the PBX is asked to ring' })
    await failing()
    w.clock.advance(31_000)
    t.match(await failing('dialler'), { living: 1, inDoubt: 1, refusal: null })
    await w.db.tx(async tx => { await dialler.cancel(tx, [request?.requestId ?? ''], 'test', true) })
    w.peer.answer = quietPbx
    await well('it is known to be gone')
  })

  await t.test('dialler: sample people and a real trunk', async t => {
    await w.db.tx(async tx => { await loadDistrict(tx, readDistrict()) })
    t.match(await failing('dialler'), { refusal: 'trunk-not-loopback' })
    await w.db.query('update trunk set address = \'127.0.0.2:15070\'')
    await well('a trunk of this machine')
  })

  await t.test('journal: a row nobody can handle', async t => {
    await w.db.query('create function refuse() returns trigger language plpgsql as \'begin raise exception \'\'not this one\'\'; end\'')
    await w.db.query('create trigger refuse before insert on channel for each row execute function refuse()')
    appendFileSync(w.pbx.journalFile, line({ event: 'CHAN_START', uniqueId: 'pbx1-9.9' }))
    t.match(await failing('journal'), { parked: 1, unhandled: 0 })
    await w.db.query('drop trigger refuse on channel')
    t.equal(await retryParked(w.db), 1)
    await well('handled again')
  })

  await t.test('journal: a reader that does not keep up', async t => {
    const done = Promise.withResolvers<void>()
    // The lock of another process that reads.
    const other = w.db.tx(async tx => {
      await tx.query('select pg_advisory_xact_lock(962000, 1)')
      appendFileSync(w.pbx.journalFile, line({ event: 'CHAN_START', at: new Date(Date.now() - 60_000), uniqueId: 'pbx1-9.10' }))
      await done.promise
    })
    const detail = await failing('journal').finally(done.resolve) as { lagMs: number, parked: number }
    await other
    t.ok(detail.lagMs > 55_000 && detail.parked === 0, `${detail.lagMs} ms behind`)
    await well('caught up')
  })

  await t.test('desired state: a PBX that takes no entries is named, with section and revisions', async t => {
    const sealing = createSealing(Buffer.alloc(32, 7))
    const desired = createDesired({ db: w.db, sealing, clock: w.clock, nodes: { all: [] } })
    w.peer.answer = action => action.action === 'DBPut' ? '' : quietPbx(action)
    await w.db.tx(async tx => { desired.change(tx, { put: [{ section: 'blocked', key: '13900001001', value: '2000000000' }] }) })
    const { notReady } = await failing('desired-state') as { notReady: string }
    t.match(notReady, /^pbx1: blocked \d+\/\d+$/)
    w.peer.answer = action => action.action === 'DBPut' ? refused(action) : quietPbx(action)
    await until(async () => /^pbx1: blocked: pbx-refused/.test((await failing('desired-state') as { notReady: string }).notReady),
      { what: 'refused' })
    w.peer.answer = quietPbx
    for (const socket of w.peer.sockets) socket.destroy()
    await well('given at the next login')
  })

  await t.test('redis', async t => {
    await w.redis.kill()
    t.match(await failing('redis'), /no job queue/)
    await w.redis.start()
    await well('it is back')
  })

  await t.test('workers: a hanging worker is named, and its figures are unknown', async t => {
    await w.db.query('create function silent() returns trigger language plpgsql as \'begin return null; end\'')
    await w.db.query('create trigger silent before insert or update on heart_beat for each row when (new.part <> \'\') execute function ' +
      'silent()')
    t.match(await failing('journal', 'redis', 'workers'), { failures: null })
    await w.db.query('drop trigger silent on heart_beat')
    await well('it speaks again')
  })

  await t.test('nodes: a node process that is silent', async t => {
    await w.db.query('create trigger silent before insert or update on node_state for each row when (new.node <> \'\') execute function ' +
      'silent()')
    t.match(await failing('nodes'), /^the node process of pbx1 is silent for \d+ s/)
    await w.db.query('drop trigger silent on node_state')
    await well('it speaks again')
  })

  await t.test('clock: the database\'s and ours', async t => {
    const now = Date.now
    t.teardown(() => { Date.now = now })
    Date.now = () => now() + 3000
    const { apartMs } = await failing('clock') as { apartMs: number }
    t.ok(apartMs > 2000 && apartMs < 5000, `${apartMs} ms`)
    Date.now = now
    await well('together again')
  })
})
