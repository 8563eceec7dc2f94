import t from 'tap'
import { arrivals, carrierSetting, edgeProcess, nodesSetting, pbxsBehind } from '../../harness/edge-process.ts'
import { edgeServer } from '../../harness/edge/edge-server.ts'
import { startCarrier, type CarrierCall } from '../../harness/telephones/carrier.ts'
import { until } from '../../../src/servers/until.ts'

const ours = '127.0.0.6'
const perSecond = { flood: 2000, calls: 5 }
const seconds = 3

await t.test('2,000 INVITEs a second from one address beside the carrier\'s calls: each of these is answered', async t => {
  const server = await edgeServer(t)
  const pbxs = await pbxsBehind(t, ['pbx1'])
  const edge = await edgeProcess(t, server, { ...carrierSetting(ours), EDGE_NODES: nodesSetting(pbxs) })
  await edge.says(/takes calls/)
  const [city, scanner] = [await startCarrier(t, ours, server.sip), await startCarrier(t, '127.0.0.7', server.sip)]
  const calls: CarrierCall[] = []
  const begun = performance.now()
  let flood = 0
  await until(() => {
    const passed = (performance.now() - begun) / 1000
    for (; flood < passed * perSecond.flood; flood++) scanner.call({ to: `00972550${flood}` })
    while (calls.length < passed * perSecond.calls) calls.push(city.call({ from: `1390000${1000 + calls.length}` }))
    return passed > seconds
  }, { what: 'the flood is over', everyMs: 2 })
  t.ok(flood >= seconds * perSecond.flood)
  t.same([...new Set(await Promise.all(calls.map(async call => await call.isDecided())))], [200])
  t.equal(arrivals(pbxs), calls.length, 'and nothing of the flood came to the PBX')
  t.notMatch(edge.said(), /no more calls|is gone/, 'neither PBX nor server was given up')
})
