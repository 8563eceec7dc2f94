import type { Page } from 'playwright-core'
import t from 'tap'
import { startStack } from '../../harness/servers/stack.ts'
import { stalls, step, storyClock, theOrder } from '../../harness/stories/order-story.ts'
import { cannotTryDesks, openDesks, picture, seriousOn } from '../browser.ts'

const phone = { width: 390, height: 844 }
const title = '河道护栏缺损'
const ok = async (page: Page): Promise<void> => { await page.locator('.ant-modal-footer .ant-btn-primary').click() }
const press = async (page: Page, name: RegExp): Promise<void> => { await page.getByRole('button', { name }).first().click() }
const mark = (page: Page, text: RegExp) => page.locator('.order-page header').getByText(text)

t.test('a unit parks what it cannot do now, the level above approves, the Centre sees it, and its day brings it back', {
  skip: cannotTryDesks()
}, async t => {
  const stack = await startStack(t, { desks: [] })
  const desks = await openDesks(t, stack)
  const clock = storyClock(stack)
  const agent = await stack.as('8003')
  const { id } = await agent.post<{ id: string }>('/api/work-orders', { ...stalls, title, complainantNumber: '13900001031' })
  await step(stack, 'dispatcher', id, 'dispatch', { mode: 'single', unitIds: ['T01-CGZD'], basis: 'statutory' })
  await step(stack, 't01-cgzd', id, 'sign')
  await step(stack, 't01-cgzd', id, 'start', { noVisitReason: '电话可办' })
  const day = clock.now().getTime() + 40 * 86_400_000

  await t.test('the unit asks on its telephone, with plan, leader and day', async t => {
    const page = await desks.sit('t01-cgzd', { path: '/unit', viewport: phone })
    await page.getByText(title).first().click()
    await press(page, /^申请挂账/)
    await page.getByText('工程周期长').click()
    await page.getByLabel('后续计划').fill('列入明年护栏改造')
    await page.locator('#ask-personId').click()
    await page.locator('.ant-select-item-option').first().click()
    await page.locator('#ask-until').fill(new Date(day + 8 * 3_600_000).toISOString().slice(0, 16))
    t.same(await seriousOn(page), [])
    await picture(page, 'unit-parks')
    await ok(page)
    await mark(page, /待定挂账/).waitFor()
    t.match((await theOrder(stack, id)).timeline.at(-1), { kind: 'park.ask', detail: { plan: '列入明年护栏改造', why: 'works-period' } })
  })

  await t.test('the supervisor\'s list has it, and approves it there', async t => {
    const page = await desks.sit('supervisor', { path: '/supervise?tab=parkings' })
    await page.getByText('列入明年护栏改造').waitFor()
    await page.getByRole('link', { name: (await theOrder(stack, id)).number }).click()
    await press(page, /^同意挂账/)
    await ok(page)
    await mark(page, /挂账至/).waitFor()
    t.match((await theOrder(stack, id)).deadlines.find(d => d.kind === 'handling'), { stoppedAt: String })
    await page.goto(`${stack.service.address()}/supervise?tab=parkings`)
    await page.getByText('没有待批准的挂账').waitFor()
    await page.getByText(/已挂账 0 天/).waitFor()
    t.same(await seriousOn(page), [])
    await picture(page, 'supervise-parkings')
    await page.setViewportSize(phone)
    await picture(page, 'supervise-parkings-phone')
  })

  await t.test('past its day it is back by itself', async t => {
    await clock.passes(41 * 86_400_000)
    const page = await desks.sit('t01-cgzd', { path: '/unit', viewport: phone })
    await page.getByText(title).first().click()
    await page.locator('.order-page header').waitFor()
    await mark(page, /挂账至/).waitFor({ state: 'detached' })
    t.match((await theOrder(stack, id)).timeline.find(e => e.kind === 'park.end'), { actor: 'system', detail: { end: 'date', level: 1 } })
  })
})
