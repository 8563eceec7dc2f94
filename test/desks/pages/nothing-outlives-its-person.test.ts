import type { Page } from 'playwright-core'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, confirmed, openDesks, rowOf } from '../browser.ts'

/** Holds the answers of an address back, though the service has done what was asked. @returns lets them come, and waits for the first */
async function holdsBack (page: Page, address: string): Promise<() => Promise<void>> {
  const { promise: comes, resolve: come } = Promise.withResolvers<undefined>()
  await page.route(address, async route => {
    const response = await route.fetch()
    await comes
    await route.fulfill({ response })
  })
  const late = page.waitForResponse(address)
  return async () => {
    come(undefined)
    await (await late).finished()
  }
}

t.test('dialogues, messages and typed words of one person are gone once another tab has signed them out: ' +
  'the next person does not see them and does not send them', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [] })
  const { db } = stack
  const { sit } = await openDesks(t, stack)
  const admin = await stack.as('admin')
  const secondPassword = 'mei you ren zhi dao'
  await admin.post('/api/users', {
    login: 'admin2', password: secondPassword, roles: ['ADMINISTRATOR'], unitId: null, personId: null, extension: null
  })
  /** Another tab of the same browser signs this person out. */
  const leaves = async (page: Page): Promise<Page> => {
    const other = await page.context().newPage()
    await other.goto(stack.service.address())
    await other.getByRole('button', { name: '退出登录' }).click()
    const anyway = other.getByRole('button', { name: '仍要退出' })
    await anyway.or(other.getByLabel('密码')).first().waitFor()
    if (await anyway.isVisible()) await anyway.click()
    await other.getByLabel('密码').waitFor()
    await page.getByLabel('用户名').waitFor()
    return other
  }
  const signsIn = async (page: Page, login: string, password: string): Promise<void> => {
    await page.getByLabel('用户名').fill(login)
    await page.getByLabel('密码').fill(password)
    await page.keyboard.press('Enter')
    await page.locator('.shell').waitFor()
  }
  const dialogues = (page: Page) => page.locator('.ant-modal, .ant-message-notice')
  const setsPassword = async (page: Page, login: string, password: string): Promise<void> => {
    await page.getByPlaceholder('查找').fill(login)
    const row = rowOf(page, login).filter({ has: page.getByRole('cell', { name: login, exact: true }) })
    await row.getByRole('button', { name: '重设密码' }).click()
    await page.getByRole('dialog').locator('input[type=password]').fill(password)
  }

  await t.test('a telephone password that is shown once, and one that is answered late', async t => {
    const page = await sit('admin', { path: '/admin?tab=agents' })
    const renews = async (): Promise<void> => {
      await rowOf(page, '8003').getByRole('button', { name: '换话机密码' }).click()
      await confirmed(page)
    }
    await renews()
    await page.locator('.ant-modal-confirm-info code').waitFor()
    const other = await leaves(page)
    t.equal(await dialogues(page).count(), 0, 'nothing stands over the page to sign in')
    await signsIn(page, 'admin', stack.logins.find(l => l.user === 'admin')?.password ?? '')
    await page.goto(`${stack.service.address()}/admin?tab=agents`)
    await other.close()

    const comes = await holdsBack(page, '**/sip-password')
    await renews()
    await page.locator('.ant-modal-confirm').waitFor({ state: 'detached' })
    await leaves(page)
    await comes()
    await signsIn(page, 'kb', stack.logins.find(l => l.user === 'kb')?.password ?? '')
    t.equal(await dialogues(page).count(), 0, 'a late answer is shown to nobody')
    await page.context().close()
  })

  await t.test('a password that is being set is set by nobody', async t => {
    const hash = async (): Promise<string | undefined> =>
      (await db.query<{ hash: string }>('select password_hash hash from user_account where login = \'t02\''))[0]?.hash
    const before = await hash()
    const page = await sit('admin', { path: '/admin?tab=users' })
    await setsPassword(page, 't02', 'written by the first one')
    const other = await leaves(page)
    await signsIn(other, 'admin2', secondPassword)
    await page.locator('.who', { hasText: 'admin2' }).waitFor()
    t.equal(await dialogues(page).count(), 0)
    await page.keyboard.press('Enter')
    t.equal(await hash(), before)
    await page.context().close()
  })

  await t.test('words of an agent are not sent by the next one', async t => {
    const page = await sit('8001', { path: '/agent', microphone: false })
    await page.locator('.knowledge input').first().fill('没有这样的条目')
    await page.getByRole('button', { name: /补充/ }).click()
    await page.getByRole('dialog').locator('textarea').fill('群众李四说的话')
    const other = await leaves(page)
    await signsIn(other, '8002', stack.logins.find(l => l.user === '8002')?.password ?? '')
    await until(async () => new URL(page.url()).pathname === '/agent' && await page.locator('.knowledge input').first().isVisible(),
      { what: 'the page of the next agent' })
    t.equal(await dialogues(page).count(), 0)
    t.notMatch(await page.evaluate(() => [
      document.body.innerText, ...[...document.querySelectorAll('textarea')].map(a => a.value),
      JSON.stringify({ ...sessionStorage, ...localStorage })
    ].join(' ')), /李四/)
    t.same(await db.query('select 1 from article_remark'), [])
    await page.context().close()
  })

  await t.test('a slow save keeps none of the person\'s other words for the next', async t => {
    const page = await sit('admin', { path: '/admin?tab=people' })
    const dialogue = page.getByRole('dialog')
    const change = async (id: string): Promise<void> => {
      await page.getByPlaceholder('查找').fill(id)
      await rowOf(page, id).getByRole('button', { name: /修\s*改/ }).click()
      await dialogue.getByLabel('职务', { exact: true }).waitFor()
    }
    await change('P21')
    await dialogue.getByLabel('职务', { exact: true }).fill('司徒的职务')
    await page.reload()
    await change('P20')
    await dialogue.getByLabel('职务', { exact: true }).fill('慢存的职务')
    const comes = await holdsBack(page, '**/api/directory/people/P20')
    await page.keyboard.press('Control+Enter')
    await leaves(page)
    await comes()
    await signsIn(page, 'admin2', secondPassword)
    t.notMatch(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage })), /司徒|慢存/)
    await page.context().close()
  })

  await t.test('the same person who signs in again after the session has ended finds the dialogue as it was', async t => {
    const page = await sit('admin', { path: '/admin?tab=users' })
    await setsPassword(page, 't02', 'still mine afterwards')
    await page.evaluate(async () => { await fetch('/api/session', { method: 'DELETE' }) })
    await confirmed(page)
    await page.getByText('您输入的内容已保留').first().waitFor()
    await page.getByRole('dialog').filter({ hasText: '您输入的内容已保留' }).getByLabel('密码')
      .fill(stack.logins.find(l => l.user === 'admin')?.password ?? '')
    await page.keyboard.press('Enter')
    await page.getByText('您输入的内容已保留').first().waitFor({ state: 'detached' })
    t.equal(await page.locator('.ant-modal-confirm input').inputValue(), 'still mine afterwards')
    await page.context().close()
  })
})
