// Settings whose effect shows on the service put together as in production, at the end of a wire on which every PBX action is seen.
// Named one by one in test/architecture/settings-have-effects.test.ts.
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import t, { type Test } from 'tap'
import { createService, type Service } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import { createSealing } from '../../src/db/sealing.ts'
import type { Clock } from '../../src/domain/time/clock.ts'
import { systemActor, type Actor, type Role } from '../../src/domain/people/roles.ts'
import { createAmiConnection } from '../../src/pbx/ami/ami-connection.ts'
import { createDesiredApplier } from '../../src/pbx/desired/applier.ts'
import { pbxPaths } from '../../src/pbx/render-config.ts'
import { createSwitchboard } from '../../src/pbx/switchboard.ts'
import { nodePartsOf, nodesOf } from '../../src/servers/ground.ts'
import { freePort } from '../../src/servers/machine/ports.ts'
import { until } from '../../src/servers/until.ts'
import { root } from '../architecture/program.ts'
import { handlersOf, sweepsOf } from '../harness/modules.ts'
import { startAmiPeer, type AmiPeer, type SentAction } from '../features/journal/ami-peer.ts'
import { freshDatabase, type FreshDatabase } from '../harness/servers/database.ts'

interface World extends FreshDatabase { folder: string, peer: AmiPeer }

async function world (t: Test): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'service-'))
  t.teardown(() => { rmSync(folder, { recursive: true }) })
  mkdirSync(pbxPaths(join(folder, 'pbx')).includesDir, { recursive: true })
  return { ...await freshDatabase(t, { seed: 'sample' }), folder, peer: await startAmiPeer(t) }
}

/** A clock that moves only when told: a second lasts as long as the test looks at it. */
type StillClock = Clock & { advance: (ms: number) => void }
function stillClock (): StillClock {
  let now = Math.floor(Date.now() / 1000) * 1000
  return { now: () => new Date(now), advance (ms) { now += ms } }
}

const secrets = { dataKey: Buffer.alloc(32, 7).toString('base64') }
const sealing = createSealing(Buffer.alloc(32, 7))
const still = pino({ level: 'silent' })

/** The service with these settings, linked to the PBX's end of the wire. */
async function serviceWith (
  t: Test,
  w: World,
  env: Record<string, string>,
  parts: Array<'http' | 'background' | 'node'> = [],
  { ahead = 0, said }: { ahead?: number, said?: string[] } = {}
): Promise<Service & { clock: StillClock, look: () => Promise<void> }> {
  const clock = stillClock()
  clock.advance(ahead)
  const config = readConfig({
    DATA_DIR: w.folder, AMI_ADDRESS: `127.0.0.1:${w.peer.port}`, NODE_ADDRESS: `127.0.0.1:${await freePort()}`, ...env
  })
  const files = pbxPaths(join(w.folder, 'pbx'))
  const service = await createService({
    config: { ...config, databaseUrl: w.url, redisUrl: 'redis://127.0.0.1:1' },
    secrets,
    nodes: nodesOf(config, { amiSecret: 's', nodeSecret: 'n' }),
    nodeParts: nodePartsOf(config, { amiSecret: 's', nodeSecret: 'n', files }),
    parts,
    clock,
    log: said ? pino({ level: 'warn' }, { write (line: string) { said.push(line) } }) : still
  })
  let over = false
  const stop = async (): Promise<void> => {
    if (over) return
    over = true
    if (!parts.includes('background')) for (const module of [service.modules.agents, service.modules.dialler]) await module.stop?.()
    await service.stop()
  }
  t.teardown(stop)
  await service.start()
  if (!parts.includes('background')) for (const module of [service.modules.agents, service.modules.dialler]) await module.start?.()
  await until(() => w.peer.sent.some(a => a.action === 'login'), { what: 'the link is up' })
  const look = async (): Promise<void> => { for (const sweep of sweepsOf(service)) await sweep.run(clock.now()) }
  return { ...service, address: service.address, stop, clock, look }
}

