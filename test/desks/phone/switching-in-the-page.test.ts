import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, openDesks, phase, signedIn } from '../browser.ts'

t.test('hold, consult, three-way and transfer by the keys of the telephone bar, ' +
  'which say who is there', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [], settings: { WRAP_UP_SECONDS: '60', AGENT_RING_SECONDS: '20' } })
  const desks = await openDesks(t, stack)
  const one = await desks.sit('8001')
  await signedIn(one)

  const call = await stack.network.dial({ from: '13900001003', to: '962000' })
  await phase(one, 'ringing')
  await one.keyboard.press('F2')
  await phase(one, 'talking')
  await call.isAnswered()

  await one.getByText('草稿已保存').waitFor()
  await one.locator('#f-title').focus()
  await one.keyboard.insertText('井盖缺失')
  await until(async () => (await stack.db.query('select 1 from work_order where title = \'井盖缺失\'')).length === 1,
    { what: 'what was typed is kept' })

  const two = await desks.sit('8002')
  await signedIn(two)

  await one.keyboard.press('F8')
  await phase(one, 'held')
  await one.keyboard.press('F8')
  await phase(one, 'talking')

  await one.keyboard.press('Alt+x')
  await one.getByPlaceholder('分机（8开头4位）或电话号码').fill('8002')
  await one.keyboard.press('Enter')
  await phase(one, 'consulting')
  await phase(two, 'ringing')
  await two.locator('.phone-state').getByText('8001 咨询').waitFor()
  await two.keyboard.press('F2')
  await phase(two, 'consulted')
  await two.locator('.phone-state').getByText('8001 咨询').waitFor()
  await until(async () => await two.locator('#f-title').inputValue() === '井盖缺失', { what: 'the colleague sees what has been written' })
  t.equal((await stack.db.query('select 1 from work_order where origin_call_id is not null')).length, 1, 'one draft for the call')
  await one.getByRole('button', { name: /^三方/ }).and(one.locator(':enabled')).waitFor()
  await one.keyboard.press('Alt+s')
  await phase(one, 'three-way')
  await phase(two, 'three-way')
  t.equal(call.endedAt, null, 'the citizen is still there')

  // The first agent leaves; citizen and colleague continue.
  await one.keyboard.press('F4')
  await phase(one, 'wrap-up')
  await phase(two, 'talking')
  t.ok(await two.locator('.phone-key:enabled', { hasText: '保持' }).isVisible(), 'two are left: the keys of a call are there again')
  t.equal(call.endedAt, null, 'the citizen stays with the colleague')
  await one.keyboard.press('Alt+9')
  await one.getByText('小结已保存').waitFor()
  await one.keyboard.press('Alt+r')
  await phase(one, 'ready')
  await call.hangsUp()
  await phase(two, 'wrap-up')
  t.pass('the colleague\'s call ends with the citizen')

  // Between colleagues: no three-way, and each sees the other.
  await two.keyboard.press('Alt+9')
  await two.getByText('小结已保存').waitFor()
  await two.keyboard.press('Alt+r')
  await phase(two, 'ready')
  await one.keyboard.press('Alt+b')
  await one.getByPlaceholder('内线分机号').fill('8002')
  await one.keyboard.press('Enter')
  await phase(two, 'ringing')
  await two.keyboard.press('F2')
  for (const [page, other] of [[one, '8002'], [two, '8001']] as const) {
    await phase(page, 'talking')
    await page.locator('.phone-state').getByText(other).waitFor()
    t.notMatch(await page.locator('.phone-state').innerText(), /三方|未显示号码/)
  }
})
