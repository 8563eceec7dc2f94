import type { Page } from 'playwright-core'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, carriesSound, openDesks, phase, picture, signedIn } from '../browser.ts'

const place = async (page: Page, words: RegExp): Promise<void> => { await page.locator('.phone-place', { hasText: words }).waitFor() }

t.test('a page is rung by each of two PBXs, and talks on when the other dies', { skip: cannotTryDesks() }, async t => {
  const settings = { WRAP_UP_SECONDS: '0', AGENT_RING_SECONDS: '20', QUEUE_SECONDS: '60' }
  const stack = await startStack(t, { desks: ['8003'], moreNodes: ['pbx2'], settings })
  const { network, pbx, db, as, more: [second] } = stack
  if (!second) throw new Error('there is no second PBX')
  const page = await (await openDesks(t, stack)).sit('8001')
  const registeredAt = async (one: typeof pbx): Promise<boolean> => /Avail|NonQual|Created/.test(await one.console('pjsip show aor 8001'))
  await signedIn(page)
  await until(async () => await registeredAt(pbx) && await registeredAt(second.pbx), { what: 'it is registered with both' })

  async function talks (from: string, at: typeof network) {
    const citizen = await at.dial({ from, to: '962000', script: 'talk 440' })
    await phase(page, 'ringing')
    await page.keyboard.press('F2')
    await phase(page, 'talking')
    await carriesSound(page)
    return citizen
  }

  await t.test('either rings it', async () => {
    await (await talks('13900001051', network)).hangsUp()
    await page.locator('.phone-state.talking').waitFor({ state: 'detached' })
  })

  const citizen = await talks('13900001052', second.network)
  await t.test('in a call on one, it is busy for the other', async t => {
    const colleague = await network.dial({ desk: '8003', to: '8001' })
    await colleague.isOver()
    const causes = async () => await db.query<{ cause: number | null }>(
      'select cause from channel where extension = \'8001\' and node = \'pbx1\' and cause is not null order by started_at desc limit 1')
    await until(async () => (await causes())[0]?.cause === 17, { what: 'busy' })
    t.equal(await page.locator('.phone-state.talking').count(), 1)
    await carriesSound(page)
  })

  await t.test('the other dies: the talk goes on, and the bar names it until it is back', async t => {
    await pbx.kill()
    await place(page, /网页话机.*✕ pbx1/)
    t.match(await page.locator('.phone-place').getAttribute('title'), /未连上交换机 pbx1/)
    await picture(page, 'phone-without-one-exchange-zh')
    await carriesSound(page)
    t.equal(citizen.endedAt, null)
    await citizen.hangsUp()
    await page.locator('.phone-state.talking').waitFor({ state: 'detached' })

    const [call] = await db.query<{ id: string }>('select id from call where node = \'pbx2\' and direction = \'inbound\'')
    await network.number('13900001052', 'answer|talk 440')
    await (await as('8001')).post('/api/calls', { callId: call?.id })
    await phase(page, 'ringing')
    await page.keyboard.press('F2')
    await carriesSound(page)
    const rung = await network.rung('13900001052')
    t.equal(rung.endedAt, null, 'a call by hand goes by the PBX that is left')
    await rung.hangsUp()
    await page.locator('.phone-state.talking').waitFor({ state: 'detached' })

    await pbx.start()
    await page.getByTitle('话机就绪', { exact: true }).waitFor()
    await until(async () => await registeredAt(pbx), { what: 'back, it has the telephone again' })
  })

  await t.test('one is taken away: the page lets it go, and is ready', async () => {
    const admin = await as('admin')
    const version = async (): Promise<number> => {
      const { items } = await admin.get<{ items: Array<{ name: string, version: number }> }>('/api/pbx-nodes')
      return items.find(({ name }) => name === 'pbx1')?.version ?? 0
    }
    await admin.post('/api/pbx-nodes/pbx1/drain', { version: await version() })
    await until(async () => (await admin.request('DELETE', `/api/pbx-nodes/pbx1?version=${await version()}`)).status === 200,
      { what: 'with the last call over it can be removed', everyMs: 500 })
    await until(async () => !await registeredAt(pbx), { what: 'the page has left it' })
    await page.getByTitle('话机就绪', { exact: true }).waitFor()
  })
})
