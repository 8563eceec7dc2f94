import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { arrivals, carrierSetting, edgeProcess, nodesSetting, pbxsBehind } from '../../harness/edge-process.ts'
import { edgeServer } from '../../harness/edge/edge-server.ts'
import { sipPeer } from '../../harness/edge/sip-peer.ts'

const ours = '127.0.0.6'

await t.test('a carrier that has lost both answers sends its INVITE again: one call, and the PBX sends its 200 again', async t => {
  const server = await edgeServer(t)
  const pbxs = await pbxsBehind(t, ['pbx1', 'pbx2'])
  const edge = await edgeProcess(t, server, { ...carrierSetting(ours), EDGE_NODES: nodesSetting(pbxs) })
  for (const node of ['pbx1', 'pbx2']) await edge.says(new RegExp(`${node}.*takes calls`))
  const carrier = await sipPeer(t, ours)
  const sdp = ['v=0', `o=- 0 0 IN IP4 ${ours}`, 's=-', `c=IN IP4 ${ours}`, 't=0 0', 'm=audio 40000 RTP/AVP 8', ''].join('\r\n')
  const dial = (): ReturnType<typeof carrier.send> => carrier.send('INVITE', `sip:962000@${server.sip.host}:${server.sip.port}`, server.sip,
    { body: sdp, headers: [{ name: 'Content-Type', value: 'application/sdp' }] })
  const call = dial()
  t.equal((await call.final()).parsed.status, 200)
  call.repeat()
  // Not acknowledged: the PBX repeats its 200 after half a second, then after one more.
  await until(() => call.statuses().filter(status => status === 200).length >= 3, { what: 'the 200 comes again' })
  t.equal(new Set(call.answers.filter(({ parsed }) => parsed.status === 200).map(({ parsed }) => parsed.headers.to.params.tag)).size, 1)
  t.equal(arrivals(pbxs), 1)
  t.equal((await dial().final()).parsed.status, 200, 'another call of that number is one')
  t.equal(arrivals(pbxs), 2)
})
