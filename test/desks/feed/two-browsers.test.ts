import t from 'tap'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, openDesks, picture } from '../browser.ts'

await t.test('two people correct one order: the second sees both versions, ' +
  'decides field by field and loses nothing', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [] })
  const { id } = await (await stack.as('dispatcher')).post<{ id: string }>('/api/work-orders', {
    channel: 'MEDIA',
    requestType: 'COMPLAINT',
    categoryCode: '0701',
    title: '早点摊占道',
    description: '菜场门口。',
    place: '莘建东路 10 号',
    townId: 'T01',
    complainantNumber: '13900001003'
  })
  const { sit } = await openDesks(t, stack)
  const path = `/dispatch?view=all&order=${id}`
  const [first, second] = [await sit('dispatcher', { path }), await sit('8031', { path })]
  const opens = async (page: typeof first): Promise<void> => {
    await page.locator('.order-page header').waitFor()
    await page.keyboard.press('Alt+M')
    await page.locator('#matter-title').waitFor()
  }
  await opens(first)
  await opens(second)
  await first.locator('#matter-title').fill('早点摊占道堵路')
  await first.locator('#matter-place').fill('莘建东路 12 号')
  await second.locator('#matter-title').fill('无证早点摊占道')
  await second.locator('#matter-description').fill('菜场门口七八个摊，六点到九点。')
  await first.keyboard.press('Control+S')
  await first.locator('.order-page h2', { hasText: '早点摊占道堵路' }).waitFor()

  // Closing the dialogue or losing the page loses nothing.
  await second.reload()
  await opens(second)
  t.equal(await second.locator('#matter-title').inputValue(), '无证早点摊占道', 'typed text outlives a reload')
  await second.keyboard.press('Control+S')
  const dialogue = second.locator('.field-choices')
  await dialogue.locator('tr[data-field="title"]').waitFor()
  const row = async (field: string): Promise<string[]> => await dialogue.locator(`tr[data-field="${field}"] td`).allInnerTexts()
  t.same((await row('title')).slice(0, 2), ['无证早点摊占道', '早点摊占道堵路'], 'both versions stand side by side')
  t.same((await row('place')).slice(0, 2), ['莘建东路 10 号', '莘建东路 12 号'])
  t.equal(await dialogue.locator('td.chosen').count(), 2, 'a field only one of them changed is settled')
  await picture(second, 'dispatch-two-versions')
  const take = dialogue.locator('.ant-btn-primary')
  t.ok(await take.isDisabled(), 'a field both changed waits for a decision')
  t.notOk(await second.locator('.order-page h2', { hasText: '无证' }).isVisible(), 'nothing was written over')
  await dialogue.locator('tr[data-field="title"] label', { hasText: '我的' }).click()
  await take.click()
  await second.locator('.order-page h2', { hasText: '无证早点摊占道' }).waitFor()
  await first.locator('.order-page h2', { hasText: '无证早点摊占道' }).waitFor()
  const [order] = await stack.db.query<{ title: string, description: string }>('select title, description from work_order where id = $1',
    [id])
  t.same(order, { title: '无证早点摊占道', description: '菜场门口七八个摊，六点到九点。' })
  t.equal((await (await stack.as('dispatcher')).get<{ place: string }>(`/api/work-orders/${id}`)).place, '莘建东路 12 号',
    'the other\'s change is still there')

  // A step on an outdated order: the page shows what happened, and the text stays in the dialogue.
  const before = await (await stack.as('8031')).get<{ version: number }>(`/api/work-orders/${id}`)
  await second.route(`**/api/work-orders/${id}`, async route => { await route.fulfill({ json: before }) })
  await second.locator('.order-actions button', { hasText: '派遣' }).first().click()
  await second.getByRole('dialog').waitFor()
  await (await stack.as('dispatcher')).post(`/api/work-orders/${id}/dispatch`,
    { version: before.version, mode: 'single', unitIds: ['T01'], basis: 'statutory' })
  await first.locator('.order-page header .state-word', { hasText: '待签收' }).waitFor()
  await second.locator('#ask-unitIds, #ask-unitId, #ask-units').first().click()
  await second.keyboard.type('T02')
  await second.keyboard.press('Enter')
  await second.unroute(`**/api/work-orders/${id}`)
  await second.getByRole('dialog').locator('.ant-modal-footer .ant-btn-primary').click()
  const told = second.getByRole('dialog', { name: '别人刚刚改过这张工单' })
  await told.waitFor()
  t.match(await told.innerText(), /待派遣[\s\S]*待签收/, 'how one saw it and how it is now')
})
