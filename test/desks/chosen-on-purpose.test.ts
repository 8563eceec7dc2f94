import t from 'tap'
import { until } from '../../src/servers/until.ts'
import { startStack } from '../harness/stack.ts'
import { cannotTryDesks, openDesks } from './browser.ts'

t.test('nothing is chosen and nobody is rung but by Enter, a click or a key that says so', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [] })
  const { sit } = await openDesks(t, stack)

  await t.test('Tab leaves a list of several choices: a role nobody chose is not given', async t => {
    const page = await sit('admin', { path: '/admin?tab=users' })
    await page.getByRole('tab', { name: '用户与角色' }).click()
    await page.getByRole('button', { name: /新\s?增/ }).click()
    const form = page.getByRole('dialog')
    await form.getByLabel('用户名').fill('lixin')
    await form.getByLabel('密码').fill('mei you ren zhi dao')
    await form.locator('#roles').focus()
    await page.keyboard.type('核查')
    await page.locator('.ant-select-item-option:visible').first().waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await until(async () => await page.evaluate(() => document.activeElement?.id) !== 'roles', { what: 'Tab leaves the field' })
    t.ok(await page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null), 'for the next one of the dialogue')
    await page.keyboard.press('Control+Enter')
    await form.waitFor({ state: 'hidden' })
    const admin = await stack.as('admin')
    const { items } = await admin.get<{ items: Array<{ login: string, roles: string[] }> }>('/api/users?limit=200')
    t.same(items.find(u => u.login === 'lixin')?.roles, ['VERIFIER'])
    await page.context().close()
  })
})
