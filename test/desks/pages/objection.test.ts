import type { Page } from 'playwright-core'
import t from 'tap'
import { startStack } from '../../harness/servers/stack.ts'
import { stalls, theOrder } from '../../harness/stories/order-story.ts'
import { cannotTryDesks, openDesks, picture, seriousOn } from '../browser.ts'

interface Row { object: string | null, place: string | null, validTo: string | null, coUnits: string[] }

const phone = { width: 390, height: 844 }
const title = '无证废品回收站通宵作业'
const ok = async (page: Page): Promise<void> => { await page.locator('.ant-modal-footer .ant-btn-primary').click() }
const press = async (page: Page, name: RegExp): Promise<void> => { await page.getByRole('button', { name }).first().click() }
const table = (...lines: string[]): { name: string, mimeType: string, buffer: Buffer } =>
  ({ name: '目录.csv', mimeType: 'text/csv', buffer: Buffer.from(['小类,生效,地点,主办,协办,依据种类,依据', ...lines].join('\n')) })

t.test('a row suggests the unit, the unit objects, another decides, a row follows', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [] })
  const desks = await openDesks(t, stack)
  const agent = await stack.as('8003')
  const { id } = await agent.post<{ id: string }>('/api/work-orders',
    { ...stalls, title, description: '半夜装车，很吵。', categoryCode: '1104', complainantNumber: '13900001031' })
  const supervisor = await desks.sit('supervisor', { path: '/supervise?tab=objections' })
  await supervisor.getByText('没有待裁定的异议').waitFor()

  await t.test('the dispatcher reads by which paper, and one key dispatches', async t => {
    const page = await desks.sit('dispatcher', { path: '/dispatch' })
    await page.locator('.order-row').filter({ hasText: title }).first().click()
    await page.getByText('派单目录（2013-01-01 起）').waitFor()
    await page.getByText(/第 10 类/).first().waitFor()
    await picture(page, 'dispatch-suggested-row')
    await page.keyboard.press('Control+Enter')
    await page.locator('.order-page header .state-word').filter({ hasText: '待签收' }).first().waitFor()
    t.match(await theOrder(stack, id), { assignments: [{ unit: { id: 'D07' } }, { unit: { id: 'D02' } }] })
    t.match((await theOrder(stack, id)).timeline.find(e => e.kind === 'case.dispatch'),
      { detail: { evidence: '无证经营十二类处置分工 2013-7（样例）第 10 类' } }, 'the paper is the evidence')
  })

  await t.test('the unit objects on its telephone, and goes on', async t => {
    const page = await desks.sit('d07', { path: '/unit', viewport: phone })
    await page.getByText(title).first().click()
    await press(page, /^提出异议/)
    await page.getByText('权属不符').click()
    await page.getByLabel('理由').fill('站点设在公路用地上')
    await page.getByText('异议事由').waitFor()
    t.equal(await page.locator('.ant-modal-footer .ant-btn-primary').isDisabled(), true, 'not without its paper')
    await page.getByLabel('依据（文件、条款）').fill('公路用地图 7-3')
    t.same(await seriousOn(page), [])
    await picture(page, 'unit-objects')
    await ok(page)
    await page.locator('.order-page header').getByText('待定异议').waitFor()
    await picture(page, 'unit-objected')
    await press(page, /^签收/)
    await page.locator('.order-page header .state-word').filter({ hasText: '已签收' }).first().waitFor()
  })

  await t.test('the supervisor\'s list has it by itself, and the order gives it to another unit', async t => {
    const page = supervisor
    await page.getByText('公路用地图 7-3').waitFor()
    await page.getByText('权属不符').waitFor()
    await picture(page, 'supervise-objections')
    t.same(await seriousOn(page), [])
    await page.getByRole('link', { name: (await theOrder(stack, id)).number }).click()
    await press(page, /^异议成立/)
    await page.getByText('公路用地图 7-3').first().waitFor()
    await page.locator('#ask-unitId').fill('D14')
    await page.locator('.ant-select-item-option', { hasText: 'D14' }).first().click()
    await page.getByLabel('决定').fill('公路用地上的由 D14 牵头')
    await picture(page, 'supervise-upholds')
    await ok(page)
    await page.locator('.order-page header').getByText('待定异议').waitFor({ state: 'detached' })
    t.match((await theOrder(stack, id)).timeline.find(e => e.kind === 'objection.uphold'),
      { actor: 'supervisor', detail: { from: 'D07', unit: 'D14' } })
    await page.goto(`${stack.service.address()}/supervise?tab=objections`)
    await page.getByText('没有待裁定的异议').waitFor()
    await page.getByText(/建议：1104/).waitFor()
    await page.setViewportSize(phone)
    await picture(page, 'supervise-objections-phone')
  })

  await t.test('the administrator\'s table: tried with its faults by line, mended, entered whole, and a row ended', async t => {
    const page = await desks.sit('admin', { path: '/admin?tab=catalogue' })
    await page.getByText(/1 个小类既没有/).waitFor()
    await page.getByText('废品 回收站').waitFor()
    await picture(page, 'admin-catalogue')
    const file = page.locator('input[type=file]')
    await file.setInputFiles(table('1104,2099-01-01,公路用地,D14,,指定'))
    await page.getByText(/读不出/).waitFor()
    await file.setInputFiles(table('1104,2099-01-01,公路用地,D14,,指定,裁定 2026-1', '1104,2099-01-01,绿地,D99,,指定,裁定 2026-1'))
    await page.getByText(/第 2 行.*那一天没有这个单位.*D99/).waitFor()
    const enter = page.getByRole('button', { name: /^写\s?入$/ })
    t.equal(await enter.isDisabled(), true)
    await picture(page, 'admin-catalogue-faults')
    t.same(await seriousOn(page), [])
    await file.setInputFiles(table('1104,2099-01-01,公路用地,D14,D07、D02,指定,裁定 2026-1'))
    await page.getByText('将写入 1 行').waitFor()
    await enter.click()
    const row = page.locator('tr[data-row]').filter({ hasText: '公路用地' })
    await row.getByText('裁定 2026-1').waitFor()
    await page.locator('tr[data-row]').filter({ hasText: '网吧 游戏机' }).getByRole('button', { name: /终\s?止/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: /终\s?止/ }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    const { items } = await (await stack.as('admin')).get<{ items: Row[] }>('/api/catalogue?category=1104')
    t.match(items.find(r => r.place === '公路用地'), { coUnits: ['D07', 'D02'] })
    t.match(items.find(r => r.object === '网吧 游戏机')?.validTo, /^\d{4}-/)
    await page.setViewportSize(phone)
    await picture(page, 'admin-catalogue-phone')
    await page.setViewportSize({ width: 1366, height: 768 })
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByText('Dispatch catalogue').first().waitFor()
    await picture(page, 'admin-catalogue-english')
    t.equal(await page.locator('.ant-tabs-nav-more').first().isVisible(), false, 'every tab fits in English')
  })
  t.same(desks.outside, [])
})