const placed = (peer: AmiPeer): SentAction[] => peer.sent.filter(a => a.action === 'Originate')
const coordinator: Actor = { ...systemActor, id: 'coordinator', roles: ['EMERGENCY_COORDINATOR'] }

t.test('CENTRE_POLICE, CENTRE_FIRE, CENTRE_AMBULANCE, OVERFLOW_LEADER, OVERFLOW_DUTY: what the dialplan rings', async t => {
  const w = await world(t)
  const globals = async (env: Record<string, string>): Promise<string> => {
    const service = await serviceWith(t, w, env)
    await service.stop()
    // The files are written without a link, too.
    const { reload } = createSwitchboard({ ami: createAmiConnection({ host: '127.0.0.1', port: w.peer.port, user: 'u', secret: 's' }) })
    const { includesDir } = pbxPaths(join(w.folder, 'pbx'))
    const applier = createDesiredApplier({ part: 'files', node: 'pbx1', includesDir, reload, db: w.db, sealing, log: still })
    await applier.settled()
    await applier.stop()
    return readFileSync(join(includesDir, 'globals.conf'), 'utf8')
  }
  const usual = await globals({})
  const set = {
    CENTRE_POLICE: '50007110',
    CENTRE_FIRE: '50007119',
    CENTRE_AMBULANCE: '50007120',
    OVERFLOW_LEADER: '8039',
    OVERFLOW_DUTY: '13900001777'
  }
  const changed = await globals(set)
  for (const [name, value] of Object.entries(set)) {
    t.notOk(usual.includes(value), `${name}: not by itself`)
    t.ok(changed.includes(value), `${name}=${value}`)
  }
})

t.test('TRUNK_CALLS_PER_SECOND, HOTLINE_NUMBER: an emergency\'s calls and texts', async t => {
  const w = await world(t)
  const service = await serviceWith(t, w, { TRUNK_CALLS_PER_SECOND: '3', HOTLINE_NUMBER: '962999' })
  const { emergency } = service.modules.emergency
  const start = { planCode: 'EP-03', title: '演练', reason: '试验', mode: 'simultaneous' as const }
  await w.db.tx(async tx => await emergency.start(tx, coordinator, start))
  let firstAt: number | null = null
  const look = service.look()
  await until(() => {
    if (placed(w.peer).length > 0) firstAt ??= performance.now()
    return placed(w.peer).length >= 9
  }, { what: 'nine are rung', seconds: 20, everyMs: 10 })
  // Three in each second of the database's clock: one whole second lies between the first of them and the third.
  const took = performance.now() - (firstAt ?? 0)
  t.ok(took > 700, `nine calls in ${Math.round(took)} ms`)
  await look
  const texts = await w.db.query<{ body: string }>('select body from sms_message where subject like \'incident:%\'')
  t.ok(texts.length > 0 && texts.every(x => x.body.includes('回拨962999')))
})

