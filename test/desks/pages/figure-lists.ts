import type { Page } from 'playwright-core'
import type { Test } from 'tap'

/** Every figure that is not zero opens a list with as many rows. */
export async function opensItsList (t: Test, page: Page, figures: string, least: number): Promise<void> {
  const links = page.locator(figures)
  let counted = 0
  for (let i = 0, all = await links.count(); i < all; i++) {
    const value = Number(await links.nth(i).innerText())
    if (value === 0) continue
    await links.nth(i).click()
    const list = page.getByRole('dialog')
    await list.locator('.figure-list[aria-busy=false]').waitFor()
    t.equal(await list.locator('.figure-list li').count(), value, `${await links.nth(i).getAttribute('aria-label') ?? ''} opens as many`)
    await page.keyboard.press('Escape')
    await list.waitFor({ state: 'detached' })
    counted++
  }
  t.ok(counted >= least, `${counted} figures count something`)
}

/** Figures are filtered by a channel whose name is the service's; afterwards they are of all. */
export async function namesChannels (page: Page): Promise<void> {
  await page.getByRole('combobox', { name: '来源' }).fill('网格')
  await page.locator('.ant-select-item-option:visible', { hasText: '网格巡查' }).click()
  await page.getByText('网格巡查来源').first().waitFor()
  await page.goto(page.url().replace(/&channel=\w+/, ''))
  await page.locator('.asks-body .plain-table').first().waitFor()
}
