// The page shows the current state, also on a slow line.
import t from 'tap'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, openDesks, phase } from '../browser.ts'

t.test('an answer on its way while the news comes does not undo them', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: ['8001'], settings: { WRAP_UP_SECONDS: '0', AGENT_RING_SECONDS: '20' } })
  const desks = await openDesks(t, stack)
  const page = await desks.sit('8001')
  await phase(page, 'out')
  const self = await stack.as('8001')

  const made = Promise.withResolvers<void>()
  const late = Promise.withResolvers<void>()
  const delivered = Promise.withResolvers<void>()
  // The next answer about the agents is read now and delivered when the test says so.
  await page.route('**/api/agents', async route => {
    const answer = await route.fetch()
    made.resolve()
    await late.promise
    // The page may have aborted this request for a newer one.
    await route.fulfill({ response: answer }).catch(() => {})
    delivered.resolve()
  }, { times: 1 })

  // A record of what the page reads of the feed.
  await page.addInitScript(() => {
    const whole = window as typeof window & { heard: string }
    whole.heard = ''
    const ask = window.fetch
    window.fetch = async (...about) => {
      const answer = await ask(...about)
      if (!answer.url.endsWith('/api/feed') || answer.body === null) return answer
      const [page, beside] = answer.body.tee()
      void beside.pipeThrough(new TextDecoderStream()).pipeTo(new WritableStream({ write (text) { whole.heard += text } })).catch(() => {})
      return new Response(page, answer)
    }
  })
  const hears = async (what: string): Promise<void> => {
    await page.waitForFunction(words => (window as typeof window & { heard: string }).heard.includes(words), what)
  }
  await page.reload()
  await Promise.all([made.promise, hears('event: hello')])
  await self.post('/api/agents/8001/sign-in', {})
  await hears('"topic":"agent.state"')
  late.resolve()
  await delivered.promise
  await phase(page, 'ready')
  // Data that has arrived is drawn after two frames.
  await page.evaluate(async () => await new Promise(resolve => { requestAnimationFrame(() => { requestAnimationFrame(resolve) }) }))
  t.equal(await page.locator('.phone-state').getAttribute('class'), 'phone-state ready')
})
