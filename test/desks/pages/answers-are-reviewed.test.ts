import type { Locator, Page } from 'playwright-core'
import t from 'tap'
import { orderBecomes, stalls, step, theOrder } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, openDesks, picture, seriousOn, signedIn } from '../browser.ts'

const phone = { width: 390, height: 844 }
const press = async (page: Page, name: RegExp): Promise<void> => { await page.getByRole('button', { name }).first().click() }
const ok = async (page: Page): Promise<void> => { await page.locator('.ant-modal-footer .ant-btn-primary').click() }
const answerOn = (page: Page): Locator => page.getByRole('region', { name: '答复内容' })
const rowOf = (page: Page, title: string): Locator => page.locator('.order-row').filter({ hasText: title })

t.test('an enterprise complains, and its answer is drafted, held back, worded anew and reviewed', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [] })
  const desks = await openDesks(t, stack)

  await t.test('an enterprise with its credit code is taken down', async t => {
    const page = await desks.sit('8001', { path: '/agent' })
    await signedIn(page)
    await page.keyboard.press('Alt+n')
    await page.locator('#f-title').fill('门口修路，货车进不来')
    await page.locator('#f-who').fill('沪莘商贸有限公司')
    t.equal(await page.locator('#f-credit-code').count(), 0, 'a person has no code')
    await page.locator('#f-kind').click()
    await page.locator('.ant-select-item-option', { hasText: '企业' }).click()
    for (const [field, word] of [['#f-type', '投诉'], ['#f-category', '路灯']] as const) {
      await page.locator(field).fill(word)
      await page.locator('.ant-select-item-option', { hasText: word }).first().click()
    }
    await page.locator('#f-credit-code').fill('9135O100M000I00Y43')
    t.same(await seriousOn(page), [], 'the form is accessible')
    await page.keyboard.press('Control+Enter')
    await page.getByText('末位是校验码').waitFor()
    await picture(page, 'agent-credit-code')
    await page.locator('#f-credit-code').fill('91350100 m000100y43')
    await page.keyboard.press('Control+Enter')
    await page.locator('#f-credit-code').waitFor({ state: 'detached' })
    const agent = await stack.as('8001')
    const { items } = await agent.get<{ items: Array<{ id: string, title: string }> }>('/api/work-orders?state=FILED')
    const { complainant } = await agent.get<{ complainant: object }>(`/api/work-orders/${items[0]?.id ?? ''}`)
    t.match(complainant, { name: '沪莘商贸有限公司', kind: 'ENTERPRISE', creditCode: '91350100M000100Y43' }, 'in its one spelling')
  })

  const title = '早点摊占道，学校门口'
  const { id } = await (await stack.as('8003')).post<{ id: string }>('/api/work-orders',
    { ...stalls, title, complainantName: '李建国', complainantNumber: '13900001021', unitText: '请清理门口早点摊。' })
  await step(stack, 'dispatcher', id, 'dispatch', { mode: 'single', unitIds: ['T01-CGZD'], basis: 'statutory' })
  for (const verb of ['sign', 'arrive', 'start']) await step(stack, 't01-cgzd', id, verb)

  await t.test('a draft that names the complainant is not accepted', async t => {
    const unit = await desks.sit('t01-cgzd', { path: `/unit?view=work&order=${id}`, viewport: phone })
    await press(unit, /^反馈/)
    await unit.getByLabel('办理情况').fill('已劝离摊主，恢复通行。')
    await unit.getByLabel(/^答复市民/).fill('李建国您好，早点摊已劝离。')
    t.same(await seriousOn(unit), [], 'the report is accessible')
    await picture(unit, 'unit-report-answer')
    await ok(unit)
    await answerOn(unit).getByText('待审核').waitFor()
    const town = await desks.sit('t01', { path: `/unit?view=report&order=${id}` })
    await press(town, /^采纳反馈/)
    await ok(town)
    await town.getByText('答复里写有诉求人的姓名').waitFor()
    await picture(town, 'town-answer-names')
    t.equal((await theOrder(stack, id)).state, 'REPORTED')
    // Who may accept may word it anew; then the own draft waits for somebody else.
    await town.keyboard.press('Escape')
    await press(town, /^拟答复/)
    t.equal(await town.getByLabel(/^答复市民/).inputValue(), '李建国您好，早点摊已劝离。', 'what stands is there to be worded anew')
    await town.getByLabel(/^答复市民/).fill('您反映的早点摊已劝离，谢谢您的来电。')
    await ok(town)
    await answerOn(town).getByText('您反映的早点摊已劝离').waitFor()
    await press(town, /^采纳反馈/)
    await ok(town)
    await orderBecomes(stack, id, o => o.state === 'VERIFYING')
    t.equal(await town.getByRole('button', { name: /^审核答复/ }).count(), 0, 'its author is not offered the review')
    await picture(town, 'town-answer-waits')
  })

  await t.test('everybody asked and seen, it waits in a view of its own', async t => {
    await step(stack, '8031', id, 'checks', { verification: 'waived', callback: 'waived', reason: '已当面核实' })
    t.equal((await theOrder(stack, id)).state, 'VERIFYING')
    const board = await desks.sit('dispatcher', { path: '/dispatch' })
    await board.getByRole('button', { name: /^待审答复\s?1/ }).click()
    await rowOf(board, title).click()
    await answerOn(board).getByText('待审核').waitFor()
    await picture(board, 'dispatch-answers')
    t.same(await seriousOn(board), [], 'the board is accessible')
    const marked = board.locator('.viewer-mark')
    t.match(await marked.getAttribute('data-words'), /^dispatcher \d{4}-\d\d-\d\d \d\d:\d\d$/)
    await board.emulateMedia({ media: 'print' })
    t.ok(await marked.isVisible(), 'the mark is printed')
    t.equal(await marked.evaluate(mark => getComputedStyle(mark).printColorAdjust), 'exact', 'also where backgrounds are not')
    await picture(board, 'dispatch-answers-printed')
    await board.emulateMedia({ media: null })
    await press(board, /^审核答复/)
    await rowOf(board, title).waitFor({ state: 'detached' })
    await orderBecomes(stack, id, o => o.state === 'CLOSED')
    await answerOn(board).getByText('已审核', { exact: true }).waitFor()
    await picture(board, 'dispatch-answer-reviewed')
    await board.setViewportSize(phone)
    await answerOn(board).scrollIntoViewIfNeeded()
    await picture(board, 'dispatch-answer-reviewed-phone')
    await board.setViewportSize({ width: 1366, height: 768 })
    await press(board, /^English/)
    await board.getByRole('region', { name: 'Answer to the citizen' }).getByText('Reviewed', { exact: true }).waitFor()
    await picture(board, 'dispatch-answer-english')
  })

  t.same(desks.outside, [], 'no request leaves the machine')
})
