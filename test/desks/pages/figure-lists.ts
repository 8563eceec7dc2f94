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
