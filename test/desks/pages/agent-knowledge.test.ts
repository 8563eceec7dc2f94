import type { Locator } from 'playwright-core'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { acceptedOrder, answers, callbackBecomes, step, storyClock, textsAbout } from '../../harness/stories/order-story.ts'
import { citizen } from '../../harness/stories/story.ts'
import { cannotTryDesks, openDesks, phase, picture, seriousOn, signedIn } from '../browser.ts'

/** The line of the new call: that of the previous call may stay a moment longer, with disabled keys. */
const canPress = async (line: Locator): Promise<void> => { await line.locator('button:enabled').first().waitFor() }

t.test('while it rings the agent sees what is open; answers from the knowledge base, sends it, urges and attaches, ' +
  'by keyboard', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [], settings: { WRAP_UP_SECONDS: '60', AGENT_RING_SECONDS: '30' } })
  const other = await stack.as('8003')
  const lamp = await other.post<{ id: string, number: string }>('/api/work-orders', {
    channel: 'HOTLINE_962000',
    requestType: 'HELP',
    categoryCode: '0102',
    title: '沪闵路路灯不亮',
    place: '莘庄镇 沪闵路 100 号',
    townId: 'T01',
    complainantName: '王女士',
    complainantNumber: '13900001077',
    file: true
  })
  await step(stack, 'dispatcher', lamp.id, 'dispatch', { mode: 'single', unitIds: ['D23'], basis: 'statutory' })
  const outage = await other.post<{ id: string, number: string }>('/api/work-orders', {
    channel: 'HOTLINE_962000',
    requestType: 'HELP',
    categoryCode: '1604',
    title: '莘庄镇大面积停电',
    place: '莘庄镇 莘松路',
    townId: 'T01',
    complainantNumber: '13900001088',
    file: true
  })

  const desks = await openDesks(t, stack)
  const page = await desks.sit('8001')
  await signedIn(page)

  // While it rings, before anything is typed.
  const first = await stack.network.dial({ from: '13900001077', to: '962000' })
  await phase(page, 'ringing')
  const caller = page.getByRole('region', { name: '来电人' })
  await caller.getByText('13900001077').waitFor()
  await caller.getByText('沪闵路路灯不亮').waitFor()
  await caller.getByText('莘庄镇 沪闵路 100 号').waitFor()
  await caller.getByText('莘庄镇大面积停电').waitFor()
  await page.locator('.phone-state.ringing').waitFor()
  await picture(page, 'agent-ringing-known-caller')

  await page.keyboard.press('F2')
  await phase(page, 'talking')
  await first.isAnswered()
  await page.getByText('草稿已保存').waitFor()
  await page.keyboard.press('Alt+l')
  t.equal(await page.locator('#f-place').inputValue(), '莘庄镇 沪闵路 100 号', 'the place of the last time, with one key')

  // Searched, read, sent and told by keyboard alone.
  await page.keyboard.press('Alt+q')
  await page.keyboard.insertText('孩子幼升小要准备什么')
  const found = page.getByRole('option', { selected: true })
  await found.getByText('外来随迁子女小学入学要准备什么').waitFor()
  await page.locator('.knowledge .words').getByText('父母一方在有效期内的居住证').waitFor()
  t.same(await seriousOn(page), [], 'the desk is accessible with an article open')
  await picture(page, 'agent-knowledge')
  await page.keyboard.press('Alt+t')
  const text = page.getByRole('dialog')
  await text.getByText('139****1077').waitFor()
  const exact = await text.locator('blockquote').innerText()
  t.match(exact, /^【闵行962000】随迁子女上小学请备/)
  t.ok(await text.getByRole('button', { name: '发送' }).isDisabled(), 'nothing is sent before the caller has agreed')
  await text.getByLabel('来电人同意接收短信').focus()
  await page.keyboard.press('Space')
  t.same(await seriousOn(page), [], 'and so is the text message')
  await picture(page, 'agent-text-message')
  await page.keyboard.press('Control+Enter')
  await text.waitFor({ state: 'detached' })
  await page.keyboard.press('Alt+a')
  await page.getByRole('dialog').getByText('K001').waitFor()
  await until(async () => await page.evaluate(() => document.activeElement?.id) === 'f-reply', { what: 'the keyboard is in the reply' })
  await page.keyboard.press('Control+Enter')
  await page.getByText('已直接答复，工单号').waitFor()
  const number = await page.locator('.done .figure').innerText()
  const [answered] = await stack.db.query<{
    id: string,
    state: string,
    title: string,
    category: string,
    article: string
  }>(`select o.id, o.state, o.title, o.category_code category, e.detail->>'article' article
    from work_order o join order_event e on e.order_id = o.id and e.kind = 'intake.answer' where o.number = $1`, [number])
  t.match(answered, { state: 'ANSWERED', title: '外来随迁子女小学入学要准备什么', category: '1504', article: 'K001' })
  t.match(await textsAbout(stack, answered?.id ?? ''), [{ body: exact }], 'the very text that was shown')
  await first.hangsUp()
  await phase(page, 'wrap-up')
  await page.keyboard.press('Alt+r')
  await phase(page, 'ready')

  // The same citizen again, about the lamp: one key while it rings.
  const second = await stack.network.dial({ from: '13900001077', to: '962000' })
  await phase(page, 'ringing')
  await canPress(caller.locator('li', { hasText: '沪闵路路灯不亮' }))
  await page.keyboard.press('Alt+u')
  await page.getByText('已催办工单').waitFor()
  t.equal(await page.locator('.done .figure').innerText(), lamp.number)
  await until(async () => (await textsAbout(stack, lamp.id)).some(m => m.key.startsWith('urge')), { what: 'the unit is told' })
  const [link] = await stack.db.query('select role from call_work_order where order_id = $1', [lamp.id])
  t.match(link, { role: 'reminder' })
  await page.keyboard.press('F2')
  await phase(page, 'talking')
  await second.hangsUp()
  await phase(page, 'wrap-up')
  await until(async () => (await stack.db.query('select 1 from call where disposition = \'answered\'')).length === 2,
    { what: 'the wrap-up is said by what became of the call' })
  await picture(page, 'agent-urged')
  await page.keyboard.press('Alt+r')
  await phase(page, 'ready')

  // Another caller about the outage joins the complainants of its order.
  const third = await stack.network.dial({ from: '13900001099', to: '962000' })
  await phase(page, 'ringing')
  await canPress(caller.locator('li', { hasText: '莘庄镇大面积停电' }))
  await page.keyboard.press('Alt+g')
  await page.getByText('已附到工单').waitFor()
  t.equal(await page.locator('.done .figure').innerText(), outage.number)
  t.match(
    await stack.db.query(
      'select wants_callback, number_sealed is not null as known from request where order_id = $1 and joined_at is not null', [outage.id]),
    [{ wants_callback: true, known: true }]
  )
  await third.hangsUp()
  await phase(page, 'ready')

  // Two callers in turn, each with an open order: the second sees nothing of the first, and 催办 urges the second's order.
  const before = await stack.network.dial({ from: '13900001077', to: '962000' })
  await phase(page, 'ringing')
  await page.keyboard.press('F2')
  await phase(page, 'talking')
  await page.getByText('草稿已保存').waitFor()
  await page.locator('#f-title').fill('楼道堆物')
  await caller.getByText('沪闵路路灯不亮').waitFor()
  await before.hangsUp()
  await phase(page, 'wrap-up')
  await page.keyboard.press('Alt+7')
  await page.locator('.disposition .ant-btn-primary').waitFor()
  await page.keyboard.press('Alt+r')
  await phase(page, 'ready')
  const next = await stack.network.dial({ from: '13900001088', to: '962000' })
  await phase(page, 'ringing')
  await page.keyboard.press('F2')
  await phase(page, 'talking')
  await caller.getByText('13900001088').waitFor()
  await caller.getByText('莘庄镇大面积停电').waitFor()
  for (const name of ['来电人', '建议承办单位', '知识库']) t.equal(await page.getByRole('region', { name }).count(), 1, `one panel "${name}"`)
  t.notMatch(await page.locator('.agent-desk').innerText(), /13900001077|沪闵路/, 'nothing of the caller before')
  const urges = async (orderId: string): Promise<number> => (await textsAbout(stack, orderId)).filter(m => m.key.startsWith('urge')).length
  const urgedBefore = await urges(lamp.id)
  await caller.locator('li', { hasText: '莘庄镇大面积停电' }).getByRole('button', { name: /催\s?办/ }).click()
  await page.getByText(/已催办工单|已记录催办/).waitFor()
  t.equal(await page.locator('.done .figure').innerText(), outage.number)
  const tabs = await page.getByRole('tab').allInnerTexts()
  t.same(tabs.filter(tab => tab.startsWith('✓')).length, 1, `one draft is done: ${tabs.join(', ')}`)
  t.equal(await urges(lamp.id), urgedBefore, 'nobody was urged for the caller before')
  await page.getByRole('tab', { name: '楼道堆物' }).click()
  await page.locator('#f-title').waitFor()
  t.equal(await page.locator('#f-title').inputValue(), '楼道堆物', 'the matter is still to be filed')
  t.match(await stack.db.query('select state from work_order where title = \'楼道堆物\''), [{ state: 'DRAFT' }])
  await next.hangsUp()

  // The agent reports a mistake in the article; its editor corrects it.
  await page.keyboard.press('Control+Enter')
  await page.keyboard.press('Alt+q')
  await page.keyboard.insertText('jzz')
  await page.getByRole('option', { selected: true }).getByText('居住证怎么办').waitFor()
  await page.getByRole('button', { name: '内容有误' }).click()
  await page.getByRole('dialog').getByRole('textbox').fill('现在十个工作日就能拿到')
  await page.getByRole('button', { name: '提 交' }).click()
  const editor = await desks.sit('kb', { path: '/admin' })
  await editor.getByText('现在十个工作日就能拿到').waitFor()
  await editor.getByRole('button', { name: 'K003' }).click()
  await editor.getByLabel('短信答复').waitFor()
  t.same(await seriousOn(editor), [], 'the editor\'s page is accessible')
  await editor.getByLabel('标题').fill('居住证十个工作日拿到')
  await picture(editor, 'admin-article')
  await editor.keyboard.press('Control+Enter')
  await page.getByRole('option').getByText('居住证十个工作日拿到').waitFor()
  await editor.getByRole('button', { name: '已处理' }).click()
  await editor.getByText('现在十个工作日就能拿到').waitFor({ state: 'detached' })
  t.same(desks.outside, [], 'no request leaves the machine')
})

