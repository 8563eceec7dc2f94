import t, { type Test } from 'tap'
import { createAmiConnection, type AmiConnection, type AmiConnectionOptions } from '../../../src/pbx/ami/ami-connection.ts'
import { until } from '../../../src/servers/until.ts'
import { replies, startAmiPeer, type AmiPeer } from './ami-peer.ts'

async function linkTo (t: Test, peer: AmiPeer, options: Partial<AmiConnectionOptions> = {}): Promise<AmiConnection> {
  const ami = createAmiConnection({ host: '127.0.0.1', port: peer.port, user: 'u', secret: 's', actionMs: 1000, ...options })
  t.teardown(async () => { await ami.close() })
  ami.start()
  return ami
}

t.test('an action that is never answered is given up', async t => {
  const peer = await startAmiPeer(t)
  const ami = await linkTo(t, peer)
  await ami.ready(3000)
  peer.answer = action => action.action === 'Ping' ? replies.success(action) : undefined
  const began = Date.now()
  await t.rejects(ami.action('CoreStatus', {}, 200), { code: 'pbx-no-answer' }, 'it may have acted')
  await t.rejects(ami.list('CoreShowChannels', {}, 200), { code: 'pbx-unavailable' })
  t.ok(Date.now() - began < 1500)
  t.ok(ami.isUp(), 'one lost answer is not a lost link')
})

t.test('nothing is sent before the login is answered, and nothing is kept for later', async t => {
  const peer = await startAmiPeer(t)
  peer.answer = () => undefined
  const ami = await linkTo(t, peer, { loginMs: 400 })
  await until(() => peer.sent.length > 0, { what: 'the login came' })
  await t.rejects(ami.action('Originate', { Channel: 'PJSIP/1' }), { code: 'pbx-unavailable' })
  peer.answer = replies.success
  await ami.ready(3000)
  await ami.action('CoreStatus')
  t.same(peer.sent.map(a => a.action).filter(a => a !== 'Ping' && a !== 'login'), ['CoreStatus'], 'the refused action was not replayed')
})

t.test('a broken link rejects pending actions at once and comes back with a new login', async t => {
  const peer = await startAmiPeer(t)
  const ami = await linkTo(t, peer)
  const seen: string[] = []
  ami.on('up', () => seen.push('up'))
  ami.on('down', () => seen.push('down'))
  await ami.ready(3000)
  peer.answer = action => action.action === 'login' ? replies.success(action) : undefined
  const waiting = Promise.allSettled([ami.action('Redirect'), ami.list('QueueStatus')])
  await until(() => peer.sent.some(a => a.action === 'QueueStatus'), { what: 'both were sent' })
  const broke = Date.now()
  peer.sockets[0]?.destroy()
  t.match(await waiting, [{ reason: { code: 'pbx-no-answer' } }, { reason: { code: 'pbx-unavailable' } }],
    'an action may have been carried out, a question was only asked')
  await t.rejects(ami.action('CoreStatus'), { code: 'pbx-unavailable' }, 'with the link down nothing waits')
  await ami.ready(3000)
  t.ok(Date.now() - broke < 1000, 'back within a second')
  t.same(seen, ['up', 'down', 'up'])
  t.equal(peer.sent.filter(a => a.action === 'login').length, 2)
  t.same(peer.sent.slice(peer.sent.findLastIndex(a => a.action === 'login')).map(a => a.action), ['login'])
})

t.test('a peer that ends the connection politely is a lost link too', async t => {
  const peer = await startAmiPeer(t)
  const ami = await linkTo(t, peer)
  await ami.ready(3000)
  peer.sockets[0]?.end()
  await until(() => !ami.isUp(), { what: 'it is noticed' })
  await ami.ready(3000)
  t.equal(peer.sent.filter(a => a.action === 'login').length, 2, 'and made again, once')
})

t.test('a frozen peer is noticed and let go', async t => {
  const peer = await startAmiPeer(t)
  const ami = await linkTo(t, peer, { pingMs: 50, silentMs: 200 })
  await ami.ready(3000)
  peer.answer = action => action.action === 'login' ? replies.success(action) : undefined
  await until(() => !ami.isUp(), { what: 'frozen', seconds: 30 })
  await until(() => peer.sockets[0]?.destroyed === true, { what: 'our side of the old link is closed', seconds: 30 })
  t.ok(peer.sent.some(a => /^ping$/i.test(a.action ?? '')), 'it was asked whether it lives')
})

