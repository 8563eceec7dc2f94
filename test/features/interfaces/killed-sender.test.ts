// A worker killed after its peer has taken an event, and before it could write that down: the event comes again, under the same id.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import pino from 'pino'
import t from 'tap'
import { createSealing } from '../../../src/db/sealing.ts'
import { adjustableClock } from '../../../src/domain/time/clock.ts'
import { createDeliveries } from '../../../src/features/interfaces/outgoing/deliveries.ts'
import { resolveHost } from '../../../src/features/interfaces/outgoing/resolve.ts'
import { createSending } from '../../../src/features/interfaces/outgoing/sending.ts'
import { createEndpoints } from '../../../src/features/interfaces/registry/endpoints.ts'
import { createRegistry } from '../../../src/features/interfaces/registry/registry.ts'
import { createAlarms } from '../../../src/queue/alarms.ts'
import { until } from '../../../src/servers/until.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { administrator } from './interface-world.ts'
import { silent, startPeer, status } from './peer.ts'

t.test('killed between sending and its row', async t => {
  const { db, url } = await freshDatabase(t)
  const key = randomBytes(32)
  const [sealing, clock, peer] = [createSealing(key), adjustableClock(), await startPeer(t)]
  const needs = { db, sealing, clock, alarms: createAlarms(() => {}), resolve: resolveHost, log: pino({ level: 'silent' }) }
  const deliveries = createDeliveries({ ...needs, hiddenOrders: async () => new Set() })
  const { id, deliveryId } = await db.tx(async tx => {
    const { id: interfaceId } = await createRegistry({ ...needs, unit: async () => ({}), sources: async () => [] }).add(tx, administrator, {
      name: '接口',
      nameEn: '',
      ownerUnitId: 'D01',
      contact: '',
      direction: 'out',
      lawBasis: '共享规则',
      cycle: 'at-once',
      schemaVersion: '1.0',
      shareType: 'open'
    })
    const endpoint = await createEndpoints({ ...needs, changed: () => {} }).add(tx, administrator, interfaceId,
      { url: peer.url, kinds: [], allowNetworks: ['127.0.0.1'] })
    return { ...endpoint, ...await deliveries.trial(tx, endpoint.id) }
  })
  peer.answers(silent)
  const child = spawn(process.execPath, [join(import.meta.dirname, 'sender-process.ts'), url, key.toString('base64')], { stdio: 'inherit' })
  await until(() => peer.received.length === 1, { what: 'the peer has the event' })
  child.kill('SIGKILL')
  await once(child, 'exit')

  const sending = createSending({ ...needs, timeoutMs: 2000, maxWaiting: 100_000, atOnce: 200 })
  t.teardown(async () => { await sending.stop() })
  const send = async (): Promise<void> => {
    for (const sweep of sending.sweeps) await sweep.run(clock.now())
    await sending.settled()
  }
  const rows = async () => await deliveries.list(administrator, { state: null, endpointId: id }, { after: null, limit: 10 })
  peer.answers(status(204))
  await send()
  t.equal(peer.received.length, 1, 'the endpoint is still the dead process\'s')
  t.match(await rows(), [{ id: deliveryId, state: 'waiting', attempts: 0 }])
  clock.advance(31_000)
  await send()
  t.same(peer.received.map(r => r.headers['webhook-id']), [deliveryId, deliveryId])
  t.not(peer.received[0]?.headers['webhook-timestamp'], peer.received[1]?.headers['webhook-timestamp'], 'each has its own time')
  t.match(await rows(), [{ state: 'sent', attempts: 1 }])
})
