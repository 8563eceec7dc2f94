import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { carrierSetting, edgeProcess, nodesSetting, pbxsBehind } from '../../harness/edge-process.ts'
import { standInProcess } from '../../harness/edge/edge-server.ts'
import { freePort } from '../../harness/servers/ports.ts'
import { temporaryFolder } from '../../harness/servers/run-folder.ts'
import { startCarrier } from '../../harness/telephones/carrier.ts'

const ours = '127.0.0.6'
interface At { host: string, port: number }

async function certificate (name: string): Promise<{ cert: string, key: string }> {
  const folder = await temporaryFolder('tls')
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  await promisify(execFile)('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', '/CN=drachtio', '-addext', `subjectAltName=${name}`, '-keyout', files.key, '-out', files.cert])
  return files
}

/** The server's TLS port: what comes in is passed on to its plain one. */
async function tlsPort (t: Test, to: At, { cert, key }: { cert: string, key: string }): Promise<At> {
  const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, from => {
    const plain = connect(to.port, to.host)
    from.pipe(plain).pipe(from)
    for (const [one, other] of [[from, plain], [plain, from]] as const) {
      one.on('error', () => {})
      one.on('close', () => { other.destroy() })
    }
  })
  const address = { host: '127.0.0.1', port: await freePort() }
  server.listen(address.port, address.host)
  await once(server, 'listening')
  t.teardown(() => { server.close() })
  return address
}

await t.test('the link to drachtio-server may be TLS; a certificate of somebody else\'s is not believed', async t => {
  const server = await standInProcess(t)
  const [right, forOther] = [await certificate('IP:127.0.0.1'), await certificate('DNS:drachtio.example')]
  const pbxs = await pbxsBehind(t, ['pbx1'])
  const settings = { ...carrierSetting(ours), EDGE_NODES: nodesSetting(pbxs), EDGE_SERVER_CA_FILE: right.cert }
  const link = await tlsPort(t, server.link, right)
  const edge = await edgeProcess(t, { ...server, link }, settings)
  await edge.says(/takes calls/)
  const city = await startCarrier(t, ours, server.sip)
  t.equal(await city.call().isDecided(), 200)
  t.equal(await edge.end(), 0)

  const forged = await edgeProcess(t, { ...server, link: await tlsPort(t, server.link, forOther) }, settings)
  await forged.says(/DEPTH_ZERO_SELF_SIGNED_CERT.*no link/)
  const elsewhere = await edgeProcess(t, { ...server, link: await tlsPort(t, server.link, forOther) },
    { ...settings, EDGE_SERVER_CA_FILE: forOther.cert })
  await elsewhere.says(/ERR_TLS_CERT_ALTNAME_INVALID.*no link/)
  t.notMatch(forged.said() + elsewhere.said(), /to drachtio-server is up|takes calls/, 'neither an unknown authority nor another name')
})
