import t from 'tap'
import { arrivals, carrierSetting, edgeProcess, nodesSetting, pbxsBehind } from '../../harness/edge-process.ts'
import { edgeServer } from '../../harness/edge/edge-server.ts'
import { startCarrier } from '../../harness/telephones/carrier.ts'

const ours = '127.0.0.6'

await t.test('calls are spread over two PBXs; one killed: the next call goes to the other; both: the carrier hears 503', async t => {
  const server = await edgeServer(t)
  const [one, two] = await pbxsBehind(t, ['pbx1', 'pbx2'])
  if (!one || !two) throw new Error('two PBXs')
  const edge = await edgeProcess(t, server, { ...carrierSetting(ours), EDGE_NODES: nodesSetting([one, two]) })
  await edge.says(/pbx1.*takes calls/)
  await edge.says(/pbx2.*takes calls/)
  const city = await startCarrier(t, ours, server.sip)
  let callers = 1000
  const dial = async (calls: number): Promise<void> => {
    for (let i = 0; i < calls; i++) t.equal(await city.call({ from: `1390000${callers++}` }).isDecided(), 200)
  }
  await dial(10)
  t.same([arrivals([one]), arrivals([two])], [5, 5], 'each the same share')

  await one.kill()
  const next = city.call({ from: '13900002000' })
  t.equal(await next.isDecided(), 200, 'the very next call is answered')
  t.ok((next.finalMs() ?? Infinity) < 2500, `after ${Math.round(next.finalMs() ?? 0)} ms`)
  await edge.says(/pbx1.*gets no more calls/)
  const later = city.call({ from: '13900002001' })
  t.equal(await later.isDecided(), 200)
  t.ok((later.finalMs() ?? Infinity) < 500, 'and no call waits for the dead one any more')
  t.equal(arrivals([two]), 7)

  await two.kill()
  await edge.says(/pbx2.*gets no more calls/)
  t.equal(await city.call({ from: '13900002002' }).isDecided(), 503, 'the carrier takes its second route')
  t.equal(await city.call({ method: 'OPTIONS' }).isDecided(), 503)

  await one.start()
  await edge.says(/pbx1.*gets no more calls[^]*pbx1.*takes calls/)
  t.equal(await city.call({ from: '13900002003' }).isDecided(), 200, 'back by itself')
})
