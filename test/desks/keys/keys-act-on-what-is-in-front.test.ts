import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { acceptedOrder, stalls, step, theOrder } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, openDesks, phase, shareOnScreen } from '../browser.ts'

t.test('a key acts on what is in front, what is told can be read, ' +
  'and nothing is called empty that was not read', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [], settings: { CALLBACK_WINDOWS: '09:00-12:00,13:30-20:00' } })
  const { sit } = await openDesks(t, stack)
  const filed = async (title: string): Promise<{ id: string, number: string }> =>
    await (await stack.as('8003')).post('/api/work-orders', { ...stalls, title, complainantNumber: '13900001071' })
  const first = await filed('早点摊占道')
  await filed('水果摊占道')
  const dispatcher = await sit('dispatcher', { path: `/dispatch?view=todo&order=${first.id}` })

  await t.test('a dispatch is confirmed by the dialogue in front, not sent by the suggestion behind it', async t => {
    await dispatcher.getByRole('button', { name: /^派遣 →/ }).waitFor()
    await dispatcher.keyboard.press('Alt+Shift+D')
    const dialogue = dispatcher.getByRole('dialog')
    await dialogue.locator('#ask-unitId').click()
    await dispatcher.keyboard.type('T05')
    await dispatcher.keyboard.press('Enter')
    await dialogue.getByTitle('虹桥镇 T05').waitFor()
    await dispatcher.keyboard.press('Alt+U')
    await dispatcher.keyboard.press('Alt+M')
    t.equal(await dispatcher.locator('.ant-modal-wrap:visible').count(), 1, 'the page below it has no keys')
    await dispatcher.keyboard.press('Control+Enter')
    await dialogue.waitFor({ state: 'detached' })
    await dispatcher.locator('.whole header .state-word', { hasText: '待签收' }).waitFor()
    t.match((await theOrder(stack, first.id)).assignments, [{ unit: { id: 'T05' } }], 'it goes to the chosen unit')
  })

  await t.test('an unsaved note is still there on return to its order', async t => {
    await dispatcher.getByLabel('写备注').fill('已电话告知街镇')
    await dispatcher.locator('.order-row', { hasText: '水果摊占道' }).click()
    await dispatcher.locator('.order-page h2', { hasText: '水果摊占道' }).waitFor()
    t.equal(await dispatcher.getByLabel('写备注').inputValue(), '', 'it belongs to the other order')
    await dispatcher.locator('.views button', { hasText: '全部' }).click()
    await dispatcher.locator('.order-row', { hasText: first.number }).click()
    await dispatcher.locator('.order-page h2', { hasText: '早点摊占道' }).waitFor()
    t.equal(await dispatcher.getByLabel('写备注').inputValue(), '已电话告知街镇')
    await dispatcher.getByRole('button', { name: /备\s?注/ }).click()
    await dispatcher.locator('.timeline', { hasText: '已电话告知街镇' }).waitFor()
    await until(async () => await dispatcher.getByLabel('写备注').inputValue() === '', { what: 'kept, and the field is free' })
  })

  await t.test('a merged order says where it is, and one key takes the merge back', async t => {
    const [stays, joins] = [await filed('摊位占了盲道'), await filed('盲道被占')]
    await step(stack, 'dispatcher', joins.id, 'merge', { targetId: stays.id })
    await dispatcher.goto(`${stack.service.address()}/dispatch?view=all&order=${joins.id}`)
    await dispatcher.locator('.whole header .state-word', { hasText: '并单' }).waitFor()
    await dispatcher.keyboard.press('Alt+Shift+B')
    const dialogue = dispatcher.getByRole('dialog')
    await dialogue.locator('#ask-reason').fill('不是同一件事')
    await dispatcher.keyboard.press('Control+Enter')
    await dialogue.waitFor({ state: 'detached' })
    await dispatcher.locator('.whole header .state-word', { hasText: '待派遣' }).waitFor()
    await dispatcher.locator('.timeline', { hasText: '不是同一件事' }).waitFor()
    t.match(await theOrder(stack, joins.id), { state: 'FILED' })
  })

  await t.test('a refusal shows its reason', async t => {
    const order = await acceptedOrder(stack, '13900001072', { title: '人行道堆物', marks: ['elderly'] })
    const officer = await sit('8101', { path: '/callbacks?list=open' })
    const row = officer.locator(`[data-callback="${order.number}"]`)
    await row.click()
    await officer.locator('.callback h2', { hasText: '人行道堆物' }).waitFor()
    await officer.keyboard.press('Alt+T')
    await officer.locator('.callback-facts', { hasText: '袁媛' }).waitFor()
    await until(async () => /袁媛/.test(await row.innerText()), { what: 'the list names who has it' })
    t.notMatch(await row.innerText(), /8101/, 'by name')
    await officer.keyboard.press('Alt+Shift+T')
    await officer.getByRole('dialog').getByRole('button', { name: '明天 14:00' }).click()
    await officer.locator('.ant-message').getByText('没有通话，请写明怎样得知').waitFor()
    await until(async () => await shareOnScreen(officer.locator('.ant-message-notice').last()) > 0.99,
      { what: 'every word of the refusal can be seen', seconds: 4 })
  })

  await t.test('a dispatcher who was given a telephone has its keys', async t => {
    const admin = await stack.as('admin')
    const password = 'xk7-Qm2-pa9-zzu'
    await admin.put('/api/agents/8071', { login: null, displayName: '派遣台话机', webrtc: true })
    await admin.post('/api/users', { login: 'with-telephone', password, roles: ['DISPATCHER'], extension: '8071' })
    const page = await sit('with-telephone', { password, path: '/dispatch' })
    await page.getByText('网页话机').waitFor()
    await page.keyboard.press('Alt+I')
    await phase(page, 'ready')
    t.ok(await page.locator('.phone-key', { hasText: '接听' }).isVisible())
    await page.context().close()
  })

  await t.test('a list says it is empty only after it has been read', async t => {
    const unread = [
      {
        login: '8031',
        path: '/supervise?tab=floor',
        asks: /\/api\/(calls\/waiting|notice|agents)$/,
        place: '.floor',
        empty: /没有人在等待|现在没有公告|未签入\s*0|正在等待 0/
      },
      { login: '8101', path: '/callbacks', asks: /\/api\/callbacks\?/, place: '.callbacks-list', empty: /没有待回访的|现在该打 0/ },
      { login: 'dispatcher', path: '/dispatch?view=returns', asks: /\/api\/work-orders\?/, place: '.board', empty: /没有符合条件的工单/ }
    ]
    for (const { login, path, asks, place, empty } of unread) {
      const page = await sit(login, { path: '/numbers' })
      let refused = 0
      await page.route(asks, async route => { refused++; await route.fulfill({ status: 503, json: { code: 'database-unavailable' } }) })
      await page.goto(new URL(path, stack.service.address()).href)
      await page.locator(place).getByText('尚未读到').first().waitFor()
      await until(() => refused > 0, { what: 'it was asked, and refused', seconds: 30 })
      t.notMatch(await page.locator(place).innerText(), empty, `${path} claims nothing`)
      await page.unroute(asks)
      await page.locator(place).getByText('尚未读到').first().waitFor({ state: 'detached' })
      t.match(await page.locator(place).innerText(), empty, 'and says so as soon as it knows')
      await page.context().close()
    }
  })
})
