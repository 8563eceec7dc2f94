import type { Page } from 'playwright-core'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import {
  acceptedOrder, answers, callbackBecomes, orderBecomes, step, storyClock, type OrderSeen
} from '../../harness/stories/order-story.ts'
import { startStack, type Stack } from '../../harness/servers/stack.ts'
import { citizen } from '../../harness/stories/story.ts'
import { cannotTryDesks, openDesks, phase, picture, seriousOn, signedIn } from '../browser.ts'

const row = (page: Page, order: OrderSeen) => page.locator(`[data-callback="${order.number}"]`)
const status = async (page: Page, wanted: string): Promise<void> => { await page.locator(`.callback[data-status="${wanted}"]`).waitFor() }
/** Matches the whole word: 满意, not 非常不满意. */
const pressed = (page: Page, group: string, word: string) => page.getByRole('group', { name: group })
  .locator('button[aria-pressed="true"]', { hasText: new RegExp(`^\\s*${[...word].join('\\s?')}\\s*(Alt|$)`) })

async function toBeAsked (stack: Stack, number: string, over: object = {}): Promise<OrderSeen> {
  const order = await acceptedOrder(stack, number, over)
  await step(stack, 'verifier', order.id, 'verify', { passed: true })
  return order
}

/** A callback has its own questions: no disposition is asked, and the officer becomes ready. */
async function nextCall (page: Page): Promise<void> {
  await phase(page, 'wrap-up')
  await page.locator('.disposition', { hasText: '不用小结' }).waitFor()
  await page.keyboard.press('Alt+r')
  await phase(page, 'ready')
}

