import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, openDesks, picture } from '../browser.ts'

const chinese = /[\u4e00-\u9fff]/

t.test('the English page names in English what the district names so', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [] })
  const { sit } = await openDesks(t, stack)

  await t.test('the rates and the lists they open', async t => {
    const page = await sit('supervisor', { path: '/supervise?tab=figures' })
    await page.getByRole('button', { name: 'English' }).click()
    const rates = page.locator('table', { hasText: 'Value' }).locator('tbody .figure-link')
    await rates.first().waitFor()
    const names = await rates.evaluateAll(all => all.map(button => button.getAttribute('aria-label') ?? ''))
    t.ok(names.length > 10, `${names.length} names`)
    t.same(names.filter(name => chinese.test(name)), [])
    await page.context().close()
  })

  await t.test('the filters of the dispatch desk', async t => {
    const page = await sit('dispatcher', { path: '/dispatch?view=all' })
    await page.getByRole('button', { name: 'English' }).click()
    for (const name of ['Town', 'Unit', 'Category']) {
      await page.getByRole('group', { name: 'Filters' }).getByLabel(name, { exact: true }).click()
      const options = page.locator('.ant-select-dropdown:visible .ant-select-item-option')
      await until(async () => await options.count() > 2, { what: `the options of ${name}` })
      t.same((await options.allInnerTexts()).filter(words => chinese.test(words)), [], name)
      await page.keyboard.press('Escape')
      await options.first().waitFor({ state: 'hidden' })
    }
    await picture(page, 'dispatch-en')
    await page.setViewportSize({ width: 390, height: 844 })
    await picture(page, 'dispatch-390-en')
  })
})
