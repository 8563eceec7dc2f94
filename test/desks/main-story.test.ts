import t from 'tap'
import { citizen } from '../harness/story.ts'
import { startStack } from '../harness/stack.ts'
import { cannotTryDesks, openDesks } from './browser.ts'

const shots = process.env.DESK_SHOTS
t.test('a citizen dials, the agent answers in the page and files by keyboard, the unit reports', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [], settings: { WRAP_UP_SECONDS: '60', AGENT_RING_SECONDS: '20' } })
  const desks = await openDesks(t, stack)
  const agent = await desks.sit('8001')
  const see = async (name: string): Promise<void> => { if (shots) await agent.screenshot({ path: `${shots}/${name}.png` }) }
  await agent.getByText('网页话机').waitFor()
  await see('agent-out')
  await agent.keyboard.press('Alt+i')
  await agent.locator('.phone-state.ready').waitFor()

  const zhang = await citizen(stack.network, '13900001001')
  const dialling = zhang.dials('962000')
  await agent.locator('.phone-state.ringing').waitFor()
  await agent.getByText('13900001001').first().waitFor()
  await see('agent-ringing')
  await agent.keyboard.press('F2')
  await agent.locator('.phone-state.talking').waitFor()
  const call = await dialling
  await agent.getByText('草稿已保存').waitFor()
  await see('agent-talking')

  // By keyboard only: the cursor stands in the first field.
  const type = async (text: string): Promise<void> => { await agent.keyboard.insertText(text) }
  const tabTo = async (id: string): Promise<void> => {
    for (let i = 0; i < 8 && !await agent.evaluate(wanted => document.activeElement?.id === wanted, id); i++) await agent.keyboard.press('Tab')
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
  await see('agent-form')
  await agent.keyboard.press('Control+Enter')
  await agent.getByText('已立案，工单号').waitFor()
  const number = await agent.locator('.done .figure').innerText()
  t.match(number, /^\d{8}-\d{6}$/)
  await see('agent-filed')
  await call.does('talk 440|stay')
  await agent.waitForTimeout(1500)
  await zhang.hangsUp()
  await agent.locator('.phone-state.wrap-up').waitFor()
  await see('agent-wrap-up')
  await agent.keyboard.press('Alt+r')
  await agent.locator('.phone-state.ready').waitFor()
  t.ok(call.sound().seconds > 0.5, 'the citizen heard something')
  t.same(desks.outside, [], 'no request leaves the machine')
})
