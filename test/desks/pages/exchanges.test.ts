import t from 'tap'
import { addressText } from '../../../src/pbx/node-rows/rules/address.ts'
import { nodeSecret, startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, openDesks, picture, seriousOn, shareOnScreen } from '../browser.ts'

await t.test('the administrator adds an exchange, drains it and removes it; the page says how each does',
  { skip: cannotTryDesks() }, async t => {
    const stack = await startStack(t, { desks: [], laterNodes: ['pbx2'] })
    const [second] = stack.more
    if (!second) throw new Error('there is no second PBX')
    const { config, amiSecret } = second.pbx
    const { sit } = await openDesks(t, stack)
    const page = await sit('admin', { path: '/admin?tab=exchanges' })
    const row = (name: string) => page.locator(`tr[data-exchange="${name}"]`)
    const state = (name: string, words: string) => row(name).getByText(words, { exact: true })
    await state('pbx1', '在用').waitFor()
    await state('pbx1', '已连接').waitFor()
    await state('pbx1', '最新').waitFor()

    await row('pbx1').getByRole('button', { name: /排\s?空/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: /排\s?空/ }).click()
    await page.locator('.ant-message').getByText('没有别的在用且已连接的交换机').waitFor()
    await state('pbx1', '在用').waitFor()

    await page.getByRole('button', { name: '加入交换机' }).click()
    const form = page.getByRole('dialog')
    for (const [label, value] of [
      [/^名称/, 'pbx2'], [/^SIP 地址/, addressText(config.sip)], [/^管理接口地址/, addressText(config.ami)],
      [/^管理接口用户名/, config.ami.user], [/^管理接口口令/, 'not-the-secret'], [/^浏览器话机地址/, config.webSocketUrl],
      [/^节点进程地址/, addressText(config.node)], [/^节点进程口令/, nodeSecret]
    ] as const) await form.getByLabel(label).fill(value)
    await page.keyboard.press('Control+Enter')
    await page.locator('.ant-message').getByText('交换机拒绝登录').waitFor()
    t.equal(await form.getByLabel(/^名称/).inputValue(), 'pbx2', 'what was typed stays')
    await form.getByLabel(/^管理接口口令/).fill(amiSecret)
    await page.keyboard.press('Control+Enter')
    await form.waitFor({ state: 'hidden' })
    await state('pbx2', '已连接').waitFor()
    await state('pbx2', '最新').waitFor()
    t.same(await seriousOn(page), [])

    await row('pbx2').getByRole('button', { name: /排\s?空/ }).click()
    await page.getByRole('dialog').getByText('现有通话继续到自然结束').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: /排\s?空/ }).click()
    await state('pbx2', '排空中').waitFor()
    await state('pbx2', '已排空，可以移除').waitFor()
    await picture(page, 'admin-exchanges')
    await page.setViewportSize({ width: 390, height: 844 })
    await picture(page, 'admin-exchanges-390')
    const fits = await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)
    t.ok(fits, 'narrow, the page does not scroll sideways')
    t.equal(await shareOnScreen(row('pbx2').getByRole('button', { name: '恢复使用' })), 1, 'and its buttons are seen')
    await page.setViewportSize({ width: 1366, height: 768 })
    await row('pbx2').getByRole('button', { name: '恢复使用' }).click()
    await state('pbx2', '在用').waitFor()
    await row('pbx2').getByRole('button', { name: /排\s?空/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: /排\s?空/ }).click()
    await row('pbx2').getByRole('button', { name: /移\s?除/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: /移\s?除/ }).click()
    await state('pbx2', '已移除').waitFor()
    t.equal(await shareOnScreen(row('pbx2')), 1)
  })
