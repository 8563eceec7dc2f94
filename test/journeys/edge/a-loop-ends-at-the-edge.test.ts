import t from 'tap'
import { arrivals, carrierSetting, edgeProcess, nodesSetting, pbxsBehind } from '../../harness/edge-process.ts'
import { edgeServer } from '../../harness/edge/edge-server.ts'
import { sipPeer } from '../../harness/edge/sip-peer.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { until } from '../../../src/servers/until.ts'

const ours = '127.0.0.6'

await t.test('a call that has gone in circles ends at the edge; a PBX that sends calls back to it is no carrier', async t => {
  const server = await edgeServer(t)
  const { db, url } = await freshDatabase(t)
  const pbxs = await pbxsBehind(t, ['pbx1'])
  const edge = await edgeProcess(t, server, { DATABASE_URL: url, ...carrierSetting(ours), EDGE_NODES: nodesSetting(pbxs) })
  await edge.says(/takes calls/)
  const [carrier, pbx] = [await sipPeer(t, ours), await sipPeer(t)]
  const own = `sip:962000@${server.sip.host}:${server.sip.port}`
  const looped = carrier.send('INVITE', own, server.sip, { headers: [{ name: 'Max-Forwards', value: '0' }] })
  t.equal((await looped.final()).parsed.status, 482)
  looped.acknowledge()
  // From the PBX's own address: what it places by a wrong trunk.
  const back = pbx.send('INVITE', own, server.sip)
  t.equal((await back.final()).parsed.status, 403)
  back.acknowledge()
  await until(async () => (await db.query('select 1 from edge_refusal where reason in (\'loop\', \'stranger\')')).length === 2,
    { what: 'both are counted' })
  t.equal(arrivals(pbxs), 0)
})
