import type { Page } from 'playwright-core'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, carriesSound, openDesks, phase, signedIn } from '../browser.ts'

t.test('a page loaded anew, crashed or cut off in mid-call gets its citizen back', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [], settings: { WRAP_UP_SECONDS: '60', AGENT_RING_SECONDS: '20' } })
  const desks = await openDesks(t, stack)
  const page = await desks.sit('8001')
  await signedIn(page)

  const citizen = await stack.network.dial({ from: '13900001004', to: '962000', script: 'talk 440' })
  const asked: string[] = []
  page.on('dialog', dialog => {
    asked.push(dialog.type())
    void dialog.accept()
  })
  // A reload while it rings declines nothing: the agent is rung again and is not paused.
  await phase(page, 'ringing')
  await page.reload()
  const rung = async (): Promise<number> => (await stack.db.query('select 1 from channel where extension = \'8001\'')).length
  await until(async () => await rung() === 2, { what: 'the agent\'s telephone is rung again', seconds: 30 })
  await phase(page, 'ringing')
  t.same(await stack.db.query('select 1 from agent_event where reason = \'declined\''), [])
  await page.keyboard.press('F2')
  await phase(page, 'talking')
  await page.getByText('草稿已保存').waitFor()
  await page.locator('#f-title').focus()
  await page.keyboard.insertText('路面塌陷')
  await page.getByText('草稿已保存').waitFor()
  await carriesSound(page)

  const gone = async (times: number): Promise<void> => {
    await until(async () => (await stack.db.query('select 1 from call_event where kind = \'agent-gone\'')).length === times,
      { what: `the exchange noticed it ${times} times`, seconds: 15 })
  }
  const backAgain = async (browser: Page): Promise<void> => {
    await phase(browser, 'talking')
    await carriesSound(browser)
    t.equal(citizen.endedAt, null, 'the citizen is still there')
  }

  asked.length = 0
  await page.reload()
  t.same(asked, ['beforeunload'], 'the page asks before it goes in a call')
  await gone(1)
  await backAgain(page)
  t.equal(await page.locator('#f-title').inputValue(), '路面塌陷', 'the same draft')

  // A crash sends no message: the exchange notices the missing sound.
  const session = await page.context().newCDPSession(page)
  void session.send('Page.crash').catch(() => {})
  await page.waitForEvent('crash')
  await gone(2)
  const again = await page.context().newPage()
  await again.goto(stack.service.address() + '/agent')
  await backAgain(again)

  await again.keyboard.press('F4')
  await citizen.isOver()
  t.ok(citizen.sound().level > 0, 'the citizen heard music while waiting')
  await phase(again, 'wrap-up')
  const calls = await stack.db.query<{ orders: number }>(`select (select count(*)::int from work_order where origin_call_id = c.id) orders
    from call c where merged_into is null`)
  t.same(calls, [{ orders: 1 }], 'one call, one draft')
  const ends = await stack.db.query<{ cause: number }>('select cause from channel where extension = \'8001\' order by started_at')
  t.same(ends.map(e => e.cause).slice(-3), [41, 44, 16], 'the page said that it goes, the crashed one was missed, the last one hung up')
})
