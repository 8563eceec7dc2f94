// A peer that is slow, dead, hostile or wrong: its events are not lost, and nobody else waits for it.
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import type { OrderEvent } from '../../../src/features/interfaces/outgoing/rules/event-of.ts'
import { agent, illegalClinic } from '../orders/order-world.ts'
import { administrator, interfaceWorld } from './interface-world.ts'
import { silent, startPeer, status } from './peer.ts'

const minute = 60_000
const filed: OrderEvent[] = ['order.filed']

t.test('awkward peers', async t => {
  const w = await interfaceWorld(t)
  const file = async (count = 1): Promise<void> => {
    for (let i = 0; i < count; i++) {
      w.clock.advance(1)
      await w.do(w.orders.commands.file, agent, { ...illegalClinic, requestType: 'COMPLAINT' })
    }
  }
  /** an endpoint by itself: those of earlier parts are told nothing more */
  const alone = async (url: string, allow?: string[]): Promise<string> => {
    for (const e of (await w.registry.list()).flatMap(i => i.endpoints).filter(e => e.state !== 'off')) {
      await w.tx(async tx => await w.endpoints.change(tx, administrator, e.id, { on: false, version: e.version }))
    }
    return (await w.told(url, filed, allow ? { allow } : {})).id
  }

  await t.test('a failing peer rests, and everything is sent in the end', async t => {
    const peer = await startPeer(t)
    const id = await alone(peer.url)
    peer.answers(status(500))
    await file(2)
    await w.send()
    t.equal(peer.received.length, 1, 'the second waits: the peer is asked no more just now')
    t.match(await w.endpoint(id), { state: 'resting', failures: 1, waiting: 2 })
    await w.send()
    t.equal(peer.received.length, 1, 'while it rests')
    w.clock.advance(10_000)
    await w.send()
    t.match(await w.endpoint(id), { failures: 2 })
    peer.answers(status(204))
    w.clock.advance(6 * minute)
    await w.send()
    t.match(await w.of(id), [{ state: 'sent' }, { state: 'sent' }])
    t.match(await w.endpoint(id), { state: 'on', failures: 0, waiting: 0, restedUntil: null })
  })

  await t.test('a peer that changes the protocol is a peer that failed', async t => {
    const peer = await startPeer(t)
    const id = await alone(peer.url)
    peer.answers(status(101, { connection: 'Upgrade', upgrade: 'websocket' }))
    await file()
    await w.send()
    t.match(await w.endpoint(id), { state: 'resting', failures: 1, waiting: 1 })
  })

  await t.test('a refused event holds up no other; ten tries, then it is dead', async t => {
    const peer = await startPeer(t)
    const id = await alone(peer.url)
    await file(3)
    const [bad] = await w.of(id)
    peer.answers((response, { headers }) => { response.writeHead(headers['webhook-id'] === bad?.id ? 422 : 204).end() })
    await w.send()
    t.same((await w.of(id)).map(d => d.state), ['waiting', 'sent', 'sent'])
    for (let tries = 2; tries <= 10; tries++) {
      const due = (await w.of(id))[0]?.dueAt ?? w.clock.now()
      w.clock.advance(due.getTime() - w.clock.now().getTime())
      await w.send()
    }
    t.match(await w.of(id), [{ state: 'dead', attempts: 10, lastStatus: 422 }, { state: 'sent' }, { state: 'sent' }])
    t.equal(peer.received.filter(r => r.headers['webhook-id'] === bad?.id).length, 10)
    t.match(await w.endpoint(id), { state: 'on', dead: 1 })
    t.match((await w.registry.list()).flatMap(i => i.endpoints.some(e => e.id === id) ? i.health : []), [{ dead: 1, waiting: 0 }])
  })

  await t.test('what waits behind a peer that stays dead is dead after the time of all its tries', async t => {
    const peer = await startPeer(t)
    const id = await alone(peer.url)
    peer.answers(status(503))
    await file(2)
    await w.send()
    w.clock.advance(4 * 24 * 60 * minute)
    await w.send()
    t.same((await w.of(id)).map(d => d.state), ['dead', 'dead'])
    t.equal(peer.received.length, 1)
  })

  await t.test('Retry-After is honoured; 410 switches off', async t => {
    const peer = await startPeer(t)
    const id = await alone(peer.url)
    peer.answers(status(429, { 'retry-after': '1200' }))
    await file()
    await w.send()
    w.clock.advance(19 * minute)
    await w.send()
    t.equal(peer.received.length, 1)
    peer.answers(status(410))
    w.clock.advance(2 * minute)
    await w.send()
    t.equal(peer.received.length, 2)
    t.match(await w.endpoint(id), { state: 'off', dead: 1 })
  })

  await t.test('a redirect leads nowhere', async t => {
    const [peer, inward] = [await startPeer(t), await startPeer(t)]
    const id = await alone(peer.url)
    peer.answers(status(307, { location: inward.url }))
    await file()
    await w.send()
    t.match(await w.of(id), [{ state: 'waiting', lastStatus: 307 }])
    t.equal(inward.received.length, 0)
  })

  await t.test('a private address is reached only where it is allowed, whatever the name says by then', async t => {
    const peer = await startPeer(t)
    const asked: string[] = []
    const answers: string[][] = [['93.184.216.34'], ['127.0.0.1'], ['127.0.0.1']]
    w.names.resolve = async host => { asked.push(host); return answers.shift() ?? [] }
    const url = `http://peer.example:${peer.port}/events`
    await w.endpoints.mayBeReached({ url, allowNetworks: [] })
    const id = await alone(url, [])
    await file()
    await w.send()
    t.match(await w.of(id), [{ state: 'waiting', lastStatus: null, lastError: 'address-not-allowed' }])
    t.equal(peer.received.length, 0)
    const { version } = await w.endpoint(id)
    await w.tx(async tx => await w.endpoints.change(tx, administrator, id, { allowNetworks: ['127.0.0.0/8'], version }))
    w.clock.advance(minute)
    await w.send()
    t.match(peer.received.map(r => r.headers.host), [`peer.example:${peer.port}`], 'by the address that was looked up, under its name')
    t.same(asked, ['peer.example', 'peer.example', 'peer.example'], 'once for each try')
    for (const [url, allowNetworks] of [
      ['http://127.0.0.1:6379/', []], ['http://[::1]/', []], ['http://[::ffff:10.0.0.1]/', []], ['http://2130706433/', []],
      ['http://169.254.169.254/latest', ['169.254.0.0/16']], ['http://10.1.2.3/', ['10.2.0.0/16']]
    ] as const) {
      w.names.resolve = async host => [host]
      await t.rejects(w.endpoints.mayBeReached({ url, allowNetworks: [...allowNetworks] }), { code: 'address-not-allowed' }, url)
    }
  })

  await t.test('an endless answer, one byte at a time, or none: the next event has its turn', async t => {
    w.names.resolve = async host => [host]
    const peer = await startPeer(t)
    const id = await alone(peer.url)
    await file(3)
    let sent = 0
    peer.answers(response => {
      const turn = ++sent
      response.writeHead(200)
      if (turn === 1) response.end(Buffer.alloc(10_000_000))
      else if (turn === 2) {
        const drip = setInterval(() => { response.write('x') }, 100)
        response.on('close', () => { clearInterval(drip) })
      } else response.end()
    })
    const began = performance.now()
    await w.send()
    t.match((await w.of(id)).map(d => d.state), ['sent', 'sent', 'sent'])
    t.ok(performance.now() - began < 4000, `${Math.round(performance.now() - began)} ms`)
    peer.answers(silent)
    await file()
    await w.send()
    t.match((await w.of(id)).filter(d => d.state !== 'sent'), [{ state: 'waiting', lastError: 'timeout' }])
  })

  await t.test('more than an endpoint may keep waiting: the oldest are dead', async t => {
    const peer = await startPeer(t)
    const id = await alone(peer.url)
    peer.answers(status(500))
    const small = w.sender({ maxWaiting: 2 })
    await file(4)
    await w.send(small)
    t.same((await w.of(id)).map(d => d.state), ['dead', 'dead', 'waiting', 'waiting'])
  })

  await t.test('two processes send each event once', async t => {
    const peer = await startPeer(t)
    await alone(peer.url)
    peer.answers(response => { setTimeout(() => { response.writeHead(204).end() }, 20) })
    await file(8)
    await Promise.all([w.send(w.sender()), w.send(w.sender()), w.send()])
    await w.send()
    t.equal(peer.received.length, 8)
    t.equal(new Set(peer.received.map(r => r.headers['webhook-id'])).size, 8)
  })

  await t.test('fifty-nine peers take events and never answer: the sixtieth has its own within two seconds', async t => {
    const [dead, living] = [await startPeer(t), await startPeer(t)]
    dead.answers(silent)
    await alone(`${dead.url}/0`)
    for (let i = 1; i < 59; i++) await w.told(`${dead.url}/${i}`)
    await w.told(living.url)
    const sending = w.sender({ timeoutMs: 10_000 })
    await file()
    const began = performance.now()
    await sending.alarm.ring({})
    await until(() => living.received.length === 1, { what: 'the living peer hears', seconds: 2 })
    await until(() => dead.received.length === 59, { what: 'the dead ones are asked beside it' })
    t.ok((living.received[0]?.at ?? Infinity) - began < 2000)
    await file()
    await sending.alarm.ring({})
    await until(() => living.received.length === 2, { what: 'it hears again, while they are waited for', seconds: 2 })
  })
})
