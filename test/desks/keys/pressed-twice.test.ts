import type { Page, Request } from 'playwright-core'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { stalls } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, confirmed, openDesks } from '../browser.ts'

/** The line of this page answers so much later, ms. */
async function slow (page: Page, latency: number): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.emulateNetworkConditions', { offline: false, latency, downloadThroughput: -1, uploadThroughput: -1 })
}

/** The writes of this page that have no answer yet. */
function writesUnderWay (page: Page): Set<Request> {
  const open = new Set<Request>()
  page.on('request', request => { if (request.method() === 'POST') open.add(request) })
  for (const end of ['requestfinished', 'requestfailed'] as const) page.on(end as 'requestfinished', request => { open.delete(request) })
  return open
}

t.test('an impatient second press does nothing twice, and no word is lost', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: ['8031'] })
  const { sit } = await openDesks(t, stack)
  const { db, network } = stack
  const dispatcher = await stack.as('dispatcher')
  const filed = async (): Promise<string> =>
    (await dispatcher.post<{ id: string }>('/api/work-orders', { ...stalls, complainantNumber: '13900001003' })).id
  const events = async (id: string, kind: string): Promise<number> =>
    (await db.query('select 1 from order_event where order_id = $1 and kind = $2', [id, kind])).length
  const orderPage = async (login: string, id: string): Promise<Page> => {
    // Without a microphone calls ring the desk telephone.
    const page = await sit(login, { microphone: false, path: `/dispatch?view=all&order=${id}` })
    await page.locator('.order-page header').waitFor()
    return page
  }

  await t.test('a slow line: the key shows that it works, and two presses are one step', async t => {
    const id = await filed()
    const page = await orderPage('dispatcher', id)
    const suggested = page.getByRole('button', { name: /派遣 →/ })
    await suggested.waitFor()
    await slow(page, 1200)
    const open = writesUnderWay(page)
    await page.keyboard.press('Control+Enter')
    await page.locator('button[aria-busy=true]', { hasText: '派遣 →' }).waitFor()
    await page.keyboard.press('Control+Enter')
    await page.locator('.order-page header .state-word', { hasText: '待签收' }).waitFor()
    await page.getByLabel('写备注').fill('电话里说摊主每天换地方。')
    const note = page.getByRole('button', { name: /^备\s?注$/ })
    await note.click()
    await note.click({ force: true })
    await until(async () => await page.getByLabel('写备注').inputValue() === '', { what: 'the note is written' })
    await until(() => open.size === 0, { what: 'every write of both presses is answered' })
    t.equal(await events(id, 'case.dispatch'), 1)
    t.equal(await events(id, 'case.note'), 1)
    t.notOk(await page.getByText('别人刚刚改过').isVisible(), 'nobody else is blamed')
    await page.context().close()
  })

  await t.test('calling a citizen: two presses ring one telephone once', async t => {
    const page = await orderPage('8031', await filed())
    await network.number('desk8031', 'ring 10|busy')
    await page.keyboard.press('Alt+c')
    await page.getByText('先接起您的话机').waitFor()
    await page.keyboard.press('Alt+c')
    await page.getByText('您已经在呼叫').waitFor()
    await until(async () => (await db.query('select 1 from manual_call where state <> \'ended\'')).length === 0,
      { what: 'it is over', seconds: 40 })
    t.equal((await db.query('select 1 from manual_call')).length, 1)
    t.equal(network.ringsOf('desk8031').length, 1)
    await page.context().close()
  })

  await t.test('an incident being written outlives a reload, is asked about, and the next person begins at the first desk', async t => {
    const page = await sit('8201', { path: '/command' })
    await page.locator('#title').fill('化工厂起火')
    await page.locator('#reason').fill('报警人老周，厂区东门，两人受伤。')
    await page.reload()
    await page.locator('#title').waitFor()
    t.equal(await page.locator('#title').inputValue(), '化工厂起火')
    t.equal(await page.locator('#reason').inputValue(), '报警人老周，厂区东门，两人受伤。')
    await page.getByRole('button', { name: '退出登录' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '仍要退出' }).click()
    await page.getByLabel('用户名').fill('t01')
    await page.getByLabel('密码').fill(stack.logins.find(l => l.user === 't01')?.password ?? '')
    await page.keyboard.press('Enter')
    await page.locator('.shell').waitFor()
    await until(() => new URL(page.url()).pathname === '/unit', { what: 'the first desk of a unit' })
    t.equal(new URL(page.url()).search, '')
    await page.context().close()
  })

  await t.test('typed text stays when the line is away', async t => {
    const page = await sit('8001', { path: '/agent' })
    await page.locator('.knowledge input').first().fill('没有这样的条目')
    await page.getByRole('button', { name: /补充/ }).click()
    const words = page.getByRole('dialog').locator('textarea')
    await words.fill('群众问新办法，知识库里没有。')
    await page.route('**/api/knowledge/remarks', async route => { await route.abort() })
    await confirmed(page)
    await page.getByText('网络不通').first().waitFor()
    t.equal(await words.inputValue(), '群众问新办法，知识库里没有。')
    await page.unroute('**/api/knowledge/remarks')
    await confirmed(page)
    await words.waitFor({ state: 'detached' })
    t.equal((await db.query('select 1 from article_remark')).length, 1)
    await page.context().close()
  })
})
