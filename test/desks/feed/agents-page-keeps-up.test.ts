import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { stalls, step } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, openDesks, phase } from '../browser.ts'

t.test('the agent\'s page follows its orders, and keeps what a citizen has answered', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [], settings: { WRAP_UP_SECONDS: '0', AGENT_RING_SECONDS: '20' } })
  const { sit } = await openDesks(t, stack)
  const { id } = await (await stack.as('8001')).post<{ id: string }>('/api/work-orders', { ...stalls, complainantNumber: '13900001002' })
  const page = await sit('8001', { path: '/agent' })
  await page.getByText('网页话机').waitFor()

  await t.test('an order of mine is dispatched and signed: the page says so without a reload', async () => {
    const mine = page.getByRole('region', { name: '我的今日' }).locator('.order-line', { hasText: '早点摊占道' })
    await mine.getByText('待派遣').waitFor()
    await step(stack, 'dispatcher', id, 'dispatch', { mode: 'single', unitIds: ['T01-CGZD'], basis: 'statutory' })
    await mine.getByText('待签收').waitFor({ timeout: 10_000 })
    await step(stack, 't01-cgzd', id, 'sign')
    await mine.getByText('待签收').waitFor({ state: 'detached', timeout: 10_000 })
  })

  await t.test('answers to a callback outlive another draft and a reload', async t => {
    await page.route(/\/api\/callbacks\/awaiting/, async route => {
      await route.fulfill({ json: { items: [{ id: 'cb-1', orderNumber: '20261129-000001' }] } })
    })
    await page.keyboard.press('Alt+i')
    await phase(page, 'ready')
    const call = await stack.network.dial({ from: '13900001002', to: '962000' })
    await phase(page, 'ringing')
    await page.keyboard.press('F2')
    await call.isAnswered()
    const asked = page.locator('fieldset', { hasText: '20261129-000001' })
    const ticked = async (): Promise<string[]> => await asked.locator('.ant-radio-wrapper-checked').allInnerTexts()
    await asked.locator('.ant-radio-wrapper', { hasText: '是' }).first().click()
    await asked.locator('.ant-radio-wrapper', { hasText: '否' }).last().click()
    t.same(await ticked(), ['是', '否'])
    await page.keyboard.press('Alt+n')
    await asked.waitFor({ state: 'detached' })
    await page.locator('.draft-tabs button').first().click()
    await asked.waitFor()
    t.same(await ticked(), ['是', '否'], 'after another draft')
    await page.reload()
    await asked.waitFor()
    await until(async () => (await ticked()).length === 2, { what: 'both are ticked after a reload', seconds: 10 })
    if (!call.endedAt) await call.hangsUp()
  })

  await t.test('in English the reason for a unit is English, and each sign-out has a name of its own', async t => {
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('button', { name: /^Leave queue/ }).or(page.getByRole('button', { name: /^Join queue/ })).first().waitFor()
    t.equal(await page.getByRole('button', { name: /^Sign out/ }).count(), 1)
    const { id } = await (await stack.as('8001')).post<{ id: string }>('/api/work-orders', { ...stalls, complainantNumber: '13900001002' })
    const dispatcher = await sit('dispatcher', { path: `/dispatch?view=todo&order=${id}` })
    await dispatcher.getByRole('button', { name: 'English' }).click()
    const suggested = dispatcher.locator('.box.row', { hasText: '→' })
    await suggested.waitFor()
    await until(async () => !/[一-鿿]/u.test(await suggested.innerText()), { what: 'no Chinese beside the suggested unit', seconds: 10 })
  })
})
