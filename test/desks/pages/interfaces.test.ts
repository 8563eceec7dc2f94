// An administrator enters an interface and where its events go, and brings a dead letter on its way; a supervisor only reads.
import t from 'tap'
import { startStack } from '../../harness/servers/stack.ts'
import { startPeer, status } from '../../features/interfaces/peer.ts'
import { send } from '../../harness/neighbours/wire.ts'
import { cannotTryDesks, openDesks, picture, rowOf, seriousOn } from '../browser.ts'

const hour = 3_600_000

t.test('interfaces and dead letters', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [] })
  const { sit } = await openDesks(t, stack)
  const peer = await startPeer(t)
  const page = await sit('admin', { path: '/interfaces', viewport: { width: 1366, height: 768 } })
  const dialog = page.getByRole('dialog')
  page.setDefaultTimeout(12_000)

  await t.test('the sample\'s sixty stand there; a further one is entered', async () => {
    await rowOf(page, '公安110非警务事项移交').locator('.muted', { hasText: '样例' }).waitFor()
    await page.getByText('60 / 60').waitFor()
    await page.getByRole('button', { name: /新\s?增/ }).click()
    await dialog.getByLabel('名称', { exact: true }).fill('应急指挥平台')
    await dialog.getByLabel('责任单位').click()
    await page.keyboard.type('D14')
    await page.keyboard.press('Enter')
    await dialog.getByLabel('依据').fill('共享规则第三条')
    await dialog.getByRole('button', { name: /保\s?存/ }).click()
    await page.getByText('61 / 61').waitFor()
    await picture(page, 'interfaces-1366-zh')
  })

  await t.test('its events go to an address; a private one must be allowed; the secret is shown once', async t => {
    await page.getByLabel('查找').fill('应急指挥平台')
    await rowOf(page, '应急指挥平台').getByRole('button', { name: '推送地址' }).click()
    await page.getByRole('button', { name: '新增推送地址' }).click()
    await page.getByLabel('地址（http 或 https）').fill(peer.url)
    await page.getByRole('button', { name: /保\s?存/ }).click()
    await page.getByText('这是内网地址，不在允许的网段内').first().waitFor()
    await page.getByLabel('允许的内网网段').fill('127.0.0.1')
    await page.getByRole('button', { name: /保\s?存/ }).click()
    const secret = page.getByText(/^whsec_[A-Za-z0-9+/]{43}=$/)
    await secret.waitFor()
    await page.locator('.ant-modal-confirm').getByRole('button').click()
    await secret.waitFor({ state: 'detached' })
    t.equal(await page.locator('[data-endpoint]').count(), 1)
    t.same(await seriousOn(page), [])
  })

  await t.test('a torn message waits in quarantine, is mended and taken', async t => {
    const clerk = await sit('admin', { path: '/interfaces', viewport: { width: 1366, height: 768 } })
    await clerk.getByLabel('查找').fill('防汛')
    await clerk.getByRole('button', { name: /接\s?入/ }).first().click()
    await clerk.getByRole('button', { name: '开始接收' }).click()
    const shown = clerk.getByText(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const secret = await shown.textContent() ?? ''
    await clerk.locator('.ant-modal-confirm').getByRole('button').click()
    const path = await clerk.locator('[data-source] .interface-url').textContent() ?? ''
    const interfaceId = path.split('/').at(-1) ?? ''
    await clerk.getByText('对方还没有报过每日清单').waitFor()
    await picture(clerk, 'receiving-1366-zh')

    const address = stack.service.address()
    const admin = await stack.as('admin')
    const { token } = await admin.post<{ token: string }>('/api/integration-tokens', { name: 'grid', purposes: ['exchange', 'orders'] })
    const body = JSON.stringify({ type: 'interface.trial', version: '1', timestamp: new Date().toISOString(), data: {} })
    const wire = { port: Number(new URL(address).port), interfaceId, token, secret, now: () => new Date() }
    t.match(await send(wire, { id: 'torn-1', body: body.slice(0, -3) }), { status: 202, body: { state: 'quarantined' } })

    await clerk.goto(`${address}/interfaces?tab=envelopes`)
    await clerk.getByText('格式不符').waitFor()
    await clerk.locator('.ant-table-row-expand-icon').first().click()
    const words = clerk.getByLabel('来文内容')
    await clerk.getByText('不是 JSON').waitFor()
    await words.fill(body.replace('"version":"1"', '"version":"7"'))
    await clerk.getByRole('button', { name: '保存修改' }).click()
    await clerk.getByLabel('为什么修改').fill('补全')
    await clerk.getByRole('button', { name: '保存修改' }).click()
    await clerk.locator('.faults', { hasText: '没有这个版本' }).waitFor()
    await words.fill(body)
    await clerk.getByRole('button', { name: '保存修改' }).click()
    await clerk.locator('.diff-new').first().waitFor()
    await picture(clerk, 'quarantine-1366-zh')
    t.same(await seriousOn(clerk), [])
    await clerk.setViewportSize({ width: 390, height: 844 })
    await picture(clerk, 'quarantine-390-zh')
    await clerk.getByRole('button', { name: /^接\s?收/ }).click()
    await clerk.getByText('没有内容').waitFor()
    t.ok(await clerk.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth + 1), 'the page does not scroll sideways')
  })

  await t.test('a supervisor reads, has nothing to press, and is told of silence on any page', async t => {
    await stack.advance(1.2 * hour)
    const supervisor = await sit('supervisor', { path: '/interfaces', viewport: { width: 1366, height: 768 } })
    await rowOf(supervisor, '公安110非警务事项移交').waitFor()
    t.equal(await supervisor.getByRole('button', { name: /新\s?增|修\s?改|推送地址|接\s?入/ }).count(), 0)
    await supervisor.goto(`${stack.service.address()}/supervise`)
    await supervisor.getByText('与服务器的连接中断').waitFor({ state: 'detached' })
    await stack.advance(1.5 * hour)
    await supervisor.getByText('1 个接口超过更新周期没有来数据').waitFor()
    await picture(supervisor, 'silence-1366-zh')
    await supervisor.getByRole('button', { name: /查\s?看/ }).click()
    await supervisor.getByRole('columnheader', { name: '最近来文' }).click()
    await supervisor.getByRole('columnheader', { name: '最近来文' }).click()
    await rowOf(supervisor, '防汛水位雨量').getByText(/没有数据/).waitFor()
    await picture(supervisor, 'silent-interface-1366-zh')
  })

  await t.test('a trial that nobody wants dies, is mended and arrives', async t => {
    peer.answers(status(422))
    await page.getByRole('button', { name: '试推送' }).click()
    for (const hours of [0, 1, 1, 3, 6, 11, 16, 22, 27]) {
      await stack.advance(hours * hour + 10_000)
    }
    await stack.advance(hour)
    const clerk = await sit('admin', { path: '/interfaces?tab=deliveries', viewport: { width: 1366, height: 768 } })
    await rowOf(clerk, '应急指挥平台').getByText('422').waitFor()
    await clerk.locator('.ant-table-row-expand-icon').first().click()
    const body = clerk.getByLabel('推送内容')
    await body.fill((await body.inputValue()).replace('"endpoint"', '"mended"'))
    await clerk.getByRole('button', { name: '保存修改' }).click()
    await clerk.getByLabel('为什么修改').fill('字段名错')
    await clerk.getByRole('button', { name: '保存修改' }).click()
    await clerk.locator('.diff-new', { hasText: '"mended"' }).waitFor()
    await picture(clerk, 'dead-letter-1366-zh')
    t.same(await seriousOn(clerk), [])
    peer.answers(status(204))
    peer.received.length = 0
    await clerk.getByRole('button', { name: /^重新推送/ }).click()
    await clerk.getByText('没有内容').waitFor()
    await stack.advance(0)
    t.match(peer.received.map(r => r.body), [/"mended"/])
    await clerk.setViewportSize({ width: 390, height: 844 })
    t.ok(await clerk.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth + 1), 'the page does not scroll sideways')
  })
})
