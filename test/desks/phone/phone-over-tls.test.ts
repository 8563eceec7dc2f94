import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { temporaryFolder } from '../../harness/servers/run-folder.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, openDesks, soundOf } from '../browser.ts'

/** A certificate for this machine, made as docs/production.md describes. */
async function certificate (): Promise<{ TLS_CERT_FILE: string, TLS_KEY_FILE: string }> {
  const folder = await temporaryFolder('certificate')
  const files = { TLS_CERT_FILE: join(folder, 'cert.pem'), TLS_KEY_FILE: join(folder, 'key.pem') }
  await promisify(execFile)('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', files.TLS_KEY_FILE, '-out', files.TLS_CERT_FILE])
  return files
}

t.test('with a certificate the page comes over TLS and telephones over wss, straight to the PBX', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [], settings: await certificate() })
  const { host, port } = stack.pbx.config.pbxHttp
  t.match(stack.service.address(), /^https:/)
  await t.rejects(fetch(`http://${host}:${port}/ws`), 'the PBX speaks nothing in clear there')

  const desks = await openDesks(t, stack)
  const page = await desks.sit('8001', { signIn: true })
  const sockets: string[] = []
  page.on('websocket', socket => sockets.push(socket.url()))
  const answer = await page.reload()
  t.match(answer?.headers()['content-security-policy'], `connect-src 'self' wss://${host}:${port};`,
    'the page may speak to the PBX and to nobody else')
  await page.locator('.phone-place', { hasText: '网页话机' }).waitFor()
  const [cookie] = await page.context().cookies()
  t.equal(cookie?.secure, true, 'the session never travels in clear')

  await page.keyboard.press('Alt+i')
  await page.locator('.phone-state.ready').waitFor()
  const citizen = await stack.network.dial({ from: '13900001005', to: '962000', script: 'talk 440' })
  await page.locator('.phone-state.ringing').waitFor()
  await page.keyboard.press('F2')
  await page.locator('.phone-state.talking').waitFor()
  await until(async () => {
    const { sent, received } = await soundOf(page)
    return sent > 50 && received > 50
  }, { what: 'packets in both directions', seconds: 30 })
  t.same([...new Set(sockets)], [`wss://${host}:${port}/ws`])
  t.same(desks.outside, [], 'no request leaves the machine')
  await citizen.hangsUp()
})