t.test('CALLBACK_KEY_SECONDS, CALLBACK_ATTEMPTS: what a callback waits for, and how often', async t => {
  const w = await world(t)
  const service = await serviceWith(t, w, { CALLBACK_KEY_SECONDS: '23', CALLBACK_ATTEMPTS: '1' }, ['node'])
  const { commands: c } = service.modules.workOrders.workOrders
  const by = (id: string, role: Role, unitId: string | null): Actor => ({ ...systemActor, id, roles: [role], unitId })
  const [desk, unit, town] = [by('desk', 'DISPATCHER', null), by('unit', 'HANDLER', 'T01-CGZD'), by('t01', 'SUBCENTRE_OPERATOR', 'T01')]
  const matter = {
    channel: 'HOTLINE_962000' as const,
    requestType: 'COMPLAINT' as const,
    categoryCode: '0701',
    title: '早点摊占道',
    place: '莘庄镇 莘建东路',
    complainantNumber: '13900001002'
  }
  const { id: orderId } = await w.db.tx(async tx => await c.file(tx, desk, matter))
  await w.db.tx(async tx => await c.dispatch(tx, desk, { orderId, mode: 'single', unitIds: ['T01-CGZD'], basis: 'statutory' }))
  for (const step of [c.sign, c.arrive, c.start]) await w.db.tx(async tx => await step(tx, unit, { orderId }))
  await w.db.tx(async tx => await c.report(tx, unit, { orderId, text: '已劝离' }))
  await w.db.tx(async tx => await c.acceptReport(tx, town, { orderId }))
  const [next] = await w.db.query<{ at: Date }>('select next_at at from callback where order_id = $1', [orderId])
  service.clock.advance((next?.at.getTime() ?? 0) - service.clock.now().getTime())
  await service.look()
  await service.look()
  await until(() => placed(w.peer).length > 0, { what: 'the citizen is rung' })
  const [leg] = await w.db.query<{ id: string, callback: string, seconds: string }>(`select l.id, substr(l.subject, 10) callback,
    r.script->'variables'->>'LD_KEY_SECONDS' seconds
    from leg l join dial_request r on r.id = l.request_id where l.purpose = 'callback' limit 1`)
  t.equal(leg?.seconds, '23')
  const base = {
    row: 1,
    node: 'pbx1',
    at: service.clock.now(),
    uniqueId: leg?.id ?? '',
    linkedId: leg?.id ?? '',
    channel: 'PJSIP/trunk-1',
    num: '',
    exten: '',
    context: '',
    app: '',
    appData: '',
    peer: ''
  }
  const rang = [
    { ...base, kind: 'chan-start' as const },
    { ...base, kind: 'hangup' as const, cause: 17, source: '', dialStatus: '' },
    { ...base, kind: 'chan-end' as const }
  ]
  for (const handler of handlersOf(service)) await w.db.tx(async tx => { await handler.handle(tx, rang) })
  t.match(await w.db.query('select status, attempts from callback where id = $1', [leg?.callback]),
    [{ status: 'UNREACHABLE', attempts: 1 }], 'busy once, and one attempt is all')
})

t.test('EMERGENCY_ATTEMPTS, EMERGENCY_GAP_SECONDS, EMERGENCY_RING_SECONDS: until an administrator enters a row', async t => {
  const w = await world(t)
  const env = { EMERGENCY_ATTEMPTS: '2', EMERGENCY_GAP_SECONDS: '0', EMERGENCY_RING_SECONDS: '9' }
  const service = await serviceWith(t, w, env)
  const { emergency } = service.modules.emergency
  const { policies } = service.modules.policy
  const dial = async (title: string) => {
    const { incidentId } = await w.db.tx(async tx => await emergency.start(tx, coordinator,
      { planCode: 'EP-03', title, reason: '试验', mode: 'simultaneous' }))
    return {
      requests: await w.db.query(`select distinct r.attempts, r.gap_seconds, r.ring_seconds, r.windows from dial_request r
        join incident_member m on r.subject = 'member:' || m.id where m.incident_id = $1`, [incidentId]),
      rows: await w.db.query('select distinct detail->>\'since\' since from incident_event where incident_id = $1 and kind = \'dialled\'',
        [incidentId])
    }
  }
  const dayOf = (at: Date): string => at.toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })
  const today = dayOf(service.clock.now())
  t.same(await dial('一'), { requests: [{ attempts: 2, gap_seconds: 0, ring_seconds: 9, windows: '' }], rows: [{ since: today }] })
  const tomorrow = dayOf(new Date(service.clock.now().getTime() + 86_400_000))
  const row = {
    ...{ purpose: 'emergency' as const, validFrom: tomorrow, attempts: 4, gapSeconds: 60, delaySeconds: 0, ringSeconds: 20, windows: '' },
    ...{ failures: null, unspokenFailures: null, failureGapSeconds: null, maxPostponedDays: null, replyDays: null }
  }
  const administrator: Actor = { ...systemActor, id: 'admin', roles: ['ADMINISTRATOR'] }
  await w.db.tx(async tx => await policies.enterAttempts(tx, administrator, row))
  t.match(await dial('二'), { rows: [{ since: today }] }, 'not before its day')
  service.clock.advance(86_400_000)
  t.same(await dial('三'), { requests: [{ attempts: 4, gap_seconds: 60, ring_seconds: 20, windows: '' }], rows: [{ since: tomorrow }] })
  await service.stop()

  const said: string[] = []
  const again = await serviceWith(t, w, { ...env, EMERGENCY_GAP_SECONDS: '60' }, [], { ahead: 86_400_000, said })
  const rows = (await again.modules.policy.policies.attempts()).rows.filter(r => r.purpose === 'emergency')
  t.match(rows, [{ validFrom: tomorrow, enteredBy: 'admin' }, { validFrom: today, enteredBy: 'settings' }, { enteredBy: 'system' }])
  t.match(said.join(''), /no effect/)
  t.match(JSON.parse(said.find(line => line.includes('no effect')) ?? '{}'), { settings: ['EMERGENCY_ATTEMPTS', 'EMERGENCY_RING_SECONDS'] })
})

