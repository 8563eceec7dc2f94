import type { Page } from 'playwright-core'
import t from 'tap'
import { startStack } from '../../harness/servers/stack.ts'
import { until } from '../../../src/servers/until.ts'
import { lanName } from '../chromium.ts'
import { cannotTryDesks, openDesks, picture } from '../browser.ts'

await t.test('live updates come back after any answer, in every tab; ' +
  'a sign-out leaves nothing behind', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [] })
  const { sit } = await openDesks(t, stack)
  const password = (login: string): string => stack.logins.find(l => l.user === login)?.password ?? ''
  const dispatcher = await stack.as('8031')
  let told = 0
  /** Something happens, and these pages show it without a reload. */
  const hears = async (...pages: Page[]): Promise<void> => {
    const title = `路灯不亮之${++told}`
    await dispatcher.post('/api/work-orders', {
      channel: 'MEDIA',
      requestType: 'COMPLAINT',
      categoryCode: '0102',
      title,
      description: '晚上看不见。',
      place: '莘松路 1 号',
      townId: 'T01',
      complainantNumber: '13900001003',
      file: true
    })
    for (const page of pages) await page.getByText(title).first().waitFor()
  }
  const path = '/dispatch?view=all'
  const first = await sit('dispatcher', { path })
  const second = await first.context().newPage()
  await second.goto(first.url())
  await second.locator('.shell').waitFor()
  await hears(first, second)

  await t.test('errors of a proxy or a full service are retried', async () => {
    const refusals = [429, 502, 503]
    await first.route('**/api/feed', async route => {
      const status = refusals.shift()
      if (status === undefined) await route.continue()
      else await route.fulfill({ status, headers: status === 429 ? { 'retry-after': '1' } : {}, body: 'not now' })
    })
    // The tab that reads the feed closes: the other takes over and gets the refusals.
    await second.close()
    await first.reload()
    await until(() => refusals.length === 0, { what: 'the refusals were met', seconds: 30 })
    await first.locator('.offline').waitFor({ state: 'detached' })
    await hears(first)
    await first.unroute('**/api/feed')
  })

  await t.test('rights that changed while the feed was away are known when it is back', async t => {
    const admin = await stack.as('admin')
    await admin.post('/api/users', { login: 'newcomer', password: 'bi fen ji hao ma chang', roles: ['VERIFIER'] })
    const page = await sit('newcomer', { password: 'bi fen ji hao ma chang' })
    await page.locator('nav.desks a', { hasText: '现场核查' }).waitFor()
    let away = true
    await page.route('**/api/feed', async route => {
      if (away) await route.fulfill({ status: 503, body: 'not now' })
      else await route.continue()
    })
    await page.reload()
    await page.locator('.offline').waitFor()
    await admin.patch('/api/users/newcomer', { roles: ['DISPATCHER'] })
    t.equal(await page.locator('nav.desks a', { hasText: '派遣台' }).count(), 0, 'nobody has told the page')
    away = false
    await page.locator('nav.desks a', { hasText: '派遣台' }).waitFor()
    await page.context().close()
  })

  const third = await first.context().newPage()
  await third.goto(first.url())
  await third.locator('.shell').waitFor()

  await t.test('an ended session says so before the first click, and signing in in one tab serves all', async t => {
    await first.evaluate(async () => { await fetch('/api/session', { method: 'DELETE' }) })
    for (const page of [first, third]) await page.getByRole('dialog').getByText('登录已过期').first().waitFor({ timeout: 30_000 })
    t.notMatch(await first.locator('.offline').innerText(), '连接中断', 'it is not called a lost connection')
    await picture(first, 'session-over')
    const dialogue = third.getByRole('dialog')
    await dialogue.getByLabel('密码').fill(password('dispatcher'))
    await dialogue.getByLabel('密码').press('Enter')
    for (const page of [first, third]) await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await hears(first, third)
  })

  await t.test('the next person in the same tabs sees only the own data', async () => {
    await third.getByRole('button', { name: '退出登录' }).click()
    for (const page of [first, third]) await page.getByLabel('用户名').waitFor()
    await third.getByLabel('用户名').fill('8031')
    await third.getByLabel('密码').fill(password('8031'))
    await third.getByLabel('密码').press('Enter')
    for (const page of [first, third]) await page.locator('.shell').waitFor()
    await hears(first, third)
  })

  await t.test('half-written drafts leave with their author, after a warning', async t => {
    const page = await sit('8001', { path: '/agent' })
    await page.getByRole('button', { name: '新建工单' }).waitFor()
    await page.keyboard.press('Alt+n')
    await page.locator('#f-title').fill('河道有异味')
    await page.locator('#f-who').fill('顾阿姨')
    await page.locator('#f-phone').fill('13900001077')
    const kept = async (): Promise<string> => await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))
    t.match(await kept(), '顾阿姨', 'typed text is kept while its author works')
    await page.getByRole('button', { name: '退出登录' }).click()
    await page.locator('.ant-modal-confirm-title', { hasText: '只在本机' }).waitFor()
    await page.getByRole('dialog').getByRole('button', { name: '仍要退出' }).click()
    await page.getByLabel('用户名').waitFor()
    t.notMatch(await kept(), /顾阿姨|13900001077|河道/, 'names and numbers are gone')
  })

  await t.test('over plain http by a name everything works but the microphone, and the page says so', async t => {
    const page = await sit('8001', { path: '/agent', host: lanName, signIn: true })
    t.notOk(await page.evaluate(() => isSecureContext), 'the browser takes it for insecure')
    await page.locator('.phone-place').click()
    await page.getByRole('dialog').getByText('浏览器不提供麦克风').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.keyboard.press('Alt+n')
    await page.locator('#f-title').fill('井盖松动')
    for (const [field, word] of [['#f-type', '投诉'], ['#f-category', '路灯']] as const) {
      await page.locator(field).click()
      await page.keyboard.type(word)
      await page.locator('.ant-select-item-option:visible').first().waitFor()
      await page.keyboard.press('Enter')
    }
    await page.keyboard.press('Control+Enter')
    await page.getByText('已立案，工单号').waitFor()

    // Without locks one tab still reads for all, and another takes over when it closes.
    const desk = await sit('dispatcher', { path, host: lanName })
    const other = await desk.context().newPage()
    await other.goto(desk.url())
    await other.locator('.shell').waitFor()
    await hears(desk, other)
    await desk.close()
    await hears(other)
  })

  await t.test('every time on a page is the district\'s, wherever the computer stands', async () => {
    const far = await sit('dispatcher', { path, timeZone: 'America/Los_Angeles' })
    const [order] = (await dispatcher.get<{ items: Array<{ id: string, receivedAt: string }> }>('/api/work-orders?limit=1')).items
    await far.goto(`${new URL(far.url()).origin}/dispatch?view=all&order=${order?.id ?? ''}`)
    const hour = new Intl.DateTimeFormat('zh-CN',
      { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(order?.receivedAt ?? ''))
    await far.locator('.order-page dd', { hasText: hour }).first().waitFor()
  })
})
