// A setting changes something: what the PBX is told, whose address a request has, what the service refuses. Named one by one in
// test/architecture/settings-have-effects.test.ts.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { readConfig } from '../../src/config.ts'
import { renderPbxConfig } from '../../src/pbx/render-config.ts'
import { nodesOf } from '../../src/servers/ground.ts'
import { pbxSettings } from '../../src/servers/asterisk/private-pbx.ts'
import type { Routes } from '../../src/http/kit/routes.ts'
import { answers } from '../../src/http/kit/schema-words.ts'
import Type from 'typebox'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import pino from 'pino'
import { createService } from '../../src/compose.ts'
import { parsePhoneNumber } from '../../src/domain/telephone/phone-number.ts'
import { root } from '../architecture/program.ts'
import { freshDatabase } from '../harness/servers/database.ts'
import { testApp } from '../http/app-of-test.ts'

const folder = mkdtempSync(join(tmpdir(), 'settings-'))
t.teardown(() => { rmSync(folder, { recursive: true }) })
let rendered = 0

/** Every line of the PBX's configuration with these settings, sorted; folders left out. */
async function linesOf (env: Record<string, string>): Promise<Set<string>> {
  const config = readConfig({ DATA_DIR: folder, ...env })
  const target = join(folder, `pbx${++rendered}`)
  const image = { modules: '/modules', data: '/data' } as Parameters<typeof pbxSettings>[0]['image']
  const settings = pbxSettings({ image, config, amiSecret: config.ami.secret ?? 'secret', recordingsDir: join(folder, 'recordings') })
  const paths = await renderPbxConfig({ templates: join(root, 'dialplans'), target, settings })
  const files = readdirSync(paths.etcDir, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.conf'))
  return new Set(files.flatMap(
    name => readFileSync(join(paths.etcDir, name), 'utf8').replaceAll(target, '').split('\n').map(line => `${name}: ${line}`)
  ))
}

/** The setting, a value, and the file and words of the PBX's configuration that must come of it. */
const pbx: Array<[string, string, RegExp]> = [
  ['SIP_ADDRESS', '127.0.0.9:15099', /^pjsip\.conf: bind\s*=\s*127\.0\.0\.9:15099/],
  ['PBX_HTTP_ADDRESS', '127.0.0.9:18099', /^http\.conf: (bindaddr\s*=\s*127\.0\.0\.9|bindport\s*=\s*18099)/],
  ['TRUNK_ADDRESS', '127.0.0.7:15077', /^includes\/trunks\.conf: .*127\.0\.0\.7:15077/],
  ['TRUNK_CHANNELS', '47', /: .*\b47\b/],
  ['TRUNK_QUALIFY_SECONDS', '4', /^includes\/trunks\.conf: qualify_frequency\s*=\s*4/],
  ['TRUNK_KEYS', 'info', /^includes\/trunks\.conf: dtmf_mode\s*=\s*info/],
  ['TRUNK_CA_FILE', '/etc/carrier-ca.pem', /^pjsip\.conf: ca_list_file\s*=\s*\/etc\/carrier-ca\.pem/],
  ['TRUNK_CALLER_ID', '50009999', /: .*\b50009999\b/],
  ['AMI_ADDRESS', '127.0.0.1:15999', /^manager\.conf: port\s*=\s*15999/],
  ['AMI_USER', 'somebody', /^manager\.conf: \[somebody\]/],
  ['AMI_SECRET', 'quitesecret', /^manager\.conf: secret\s*=\s*quitesecret/],
  ['PBX_NODE', 'east7', /: .*\beast7\b/],
  ['TIME_ZONE', 'Asia/Urumqi', /Asia\/Urumqi/],
  ['EMERGENCY_DUTY_NUMBER', '50002999', /: .*\b50002999\b/],
  ['QUEUE_SECONDS', '77', /: .*\b77\b/],
  ['AGENT_RING_SECONDS', '17', /^queues\.conf: timeout\s*=\s*17/],
  ['WRAP_UP_SECONDS', '37', /^queues\.conf: wrapuptime\s*=\s*37/],
  ['AGENT_BACK_SECONDS', '43', /: .*\b43\b/]
]

t.test('the PBX is told these settings', async t => {
  const usual = await linesOf({})
  for (const [name, value, told] of pbx) {
    const lines = [...await linesOf({ [name]: value })].filter(line => !usual.has(line))
    t.ok(lines.some(line => told.test(line)), `${name}=${value}`, { lines })
  }
  const cert = join(folder, 'cert.pem')
  const key = join(folder, 'key.pem')
  for (const file of [cert, key]) writeFileSync(file, '')
  const lines = [...await linesOf({ TLS_CERT_FILE: cert, TLS_KEY_FILE: key })].filter(line => !usual.has(line))
  t.ok(lines.some(line => line.includes(cert)) && lines.some(line => line.includes(key)), 'TLS_CERT_FILE, TLS_KEY_FILE', { lines })
  t.match(readConfig({ TLS_CERT_FILE: cert, TLS_KEY_FILE: key }).webSocketUrl, /^wss:/, 'and pages are told to speak TLS')
})

t.test('TRUST_PROXY: the client address is the desk behind the proxy, and only the proxy may set it', async t => {
  const whoAsks: Routes = app => {
    app.get(
      '/whoami',
      {
        config: { roles: 'public' },
        schema: { tags: ['health'], summary: 'x', response: answers({ 200: Type.Object({ ip: Type.String() }) }) }
      },
      async request => ({ ip: request.ip })
    )
  }
  const asked = async (env: Record<string, string>, from: string): Promise<string> => {
    const { app } = await testApp(t, { routes: [whoAsks], trustProxy: readConfig(env).trustProxy })
    const answer = await app.inject({
      method: 'GET',
      url: '/whoami',
      remoteAddress: from,
      headers: { 'x-forwarded-for': '6.6.6.6, 10.9.9.9' }
    })
    return answer.json<{ ip: string }>().ip
  }
  t.equal(await asked({}, '10.1.2.3'), '10.1.2.3', 'believed of nobody')
  t.equal(await asked({ TRUST_PROXY: '10.1.2.3' }, '10.1.2.3'), '10.9.9.9', 'what the proxy says')
  t.equal(await asked({ TRUST_PROXY: '10.1.2.3' }, '10.1.2.4'), '10.1.2.4', 'not what anybody else says')
  t.equal(await asked({ TRUST_PROXY: '172.16.0.0/12, 10.0.0.0/8' }, '10.1.2.3'), '6.6.6.6', 'through two proxies of ours')
  for (const wrong of ['true', 'proxy.example', '10.1.2.3/99', '10.1.2.3/', '10.0.0.0/0', '*']) {
    t.throws(() => readConfig({ TRUST_PROXY: wrong }), { message: /TRUST_PROXY/ }, wrong)
  }
})

t.test('SMS_PROVIDER, SMS_URL, SMS_TOKEN: texts of the composed service go to the gateway', async t => {
  const heard: Array<{ authorization: string | undefined, body: Record<string, string> }> = []
  const gateway = createServer((request, response) => {
    void text(request).then(body => {
      heard.push({ authorization: request.headers.authorization, body: JSON.parse(body) as Record<string, string> })
      response.end('{}')
    })
  })
  await new Promise<void>(resolve => { gateway.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => { gateway.close() })
  const { db, url } = await freshDatabase(t)
  const send = async (key: string, env: Record<string, string>): Promise<void> => {
    const config = { ...readConfig({ DATA_DIR: folder, ...env }), databaseUrl: url, redisUrl: 'redis://127.0.0.1:1' }
    const secrets = { dataKey: Buffer.alloc(32, 7).toString('base64') }
    const service = await createService({
      config,
      secrets,
      nodes: nodesOf(config, { amiSecret: 'x' }),
      parts: [],
      log: pino({ level: 'silent' })
    })
    await db.tx(async tx => {
      await service.modules.sms.sms.send(tx, { key, to: parsePhoneNumber('13900001001'), body: '工单已派遣', subject: 'order:1' })
    })
    await service.modules.sms.sms.alarm.ring({})
    await service.stop()
  }
  const there = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/send`
  await send('k1', {})
  t.same(heard, [], 'kept in the table')
  await send('k2', { SMS_PROVIDER: 'http', SMS_URL: there })
  await send('k3', { SMS_PROVIDER: 'http', SMS_URL: there, SMS_TOKEN: 'a-token' })
  t.match(heard, [{ authorization: undefined, body: { to: '+8613900001001' } }, { authorization: 'Bearer a-token' }])
})

t.test('REQUESTS_PER_MINUTE: then 429; 0 is unlimited', async t => {
  const statuses = async (env: Record<string, string>): Promise<number[]> => {
    const { send } = await testApp(t, { requestsPerMinute: readConfig(env).requestsPerMinute })
    const all: number[] = []
    for (let i = 0; i < 4; i++) all.push((await send('GET', '/openapi.json')).statusCode)
    return all
  }
  t.same(await statuses({ REQUESTS_PER_MINUTE: '2' }), [200, 200, 429, 429])
  t.same(await statuses({ REQUESTS_PER_MINUTE: '0' }), [200, 200, 200, 200])
})
