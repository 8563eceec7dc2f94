// An order's steps reach the systems that asked for them, signed, and say of the citizen nothing at all.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { dispatcher, illegalClinic, agent } from '../orders/order-world.ts'
import { administrator, interfaceWorld } from './interface-world.ts'
import { startPeer, type Received } from './peer.ts'

const python = join(import.meta.dirname, 'verify.py')

/** Whether each signature is good, as python3 sees it in a process of its own. */
function verified (...asked: Array<[Received, secret: string]>): boolean[] {
  const messages = asked.map(([{ headers, body }, secret]) =>
    ({ id: headers['webhook-id'], timestamp: headers['webhook-timestamp'], signature: headers['webhook-signature'], body, secret }))
  return JSON.parse(execFileSync('python3', [python], { input: JSON.stringify(messages), encoding: 'utf8' })) as boolean[]
}

const dataOf = ({ body }: Received): Record<string, unknown> => (JSON.parse(body) as { data: Record<string, unknown> }).data

t.test('what happens to an order is told', async t => {
  const w = await interfaceWorld(t)
  const peer = await startPeer(t)
  const complaint = { ...illegalClinic, requestType: 'COMPLAINT' as const }
  const file = async (more: object = {}) => await w.do(w.orders.commands.file, agent, { ...complaint, ...more })

  await t.test('nobody asked: nothing is written', async t => {
    await file()
    const [rows] = await w.db.query(`select (select count(*)::int from delivery) deliveries,
      (select count(*)::int from outbox where family = 'webhook') alarms`)
    t.same(rows, { deliveries: 0, alarms: 0 })
  })

  const endpoint = await w.told(peer.url, ['order.filed', 'order.dispatched', 'order.overdue'])

  await t.test('each step as it happens, in order, and no word of the citizen', async t => {
    const { id, number, version } = await file()
    await w.do(w.orders.commands.dispatch, dispatcher,
      { orderId: id, version, mode: 'single' as const, unitIds: ['D11'], basis: 'statutory' as const })
    await w.send()
    t.match(peer.received.map(r => JSON.parse(r.body)), [
      {
        type: 'order.filed',
        timestamp: w.clock.now().toISOString(),
        data: { order: id, number, state: 'FILED', category: '1106', town: 'T02' }
      },
      { type: 'order.dispatched', data: { order: id, state: 'DISPATCHED', urgency: 'normal', kind: 'ordinary' } }
    ])
    const [first, second] = peer.received.map(r => Number(dataOf(r).sequence))
    t.ok((first ?? 0) < (second ?? 0), 'the later has the larger number')
    const all = peer.received.map(r => r.body).join()
    for (const said of ['张先生', '13900001001', 'B超', '非法鉴定', '沪星路']) t.notOk(all.includes(said), said)
    const stored = await w.db.query<{ body: string }>("select encode(body_sealed, 'escape') body from delivery")
    t.notOk(stored.some(({ body }) => body.includes(number)), 'sealed in the table')
    t.match(await w.of(endpoint.id), [{ state: 'sent', attempts: 1, lastStatus: 204 }, { state: 'sent' }])
    t.match(await w.registry.list().then(all => all.find(i => i.name === '接口 1')?.health),
      { lastSuccessAt: w.clock.now(), lagSeconds: 0, errorRate: 0, waiting: 0, dead: 0 })
  })

  await t.test('an overdue order is told by the sweep that finds it', async t => {
    peer.received.length = 0
    w.clock.advance(30 * 86_400_000)
    await w.sweep()
    await w.send()
    t.ok(peer.received.length > 0)
    t.same([...new Set(peer.received.map(r => (JSON.parse(r.body) as { type: string }).type))], ['order.overdue'])
  })

  await t.test('python3 verifies the signature; of a changed body it does not', async t => {
    const [one] = peer.received
    if (!one) throw new Error('nothing came')
    const changed = { ...one, body: one.body.replace('sequence', 'sequenze') }
    const other = `whsec_${Buffer.alloc(32).toString('base64')}`
    t.same(verified([one, endpoint.secret], [changed, endpoint.secret], [one, other]), [true, false, false])
  })

  await t.test('a new secret in mid-flight: both sign for a day, then the new one alone', async t => {
    peer.received.length = 0
    await file()
    await file()
    let next = ''
    peer.answers((response, { headers }) => {
      if (next !== '') { response.writeHead(204).end(); return }
      next = headers['webhook-id'] as string
      void w.tx(async tx => await w.endpoints.newSecret(tx, administrator, endpoint.id)).then(({ secret }) => {
        next = secret
        response.writeHead(204).end()
      })
    })
    await w.send()
    const [before, after] = peer.received
    if (!before || !after) throw new Error('two were to come')
    w.clock.advance(24 * 3_600_000)
    await file()
    await w.send()
    const last = peer.received.at(-1)
    if (!last) throw new Error('nothing came')
    const asked = [before, after, last].flatMap((one): Array<[Received, string]> => [[one, endpoint.secret], [one, next]])
    t.same(verified(...asked), [true, false, true, true, false, true])
  })

  await t.test('a confidential order is told by its id alone, one with named readers not at all', async t => {
    peer.received.length = 0
    const secret = await file({ confidential: true })
    await file({ channel: 'PARTY_MAILBOX' })
    await w.send()
    t.same(peer.received.map(r => Object.keys(dataOf(r))), [['order', 'sequence', 'kind']])
    t.match(peer.received.map(dataOf), [{ order: secret.id, kind: 'confidential' }])
  })

  await t.test('the unit complained about hears nothing, nor those below and above it', async t => {
    const [own, office, other] = [await startPeer(t), await startPeer(t), await startPeer(t)]
    await w.told(own.url, ['order.filed'], { owner: 'T02' })
    await w.told(office.url, ['order.filed'], { owner: 'T02-CGZD' })
    await w.told(other.url, ['order.filed'], { owner: 'T03' })
    await file({ aboutUnitId: 'T02' })
    await w.send()
    t.same([own, office, other].map(p => p.received.length), [0, 0, 1])
    await file({ aboutUnitId: 'T02-CGZD' })
    await w.send()
    t.same([own, office, other].map(p => p.received.length), [0, 0, 2])
    await file()
    await w.send()
    t.same([own, office, other].map(p => p.received.length), [1, 1, 3])
  })

  await t.test('a switched-off endpoint is told nothing more', async t => {
    peer.received.length = 0
    const { version } = await w.endpoint(endpoint.id)
    await w.tx(async tx => await w.endpoints.change(tx, administrator, endpoint.id, { on: false, version }))
    await file()
    await w.send()
    t.equal(peer.received.length, 0)
  })
})
