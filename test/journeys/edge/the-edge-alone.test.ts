import t from 'tap'
import { arrivals, edgeProcess, edgeSettings, nodesSetting } from '../../harness/edge-process.ts'
import { edgeServer } from '../../harness/edge/edge-server.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { callsComeFrom } from '../../harness/stories/trunks.ts'
import { startCarrier } from '../../harness/telephones/carrier.ts'
import { until } from '../../../src/servers/until.ts'

const ours = '127.0.0.6'
const turnedAway = '13900001044'
const centre = '13900001077'

await t.test('with service, database and Redis gone the edge decides by its own disk, after a new start too', async t => {
  const server = await edgeServer(t)
  const { pbx, as, service, db, postgres, redis } = await startStack(t, {
    desks: [], ownDatabase: true, settings: { ...edgeSettings, EMERGENCY_RING_SECONDS: '20' }
  })
  await callsComeFrom(await as('admin'), ours)
  const leader = await as('8031')
  await leader.post('/api/number-blocks', {
    number: turnedAway, reason: '骚扰', evidence: '一小时内来电二十次', until: new Date(Date.now() + 3_600_000).toISOString()
  })
  const edge = await edgeProcess(t, server, {
    DATABASE_URL: postgres?.url ?? '',
    EDGE_NAME: 'east',
    EDGE_NODES: nodesSetting([pbx]),
    EDGE_CALLS_PER_NUMBER: '1',
    EDGE_UNLIMITED_NUMBERS: `021-50009999,${centre}`
  })
  await edge.says(/takes calls/)
  const city = await startCarrier(t, ours, server.sip)
  await until(async () => await city.call({ from: turnedAway }).isDecided() === 486, { what: 'the block is known at the edge' })
  const before = arrivals([pbx])
  t.match(await db.query('select name, draining from edge'), [{ name: 'east', draining: false }])

  await service.kill()
  await redis.kill()
  await postgres?.kill()
  await edge.says(/no database/)
  t.equal(await city.call({ from: turnedAway }).isDecided(), 486)
  t.equal(await city.call({ from: '13900001045' }).isDecided(), 200, 'citizens come in')
  t.equal(await city.call({ from: '13900001045' }).isDecided(), 486, 'one call a number, as is set')
  t.equal(await city.call({ from: centre }).isDecided(), 200)
  t.equal(await city.call({ from: `+86${centre}` }).isDecided(), 200, 'no limit for who has none')

  await edge.kill()
  edge.start()
  await edge.says(/takes calls[^]*takes calls/)
  t.equal(await city.call({ from: `0${turnedAway}` }).isDecided(), 486, 'known after a new start')
  t.equal(await city.call({ from: turnedAway, to: pbx.config.emergencyDutyNumber }).isDecided(), 200, 'heard on the duty line')
  t.equal(arrivals([pbx]), before + 4)
  await postgres?.start()
  await edge.says(/no database[^]*no database[^]*read again/)
})
