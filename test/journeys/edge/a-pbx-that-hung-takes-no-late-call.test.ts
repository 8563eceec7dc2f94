// A PBX hangs as a call is sent to it: the edge gives the call to the other. Going on, the first one reads it, too late.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { carrierSetting, edgeProcess, nodesSetting, pbxsBehind } from '../../harness/edge-process.ts'
import { edgeServer } from '../../harness/edge/edge-server.ts'
import type { TestPbx } from '../../harness/servers/pbx.ts'
import { startCarrier } from '../../harness/telephones/carrier.ts'

const ours = '127.0.0.6'
const rowsOf = ({ paths }: TestPbx): string => readFileSync(paths.journalFile, 'utf8')

await t.test('a PBX that hung refuses the call that another one has by now', async t => {
  const server = await edgeServer(t)
  const [one, two] = await pbxsBehind(t, ['pbx1', 'pbx2'])
  if (!one || !two) throw new Error('two PBXs')
  const edge = await edgeProcess(t, server, { ...carrierSetting(ours), EDGE_NODES: nodesSetting([one, two]) })
  await edge.says(/pbx1.*takes calls/)
  await edge.says(/pbx2.*takes calls/)
  const city = await startCarrier(t, ours, server.sip)
  for (const from of ['13900002100', '13900002101']) t.equal(await city.call({ from }).isDecided(), 200)
  for (const pbx of [one, two]) t.match(rowsOf(pbx), /LD_OFFERED/, 'an ordinary call is in time')

  one.freeze()
  const call = city.call({ from: '13900002102' })
  t.equal(await call.isDecided(), 200, 'the other PBX has it')
  t.ok((call.finalMs() ?? 0) > 900, 'after a second')
  const before = rowsOf(one).length
  one.thaw()
  await until(() => rowsOf(one).slice(before).includes('CHAN_END'), { what: 'the late call is over' })
  const late = rowsOf(one).slice(before)
  t.match(late, /LD_REFUSED.*reason=late/)
  t.notMatch(late, /LD_OFFERED/, 'nobody is offered it')
  t.notOk(call.isOver(), 'the citizen notices nothing')
  t.equal(await call.hangUp(), 200)
})
