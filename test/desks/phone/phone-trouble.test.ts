import type { Page, WebSocketRoute } from 'playwright-core'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, carriesSound, openDesks, phase, picture } from '../browser.ts'

const place = async (page: Page, words: string): Promise<void> => { await page.locator('.phone-place', { hasText: words }).waitFor() }

interface Stranger { socket: WebSocket, answer: string, asks: () => void }

/** A client without credentials at the exchange's WebSocket that claims to be 8006; it is asked for a password. */
async function stranger (host: string, port: number, n: number): Promise<Stranger> {
  let tries = 0
  const socket = new WebSocket(`ws://${host}:${port}/ws`, 'sip')
  const asks = (): void => {
    if (socket.readyState !== WebSocket.OPEN) return
    tries++
    socket.send([`REGISTER sip:${host} SIP/2.0`,
      `Via: SIP/2.0/WS nowhere.invalid;branch=z9hG4bK-${n}-${tries}`,
      'Max-Forwards: 70',
      `From: <sip:8006@${host}>;tag=${n}`,
      `To: <sip:8006@${host}>`,
      `Call-ID: ${n}@nowhere.invalid`,
      `CSeq: ${tries} REGISTER`,
      'Contact: <sip:8006@nowhere.invalid;transport=ws>',
      'Content-Length: 0',
      '',
      ''].join('\r\n'))
  }
  const it: Stranger = { socket, answer: '', asks }
  it.socket.onmessage = ({ data }) => { it.answer = String(data) }
  await new Promise<void>(resolve => { it.socket.onopen = it.socket.onerror = () => { resolve() } })
  asks()
  return it
}

