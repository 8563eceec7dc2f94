import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { addSampleOrders } from '../../../src/bin/sample-orders.ts'
import { createSealing } from '../../../src/db/sealing.ts'
import { startStack, type Stack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, openDesks, seriousOn } from '../browser.ts'

/** Elements reached by Tab that are invisible or have no name; there should be none. */
async function poorStops (page: Page, stops: number): Promise<string[]> {
  const poor: string[] = []
  await page.locator('body').click({ position: { x: 1, y: 1 } })
  for (let i = 0; i < stops; i++) {
    await page.keyboard.press('Tab')
    const found = await page.evaluate(() => {
      const at = document.activeElement
      if (!at || at === document.body) return null
      // a component may show the focus of its field around it
      let marked = false
      for (let around: Element | null = at, up = 0; around && up < 4; around = around.parentElement, up++) {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(around)
        marked ||= (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none'
      }
      return marked ? null : at.outerHTML.slice(0, 140)
    })
    if (found !== null) poor.push(found)
  }
  return poor
}

interface Visit {
  login: string
  path: string
  stands: string
  viewport?: { width: number, height: number }
  english?: true
  open?: (page: Page) => Promise<void>
}

const firstOrder = async (page: Page): Promise<void> => {
  await page.locator('.order-row').first().click()
  await page.locator('.order-page header').waitFor()
}
const dialogue = (page: Page) => page.getByRole('dialog').first()

const visits: readonly Visit[] = [
  {
    login: '8001',
    path: '/agent',
    stands: '.phone-keys',
    english: true,
    open: async page => { await page.keyboard.press('Alt+n'); await page.locator('#f-title').waitFor() }
  },
  { login: 'dispatcher', path: '/dispatch?view=all', stands: '.order-row', english: true, open: firstOrder },
  {
    login: 'dispatcher',
    path: '/dispatch?view=open',
    stands: '.order-row',
    open: async page => { await firstOrder(page); await page.keyboard.press('Alt+M'); await dialogue(page).waitFor() }
  },
  {
    login: 'dispatcher',
    path: '/dispatch?view=todo',
    stands: '.order-row',
    open: async page => {
      await firstOrder(page)
      await page.locator('.order-actions button').first().click()
      await dialogue(page).waitFor()
    }
  },
  { login: 't01', path: '/unit', stands: '.views', viewport: { width: 390, height: 844 } },
  { login: 'd01', path: '/unit', stands: '.views' },
  { login: 'verifier', path: '/verify', stands: '.verify-desk, main h2' },
  { login: '8101', path: '/callbacks', stands: 'main h2, main .box' },
  { login: '8201', path: '/command', stands: '#what', english: true },
  { login: '8031', path: '/supervise', stands: '.plain-table' },
  { login: 'supervisor', path: '/wall', stands: '.wall-chart canvas', english: true },
  { login: 'supervisor', path: '/supervise?tab=floor', stands: '.floor', english: true },
  { login: 'admin', path: '/admin', stands: 'main .ant-tabs, main .box, main table', english: true }
]

/** A person with two visits in a row stays signed in: checking a password takes much processor time. */
async function signIn (stack: Stack, page: Page, login: string): Promise<void> {
  await page.context().clearCookies()
  const password = stack.logins.find(l => l.user === login)?.password
  const answer = await page.context().request.post(`${stack.service.address()}/api/session`, { data: { login, password } })
  if (!answer.ok()) throw new Error(`${login} cannot sign in: ${answer.status()}`)
}

async function visit (
  t: Test, stack: Stack, page: Page, { login, path, stands, viewport = { width: 1366, height: 768 }, english, open }: Visit
): Promise<void> {
  await page.setViewportSize(viewport)
  await page.goto(stack.service.address() + path)
  await page.locator(stands).first().waitFor()
  if (english) {
    t.same(await seriousOn(page), [], `${path} of ${login}`)
    t.same(await poorStops(page, 14), [], `${path}: every stop of the Tab key is seen`)
    await page.evaluate(() => { localStorage.setItem('language', 'en') })
    await page.reload()
    await page.locator(stands).first().waitFor()
  }
  await open?.(page)
  t.same(await seriousOn(page), [], `${path} of ${login}${english ? ', in English' : ''}`)
  // At 1366 zoomed to 150 %, and on a mobile: nothing overflows sideways.
  for (const width of [911, 390]) {
    await page.setViewportSize({ width, height: 700 })
    const fits = page.waitForFunction(() => {
      const main = document.querySelector('main.page')
      return main !== null && main.scrollWidth <= main.clientWidth && document.documentElement.scrollWidth <= innerWidth
    }, null, { timeout: 30_000 })
    t.ok(await fits.then(() => true, () => false), `${path} fits into ${width} pixels`)
  }
  await page.evaluate(() => { localStorage.clear() })
}

async function sampleOrders (stack: Stack): Promise<void> {
  await addSampleOrders({ db: stack.db, sealing: createSealing(Buffer.alloc(32, 7)), timeZone: 'Asia/Shanghai' })
}

t.test('no page keeps anybody out: contrast, names, headings and focus on every desk, ' +
  'in both languages', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [] })
  await sampleOrders(stack)
  const desks = await openDesks(t, stack)
  const page = await (await desks.browser.newContext({ locale: 'zh-CN', permissions: ['microphone'] })).newPage()
  page.setDefaultTimeout(30_000)
  const outside: string[] = []
  page.on('request', request => {
    if (!request.url().startsWith(stack.service.address()) && !/^(data|blob):/.test(request.url())) outside.push(request.url())
  })
  await page.goto(stack.service.address())
  await page.getByLabel('密码').waitFor()
  t.same(await seriousOn(page), [], 'signing in')
  for (const [i, one] of visits.entries()) {
    if (visits[i - 1]?.login !== one.login) await signIn(stack, page, one.login)
    await visit(t, stack, page, one)
  }
  t.same(outside, [], 'no request leaves the machine')
})
