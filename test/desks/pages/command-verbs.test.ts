import type { Locator } from 'playwright-core'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { listenFor, type Tones } from '../../harness/telephones/listening.ts'
import type { NetworkCall } from '../../harness/telephones/network.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, openDesks, picture, seriousOn } from '../browser.ts'

const mobile = (person: string): string => `139000001${person.slice(1)}`
/** everybody speaks in a tone of their own, higher than those in prompts */
const tone: Tones = { P16: 1510, P17: 1630, P34: 1770, P25: 1890, P23: 2050, P26: 2230, P24: 2410 }
const word = (text: string): RegExp => new RegExp([...text].join('\\s?'))
const press = async (card: Locator, text: string): Promise<void> => {
  await card.locator('button', { hasText: word(text) }).first().click()
}

t.test('every verb of the coordinator\'s board, on telephones that ring and talk', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, {
    desks: [],
    settings: {
      EMERGENCY_ROOM_SIZE: '2',
      EMERGENCY_RING_SECONDS: '25',
      EMERGENCY_KEY_SECONDS: '40',
      EMERGENCY_ATTEMPTS: '1',
      WRAP_UP_SECONDS: '1'
    }
  })
  const { network } = stack
  const joins = (person: string): string => `ring 0.3|answer|wait 0.3|press 2|talk ${tone[person] ?? 0}`
  await network.anybody('busy')
  for (const person of ['P16', 'P17']) await network.number(mobile(person), 'ring', joins(person))
  for (const person of ['P34', 'P25', 'P23', 'P24']) await network.number(mobile(person), joins(person))
  await network.number(mobile('P26'), `answer|talk ${tone.P26 ?? 0}`)
  await network.number(mobile('P22'), 'ring 0.3|answer|wait 0.3|press 3')
  await network.number(mobile('P28'), 'ring 0.3|answer|wait 0.3|press 1|stay')
  await network.number('13900180009', 'busy', 'ring 0.3|answer|wait 0.3|press 2|stay')

  const desks = await openDesks(t, stack)
  const page = await desks.sit('8201', { viewport: { width: 1920, height: 1080 } })
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write', 'microphone'])
  const { items } = await (await stack.as('coordinator 8201')).get<{ items: Array<{ id: string, name: string }> }>('/api/directory/people')
  const named = (person: string): string => items.find(p => p.id === person)?.name ?? person
  const card = (name: string): Locator => page.locator(`.member[data-member="${named(name)}"]`)
  const stands = async (name: string, state: string): Promise<void> => {
    await page.locator(`.member[data-member="${named(name)}"][data-state="${state}"]`).waitFor({ timeout: 30_000 })
  }
  const roster = async (): Promise<string[]> =>
    await page.locator('.member').evaluateAll(all => all.map(m => m.getAttribute('data-member') ?? ''))

  // Plans found by what happened.
  await page.fill('#what', '雪后结冰')
  await page.click('.plan-list button:has-text("雨雪冰冻")')
  await page.locator('.people-table b', { hasText: named('P16') }).waitFor()
  await page.fill('#reason', '主干道结冰')
  await page.getByText(word('依次拨打')).click()
  await picture(page, 'command-start')
  await page.keyboard.press('Control+Enter')
  await page.locator('.ant-modal-confirm', { hasText: '立即拨打 8 人' }).locator('.ant-btn-primary:focus').waitFor()
  await page.keyboard.press('Enter')
  await stands('P16', 'ringing')

  // Waiting members are reordered, and are rung in that order.
  await press(card('P34'), '排到下一个')
  await until(async () => (await roster()).indexOf(named('P34')) < (await roster()).indexOf(named('P17')),
    { what: 'P34 stands before P17' })
  for (const before of ['P25', 'P26']) {
    await card('P28').getByRole('button', { name: '提前一位' }).click()
    await until(async () => (await roster()).indexOf(named('P28')) < (await roster()).indexOf(named(before)),
      { what: `P28 stands before ${before}` })
  }
  await press(card('P16'), '跳过')
  await stands('P34', 'joined')
  await stands('P17', 'ringing')
  t.equal(network.ringsOf(mobile('P16')).length, 1)
  await press(card('P25'), '拨打')
  await stands('P25', 'joined')
  t.same(['P22', 'P23'].map(p => network.ringsOf(mobile(p)).length), [0, 0], 'out of turn: nobody else was rung for it')
  await page.keyboard.press('Alt+Shift+S')
  await page.getByText('已停止拨打').waitFor()
  await network.ringsOf(mobile('P17'))[0]?.isOver()
  await picture(page, 'command-stopped')
  await page.keyboard.press('Alt+Shift+S')
  await stands('P28', 'acknowledged')
  t.same(['P17', 'P22', 'P23'].map(p => network.ringsOf(mobile(p)).length), [2, 1, 1], 'after the stop the turns go on')
  await stands('P22', 'cannot-come')
  await card('P26').getByText('已接听，未按键').waitFor()
  await press(card('P16'), '重拨')
  await stands('P16', 'joined')

  // The chair joins by the telephone in the page.
  await page.keyboard.press('F7')
  await page.locator('.phone-state.ringing').waitFor()
  t.notMatch(await page.locator('.phone-state').innerText(), /\d:\d\d/, 'how long nobody rang says nothing of how long it rings')
  await page.keyboard.press('F2')
  await stands('协调员 8201', 'joined')
  const seated = ['P16', 'P17', 'P34', 'P25', 'P23']
  for (const person of seated) await stands(person, 'joined')
  await page.locator('.member.speaking').first().waitFor()
  // Five called members: the chair is on the roster and in no count.
  t.equal(await page.locator('[data-count="joined"] b').innerText(), '5')
  t.same(await seriousOn(page), [], 'the board is accessible')
  await picture(page, 'command-board-wall')
  const big = await card('P34').locator('.member-state').evaluate(e => Number.parseFloat(getComputedStyle(e).fontSize))
  t.ok(big >= 28, `a state is ${big} px high on a wall`)

  const lines = new Map<string, NetworkCall>()
  for (const person of [...seated, 'P26']) lines.set(person, network.ringsOf(mobile(person)).at(-1) as NetworkCall)
  /** whom each of these hears, measured at the same time */
  const hear = async (phase: string, wanted: Record<string, string[]>): Promise<void> => {
    t.same(await listenFor(wanted, lines, tone), wanted, phase)
  }
  /** each of these hears all the others who talk */
  const among = (listeners: readonly string[], talkers = listeners): Record<string, string[]> =>
    Object.fromEntries(listeners.map(who => [who, talkers.filter(other => other !== who).sort()]))

  await hear('all talk', { ...among(seated), P26: [] })
  await press(card('P25'), '静音')
  await card('P25').getByText('已静音').waitFor()
  await hear('one is muted', among(['P16', 'P34'], ['P16', 'P17', 'P34', 'P23']))
  await press(card('P25'), '取消静音')
  await card('P25').getByText('已静音').waitFor({ state: 'detached' })
  await page.keyboard.press('Alt+m')
  await page.getByText('全体静音中').waitFor()
  await card('P34').getByText('已静音').waitFor()
  await hear('only commanders', among(['P25', 'P34'], ['P16']))
  await page.keyboard.press('Alt+m')
  await page.getByText('全体静音中').waitFor({ state: 'detached' })
  for (const person of ['P34', 'P17']) await page.getByRole('checkbox', { name: `选中 ${named(person)}` }).check()
  await page.getByRole('button', { name: '两人私下通话' }).click()
  for (const person of ['P34', 'P17']) await card(person).getByText('私下通话', { exact: true }).waitFor()
  await hear('two apart', { P34: ['P17'], P16: ['P23', 'P25'] })
  await press(card('P34'), '结束私下通话')
  await until(async () => await page.locator('.member-facts').getByText('私下通话', { exact: true }).count() === 0, { what: 'both are back' })
  await press(card('P23'), '移出')
  await page.getByLabel('移出的原因').fill('无关人员')
  await page.keyboard.press('Enter')
  await card('P23').getByText('已移出', { exact: true }).waitFor()
  t.equal(await page.locator('[data-count="dropped"] b').innerText(), '0', 'a member put out has not dropped')
  await page.locator('[data-count="joined"]').click()
  await until(
    async () => await page.locator('.roster > .member').count() === Number(await page.locator('[data-count="joined"] b').innerText()),
    { what: 'a figure shows as many as it counts' }
  )
  await page.locator('[data-count="joined"]').click()
  await lines.get('P23')?.isOver()
  await hear('one is put out', among(['P16', 'P34'], ['P16', 'P17', 'P34', 'P25']))

  // A member who pressed no key: spoken with alone, then admitted.
  await press(card('P26'), '单独通话')
  await press(card('P26'), '准其入会')
  await stands('P26', 'joined')
  await card('P26').getByText('口头确认入会').waitFor()
  await hear('admitted', among(['P16', 'P26'], ['P16', 'P17', 'P34', 'P25', 'P26']))

  // A stand-in for a member who cannot come; another person by number, busy at first.
  await press(card('P22'), '找人代替')
  await page.getByLabel('姓名（通讯录）').last().fill(named('P24'))
  await page.keyboard.press('Enter')
  await page.locator('.chosen-person', { hasText: mobile('P24') }).waitFor()
  await page.keyboard.press('Control+Enter')
  await stands('P24', 'joined')
  await page.keyboard.press('Alt+a')
  await page.getByRole('dialog').getByLabel('姓名', { exact: true }).fill('道班值班员')
  await page.getByRole('dialog').getByLabel('电话号码').fill('13900180009')
  await page.keyboard.press('Enter')
  await stands('道班值班员', 'unreached')
  await page.keyboard.press('Alt+d')
  await stands('道班值班员', 'joined')

  // A locked conference lets nobody in; the recording is shown.
  await page.keyboard.press('Alt+l')
  await page.locator('.mark', { hasText: '已锁定' }).waitFor()
  const waiting = network.ringsOf(mobile('P28')).at(-1) as NetworkCall
  await waiting.presses('2')
  // The line is kept: once the conference is unlocked, 2 may be pressed again.
  await card('P28').getByText('要求入会时会议已锁定').waitFor()
  t.equal(await card('P28').getAttribute('data-state'), 'acknowledged', 'nobody comes in through a locked door')
  await page.keyboard.press('Alt+l')
  await page.locator('.mark', { hasText: '已锁定' }).waitFor({ state: 'detached' })
  await card('P28').getByText('要求入会时会议已锁定').waitFor({ state: 'detached' })
  await waiting.presses('2')
  await stands('P28', 'joined')
  await page.keyboard.press('Alt+Shift+R')
  await page.locator('.mark', { hasText: '录音中' }).waitFor()
  await page.keyboard.press('Alt+Shift+R')
  await page.locator('.mark', { hasText: '录音中' }).waitFor({ state: 'detached' })
  await page.keyboard.press('Alt+Shift+R')
  await page.locator('.mark', { hasText: '录音中' }).waitFor()
  await page.getByText('播报与短信内容').click()
  await page.getByText('应急通知：雪后结冰').waitFor()
  const texts = await stack.db.query<{ to: string }>('select 1 from sms_message where subject like \'incident:%\'')
  t.ok(texts.length >= 8, 'a text message goes beside every call')

  await page.setViewportSize({ width: 1366, height: 768 })
  await picture(page, 'command-board')
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByText('Mute all').waitFor()
  await picture(page, 'command-board-english')
  t.notMatch(await page.locator('.board').innerText(), /\b(member|state|e|o|r)\.[a-z]/, 'every word has its English')
  await page.getByRole('button', { name: '中文' }).click()
  const told = await page.locator('.timeline').innerText()
  for (const step of [
    '调整顺序', '跳过', '停止拨打', '继续拨打', '静音', '全体静音', '私下通话', '回到会议', '移出会议', '单独通话', '口头确认准其入会', '加入名单', '锁定会议', '解锁', '开始录音', '停止录音'
  ]) {
    t.match(told, new RegExp(`${step}[^]*周静怡`), `the timeline tells: ${step}, and by whom`)
  }

  await page.keyboard.press('Alt+e')
  await page.locator('.ant-modal-confirm-btns button', { hasText: '结束事件' }).click()
  await page.locator('.report').waitFor()
  t.notMatch(await page.locator('.phone-state').innerText(), /139/, 'the conference was with nobody alone')
  await page.keyboard.press('Alt+c')
  await page.getByText('已复制').waitFor()
  const pasted = await page.evaluate(async () => await navigator.clipboard.readText())
  const coordinator = await stack.as('coordinator 8201')
  const { items: [ended] } = await coordinator.get<{ items: Array<{ id: string }> }>('/api/incidents')
  const { members } = await coordinator.get<{ members: Array<{ chair: boolean, joins: number }> }>(`/api/incidents/${ended?.id ?? ''}`)
  const dialled = members.filter(m => !m.chair)
  const came = dialled.filter(m => m.joins > 0).length
  t.equal(members.length, dialled.length + 1, 'the chair, there already, was not dialled')
  t.match(pasted, new RegExp(`雪后结冰，周静怡启动雨雪冰冻灾害应急预案，依次拨打${dialled.length}人，到会${came}人.*不能来1人：${named('P22')}`),
    'the report is pasted as a paragraph')
  t.match(pasted, `移出1人：${named('P23')}`)
  await picture(page, 'command-report')
  t.same(desks.outside, [], 'no request leaves the machine')
})
