import t from 'tap'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, openDesks } from '../browser.ts'

const mobile = (person: string): string => `139000001${person.slice(1)}`
const office = (person: string): string => `500040${person.slice(1)}`

await t.test('a coordinator dials ten people from the page, ' +
  'and the roster shows what really happened', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [], settings: { EMERGENCY_RING_SECONDS: '3', EMERGENCY_KEY_SECONDS: '2' } })
  const { network } = stack
  const joins = 'ring 0.3|answer|wait 0.5|press 2|stay'
  for (const person of ['P20', 'P39', 'P29', 'P19']) await network.number(mobile(person), joins)
  await network.number(mobile('P09'), 'busy', joins)
  await network.number(office('P09'), 'ring')
  for (const number of [mobile('P21'), office('P21')]) await network.number(number, 'ring')
  for (const number of [mobile('P07'), office('P07')]) await network.number(number, 'voicemail 3')
  await network.number(mobile('P08'), 'ring 0.3|answer|wait 0.5|press 1|wait 1|hangup')
  await network.number(mobile('P12'), 'ring 0.3|answer|wait 0.5|press 3')
  await network.number(mobile('P22'), 'ring 0.3|answer|wait 0.5|press 2|wait 2|hangup')
  await network.number(mobile('P05'), joins)

  const { sit, outside } = await openDesks(t, stack)
  const page = await sit('8201')
  await page.fill('#what', '吴泾罐车泄漏')
  await page.click('.plan-list button:has-text("危险化学品泄漏")')
  await page.locator('.people-table b', { hasText: '许文斌' }).waitFor()
  await page.fill('input[aria-label="姓名"]', '现场司机')
  await page.fill('input[aria-label="电话号码"]', mobile('P05'))
  await page.keyboard.press('Enter')
  await page.fill('#place', '吴泾镇龙吴路')
  await page.fill('#reason', '危化品车辆阀门滴漏')
  await page.keyboard.press('Control+Enter')
  await page.locator('.ant-modal-confirm', { hasText: '立即拨打 10 人' }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForSelector('.roster')

  const card = (name: string) => page.locator(`.member[data-member="${name}"]`)
  /** fails by time-out if the card never shows it */
  const stands = async (name: string, state: string): Promise<void> => {
    await page.locator(`.member[data-member="${name}"][data-state="${state}"]`).waitFor({ timeout: 60_000 })
    t.pass(`${name} ${state}`)
  }
  const { items } = await (await stack.as('coordinator 8201')).get<{ items: Array<{ id: string, name: string }> }>('/api/directory/people')
  const named = (person: string): string => items.find(p => p.id === person)?.name ?? person
  await stands(named('P20'), 'joined')
  await stands('现场司机', 'joined')
  await stands(named('P12'), 'cannot-come')
  await stands(named('P22'), 'dropped')
  await stands(named('P09'), 'joined')
  await stands(named('P19'), 'joined')
  await stands(named('P08'), 'acknowledged')
  await stands(named('P21'), 'unreached')
  await stands(named('P07'), 'unreached')
  t.match(await card(named('P08')).innerText(), named('P07'), 'the deputy\'s card names the member')
  t.equal(await page.locator('[data-count="joined"] b').innerText(), '6', 'six sit in the conference')
  t.equal(network.ringsOf(mobile('P20')).length, 1, 'a joined member was rung once')

  await card(named('P29'))
    .getByRole('button', { name: '静 音' })
    .or(card(named('P29')).getByRole('button', { name: '静音', exact: true }))
    .first()
    .click()
  await card(named('P29')).getByText('已静音').waitFor()
  await network.number(mobile('P22'), joins)
  await card(named('P22')).locator('button', { hasText: /重\s*拨/ }).click()
  await stands(named('P22'), 'joined')

  await page.keyboard.press('Alt+e')
  await page.locator('.ant-modal-confirm-btns button', { hasText: '结束事件' }).click()
  await page.waitForSelector('.report')
  t.equal(await page.locator(`.report tr[data-member="${named('P22')}"] td`).last().innerText(), '2', 'the report says: came twice')
  t.equal(await page.locator(`.report tr[data-member="${named('P21')}"]`).getAttribute('data-state'), 'unreached')
  t.same(outside, [], 'no request leaves the machine')
})
