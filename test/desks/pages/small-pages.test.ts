import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { acceptedOrder, orderBecomes, stalls } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, confirmed, openDesks, phase, picture, rowOf, shareOnScreen, signedIn } from '../browser.ts'
import { namesChannels, opensItsList } from './figure-lists.ts'

t.test('pages without a story of their own: calendar, places, telephones, blocked numbers, texts, figures, ' +
  'checks, numbers', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [], settings: { WRAP_UP_SECONDS: '60', AGENT_RING_SECONDS: '20' } })
  const { sit } = await openDesks(t, stack)
  const adminApi = await stack.as('admin')
  const admin = await sit('admin', { path: '/admin?tab=days' })

  await t.test('the administrator enters a year', async t => {
    const year = new Date().getFullYear() + 1
    await admin.locator('.ant-segmented-item', { hasText: String(year) }).click()
    await admin.getByText('尚未录入').waitFor()
    const days = admin.getByLabel('每行一天')
    await days.fill(`${year}-01-01 元旦`)
    await admin.getByRole('alert').getByText('第1行看不懂').waitFor()
    const save = admin.getByRole('button', { name: '保存为新版本' })
    t.ok(await save.isDisabled(), 'a line that is not understood is not saved')
    await days.fill(`${year}-01-01 休 元旦\n${year}-01-02 休 元旦\n${year}-01-09 班 调休`)
    await admin.getByLabel('依据').fill('国办发明电〔样例〕1号')
    await save.click()
    await admin.getByText('第1版', { exact: true }).waitFor()
    t.match(await adminApi.get(`/api/calendar/${year}`),
      { edition: 1, days: [{ day: `${year}-01-01`, working: false }, {}, { day: `${year}-01-09`, working: true, name: '调休' }] })
    await admin.locator('.ant-segmented-item', { hasText: String(year - 1) }).click()
    const published = admin.getByRole('button', { name: '按国务院公布的填入' })
    if (await published.isEnabled()) {
      await published.click()
      await until(async () => (await days.inputValue()).split('\n').length > 20, { what: 'the published year stands in the field' })
    }
  })

  await t.test('two administrators at once: neither overwrites the other unseen', async t => {
    const year = new Date().getFullYear() + 2
    await admin.locator('.ant-segmented-item', { hasText: String(year) }).click()
    await admin.getByText('尚未录入').waitFor()
    await admin.getByLabel('每行一天').fill(`${year}-01-01 休 元旦`)
    await adminApi.put(`/api/calendar/${year}`, { edition: null, basis: '', days: [{ day: `${year}-01-03`, working: false, name: '元旦' }] })
    // Opening the page again reads the year again.
    await until(async () => {
      await admin.evaluate(() => { document.dispatchEvent(new Event('visibilitychange', { bubbles: true })) })
      return await admin.getByText('第1版', { exact: true }).count() > 0
    }, { what: 'the other\'s edition is known', seconds: 60 })
    await admin.getByRole('button', { name: '保存为新版本' }).click()
    await admin.locator('.ant-message').getByText('别人刚刚改过').waitFor()
    t.match(await adminApi.get(`/api/calendar/${year}`), { edition: 1, days: [{ day: `${year}-01-03` }] }, 'the other\'s entry stands')
    t.match(await admin.getByLabel('每行一天').inputValue(), `${year}-01-01`, 'and so does what was typed')
    const both = admin.getByRole('alert').filter({ hasText: '别人刚录入了第1版' })
    await both.getByText(`${year}-01-03`).waitFor()
    await both.getByRole('button', { name: '用我的' }).click()
    await admin.getByRole('button', { name: '保存为新版本' }).click()
    await admin.getByText('第2版', { exact: true }).waitFor()

    await admin.getByRole('tab', { name: '人员' }).click()
    await rowOf(admin, 'P20').getByRole('button', { name: /修\s?改/ }).click()
    await adminApi.patch('/api/directory/people/P20', { office: '021-50004999' })
    await admin.getByLabel('职务').fill('副局长（主持）')
    await admin.keyboard.press('Control+Enter')
    await admin.getByRole('dialog').waitFor({ state: 'hidden' })
    const { items } = await adminApi.get<{ items: Array<{ id: string, title: string, office: string }> }>('/api/directory/people')
    t.match(items.find(p => p.id === 'P20'), { title: '副局长（主持）', office: /50004999$/ }, 'the changes of both stand')
  })

  await t.test('a login: one key saves and chooses nothing; what is taken is said; what was typed is not thrown away', async t => {
    await admin.getByRole('tab', { name: '用户与角色' }).click()
    await admin.getByRole('button', { name: /新\s?增/ }).click()
    const form = admin.getByRole('dialog')
    await form.getByLabel('用户名').fill('t01')
    await form.getByLabel('密码').fill('mei you ren zhi dao')
    await form.locator('#roles').focus()
    await admin.keyboard.type('核查')
    await admin.locator('.ant-select-item-option:visible').first().waitFor()
    await admin.keyboard.press('Enter')
    await admin.keyboard.press('Control+Enter')
    await admin.locator('.ant-message').getByText('已有这个用户名').waitFor()
    await form.getByLabel('用户名').fill('xiaowang')
    // While the list of roles is open, Escape closes only the list.
    await admin.locator('.ant-select-dropdown:visible').waitFor({ state: 'detached' })
    await admin.keyboard.press('Escape')
    await admin.locator('.ant-modal-confirm-title', { hasText: '还没有保存' }).waitFor()
    await admin.locator('.ant-modal-confirm').getByRole('button', { name: /取\s?消/ }).click()
    await admin.locator('.ant-modal-confirm').waitFor({ state: 'detached' })
    await form.locator('#roles').focus()
    await admin.keyboard.press('Control+Enter')
    await form.waitFor({ state: 'hidden' })
    const { items } = await adminApi.get<{ items: Array<{ login: string, roles: string[] }> }>('/api/users?limit=200')
    t.same(items.find(u => u.login === 'xiaowang')?.roles, ['VERIFIER'], 'the roles that were chosen')

    // The role changes while the page is open: the page follows.
    const page = await sit('xiaowang', { password: 'mei you ren zhi dao' })
    await page.locator('nav.desks a', { hasText: '现场核查' }).waitFor()
    await adminApi.patch('/api/users/xiaowang', { roles: ['DISPATCHER'] })
    await page.locator('nav.desks a', { hasText: '派遣台' }).waitFor()
    t.equal(await page.locator('nav.desks a', { hasText: '现场核查' }).count(), 0, 'nothing is offered that is refused')
    await page.context().close()
  })

  await t.test('a place is imported, found and removed', async () => {
    await admin.getByRole('tab', { name: '地名' }).click()
    await admin.getByLabel('每行一个').fill('样例新路 T02')
    await admin.getByRole('button', { name: /导\s?入/ }).click()
    await admin.getByText('新增 1 个').waitFor()
    await admin.getByRole('searchbox').fill('样例新路')
    await rowOf(admin, '样例新路').getByRole('button', { name: /删\s?除/ }).click()
    await rowOf(admin, '样例新路').waitFor({ state: 'detached' })
  })

  await t.test('a telephone gets another password, told once', async t => {
    await admin.getByRole('tab', { name: '坐席与分机' }).click()
    await rowOf(admin, '8003').getByRole('button', { name: '换话机密码' }).click()
    await confirmed(admin)
    const told = admin.locator('.ant-modal-confirm-info code')
    await told.waitFor()
    const [row] = await stack.db.query<{ secret: string }>('select sip_password secret from agent where extension = \'8003\'')
    t.equal(await told.innerText(), `8003: ${row?.secret ?? ''}`)
    t.not(row?.secret, stack.logins.find(l => l.extension === '8003')?.sipPassword, 'another than before')
    await confirmed(admin)
  })

  await t.test('a number is blocked, confirmed by a second person and freed', async t => {
    const path = '/supervise?tab=blocked'
    const leader = await sit('8031', { path })
    await leader.getByLabel('号码', { exact: true }).fill('13900001066')
    await leader.getByLabel('拉黑到', { exact: true }).click()
    await leader.locator('.ant-select-item-option', { hasText: '3天' }).click()
    await leader.getByLabel('原因').fill('反复辱骂话务员')
    await leader.getByLabel('依据', { exact: true }).fill('三次提醒后仍辱骂，有录音')
    await leader.getByRole('button', { name: /^拉\s?黑$/ }).click()
    await rowOf(leader, '待第二人确认').waitFor()
    t.equal(await leader.getByRole('button', { name: /^确\s?认$/ }).count(), 0, 'the blocker does not confirm')
    await picture(leader, 'supervise-blocked')
    const second = await sit('supervisor', { path })
    await rowOf(second, '待第二人确认').getByRole('button', { name: /^确\s?认$/ }).click()
    // The first one sees it without a reload.
    await rowOf(leader, '待第二人确认').waitFor({ state: 'hidden' })
    await rowOf(leader, '第二人').waitFor()
    // An agent finds the block by its number and records the person's objection.
    const hears = await sit('supervisor', { path: '/' })
    await hears.getByRole('link', { name: '查号码' }).click()
    await hears.getByLabel('电话号码').fill('139 0000 1066')
    await hears.getByLabel('事由').fill('来电申诉')
    await hears.keyboard.press('Enter')
    await hears.getByRole('button', { name: '登记异议' }).click()
    await hears.getByLabel('对方怎么说').fill('电话被别人用过')
    await hears.getByRole('button', { name: '登记异议' }).click()
    await rowOf(leader, '第二人').getByText('电话被别人用过').waitFor()
    await hears.context().close()
    await second.getByRole('button', { name: /^解\s?除$/ }).click()
    await second.getByLabel('解除原因').fill('本人已道歉')
    await second.getByRole('button', { name: /^解\s?除$/ }).click()
    await second.getByText('没有拉黑的号码').waitFor()
    await second.getByLabel('月度清单').fill(new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' }).slice(0, 7))
    await rowOf(second, '已解除').getByText('本人已道歉').waitFor()
    await second.context().close()
    await leader.context().close()
  })

  await t.test('an unexpected text reply goes to an officer', async () => {
    const { token } = await adminApi.post<{ token: string }>('/api/integration-tokens', { name: 'gateway', purposes: ['sms-gateway'] })
    const sent = await fetch(`${stack.service.address()}/api/sms/replies`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'g-1', from: '13900001044', text: '昨天说的路灯还没修' })
    })
    if (!sent.ok) throw new Error(`the gateway was answered ${sent.status}`)
    const officer = await sit('8101', { path: '/callbacks' })
    const texts = officer.getByRole('region', { name: '市民短信' })
    await texts.getByText('昨天说的路灯还没修').waitFor()
    await texts.getByText('139****1044').waitFor()
    await texts.getByRole('button', { name: '已处理' }).click()
    await texts.waitFor({ state: 'detached' })
    await officer.context().close()
  })

  await t.test('a withheld number is no unknown caller; a passing message covers no key', async t => {
    const agent = await sit('8001', { path: '/agent' })
    await signedIn(agent)
    await agent.keyboard.press('Alt+b')
    const target = agent.getByRole('dialog').getByRole('searchbox')
    await target.fill('13900001009')
    await target.press('Enter')
    await agent.locator('.ant-message').getByText('这里只拨内线').waitFor()
    const call = await stack.network.dial({ from: '13900001009', withheld: true, to: '962000' })
    await phase(agent, 'ringing')
    await agent.keyboard.press('F2')
    await phase(agent, 'talking')
    const caller = agent.getByRole('region', { name: '来电人' })
    await caller.getByText('号码未显示，查不到').first().waitFor()
    t.notMatch(await caller.innerText(), /没有工单|第一次来电/, 'nothing is claimed about who cannot be known')
    await call.hangsUp()
    await phase(agent, 'wrap-up')
    await agent.keyboard.press('Alt+7')
    const told = agent.locator('.ant-message-notice', { hasText: '小结已保存' })
    await until(async () => await shareOnScreen(told) > 0.99, { what: 'what is told in passing stands whole on the screen' })
    for (const word of ['接听', '挂断', '保持']) {
      const covered = await agent.locator('.phone-key', { hasText: word }).first().evaluate(key => {
        const a = key.getBoundingClientRect()
        return [...document.querySelectorAll('.ant-message-notice')].map(n => n.getBoundingClientRect())
          .some(b => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      })
      t.notOk(covered, `${word} is free`)
    }
    await agent.keyboard.press('Alt+r')
    await phase(agent, 'ready')
    await agent.keyboard.press('Alt+p')
    await agent.locator('.ant-dropdown-menu-item', { hasText: '2 用餐' }).waitFor()
    await agent.keyboard.press('2')
    await agent.locator('.phone-state.paused', { hasText: '用餐' }).waitFor()
    await agent.context().close()
  })

  const order = await acceptedOrder(stack, '13900001055', { title: '早点摊占道' })
  const dispatcherApi = await stack.as('dispatcher')
  await dispatcherApi.post('/api/work-orders', { ...stalls, title: '工地扬尘', complainantNumber: '13900001056' })

  await t.test('each figure of boards and wall opens the list it counts', async t => {
    const board = await sit('8031', { path: '/supervise?span=today' })
    await namesChannels(board)
    await opensItsList(t, board, '.asks-body tfoot .figure-link, .asks-body tr[tabindex] .figure-link', 8)
    await board.locator('.asks-body tfoot .figure-link').first().click()
    await board.locator('.figure-list .order-line a').first().click()
    const drawer = board.locator('.ant-drawer .order-page')
    await drawer.waitFor()
    const [bar, open] = [await board.locator('header.bar').boundingBox(), await board.locator('.ant-drawer [role=dialog]').boundingBox()]
    t.ok(bar && open && open.y >= bar.y + bar.height, 'the order stands below the telephone')
    const before = await board.locator('.ant-drawer [role=dialog]').evaluate(d => {
      const { left, top } = d.getBoundingClientRect()
      return d.contains(document.elementFromPoint(left + 20, top + 20))
    })
    t.ok(before, 'and before the list')
    await board.context().close()

    const wall = await sit('supervisor', { path: '/wall' })
    await wall.locator('.wall-tile.rate').first().waitFor()
    await opensItsList(t, wall, '.wall-rates .figure-link', 8)
    // Points of the chart by keyboard: the last of fourteen days is today.
    const days = wall.locator('.wall-charts section').nth(2)
    await days.locator('canvas').waitFor()
    await days.getByRole('img').focus()
    for (let i = 0; i < 14; i++) await wall.keyboard.press('ArrowRight')
    await wall.keyboard.press('Enter')
    const list = wall.getByRole('dialog')
    const said = /受理 (\d+)$/.exec(await list.locator('.ant-modal-title').innerText())
    await list.locator('.figure-list[aria-busy=false]').waitFor()
    t.equal(await list.locator('.figure-list li').count(), Number(said?.[1]), 'a day of the chart opens as many')
    t.ok(Number(said?.[1]) >= 2)
    await wall.context().close()
  })

  await t.test('the shift leader changes what closing waits for, makes an order confidential and lifts it, with reasons; ' +
    'finds it by its number', async t => {
    const leader = await sit('8031', { path: `/dispatch?view=all&order=${order.id}` })
    await leader.getByRole('button', { name: /^改结案条件/ }).click()
    const dialogue = leader.getByRole('dialog')
    await dialogue.getByRole('radiogroup', { name: '现场核查' }).getByText('免除').click()
    await dialogue.getByLabel('理由').fill('照片已足够清楚')
    await dialogue.locator('.ant-modal-footer .ant-btn-primary').click()
    await orderBecomes(stack, order.id, o => o.verificationStatus === 'NOT_REQUIRED')
    await dialogue.waitFor({ state: 'detached' })

    await leader.getByRole('button', { name: '设为保密' }).click()
    await dialogue.waitFor()
    const at = await leader.evaluate(() => [
      document.activeElement?.closest('[role=dialog]') !== null,
      document.activeElement?.matches('.ant-modal-close')
    ])
    t.same(at, [true, false], 'the keyboard is in the dialogue, not on its cross')
    await leader.keyboard.press('Enter')
    t.ok(await dialogue.isVisible(), 'Enter neither closes it nor presses what opened it')
    await dialogue.locator('.ant-modal-footer .ant-btn-primary').click()
    await leader.locator('.order-page header .state-word', { hasText: '保密' }).waitFor()
    await leader.getByRole('button', { name: '解除保密' }).click()
    t.ok(await dialogue.locator('.ant-modal-footer .ant-btn-primary').isDisabled(), 'not without a reason')
    await dialogue.getByLabel('理由').fill('诉求人本人要求')
    await dialogue.locator('.ant-modal-footer .ant-btn-primary').click()
    await leader.locator('.order-page header .state-word', { hasText: '保密' }).waitFor({ state: 'detached' })
    const dispatcher = await sit('dispatcher', { path: `/dispatch?view=all&order=${order.id}` })
    await dispatcher.getByRole('button', { name: '设为保密' }).click()
    await dispatcher.getByRole('dialog').locator('.ant-modal-footer .ant-btn-primary').click()
    await dispatcher.locator('.order-page header .state-word', { hasText: '保密' }).waitFor()
    t.equal(await dispatcher.getByRole('button', { name: '解除保密' }).count(), 0, 'of a dispatched order the shift leader alone lifts it')
    await dispatcher.context().close()

    await leader.getByRole('link', { name: '查号码' }).click()
    await leader.getByLabel('电话号码').fill('139 0000 1055')
    await leader.getByLabel('事由').fill('来电补充材料')
    await leader.keyboard.press('Enter')
    await leader.getByText('早点摊占道').waitFor()
    t.match(await stack.db.query('select actor, detail from audit_entry where action = \'number.search\' and actor = \'8031\''),
      [{ actor: '8031', detail: { orders: 1, reason: '来电补充材料' } }], 'the reader and the reason are on record')
  })
})
