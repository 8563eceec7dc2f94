// Takes a picture of every desk. Without arguments from a district of its own that is brought to life (needs what the tests
// need); or of a service that runs: npm run screenshots -- <its address> <its logins.json>. ONLY=wall,admin takes some.
import { mkdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { ensureConsole } from '../../src/bin/prepare/console-build.ts'
import { browserFlags, chromiumProgram } from './chromium.ts'
import { openLivingDistrict } from './living-district.ts'

interface Place {
  address: string
  logins: ReadonlyArray<{ user: string, password: string }>
  incidentId: string | null
  stop: () => Promise<void>
}
type Size = 'desk' | 'phone' | 'wall'
const sizes = { desk: { width: 1366, height: 768 }, phone: { width: 390, height: 844 }, wall: { width: 1920, height: 1080 } }

interface Picture {
  name: string
  login: string
  path: string
  size?: Size
  /** what is on the page when the picture is taken */
  stands: string
  before?: (page: Page) => Promise<void>
}

const opened = (row: string, stands: string) => async (page: Page): Promise<void> => {
  await page.locator(row).first().click()
  await page.locator(stands).first().waitFor()
}
const firstOrder = opened('.order-row', '.order-page header')

const pictures = ({ incidentId }: Place): Picture[] => [
  { name: 'sign-in', login: '', path: '/', stands: 'input[type=password]' },
  {
    name: 'agent',
    login: '8001',
    path: '/agent',
    stands: '.phone-keys',
    before: async page => { await page.keyboard.press('Alt+n'); await page.locator('#f-title').waitFor() }
  },
  { name: 'dispatch', login: 'dispatcher', path: '/dispatch?view=open', stands: '.order-row' },
  { name: 'dispatch-order', login: 'dispatcher', path: '/dispatch?view=todo', stands: '.order-row', before: firstOrder },
  { name: 'unit', login: 't01', path: '/unit?view=work', stands: '.views', before: firstOrder },
  { name: 'unit-phone', login: 't01', path: '/unit?view=work', size: 'phone', stands: '.views' },
  { name: 'unit-order-phone', login: 't01', path: '/unit?view=work', size: 'phone', stands: '.views', before: firstOrder },
  { name: 'sub-centre', login: 't06', path: '/unit?view=sign', stands: '.views', before: firstOrder },
  { name: 'verify', login: 'verifier', path: '/verify', stands: '.order-row', before: firstOrder },
  {
    name: 'callbacks',
    login: '8101',
    path: '/callbacks?list=open',
    stands: '.callback-row',
    before: opened('.callback-row', '.callback h2')
  },
  {
    name: 'command',
    login: '8201',
    path: incidentId === null ? '/command' : `/command/${incidentId}`,
    stands: incidentId === null ? '#what' : '.member'
  },
  {
    name: 'command-start',
    login: '8201',
    path: '/command',
    stands: '#what',
    before: async page => {
      await page.fill('#what', '吴泾罐车泄漏')
      await page.locator('.plan-list button').first().click()
      await page.locator('.people-table').waitFor()
    }
  },
  { name: 'supervise', login: '8031', path: '/supervise?span=week', stands: '.asks-body .plain-table' },
  { name: 'supervise-floor', login: '8031', path: '/supervise?tab=floor', stands: '.floor' },
  { name: 'wall', login: 'supervisor', path: '/wall', size: 'wall', stands: '.wall-chart canvas' },
  { name: 'admin', login: 'admin', path: '/admin', stands: 'main .box' },
  { name: 'admin-knowledge', login: 'kb', path: '/admin', stands: 'main .box, main table' }
]

/** Waits until no request is running and everything is drawn. */
async function settled (page: Page): Promise<void> {
  const wire = { underWay: 0, quietSince: Date.now() }
  const count = (by: number) => (): void => { wire.underWay += by; wire.quietSince = Date.now() }
  page.on('request', count(1)).on('requestfinished', count(-1)).on('requestfailed', count(-1))
  for (let i = 0; i < 50 && (Date.now() - wire.quietSince < 700 || wire.underWay > 0); i++) await page.waitForTimeout(100)
}

async function take (browser: Browser, place: Place, picture: Picture): Promise<void> {
  const { name, login, path, size = 'desk', stands, before } = picture
  const context = await browser.newContext({
    viewport: sizes[size],
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    permissions: ['microphone']
  })
  try {
    if (login !== '') {
      const who = place.logins.find(l => l.user === login)
      if (!who) throw new Error(`there is no sample person "${login}"`)
      const answer = await context.request.post(`${place.address}/api/session`, { data: { login, password: who.password } })
      if (!answer.ok()) throw new Error(`${login} cannot sign in: ${answer.status()}`)
    }
    const page = await context.newPage()
    page.on('pageerror', error => { console.log(`${name}: ${error.stack ?? error.message}`) })
    await page.goto(place.address + path)
    await page.locator(stands).first().waitFor()
    await settled(page)
    await before?.(page)
    await settled(page)
    await page.screenshot({ path: `${folder}/${name}.png` })
    console.log(name)
  } catch (error) {
    process.exitCode = 1
    console.log(`${name}: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    await context.close()
  }
}

async function placeOf (address: string | undefined, file = '.hotline/logins.json'): Promise<Place> {
  if (address !== undefined) {
    return { address, logins: JSON.parse(readFileSync(file, 'utf8')) as Place['logins'], incidentId: null, stop: async () => {} }
  }
  await ensureConsole()
  const { stack, incidentId, stop } = await openLivingDistrict()
  return { address: stack.service.address(), logins: stack.logins, incidentId, stop }
}

const folder = process.env.SHOTS || fileURLToPath(new URL('../../docs/desks', import.meta.url))
mkdirSync(folder, { recursive: true })
const only = process.env.ONLY?.split(',')
const [address, file] = process.argv.slice(2)
const place = await placeOf(address, file)
const browser = await chromium.launch({ executablePath: chromiumProgram ?? '', args: browserFlags })
try {
  for (const picture of pictures(place)) if (!only || only.includes(picture.name)) await take(browser, place, picture)
} finally {
  await browser.close()
  await place.stop()
}