t.test('a half-open link is found within three seconds of the last sign of life', async t => {
  const peer = await startAmiPeer(t)
  const ami = await linkTo(t, peer)
  await ami.ready(3000)
  peer.answer = () => undefined
  const silentFrom = performance.now()
  await until(() => !ami.isUp(), { what: 'it is unreachable' })
  const found = performance.now() - silentFrom
  t.ok(found > 2000 && found < 3500, `after ${Math.round(found)} ms`)
})

t.test('a peer too busy to answer a ping, and still telling events, is alive', async t => {
  const peer = await startAmiPeer(t)
  const ami = await linkTo(t, peer, { pingMs: 50, silentMs: 200 })
  let heard = 0
  ami.on('event', () => { heard++ })
  await ami.ready(3000)
  peer.answer = () => undefined
  const timer = setInterval(() => { peer.sockets[0]?.write('Event: PeerBusy\r\nX: 1\r\n\r\n') }, 60)
  t.teardown(() => { clearInterval(timer) })
  await until(() => heard >= 15, { what: 'fifteen events' })
  t.ok(ami.isUp())
  clearInterval(timer)
  await until(() => !ami.isUp(), { what: 'silent at last' })
})

t.test('attempts to connect are bounded in pace and do not end', async t => {
  const peer = await startAmiPeer(t)
  peer.answer = (_action, socket) => {
    socket.destroy()
    return undefined
  }
  await linkTo(t, peer, { retryMs: { first: 20, max: 80 } })
  await until(() => peer.sent.length >= 6, { what: 'six attempts', seconds: 30 })
  t.ok(peer.sent.every(a => a.action === 'login'))
})

t.test('events named as the socket\'s own are events', async t => {
  const peer = await startAmiPeer(t)
  const ami = await linkTo(t, peer)
  await ami.ready(3000)
  const heard: string[] = []
  ami.on('event', event => { heard.push(event.event ?? '') })
  for (const name of ['Close', 'End', 'Error', 'Connect', 'RawEvent2']) peer.sockets[0]?.write(`Event: ${name}\r\nX: 1\r\n\r\n`)
  await until(() => heard.length === 5, { what: 'all five are heard' })
  t.ok(ami.isUp())
  t.equal(peer.sockets.length, 1)
})

t.test('an event cannot answer for an action', async t => {
  const peer = await startAmiPeer(t)
  const ami = await linkTo(t, peer)
  await ami.ready(3000)
  peer.answer = action => `Event: OriginateResponse\r\nResponse: Failure\r\nActionID: ${action.actionid}\r\n\r\n${replies.success(action)}`
  t.match(await ami.action('Originate', { Channel: 'PJSIP/1' }), { response: 'Success' })
})

t.test('the first of a repeated name counts; only texts come through', async t => {
  const peer = await startAmiPeer(t)
  const ami = await linkTo(t, peer)
  await ami.ready(3000)
  peer.answer = action => `Response: Success\r\nActionID: ${action.actionid}\r\nChannel: one\r\nChannel: two\r\nVariable: a=b\r\n\r\n`
  t.same(await ami.action('GetVar'), { response: 'Success', actionid: peer.sent.at(-1)?.actionid, channel: 'one' })
})

t.test('every action has an id of its own', async t => {
  const peer = await startAmiPeer(t)
  const ami = await linkTo(t, peer)
  await ami.ready(3000)
  await Promise.all(Array.from({ length: 200 }, async () => await ami.action('CoreStatus')))
  const ids = peer.sent.filter(a => a.action === 'CoreStatus').map(a => a.actionid)
  t.equal(new Set(ids).size, 200)
  t.ok(ids.every(id => /^ld[0-9a-f]{12}-\d+$/.test(id ?? '')))
})

t.test('it prints nothing', async t => {
  const printed = t.capture(console, 'log')
  const peer = await startAmiPeer(t)
  const ami = await linkTo(t, peer)
  await ami.ready(3000)
  peer.sockets[0]?.destroy()
  await until(() => !ami.isUp(), { what: 'lost' })
  await ami.ready(3000)
  t.equal(printed().length, 0)
})

t.test('a closed link stays closed', async t => {
  const peer = await startAmiPeer(t)
  const ami = await linkTo(t, peer)
  await ami.ready(3000)
  await ami.close()
  await t.rejects(ami.action('CoreStatus'), { code: 'pbx-unavailable' })
  await until(() => peer.sockets[0]?.destroyed === true, { what: 'the socket is closed' })
  t.equal(peer.sockets.length, 1)
})
