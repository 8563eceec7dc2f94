import t from 'tap'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, openDesks, seriousOn } from '../browser.ts'

await t.test('the administrator enters a rule for tomorrow; one out of its bounds is refused at its field', { skip: cannotTryDesks() },
  async t => {
    const stack = await startStack(t, { desks: [] })
    const { sit } = await openDesks(t, stack)
    const page = await sit('admin', { path: '/admin?tab=rules' })
    const row = page.locator('tr[data-rule="REWORKS_UNTIL_PROBLEM"]')
    await row.getByText('出厂值').waitFor()
    await row.getByRole('button', { name: /修\s?改/ }).click()
    const form = page.getByRole('dialog')
    const value = form.getByLabel('新值（1–10）')
    await value.fill('11')
    await page.keyboard.press('Control+Enter')
    await form.getByText('这一项不符合要求').waitFor()
    t.equal(await value.inputValue(), '11', 'what was typed stays')
    await value.fill('4')
    await page.keyboard.press('Control+Enter')
    await form.waitFor({ state: 'hidden' })
    await row.getByText(/起 4/).waitFor()
    await row.getByText('出厂值').waitFor()
    t.same(await seriousOn(page), [])
    const admin = await stack.as('admin')
    t.match(await admin.get('/api/policies/rules'), { items: [{ name: 'REWORKS_UNTIL_PROBLEM', value: 4, enteredBy: 'admin' }] })
  })