t.test('SPEECH_URL: this service speaks texts without a recording', async t => {
  const w = await world(t)
  const heard: string[] = []
  const speaker = createServer((request, response) => {
    request.on('data', (part: Buffer) => { heard.push(part.toString()) })
    request.on('end', () => { response.writeHead(500).end() })
  })
  await new Promise<void>(resolve => { speaker.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => { speaker.close() })
  const service = await serviceWith(t, w, { SPEECH_URL: `http://127.0.0.1:${(speaker.address() as AddressInfo).port}/say` }, ['node'])
  await t.rejects(service.modules.notices.notices.prepare('今晚停水'), { code: 'speech-unavailable' })
  t.match(heard.join(''), /今晚停水/)
})

t.test('PBX_WEBSOCKET_URL: where a page\'s telephone connects, and may', async t => {
  const w = await world(t)
  const service = await serviceWith(t, w,
    { PBX_WEBSOCKET_URL: 'wss://pbx.example:8089/ws', HTTP_ADDRESS: `127.0.0.1:${await freePort()}` }, ['http'])
  const page = await fetch(`${service.address}/openapi.json`)
  t.match(page.headers.get('content-security-policy'), /connect-src [^;]*wss:\/\/pbx\.example:8089/)
})

t.test('PBX_JOURNAL_FILE, SWEEP_MS, EMERGENCY_SWEEP_MS: what the worker reads, and how often it looks', async t => {
  const w = await world(t)
  const file = join(w.folder, 'their-journal.csv')
  writeFileSync(file, readFileSync(join(root, 'test/features/journal/journal-samples/answered.csv')))
  const service = await serviceWith(t, w, { PBX_JOURNAL_FILE: file, SWEEP_MS: '60000', EMERGENCY_SWEEP_MS: '50' }, ['background', 'node'])
  await until(
    async () => (await w.db.query('select 1 from call where did = \'962000\' and node = \'pbx1\' and ended_at is not null')).length > 0,
    { what: 'their journal is read' }
  )
  // Counted beside each other: what looks every 50 ms has looked twenty times when what looks once a minute has not.
  const looks = { ordinary: 0, emergency: 0 }
  for (const sweep of sweepsOf(service)) {
    const run = sweep.run.bind(sweep)
    sweep.run = async now => {
      looks[sweep.pace]++
      await run(now)
    }
  }
  await until(() => looks.emergency >= 20, { what: 'the emergency is looked after' })
  t.equal(looks.ordinary, 0)
  await service.stop()
})
