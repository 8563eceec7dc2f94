import t from 'tap'
import { carrierSetting, edgeProcess, edgeSettings, nodesSetting } from '../../harness/edge-process.ts'
import { edgeServer } from '../../harness/edge/edge-server.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { addTrunk, callsComeFrom } from '../../harness/stories/trunks.ts'
import { startCarrier, type CarrierCall } from '../../harness/telephones/carrier.ts'
import { until } from '../../../src/servers/until.ts'

const ours = '127.0.0.6'
const far = '127.0.0.8'

await t.test('at SIGTERM new calls go elsewhere, and calls under way end by themselves; killed, the same', async t => {
  const server = await edgeServer(t)
  const { pbx, as, db, postgres } = await startStack(t, {
    desks: [], ownDatabase: true, settings: { ...edgeSettings, QUEUE_SECONDS: '300' }, wholePrompts: true
  })
  const administrator = await as('admin')
  await callsComeFrom(administrator, ours)
  await addTrunk(administrator, { address: `${far}:5060`, qualifySeconds: 0, remainInDialog: true })
  const edge = await edgeProcess(t, server, { DATABASE_URL: postgres?.url ?? '', EDGE_NODES: nodesSetting([pbx]) })
  await edge.says(/takes calls/)
  const [city, beyond] = [await startCarrier(t, ours, server.sip), await startCarrier(t, far, server.sip)]
  const calls = [city.call({ from: '13900001001' }), beyond.call({ from: '13900001002' })]
  for (const call of calls) t.equal(await call.isDecided(), 200)
  t.equal(calls[0]?.header('Record-Route'), '', 'the edge is not in the dialogue')
  t.match(calls[1]?.header('Record-Route'), /lr/, 'but where the carrier needs it')

  const ending = edge.end()
  const meanwhile: CarrierCall[] = []
  let next = performance.now()
  await until(() => {
    if (performance.now() < next) return false
    next += 20
    for (let i = 0; i < 20; i++) meanwhile.push(city.call({ from: `1390000${1100 + meanwhile.length}`, again: true }))
    return meanwhile.length === 1200
  }, { what: 'calls come in all the time', everyMs: 5 })
  t.equal(await ending, 0)
  const decided = await Promise.all(meanwhile.map(async call => await call.isDecided()))
  t.same(decided.filter(status => ![200, 480, 503].includes(status)), [], 'each call is answered one way or the other')
  t.ok(decided.includes(503) && decided.at(-1) === 503)
  t.match(await db.query('select name, draining from edge'), [{ name: 'edge1', draining: true }], 'it has no share any more')
  t.equal(await city.call({ from: '13900001003' }).isDecided(), 503, 'the server says 503 by itself')
  for (const call of calls) {
    t.notOk(call.isOver())
    t.equal(await call.hangUp(), 200, 'BYE finds its way')
  }

  edge.start()
  await edge.says(/takes calls[^]*takes calls/)
  const talk = beyond.call({ from: '13900001004' })
  t.equal(await talk.isDecided(), 200)
  await edge.kill()
  await until(async () => await city.call({ from: '13900001005' }).isDecided() === 503, { what: 'the server has noticed' })
  t.notOk(talk.isOver())
  t.equal(await talk.hangUp(), 200)
})

await t.test('a wrong secret is fatal and said once', async t => {
  const server = await edgeServer(t)
  const settings = { ...carrierSetting(ours), EDGE_NODES: 'pbx1 127.0.0.1:9 127.0.0.1:9' }
  const edge = await edgeProcess(t, server, { ...settings, EDGE_SECRET: 'another one' })
  t.equal(await edge.ended(), 1)
  t.equal(edge.said().match(/does not take EDGE_SECRET/g)?.length, 1)
  t.notMatch(edge.said(), /another one/)

  const off = await edgeProcess(t, server, { ...settings, EDGE_SERVER: '' })
  t.equal(await off.ended(), 1)
  t.match(off.said(), /EDGE_SERVER is not set/, 'off by default')
})
