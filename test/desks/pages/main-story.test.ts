import { text } from 'node:stream/consumers'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { answers, orderBecomes, step, storyClock } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { citizen } from '../../harness/stories/story.ts'
import { cannotTryDesks, openDesks, picture, seriousOn, soundOf } from '../browser.ts'

t.test('from the call to the closed order on screen: the agent answers in the page and files by keyboard, dispatcher and unit go on, ' +
  'the citizen presses 1', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [], settings: { WRAP_UP_SECONDS: '60', AGENT_RING_SECONDS: '20' } })
  const desks = await openDesks(t, stack)
  const agent = await desks.sit('8001', { signIn: true })
  await agent.locator('.phone-keys').waitFor()
  await agent.getByText('网页话机').waitFor()
  await agent.keyboard.press('Alt+i')
  await agent.locator('.phone-state.ready').waitFor()

  const call = await stack.network.dial({ from: '13900001001', to: '962000' })
  await agent.locator('.phone-state.ringing').waitFor()
  await agent.getByText('13900001001').first().waitFor()
  await picture(agent, 'agent-ringing')
  await agent.keyboard.press('F2')
  await agent.locator('.phone-state.talking').waitFor()
  await call.isAnswered()
  await call.does('talk 440 30')
  await agent.getByText('草稿已保存').waitFor()
  t.same(await seriousOn(agent), [], 'the agent\'s page is accessible in a call')

  // By keyboard only: the cursor is in the first field.
  const type = async (text: string): Promise<void> => { await agent.keyboard.insertText(text) }
  const tabTo = async (id: string): Promise<void> => {
    for (let i = 0; i < 8 && !await agent.evaluate(wanted => document.activeElement?.id === wanted, id); i++) {
      await agent.keyboard.press('Tab')
    }
  }
  await type('沪闵路路灯不亮')
  await agent.keyboard.press('Shift+Tab')
  await type('求助')
  await agent.keyboard.press('Enter')
  await tabTo('f-place')
  await type('莘庄镇 沪闵路 100 号')
  await tabTo('f-town')
  await agent.getByText('按地点推断').waitFor()
  await tabTo('f-category')
  await type('路灯')
  await agent.getByText('路灯不亮、灯杆损坏').first().waitFor()
  await agent.keyboard.press('Enter')
  await tabTo('f-course')
  await type('门口路灯坏了三天，晚上看不清路。')
  await agent.locator('[aria-label="建议承办单位"] .state-word').waitFor()
  await agent.getByText('草稿已保存').waitFor()

  const packets = await soundOf(agent)
  t.ok(packets.sent > 20 && packets.received > 20, `both directions carry packets (${packets.sent} sent, ${packets.received} received)`)
  const title = await stack.db.query<{ title: string, description: string }>(`select title, description from work_order
    where state = 'DRAFT'`)
  t.match(title, [{ title: '沪闵路路灯不亮', description: /三天/ }], 'the draft is on the server')

  await picture(agent, 'agent-call')
  await agent.keyboard.press('Control+Enter')
  await agent.getByText('已立案，工单号').waitFor()
  const number = await agent.locator('.done .figure').innerText()
  t.match(number, /^\d{8}-\d{6}$/)
  await call.hangsUp()
  await agent.locator('.phone-state.wrap-up').waitFor()
  await picture(agent, 'agent-wrap-up')
  t.ok(call.sound().seconds > 0.5, 'the citizen heard something')
  await agent.keyboard.press('Alt+r')
  await agent.locator('.phone-state.ready').waitFor()

  const dispatcher = await desks.sit('dispatcher', { path: '/dispatch?view=todo', signIn: true })
  await dispatcher.getByText('沪闵路路灯不亮').first().click()
  await dispatcher.getByRole('button', { name: /^派遣 →/ }).waitFor()
  t.same(await seriousOn(dispatcher), [], 'the dispatch board is accessible')
  t.match(dispatcher.url(), /order=/, 'the shown order is in the address')
  await dispatcher.keyboard.press('Control+Enter')
  await dispatcher.locator('.whole .state-word').filter({ hasText: '待签收' }).first().waitFor()
  const [lead] = await stack.db.query<{ unit: string }>(
    'select a.unit_id unit from assignment a join work_order o on o.id = a.order_id where o.number = $1',
    [number]
  )

  const handler = await desks.sit((lead?.unit ?? '').toLowerCase(), { path: '/unit', viewport: { width: 390, height: 844 }, signIn: true })
  await handler.getByText('沪闵路路灯不亮').first().click()
  const state = async (word: string): Promise<void> => {
    await handler.locator('.order-page header .state-word').filter({ hasText: word }).waitFor()
  }
  t.same(await seriousOn(handler), [], 'the unit\'s page is accessible on a telephone\'s width')
  await handler.getByRole('button', { name: '签收' }).click()
  await state('已签收')
  await handler.getByRole('button', { name: '到场' }).click()
  await handler.getByRole('button', { name: '取当前位置' }).click()
  await handler.getByText('121.38').waitFor()
  await handler.locator('.ant-modal-footer .ant-btn-primary').click()
  await state('已到场')
  await handler.getByRole('button', { name: '开始处置' }).click()
  await handler.locator('.ant-modal-footer .ant-btn-primary').click()
  await state('处置中')
  // A file goes along; one that is not what its name says stays here, with the reason.
  const files = handler.getByRole('region', { name: '附件' })
  await files.locator('input[type=file]').setInputFiles([
    { name: '灯具检测.txt', mimeType: 'text/plain', buffer: Buffer.from('灯具完好，线路断路。') },
    { name: '现场.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('<script>alert(1)</script>') }
  ])
  await files.getByText('文件内容和扩展名不一致').waitFor()
  t.same(await seriousOn(handler), [], 'files are accessible')
  await files.getByRole('button', { name: '不传了' }).click()
  const [download] = await Promise.all([
    handler.waitForEvent('download'), files.getByRole('link', { name: '灯具检测.txt' }).click()
  ])
  t.equal(download.suggestedFilename(), '灯具检测.txt')
  t.equal(await text(await download.createReadStream()), '灯具完好，线路断路。')
  await dispatcher.getByRole('link', { name: '灯具检测.txt' }).waitFor()
  await handler.getByRole('button', { name: '反馈' }).click()
  await handler.getByLabel('办理情况').fill('已更换灯头，恢复照明。')
  await handler.locator('.ant-modal-footer .ant-btn-primary').click()
  await state('已反馈')
  await until(async () => await dispatcher.locator('.whole .state-word').filter({ hasText: '已反馈' }).count() > 0,
    { what: 'the board says that the unit has reported' })

  // The report is accepted and the lamp is checked; the next day the service rings the complainant, who presses 1 1 1.
  const orderId = new URL(dispatcher.url()).searchParams.get('order') ?? ''
  t.equal(await dispatcher.getByRole('button', { name: '听通话录音' }).count(), 0, 'a dispatcher hears no recording')
  const supervisor = await desks.sit('supervisor', { path: `/dispatch?view=all&order=${orderId}` })
  await supervisor.getByRole('button', { name: '听通话录音' }).click()
  await supervisor.getByLabel('为什么听（会记录）').fill('质检抽听')
  await supervisor.keyboard.press('Enter')
  await until(async () => await supervisor.locator('audio').evaluate((a: HTMLAudioElement) => a.duration > 1 && a.currentTime > 0),
    { what: 'the call is heard from its order' })
  t.same(await stack.db.query('select actor, detail from audit_entry where action = \'call.listen\''),
    [{ actor: 'supervisor', detail: { reason: '质检抽听' } }], 'the listener and the reason are on record')
  const form = supervisor.getByRole('region', { name: '质检评分' })
  for (const [i, points] of [10, 15, 25, 10, 15].entries()) await form.getByRole('spinbutton').nth(i).fill(String(points))
  t.same(await seriousOn(supervisor), [], 'the form is accessible')
  await form.getByRole('button', { name: '记录评分' }).click()
  await supervisor.getByRole('region', { name: '质检', exact: true }).getByText('不合格').waitFor()
  // The agent reads it at once and objects; the shift leader decides.
  await agent.getByLabel('申诉理由').fill('录音里已告知去向')
  await agent.getByRole('button', { name: /^申\s?诉$/ }).click()
  const leader = await desks.sit('8031', { path: '/supervise?tab=quality' })
  await leader.getByText('录音里已告知去向').waitFor()
  await leader.getByRole('spinbutton').nth(3).fill('25')
  await leader.getByLabel('复核意见').fill('录音可证')
  await leader.getByRole('button', { name: /^按新分数改/ }).click()
  await agent.getByText('录音可证').waitFor()
  t.same(await seriousOn(leader), [], 'the list of gradings is accessible')
  const complainant = await citizen(stack.network, '13900001001')
  await step(stack, 't01', orderId, 'accept-report')
  const seen = await orderBecomes(stack, orderId, o => o.state === 'VERIFYING')
  if (seen.verificationStatus === 'PENDING') await step(stack, 'verifier', orderId, 'verify', { passed: true })
  await dispatcher.evaluate(() => { Object.assign(window, { stoodOpen: true }) })
  await storyClock(stack).comes('10:00', 1)
  const asked = await complainant.answers()
  await answers(stack, asked, '1', '1')
  // The page was open overnight: it asks for the password and continues where it was.
  await dispatcher.getByLabel('密码').fill(stack.logins.find(l => l.user === 'dispatcher')?.password ?? '')
  await dispatcher.keyboard.press('Enter')
  await dispatcher.getByLabel('密码').waitFor({ state: 'hidden' })
  await dispatcher.locator('.whole header .state-word').filter({ hasText: '核查' }).first().waitFor()
  await answers(stack, asked, '1')
  await asked.isOver()
  await dispatcher.locator('.whole header .state-word').filter({ hasText: '已结案' }).first().waitFor()
  t.equal(await dispatcher.evaluate(() => 'stoodOpen' in window), true, 'closed on the screen it stood on, without loading the page again')
  await dispatcher.locator('.views button').filter({ hasText: '全部' }).click()
  await dispatcher.locator('.order-row').filter({ hasText: '沪闵路路灯不亮' }).filter({ hasText: '已结案' }).waitFor()
  await picture(dispatcher, 'dispatch-closed')
  t.same(desks.outside, [], 'no request leaves the machine')
})
