import t from 'tap'
import { stalls, step } from '../harness/order-story.ts'
import { startStack } from '../harness/stack.ts'
import { cannotTryDesks, openDesks } from './browser.ts'

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
})
