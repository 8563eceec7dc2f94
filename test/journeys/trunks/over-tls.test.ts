import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { freePort } from '../../harness/servers/ports.ts'
import { temporaryFolder } from '../../harness/servers/run-folder.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { addTrunk, trialOf, trunksOf } from '../../harness/stories/trunks.ts'
import { startNetwork } from '../../harness/telephones/network.ts'

/** A certificate of its own for this address. */
async function certificate (folder: string, name: string, address: string): Promise<{ cert: string, key: string }> {
  const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)]
  await promisify(execFile)('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert,
    '-subj', `/CN=${address}`, '-addext', `subjectAltName=IP:${address}`])
  return { cert, key }
}

await t.test('two carriers over TLS with encrypted sound: the one whose certificate is known is used, the other is silent', async t => {
  const folder = await temporaryFolder('certificates')
  const known = await certificate(folder, 'known', '127.0.0.4')
  const stranger = await certificate(folder, 'stranger', '127.0.0.5')
  const stack = await startStack(t, { desks: [], settings: { TRUNK_CA_FILE: known.cert } })
  const { pbx } = stack
  const carrier = async (host: string, own: typeof known) => {
    const port = await freePort(host)
    const network = await startNetwork(t, { pbx: pbx.config.sip, trunk: { host, port: await freePort(host) }, tls: { port, ...own } })
    return { network, address: `${host}:${port}` }
  }
  const good = await carrier('127.0.0.4', known)
  const bad = await carrier('127.0.0.5', stranger)
  const admin = await stack.as('admin')
  const encrypted = { transport: 'tls', srtp: true }
  t.match(await admin.request('POST', '/api/trunks', { name: '无加密', address: good.address, srtp: true }), { status: 400 })
  const goodId = await addTrunk(admin, { address: good.address, name: '加密线路', ...encrypted })
  const badId = await addTrunk(admin, { address: bad.address, name: '证书不对', ...encrypted })
  const silent = async (id: string): Promise<boolean> =>
    (await trunksOf(admin)).find(one => one.id === id)?.nodes.some(node => node.silentSince !== null) ?? false
  await until(async () => /trunk2-watch\/\S+ +\w+ +Avail/.test(await pbx.console('pjsip show contacts')),
    { what: 'asked over TLS', seconds: 30 })
  await until(async () => await silent(badId), { what: 'a certificate nobody vouches for: silent', seconds: 30 })
  t.notOk(await silent(goodId))

  await good.network.number('13900001081', 'answer|wait 1|press 1|wait 7|press 5|stay')
  t.equal(await trialOf(admin, goodId, '13900001081'), 'clean', 'keys and sound both ways, encrypted: the carrier takes no other')
  t.equal(await trialOf(admin, badId, '13900001082'), 'no-response')
  t.same(bad.network.calls(), [])
})
