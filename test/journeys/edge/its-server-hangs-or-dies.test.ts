import t from 'tap'
import { carrierSetting, edgeProcess, nodesSetting, pbxsBehind } from '../../harness/edge-process.ts'
import { standInProcess } from '../../harness/edge/edge-server.ts'
import { startCarrier } from '../../harness/telephones/carrier.ts'

const ours = '127.0.0.6'

await t.test('a drachtio-server that hangs is noticed, one that dies takes no call along; either is taken again', async t => {
  const server = await standInProcess(t)
  const pbxs = await pbxsBehind(t, ['pbx1'])
  const edge = await edgeProcess(t, server, { ...carrierSetting(ours), EDGE_NODES: nodesSetting(pbxs) })
  await edge.says(/takes calls/)
  const city = await startCarrier(t, ours, server.sip)
  t.equal(await city.call({ from: '13900001001' }).isDecided(), 200)

  process.kill(server.pid, 'SIGSTOP')
  await edge.says(/"why":"frozen"/)
  process.kill(server.pid, 'SIGCONT')
  await edge.says(/frozen[^]*link to drachtio-server is up/)
  const talk = city.call({ from: '13900001002' })
  t.equal(await talk.isDecided(), 200)

  await server.kill()
  await edge.says(/"why":"connection/)
  t.notOk(talk.isOver(), 'the call goes on')
  t.equal(await talk.hangUp(), 200)
  await server.restart()
  await edge.says(/"why":"connection[^]*link to drachtio-server is up/)
  t.equal(await city.call({ from: '13900001003' }).isDecided(), 200)
})