t.test('a citizen who pressed 0 in a callback is asked the rest beside the call; ' +
  'nothing is claimed about a number that is hidden again', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, {
    desks: [],
    settings: { WRAP_UP_SECONDS: '60', AGENT_RING_SECONDS: '30', CALLBACK_WINDOWS: '09:00-12:00,13:30-20:00', CALLBACK_RING_SECONDS: '25' }
  })
  const clock = storyClock(stack)
  const complainant = await citizen(stack.network, '13900001018')
  const { id } = await acceptedOrder(stack, complainant.number)
  await step(stack, 'verifier', id, 'verify', { passed: true })
  await clock.comes('08:50', 1)
  const desks = await openDesks(t, stack)
  const page = await desks.sit('8001')
  await signedIn(page)
  await clock.comes('09:00')
  const call = await complainant.answers()
  await answers(stack, call, '1', '0')
  await phase(page, 'ringing')
  await page.keyboard.press('F2')
  await phase(page, 'talking')
  const questions = page.locator('fieldset', { hasText: '此人有一个待答的回访' })
  await questions.locator('.ant-radio-group').nth(1).locator('.ant-radio-wrapper').first().click()
  const saved = page.waitForRequest(request => request.method() === 'POST' && request.url().endsWith('/answers'))
  await questions.getByRole('button', { name: '保存回访' }).click()
  t.match((await saved).postDataJSON(), { calledIn: false, solved: 'yes' }, 'nobody writes that the citizen rang us')
  const { attemptList } = await callbackBecomes(stack, id, c => c.solved === 'yes')
  t.match(attemptList, { length: 1, 0: { method: 'machine', person: true } }, 'the machine\'s attempt is completed')
  await call.hangsUp()
  await phase(page, 'wrap-up')
  await page.keyboard.press('Alt+r')
  await phase(page, 'ready')

  const caller = page.getByRole('region', { name: '来电人' })
  const first = await stack.network.dial({ from: '13900001991', to: '962000' })
  await phase(page, 'ringing')
  await page.keyboard.press('F2')
  await phase(page, 'talking')
  await caller.getByText('第一次来电').waitFor()
  await caller.getByText('没有工单').waitFor()
  await first.hangsUp()
  await phase(page, 'wrap-up')
  await caller.getByText('号码对您隐藏，查不到').nth(1).waitFor()
  t.notMatch(await caller.innerText(), /没有工单|第一次来电/)
})
