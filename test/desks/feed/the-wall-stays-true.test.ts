import type { Page } from 'playwright-core'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, openDesks, picture } from '../browser.ts'

const password = 'a screen above the stairs'

/** Whether it is visible in full screen: inside the element that fills the screen. */
const onScreen = async (page: Page, selector: string): Promise<boolean> =>
  await page.evaluate(s => document.fullscreenElement !== null && document.fullscreenElement.contains(document.querySelector(s)), selector)

t.test('a wall board has a login of its own, and in full screen it says when it cannot be ' +
  'believed', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: ['8003'], settings: { QUEUE_SECONDS: '600' } })
  const desks = await openDesks(t, stack)
  const admin = await stack.as('admin')
  await admin.post('/api/users', { login: 'hall', password, roles: ['WALL'] })
  const page = await desks.sit('hall', { password, viewport: { width: 1920, height: 1080 }, slowBy: 600_000 })
  await page.locator('.wall-top').waitFor()
  t.same(await page.locator('nav.desks a').allInnerTexts(), ['大屏'], 'it sees this board and nothing else')

  // On a telephone, and at 150 % of a small desk, the charts stand one below the other.
  for (const size of [{ width: 390, height: 844 }, { width: 911, height: 512 }]) {
    await page.setViewportSize(size)
    await page.locator('.wall-charts canvas').nth(2).waitFor()
    const lies = async (): Promise<boolean> => await page.locator('.wall-charts section').evaluateAll(all => all.some((section, i) => {
      const [outer, inner, next] = [section, section.querySelector('canvas'), all[i + 1]].map(e => e?.getBoundingClientRect())
      return !outer || !inner || inner.bottom > outer.bottom + 1 || inner.height < 200 || (next !== undefined && next.top < outer.bottom)
    }))
    await until(async () => !await lies(), { what: `no chart lies over another at ${size.width} px`, seconds: 10 })
  }
  await page.setViewportSize({ width: 1920, height: 1080 })

  // An agent is signed in but not free: the citizen waits.
  const agent = await stack.as('agent 8003')
  await agent.post('/api/agents/8003/sign-in')
  await agent.post('/api/agents/8003/pause', { reason: 'break' })
  // Without any event the wall board reads by itself.
  await stack.network.dial({ from: '13900001002', to: '962000', script: 'stay' })
  await page.locator('.wall-tile.big b', { hasText: /^1$/ }).waitFor()
  await page.locator('.wall-tile.hand').first().waitFor()
  // This computer's clock is ten minutes slow.
  const longest = page.locator('.wall-tile', { hasText: '最长等待' }).locator('b')
  await until(async () => /^[0-2]:(0[3-9]|[1-5]\d)$/.test(await longest.innerText()), { what: 'the longest wait counts up', seconds: 60 })

  await page.locator('.wall-foot button').click()
  await page.waitForFunction(() => document.fullscreenElement !== null)
  t.notOk(await page.locator('.shell > .bar').isVisible(), 'the bar of a desk is not on the wall')
  await picture(page, 'wall-full-screen')

  await admin.patch('/api/users/hall', { disabled: true })
  await page.getByRole('dialog').getByText('登录已过期').first().waitFor({ timeout: 30_000 })
  t.ok(await onScreen(page, '[role=dialog]'), 'an ended login is seen in full screen')
  await admin.patch('/api/users/hall', { disabled: false })
  await page.getByLabel('密码').fill(password)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })

  await stack.service.stop()
  await page.locator('.wall-stood').waitFor({ timeout: 30_000 })
  t.ok(await onScreen(page, '.wall-stood') && await onScreen(page, '.offline'), 'a lost service is seen in full screen')
  await picture(page, 'wall-stood')
})