t.test('a callback officer takes over after 0, rings by hand, hears what was said and decides, ' +
  'by keyboard', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, {
    desks: [],
    settings: { WRAP_UP_SECONDS: '60', AGENT_RING_SECONDS: '20', CALLBACK_WINDOWS: '09:00-12:00,13:30-20:00', CALLBACK_RING_SECONDS: '25' }
  })
  const clock = storyClock(stack)
  const [zero, reporter, angry] = [
    await citizen(stack.network, '13900001015'),
    await citizen(stack.network, '13900001016'),
    await citizen(stack.network, '13900001017')
  ]
  const taken = await toBeAsked(stack, zero.number, { title: '路口护栏倒了' })
  const reported = await toBeAsked(stack, reporter.number, { title: '黑诊所', requestType: 'REPORT_OF_WRONG' })
  const bad = await toBeAsked(stack, angry.number, { title: '夜间施工' })
  await clock.comes('08:50', 1)

  const desks = await openDesks(t, stack)
  const page = await desks.sit('8101', { path: '/callbacks' })
  await signedIn(page)
  await page.getByRole('button', { name: /^今\s?天/ }).click()
  await row(page, bad).waitFor()
  t.equal(await page.locator('.callback-row').count(), 3, 'three are due today')
  t.match(await row(page, bad).innerText(), /夜间施工[^]*139\*{4}1017/, 'in the list the number is masked')

  // At nine o'clock the machine rings two of them.
  await clock.comes('09:00')
  const angryCall = await angry.answers()
  await answers(stack, angryCall, '1', '3', '5', '1')
  await angryCall.isOver()
  const zeroCall = await zero.answers()
  await answers(stack, zeroCall, '1', '0')

  // The other presses 0: the telephone in the page rings, and the callback opens by itself with the answers so far.
  await phase(page, 'ringing')
  await page.locator('.on-the-line').waitFor()
  await page.locator('.callback h2', { hasText: '路口护栏倒了' }).waitFor()
  await picture(page, 'callbacks-ringing')
  const pagesBefore = await page.evaluate(() => history.length)
  await page.keyboard.press('F2')
  await phase(page, 'talking')
  await page.getByText('市民在您的线上').waitFor()
  t.equal(await page.evaluate(() => history.length), pagesBefore, 'it opened once: answering turns no further page')
  await pressed(page, '承办单位联系过您吗？', '是').waitFor()
  t.same(await seriousOn(page), [], 'the page is accessible in a call')
  await page.keyboard.press('Alt+Shift+A')
  await page.keyboard.press('Alt+Shift+X')
  await page.getByLabel('市民原话').fill('来得很快，就是灰大')
  // Typed text is kept while another callback is open.
  await row(page, bad).click()
  await page.locator('.callback h2', { hasText: '夜间施工' }).waitFor()
  await row(page, taken).click()
  await page.locator('.callback h2', { hasText: '路口护栏倒了' }).waitFor()
  await pressed(page, '满意程度', '满意').waitFor()
  t.equal(await page.getByLabel('市民原话').inputValue(), '来得很快，就是灰大')
  await picture(page, 'callbacks-call')
  await page.keyboard.press('Control+Enter')
  await status(page, 'CONFIRMED')
  await zeroCall.hangsUp()
  t.ok(zeroCall.sound().seconds > 1, 'the citizen heard somebody')
  await nextCall(page)
  t.match(await callbackBecomes(stack, taken.id, c => c.status === 'CONFIRMED'),
    { contacted: true, solved: 'yes', grade: 4, attempts: 1, attemptList: [{ person: true, callId: /./ }] })
  await orderBecomes(stack, taken.id, o => o.state === 'CLOSED')

  // A report of wrongdoing is called by a person: through the dialler, with the full number only on the line.
  await page.getByRole('button', { name: /^现在该打/ }).click()
  await row(page, reported).click()
  await page.locator('.big-number', { hasText: '13900001016' }).waitFor()
  await page.keyboard.press('Alt+c')
  await phase(page, 'ringing')
  t.equal(reporter.timesRung(), 0, 'the officer\'s own telephone first')
  await page.keyboard.press('F2')
  const reporterCall = await reporter.answers()
  await phase(page, 'talking')
  await page.getByText('市民在您的线上').waitFor()
  await reporterCall.does('talk 440 30')
  for (const keys of ['Alt+Shift+Q', 'Alt+Shift+D', 'Alt+Shift+V', 'Alt+Shift+I']) await page.keyboard.press(keys)
  await page.getByLabel('市民原话').fill('关了两天又开了')
  await page.keyboard.press('Control+Enter')
  await status(page, 'OFFICER')
  await reporterCall.hangsUp()
  await nextCall(page)
  await pressed(page, '不满意原因', '结果').waitFor()
  await page.getByLabel('说明').fill('未查封到位，请复查')
  await picture(page, 'callbacks-decide')
  await page.keyboard.press('Alt+Shift+R')
  await status(page, 'REWORK')
  t.match(await callbackBecomes(stack, reported.id, () => true),
    {
      contacted: true,
      solved: 'no',
      grade: 2,
      reason: 'result',
      freeWords: '关了两天又开了',
      attemptList: [{ method: 'officer', answered: true }]
    })
  t.match(await orderBecomes(stack, reported.id, o => o.cycle === 2), { reworkCount: 1 }, 'back to the unit')

  // Bad answers given to the machine: the recording is played with a reason, then explained.
  await page.getByRole('button', { name: /^不满意待处理/ }).click()
  await row(page, bad).click()
  await page.getByRole('button', { name: '听录音' }).click()
  await page.getByLabel('为什么听（会记录）').fill('核对不满意的原因')
  await page.keyboard.press('Enter')
  await page.locator('audio').waitFor()
  await until(async () => await page.locator('audio').evaluate((a: HTMLAudioElement) => a.duration > 1 && a.currentTime > 0),
    { what: 'the recording plays' })
  t.match(await stack.db.query('select actor, detail from audit_entry where action = \'callback.listen\''),
    [{ actor: '8101', detail: { attempt: 1, reason: '核对不满意的原因' } }], 'the listener and the reason are on record')
  await page.keyboard.press('Alt+Shift+P')
  await page.getByLabel('说明').fill('夜间施工有许可，已解释')
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByText('Back to the unit').waitFor()
  await picture(page, 'callbacks-english')
  t.notMatch(await page.locator('.callbacks').innerText(), /\b(status|why|list|method|reason|o)\.[a-z]/i, 'every word has its English')
  t.same(await seriousOn(page), [], 'and is accessible')
  await page.keyboard.press('Alt+Shift+E')
  await status(page, 'EXPLAINED')
  await orderBecomes(stack, bad.id, o => o.state === 'CLOSED')
  t.same(desks.outside, [], 'no request leaves the machine')
})
