import t from 'tap'
import { edgeProcess, edgeSettings, nodesSetting } from '../../harness/edge-process.ts'
import { edgeServer } from '../../harness/edge/edge-server.ts'
import { freePort } from '../../harness/servers/ports.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { addTrunk, changeTrunk, newTrunk, trunksOf } from '../../harness/stories/trunks.ts'
import { startCarrier } from '../../harness/telephones/carrier.ts'
import { startNetwork } from '../../harness/telephones/network.ts'
import { until } from '../../../src/servers/until.ts'

const host = '127.0.0.4'
const gateway = '127.0.0.6'

await t.test('a trunk\'s row says whose calls an edge takes and how many, at once; they count on that trunk', async t => {
  const server = await edgeServer(t)
  const { pbx, as, db, network, postgres, service } = await startStack(t, {
    desks: [], ownDatabase: true, settings: { ...edgeSettings, QUEUE_SECONDS: '300' }, wholePrompts: true
  })
  const administrator = await as('admin')
  const trunk = { host, port: await freePort(host) }
  const second = await startNetwork(t, { pbx: pbx.config.sip, trunk })
  const edge = await edgeProcess(t, server, { DATABASE_URL: postgres?.url ?? '', EDGE_NODES: nodesSetting([pbx]) })
  await edge.says(/takes calls/)
  const [city, straight] = [await startCarrier(t, gateway, server.sip), await startCarrier(t, gateway, pbx.config.sip)]
  let callers = 1000
  const becomes = async (status: number, what: string): Promise<void> => {
    await until(async () => {
      const call = city.call({ from: `1390000${callers++}` })
      const said = await call.isDecided()
      if (said === 200) await call.hangUp()
      return said === status
    }, { what, everyMs: 1000, seconds: 8 })
  }
  t.equal(await city.call({ from: '13900001050' }).isDecided(), 403, 'nobody we know')
  t.equal(await straight.call({ from: '13900001050' }).isDecided(), 401)

  const address = `${trunk.host}:${trunk.port}`
  const refused: Array<[sources: string, code: string]> = [
    ['127.0.0.256', 'no-network'], ['10.8.0.0/33', 'no-network'], ['0.0.0.0/0', 'network-too-wide'],
    ['127.0.0.0/29', 'trunk-is-ours'], [pbx.config.trunk.host, 'trunk-source-taken']
  ]
  for (const [sources, code] of refused) {
    const answer = await administrator.request('POST', '/api/trunks', { ...newTrunk, address, sources })
    t.match(answer, { body: { code, details: { field: 'sources' } } }, sources)
  }
  const id = await addTrunk(administrator, {
    address, sources: `10.8.0.0/16,${gateway}`, channels: 1, reservedInbound: 0, edgeCallsPerSecond: 50
  })
  await becomes(200, 'a running edge knows the carrier')

  const callsOn = async (): Promise<number[]> => (await trunksOf(administrator)).map(one => one.calls)
  await until(async () => (await callsOn()).every(calls => calls === 0), { what: 'nobody is on the line' })
  await t.test('a call by the edge takes the room of its own trunk', async t => {
    for (const number of ['13900001061', '13900001062']) {
      await network.number(number, 'answer|stay')
      await second.number(number, 'answer|stay')
    }
    const call = city.call({ from: '13900001051' })
    t.equal(await call.isDecided(), 200)
    await until(async () => (await callsOn()).join() === '0,1', { what: 'the page counts it on the second trunk' })
    t.match(await db.query('select extra from pbx_journal where event = \'LD_OFFERED\' order by line desc limit 1'),
      [{ extra: new RegExp(`trunk=${id}\\b`) }])
    t.match(await administrator.request('DELETE', `/api/trunks/${id}`), { status: 409, body: { code: 'trunk-in-use' } })
    await administrator.post(`/api/trunks/${id}/trial`, { number: '13900001061' })
    await administrator.post('/api/trunks/trunk/trial', { number: '13900001062' })
    await network.rung('13900001062')
    t.same(second.ringsOf('13900001061'), [], 'the one channel is the citizen\'s')
    t.equal(await call.hangUp(), 200)
    await second.rung('13900001061')
  })

  await t.test('straight to a PBX it counts on the same trunk', async t => {
    await until(async () => (await callsOn()).every(calls => calls === 0), { what: 'the trial calls are over', seconds: 60 })
    const call = straight.call({ from: '13900001052' })
    t.equal(await call.isDecided(), 200, 'the PBX knows the address, too')
    await until(async () => (await callsOn()).join() === '0,1', { what: 'the page counts it' })
    t.equal(await call.hangUp(), 200)
  })

  await changeTrunk(administrator, id, { edgeCallsPerSecond: 1 })
  await until(async () => {
    const calls = [1, 2, 3].map(() => city.call({ from: `1390000${callers++}` }))
    const statuses = await Promise.all(calls.map(async call => await call.isDecided()))
    for (const call of calls) if (call.status() === 200) await call.hangUp()
    return statuses.filter(status => status === 480).length === 2
  }, { what: 'one call a second', everyMs: 1000, seconds: 8 })
  await changeTrunk(administrator, id, { direction: 'out' })
  await becomes(403, 'no call comes in by it')
  await changeTrunk(administrator, id, { direction: 'both', remainInDialog: true, edgeCallsPerSecond: 50 })
  await becomes(200, 'calls come in again')
  const far = city.call({ from: '13900001053' })
  t.equal(await far.isDecided(), 200)
  t.match(far.header('Record-Route'), /lr/, 'the edge stays in the dialogue')
  t.equal(await far.hangUp(), 200)

  await t.test('as many calls at once as all trunks have channels, a fifth kept for the duty line', async () => {
    const trunk = (await trunksOf(administrator)).find(one => one.id === 'trunk')
    await changeTrunk(administrator, 'trunk', { channels: 4, reservedInbound: 0 })
    await changeTrunk(administrator, id, { channels: 2 })
    const comeIn = async (): Promise<number> => {
      const calls = Array.from({ length: 7 }, () => city.call({ from: `1390000${callers++}` }))
      const statuses = await Promise.all(calls.map(async call => await call.isDecided()))
      for (const call of calls) if (call.status() === 200) await call.hangUp()
      return statuses.filter(status => status === 200).length
    }
    await until(async () => await comeIn() === 5, { what: 'five of six', everyMs: 1000, seconds: 10 })
    await changeTrunk(administrator, 'trunk', { channels: trunk?.channels ?? 60 })
    await until(async () => await comeIn() === 7, { what: 'all come in again', everyMs: 1000, seconds: 10 })
  })

  await service.kill()
  await postgres?.kill()
  await edge.kill()
  edge.start()
  await edge.says(/takes calls[^]*takes calls/)
  t.equal(await city.call({ from: '13900001054' }).isDecided(), 200, 'known from its own disk')
})
