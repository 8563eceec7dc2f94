import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { stalls } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, openDesks, phase, shareOnScreen } from '../browser.ts'

t.test('an agent with two tabs loses no word, ' +
  'and nobody stays on the line of a seat that was left', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [], settings: { WRAP_UP_SECONDS: '60', AGENT_RING_SECONDS: '20' } })
  const { sit } = await openDesks(t, stack)
  const caller = '13900001081'
  await (await stack.as('8003')).post('/api/work-orders', { ...stalls, complainantNumber: caller })
  const agent = await sit('8001', { signIn: true })
  const stateOf = async (): Promise<string | undefined> =>
    (await stack.db.query<{ state: string }>('select state from agent where extension = \'8001\''))[0]?.state
  const leave = agent.getByRole('button', { name: '退出登录' })
  /** calls of the page that carry sound, by the browser's own count */
  const carried = async (): Promise<number> =>
    await agent.evaluate(() => window.telephoneConnections().length)
  await agent.getByText('网页话机').waitFor()

  await t.test('text typed in one tab appears in the other, whichever tab is loaded again', async t => {
    await agent.keyboard.press('Alt+N')
    await agent.locator('#f-title').fill('路口积水')
    const other = await agent.context().newPage()
    await other.goto(agent.url())
    await until(async () => await other.locator('#f-title').inputValue() === '路口积水', { what: 'the draft stands in the second tab' })
    await agent.locator('#f-course').fill('现场群众口头反映。')
    await until(async () => await other.locator('#f-course').inputValue() === '现场群众口头反映。', { what: 'and what is written there since' })
    await other.keyboard.press('Alt+N')
    await other.locator('#f-title').fill('另一件')
    await agent.reload()
    await agent.locator('.draft-tabs button', { hasText: '路口积水' }).click()
    t.equal(await agent.locator('#f-course').inputValue(), '现场群众口头反映。', 'nothing was written over')
    await agent.locator('.draft-tabs button', { hasText: '另一件' }).waitFor()
    for (const title of ['另一件', '路口积水']) {
      await agent.locator('.draft-tabs button', { hasText: title }).click()
      await agent.getByRole('button', { name: '关闭草稿' }).click()
      await agent.locator('.ant-modal-confirm-btns .ant-btn-primary').click()
      await agent.locator('.draft-tabs button', { hasText: title }).waitFor({ state: 'detached' })
    }
    await until(async () => await other.locator('.draft-tabs button').count() === 0, { what: 'closed in one, gone in both' })
    await other.close()
  })

  await agent.getByText('网页话机').waitFor()
  await agent.keyboard.press('Alt+I')
  await phase(agent, 'ready')
  const call = await stack.network.dial({ from: caller, to: '962000', script: 'talk 440' })
  await phase(agent, 'ringing')
  await agent.keyboard.press('F2')
  await phase(agent, 'talking')
  await agent.getByText('草稿已保存').waitFor()

  await t.test('below a dialogue the page has no keys, the telephone has', async t => {
    await agent.getByRole('region', { name: '来电人' }).locator('button', { hasText: '催办' }).first().waitFor()
    await agent.keyboard.press('Alt+J')
    await agent.locator('#f-reject-reply').fill('正在诉讼中。')
    await agent.keyboard.press('Alt+U')
    await agent.keyboard.press('Alt+N')
    await agent.keyboard.press('F9')
    await agent.locator('.phone-key.on', { hasText: '取消静音' }).waitFor()
    await agent.keyboard.press('F9')
    t.equal(await agent.locator('.draft-tabs button').count(), 1, 'no other draft')
    await agent.keyboard.press('Escape')
    await agent.getByRole('dialog').waitFor({ state: 'detached' })
    await agent.locator('#f-title').waitFor()
    const urges = async (): Promise<unknown[]> =>
      await stack.db.query('select detail->>\'reason\' as reason from order_event where kind = \'case.urge\'')
    t.same(await urges(), [], 'and nobody was urged')

    // The caller asks for an old order after another matter was begun: both are handled.
    await agent.locator('#f-title').fill('路灯不亮')
    await agent.locator('#f-course').fill('新问题：路灯坏了。')
    await agent.keyboard.press('Alt+U')
    await agent.locator('.ant-message').getByText('已催办工单').waitFor()
    t.same(await urges(), [{ reason: '市民来电催办。' }], 'the words of the other matter stay out of it')
    t.equal(await agent.locator('#f-title').inputValue(), '路灯不亮', 'and can still be filed')
  })

  await t.test('an agent with a citizen on the line cannot sign out', async t => {
    await leave.click()
    await agent.locator('.ant-message').getByText('不能退出登录').waitFor()
    await until(async () => await shareOnScreen(agent.locator('.ant-message-notice').last()) > 0.99, { what: 'it can be read', seconds: 6 })
    t.ok(await agent.locator('.phone-state.talking').isVisible())
    t.equal(await carried(), 1)
  })

  await t.test('a telephone that leaves the page closes its microphone', async t => {
    await agent.locator('.phone-place').click()
    await agent.getByRole('dialog').getByRole('button', { name: '改用桌面话机' }).click()
    await until(async () => await carried() === 0, { what: 'the page carries no sound any more' })
    await until(async () => await stateOf() !== 'talking', { what: 'the exchange knows that the citizen is gone' })
    t.equal(call.endedAt, null, 'the citizen is kept')
    await call.hangsUp()
  })

  await t.test('a signed-out agent is offered no calls', async t => {
    await agent.locator('.phone-place').click()
    await agent.getByRole('dialog').getByRole('button', { name: '改用网页话机' }).click()
    await agent.getByTitle('话机就绪').waitFor()
    await until(async () => {
      await agent.keyboard.press('Alt+9')
      await agent.keyboard.press('Alt+R')
      return await agent.locator('.phone-state.ready').isVisible()
    }, { what: 'the agent is ready again', everyMs: 500 })
    await leave.click()
    // The answer being written exists only here: the page asks first.
    await agent.getByRole('dialog').getByRole('button', { name: '仍要退出' }).click()
    await agent.getByLabel('用户名').waitFor()
    t.equal(await stateOf(), 'out')
  })
})
