import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { storyClock } from '../../harness/stories/order-story.ts'
import { citizen } from '../../harness/stories/story.ts'
import { cannotTryDesks, openDesks, phase, signedIn } from '../browser.ts'

t.test('a citizen whom the machine rings back has a form with their number, as one who calls', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, {
    desks: [], settings: { QUEUE_SECONDS: '30', WRAP_UP_SECONDS: '60', AGENT_RING_SECONDS: '20' }
  })
  const { network, db } = stack
  const clock = storyClock(stack)
  await clock.comes('10:00')
  const caller = await citizen(network, '13900002811')
  await caller.whenRung('ring 0.3|answer|wait 1|press 1|stay 60')
  await caller.dials('962000')
  await caller.hangsUp()
  await until(async () => (await db.query('select 1 from missed_call_return')).length === 1, { what: 'the call is missed' })
  const { sit } = await openDesks(t, stack)
  const page = await sit('8001', { path: '/agent' })
  await signedIn(page)
  await clock.passes(5 * 60_000 + 5000)
  await phase(page, 'ringing')
  await page.locator('#f-title').waitFor()
  await page.keyboard.press('F2')
  await phase(page, 'talking')
  await page.getByRole('region', { name: '来电人' }).waitFor()
  await page.getByText('草稿已保存').waitFor()
  await page.locator('#f-title').fill('回拨后的路灯')
  await page.locator('#f-title').press('Shift+Tab')
  await page.keyboard.insertText('投诉')
  await page.keyboard.press('Enter')
  await page.locator('#f-category').focus()
  await page.keyboard.type('噪')
  await page.locator('.ant-select-item-option:visible').first().waitFor()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+Enter')
  await page.locator('.done .figure').waitFor()
  t.match(await db.query('select state, number_hash is not null known from work_order where title = \'回拨后的路灯\''),
    [{ state: 'FILED', known: true }])
  const disposition = async (): Promise<string | null | undefined> =>
    (await db.query<{ disposition: string | null }>('select disposition from call where purpose = \'missed-call\''))[0]?.disposition
  await until(async () => await disposition() === 'order', { what: 'the wrap-up says it by itself' })
})