t.test('telephone trouble is shown with a remedy and repaired automatically', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: ['8003'], settings: { WRAP_UP_SECONDS: '0', AGENT_RING_SECONDS: '20' } })
  const { network, db, pbx, service } = stack
  const desks = await openDesks(t, stack)

  await t.test('the microphone is refused: calls ring on the desk, the page follows, and it can be asked for again', async t => {
    await network.number('desk8003', 'ring 0.5|answer|stay')
    const page = await desks.sit('8003', { microphone: false })
    await place(page, '麦克风被拒绝')
    await page.keyboard.press('Alt+i')
    await phase(page, 'ready')
    const citizen = await network.dial({ from: '13900001009', to: '962000' })
    await phase(page, 'talking')
    t.equal(network.ringsOf('desk8003').length, 1, 'answered on the desk')
    await citizen.hangsUp()
    await phase(page, 'ready')
    await page.locator('.phone-place').click()
    await page.getByRole('dialog').getByText('请在地址栏左侧允许使用麦克风').waitFor()
    await picture(page, 'phone-microphone-zh')
    await page.evaluate(() => { Reflect.deleteProperty(navigator.mediaDevices, 'getUserMedia') })
    await page.getByRole('button', { name: '重试麦克风' }).click()
    await place(page, '网页话机')
    await page.keyboard.press('Alt+o')
    await phase(page, 'out')
    await page.context().close()
  })

  await t.test('the exchange refuses the registration: said, and tried again with what is valid by then', async t => {
    const page = await desks.sit('8005')
    await place(page, '网页话机')
    let refused = 0
    await page.route('**/api/session', async route => {
      const answer = await route.fetch()
      const who = await answer.json() as { telephone: { password: string } }
      refused++
      await route.fulfill({ response: answer, json: { ...who, telephone: { ...who.telephone, password: 'not-this-one' } } })
    })
    await page.reload()
    await place(page, '话机注册被拒绝')
    await picture(page, 'phone-refused-zh')
    await page.unroute('**/api/session')
    await place(page, '网页话机')
    t.ok(refused >= 1, 'the wrong password was used')
    await page.context().close()
  })

  await t.test('five hundred unauthenticated sockets shut no telephone out', async t => {
    const { host, port } = pbx.config.pbxHttp
    const strangers: Stranger[] = []
    for (let n = 0; n < 500; n += 50) {
      strangers.push(...await Promise.all(Array.from({ length: 50 }, async (_, i) => await stranger(host, port, n + i))))
    }
    t.equal(strangers.filter(s => s.socket.readyState === WebSocket.OPEN).length, 500, 'the exchange has taken them all')
    // A loaded exchange may leave requests unanswered, and SIP does not repeat them on a reliable transport.
    await until(() => {
      const unanswered = strangers.filter(s => !s.answer.startsWith('SIP/2.0 401'))
      for (const one of unanswered) one.asks()
      return unanswered.length === 0
    }, { what: 'each is asked for a password', seconds: 30, everyMs: 3000 })
    const page = await desks.sit('8006')
    await place(page, '网页话机')
    t.equal(strangers.filter(s => s.socket.readyState === WebSocket.OPEN).length, 500, 'a telephone has registered among them')
    for (const { socket } of strangers) socket.close()
    await page.context().close()
  })

  const page = await desks.sit('8001')
  let cut = false
  const sockets: WebSocketRoute[] = []
  await page.routeWebSocket(/\/ws$/, socket => {
    if (cut) void socket.close({ code: 3001 })
    else {
      socket.connectToServer()
      sockets.push(socket)
    }
  })
  page.on('dialog', dialog => { void dialog.accept() })
  await page.reload()
  await place(page, '网页话机')
  await page.keyboard.press('Alt+i')
  await phase(page, 'ready')
  const citizen = await network.dial({ from: '13900001010', to: '962000', script: 'talk 440' })
  await phase(page, 'ringing')
  await page.keyboard.press('F2')
  await phase(page, 'talking')

  await t.test('three seconds each way: the key shows that it works, and two presses are one order', async t => {
    const orders: string[] = []
    page.on('request', request => { if (request.method() === 'POST') orders.push(new URL(request.url()).pathname.split('/').at(-1) ?? '') })
    const session = await page.context().newCDPSession(page)
    await session.send('Network.emulateNetworkConditions', { offline: false, latency: 3000, downloadThroughput: -1, uploadThroughput: -1 })
    await page.keyboard.press('F8')
    await page.locator('.phone-key[aria-busy=true]', { hasText: '保持' }).waitFor()
    await page.keyboard.press('F8')
    await page.keyboard.press('F8')
    await phase(page, 'held')
    t.same(orders.filter(o => o === 'hold' || o === 'retrieve'), ['hold'])
    await session.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 })
    await page.keyboard.press('F8')
    await phase(page, 'talking')
  })

  await t.test('the network is gone for some seconds in mid-call: the citizen hears music and the call comes back', async t => {
    cut = true
    for (const socket of sockets.splice(0)) await socket.close({ code: 3001 })
    await place(page, '话机断开')
    await picture(page, 'phone-lost-zh')
    await until(async () => (await db.query('select 1 from call_event where kind = \'agent-gone\'')).length === 1,
      { what: 'the exchange misses the sound', seconds: 30 })
    cut = false
    await place(page, '网页话机')
    await phase(page, 'talking')
    await carriesSound(page)
    t.equal(citizen.endedAt, null)
  })

  await t.test('the service restarts in mid-call: the call goes on, the page catches up', async t => {
    await service.stop()
    await page.getByText('与服务器的连接中断').waitFor()
    await carriesSound(page)
    await service.start()
    await page.getByText('与服务器的连接中断').waitFor({ state: 'hidden' })
    await page.keyboard.press('F8')
    await phase(page, 'held')
    await page.keyboard.press('F8')
    await phase(page, 'talking')
    t.equal(citizen.endedAt, null)
    t.equal((await db.query('select 1 from call_event where kind = \'agent-gone\'')).length, 1, 'nobody was missed meanwhile')
  })

  await t.test('a second tab waits, and takes the telephone over with the call when the first is closed', async t => {
    const second = await page.context().newPage()
    await second.goto(service.address() + '/agent')
    await place(second, '话机在另一个页面')
    t.equal(await page.locator('.phone-place', { hasText: '网页话机' }).count(), 1, 'the first tab keeps it')
    await page.close()
    await place(second, '网页话机')
    await phase(second, 'talking')
    await carriesSound(second)
    t.equal(citizen.endedAt, null)
    await second.keyboard.press('F4')
    await citizen.isOver()
    await phase(second, 'ready')

    // The exchange is down for a while.
    await pbx.kill()
    await place(second, '话机断开')
    await pbx.start()
    await place(second, '网页话机')
  })
})
