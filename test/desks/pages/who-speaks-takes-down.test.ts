// The person who talks with a citizen has the form with the number and the call, whichever way the talk came about.
import t, { type Test } from 'tap'
import type { Page } from 'playwright-core'
import { until } from '../../../src/servers/until.ts'
import { startStack, type Stack } from '../../harness/servers/stack.ts'
import { storyClock } from '../../harness/stories/order-story.ts'
import { citizen } from '../../harness/stories/story.ts'
import { cannotTryDesks, openDesks, phase, picture, signedIn } from '../browser.ts'

interface Filed { state: string, title: string, origin: string | null, numbered: boolean }

const filed = async ({ db }: Stack): Promise<Filed[]> => await db.query<Filed>(`select state, title, origin_call_id origin,
  number_hash is not null numbered from work_order o join request r on r.filed_with = o.id order by received_at`)
const outgoing = async ({ db }: Stack, purpose: string): Promise<{ id: string, disposition: string | null }> =>
  (await db.query<{ id: string, disposition: string | null }>(
    'select id, disposition from call where direction = \'outbound\' and purpose = $1 and merged_into is null order by offered_at desc',
    [purpose]))[0] ?? { id: '', disposition: null }

/** Rings in, and hangs up before anybody answers. @returns the missed call */
async function missed ({ network, db }: Stack, from: string): Promise<string> {
  const before = new Set((await db.query<{ id: string }>('select call_id id from missed_call_return')).map(c => c.id))
  const caller = await network.dial({ from, to: '962000' })
  await caller.isAnswered()
  await caller.hangsUp()
  return await until(async () => {
    const returns = await db.query<{ id: string }>('select call_id id from missed_call_return')
    return returns.find(c => !before.has(c.id))?.id
  }, { what: 'the call is missed' })
}

/** Fills in what is needed and files it. */
async function takesDown (page: Page, title: string): Promise<void> {
  await page.locator('#f-title').fill(title)
  await page.locator('#f-title').focus()
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.insertText('投诉')
  await page.keyboard.press('Enter')
  await page.locator('#f-category').focus()
  await page.keyboard.type('噪')
  await page.locator('.ant-select-item-option:visible').first().waitFor()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+Enter')
  await page.locator('.done .figure').waitFor()
}

const disposed = async (t: Test, stack: Stack, purpose: string): Promise<void> => {
  await until(async () => (await outgoing(stack, purpose)).disposition !== null, { what: 'the call has its disposition' })
  t.equal((await outgoing(stack, purpose)).disposition, 'order', 'said by the order itself')
}

await t.test('a citizen whom the machine rings back: the form opens as the telephone rings, and after a reload',
  { skip: cannotTryDesks() }, async t => {
    const stack = await startStack(t, { desks: [], settings: { QUEUE_SECONDS: '30' } })
    const { network } = stack
    const clock = storyClock(stack)
    await clock.comes('10:00')
    const { sit } = await openDesks(t, stack)
    const caller = await citizen(network, '13900002811')
    await caller.whenRung('ring 0.3|answer|wait 1|press 1|stay 60')
    await missed(stack, '13900002811')
    const page = await sit('8001', { path: '/agent' })
    await signedIn(page)
    await clock.passes(5 * 60_000 + 5000)
    await phase(page, 'ringing')
    await page.locator('#f-title').waitFor()
    await page.locator('.caller').getByText('13900002811').waitFor()
    await page.keyboard.press('F2')
    await phase(page, 'talking')
    await page.reload()
    await page.locator('#f-title').waitFor()
    await page.locator('#f-phone[placeholder="13900002811"]').waitFor()
    await picture(page, 'agent-machine-return-zh')
    await takesDown(page, '回拨后的路灯')
    const { id } = await outgoing(stack, 'missed-call')
    t.match(await filed(stack), [{ state: 'FILED', title: '回拨后的路灯', origin: id, numbered: true }])
    await disposed(t, stack, 'missed-call')
  })

await t.test('a caller whom a person rings back', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [], settings: { QUEUE_SECONDS: '60', WRAP_UP_SECONDS: '120' } })
  const { network, as } = stack
  const { sit } = await openDesks(t, stack)
  const [first, second] = [await missed(stack, '13900002801'), await missed(stack, '13900002803')]
  await network.number('13900002801', 'ring 0.3|answer|stay 90')
  await network.number('13900002803', 'ring 0.3|answer|stay 90')
  const page = await sit('8031', { path: '/agent' })
  await signedIn(page)
  const leader = await as('8031')

  await t.test('the form opens when the citizen answers, with the number and the call', async t => {
    await leader.post('/api/calls', { callId: first })
    await phase(page, 'ringing')
    t.equal(await page.locator('#f-title').count(), 0, 'the citizen is not there yet')
    await page.keyboard.press('F2')
    await phase(page, 'talking')
    await page.locator('#f-title').waitFor()
    // Hidden from who rings by a click, as before.
    await page.locator('#f-phone[placeholder="139****2801"]').waitFor()
    await page.reload()
    await page.locator('#f-title').waitFor()
    await picture(page, 'agent-return-by-hand-zh')
    await takesDown(page, '回拨后说的事')
    const { id } = await outgoing(stack, 'manual')
    t.match(await filed(stack), [{ state: 'FILED', title: '回拨后说的事', origin: id, numbered: true }])
    await disposed(t, stack, 'manual')
    await page.keyboard.press('F4')
    await phase(page, 'wrap-up')
    await page.getByText('小结：这个电话是什么结果').waitFor()
  })

  await t.test('rung for the next one, the bar does not show the last one\'s number', async t => {
    const bar = page.locator('.phone-state')
    t.match(await bar.innerText(), '139****2801')
    await leader.post('/api/calls', { callId: second })
    await phase(page, 'ringing')
    t.notMatch(await bar.innerText(), '2801')
    await page.keyboard.press('F2')
    await phase(page, 'talking')
    await page.locator('#f-title').waitFor()
    await bar.getByText('139****2803').waitFor()
  })

  await t.test('hung up on hold: the bar says that the citizen waits again, and the next agent goes on with the form', async t => {
    const next = await sit('8001', { path: '/agent' })
    await signedIn(next)
    await page.locator('#f-title').fill('还没说完')
    await page.keyboard.press('F8')
    await phase(page, 'held')
    await page.keyboard.press('F4')
    await phase(page, 'wrap-up')
    const said = page.getByText('市民没有挂断，已回到排队。')
    await said.waitFor()
    await picture(page, 'phone-waits-again-zh')
    await page.setViewportSize({ width: 390, height: 844 })
    await said.scrollIntoViewIfNeeded()
    await picture(page, 'phone-waits-again-390-zh')
    await page.setViewportSize({ width: 1366, height: 768 })
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByText('The citizen has not hung up and is back in the queue.').waitFor()
    await phase(next, 'ringing')
    await next.keyboard.press('F2')
    await phase(next, 'talking')
    await until(async () => await next.locator('#f-title').inputValue() === '还没说完', { what: 'the words of the first' })
    await page.getByText('The citizen has not hung up and is back in the queue.').waitFor({ state: 'detached' })
    t.equal((await filed(stack)).length, 2, 'one draft for one citizen')
  })
})
