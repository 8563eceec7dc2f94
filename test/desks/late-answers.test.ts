// The page shows what is so now, also on a slow line.
import t from 'tap'
import { startStack } from '../harness/stack.ts'
import { cannotTryDesks, openDesks, phase } from './browser.ts'

t.test('an answer on its way while the news comes does not undo them', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: ['8001'], settings: { WRAP_UP_SECONDS: '0', AGENT_RING_SECONDS: '20' } })
  const desks = await openDesks(t, stack)
  const page = await desks.sit('8001')
  await phase(page, 'out')
  const self = await stack.as('8001')

  /** The next answer about the agents is made now and arrives when `arrive` is called. */
  const held = async (): Promise<{ made: Promise<void>, arrive: () => Promise<void> }> => {
    const made = Promise.withResolvers<void>()
    const late = Promise.withResolvers<void>()
    await page.route('**/api/agents', async route => {
      const answer = await route.fetch()
      made.resolve()
      await late.promise
      // The page may have given up this request for a newer one.
      await route.fulfill({ response: answer }).catch(() => {})
    }, { times: 1 })
    return { made: made.promise, async arrive () { late.resolve(); await page.waitForTimeout(500) } }
  }

  const answer = await held()
  await page.reload()
  await answer.made
  await page.waitForTimeout(500)
  await self.post('/api/agents/8001/sign-in', {})
  await page.waitForTimeout(500)
  await answer.arrive()
  await phase(page, 'ready')
  t.equal(await page.locator('.phone-state').getAttribute('class'), 'phone-state ready')
})
