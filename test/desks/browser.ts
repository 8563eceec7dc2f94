import { AxeBuilder } from '@axe-core/playwright'
import { rmSync } from 'node:fs'
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core'
import type { Test } from 'tap'
import type { Stack } from '../harness/servers/stack.ts'
import { temporaryFolder } from '../harness/servers/run-folder.ts'
import { until } from '../../src/servers/until.ts'
import { browserFlags, chromiumProgram, lanName } from './chromium.ts'

declare global {
  interface Window {
    /** set by a test's browser: connections of the page that are up */
    telephoneConnections: () => RTCPeerConnection[]
    /** fails the test: the page opens itself again and again */
    turnsByItself: () => void
  }
}

export { cannotTryDesks } from './chromium.ts'

export interface DeskOptions {
  viewport?: { width: number, height: number }
  /** the desk's path, `/agent`; default the login's first desk */
  path?: string
  /** false: the person refuses the microphone */
  microphone?: boolean
  /** the host name of the page, resolved to this machine; default the service's address */
  host?: typeof lanName
  /** the person signs in through the page; default the session has begun: a password's check takes a quarter second of work */
  signIn?: boolean
  /** for a login made by the test, who signs in through the page */
  password?: string
  /** IANA zone of the person's computer */
  timeZone?: string
  /** ms by which the computer's clock is slow */
  slowBy?: number
}

export interface Desks {
  browser: Browser
  /** a person at a browser of their own, signed in */
  sit: (login: string, options?: DeskOptions) => Promise<Page>
  /** requests that left this machine: there must be none */
  outside: string[]
}

/** Serious findings of axe, and a missing heading, one line each; there should be none. */
export async function seriousOn (page: Page): Promise<string[]> {
  // Run in the page: for frames of other sites axe would open a window each time, and there are none.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  return violations.filter(v => v.impact === 'serious' || v.impact === 'critical' || v.id === 'page-has-heading-one')
    .map(v => `${v.id}: ${v.nodes.slice(0, 3).map(n => `${n.html.slice(0, 160)} ${n.any[0]?.message ?? ''}`).join(' | ')}`)
}

/** The visible share (0 to 1) of an element, by the browser's own count: without clipped and scrolled-off parts. */
export async function shareOnScreen (what: Locator): Promise<number> {
  return await what.evaluate(async element => await new Promise<number>(resolve => {
    new IntersectionObserver(([seen], watch) => { watch.disconnect(); resolve(seen?.intersectionRatio ?? 0) }).observe(element)
  }))
}

/** Takes a picture for docs/desks if DESK_SHOTS is set. */
export async function picture (page: Page, name: string): Promise<void> {
  if (process.env.DESK_SHOTS) await page.screenshot({ path: `${process.env.DESK_SHOTS}/${name}.png` })
}

const turnsInASecond = 10

/** Runs in the page: an effect that opens a page whenever it is drawn turns pages without end, and no element shows it. */
function countTurns (most: number): void {
  const turns: number[] = []
  let found = false
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name].bind(history)
    history[name] = (...given) => {
      turns.push(performance.now())
      if (!found && turns.length > most && performance.now() - (turns.shift() ?? 0) < 1000) {
        found = true
        window.turnsByItself()
      }
      original(...given)
    }
  }
}

/** A browser for a test; every person gets a profile of their own. */
export async function openDesks (t: Test, stack: Stack): Promise<Desks> {
  const home = await temporaryFolder('browser')
  const browser = await chromium.launch({
    executablePath: chromiumProgram ?? '',
    headless: true,
    args: browserFlags,
    env: { ...process.env, HOME: home } as Record<string, string>
  })
  const outside: string[] = []
  const contexts: BrowserContext[] = []
  t.teardown(async () => {
    const shots = process.env.DESK_SHOTS
    if (!t.passing() && shots) {
      for (const [i, page] of contexts.flatMap(c => c.pages()).entries()) {
        await page.screenshot({ path: `${shots}/failed-${i}.png` }).catch(() => {})
      }
    }
    await Promise.allSettled(contexts.map(async c => { await c.close() }))
    await browser.close()
    rmSync(home, { recursive: true, force: true })
  })
  return {
    browser,
    outside,
    async sit (
      login,
      {
        viewport = { width: 1366, height: 768 }, path = '/', microphone = true, host, timeZone = 'Asia/Shanghai', slowBy = 0,
        password, signIn = password !== undefined
      } = {}
    ) {
      // The browser does not know the test's certificate.
      const context = await browser.newContext({
        ignoreHTTPSErrors: stack.service.address().startsWith('https:'),
        viewport,
        locale: 'zh-CN',
        timezoneId: timeZone,
        permissions: microphone && host === undefined ? ['microphone', 'geolocation'] : [],
        geolocation: { longitude: 121.38, latitude: 31.11 }
      })
      contexts.push(context)
      if (!microphone) {
        await context.addInitScript(() => {
          navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('refused', 'NotAllowedError') }
        })
      }
      if (slowBy !== 0) {
        await context.addInitScript(ms => {
          const real = Date.now
          Date.now = () => real() - ms
        }, slowBy)
      }
      await context.exposeFunction('turnsByItself', () => { t.fail(`${login}: more than ${turnsInASecond} pages in a second`) })
      await context.addInitScript(countTurns, turnsInASecond)
      // So that a test can count the packets of a call.
      await context.addInitScript(() => {
        const made: RTCPeerConnection[] = []
        const Original = window.RTCPeerConnection
        window.RTCPeerConnection = class extends Original {
          constructor (...settings: ConstructorParameters<typeof RTCPeerConnection>) {
            super(...settings)
            made.push(this)
          }
        }
        window.telephoneConnections = () => made.filter(c => c.connectionState === 'connected')
      })
      const address = new URL(path, stack.service.address())
      if (host !== undefined) address.hostname = host
      if (!signIn) {
        const [name = '', value = ''] = (await stack.service.session(login)).split('=')
        await context.addCookies([{ name, value, url: address.origin, httpOnly: true }])
      }
      const page = await context.newPage()
      page.setDefaultTimeout(45_000)
      page.on('request', request => {
        if (!['127.0.0.1', 'localhost', lanName].includes(new URL(request.url()).hostname) && !/^(data|blob):/.test(request.url())) {
          outside.push(request.url())
        }
      })
      page.on('console', message => {
        if (process.env.DESK_TALK ? true : message.type() === 'error') t.comment(`${login}: ${message.text()}`)
      })
      page.on('pageerror', error => { t.comment(`${login}: ${error.stack ?? error.message}`) })
      await page.goto(address.href)
      if (signIn) {
        await page.getByLabel('用户名').fill(login)
        await page.getByLabel('密码').fill(password ?? stack.logins.find(l => l.user === login)?.password ?? '')
        await page.keyboard.press('Enter')
      }
      await page.locator('.shell').waitFor()
      return page
    }
  }
}

/** Packets of the page's calls, from the browser's own count. */
export async function soundOf (page: Page): Promise<{ sent: number, received: number }> {
  return await page.evaluate(async () => {
    const count = { sent: 0, received: 0 }
    for (const connection of window.telephoneConnections?.() ?? []) {
      for (const report of (await connection.getStats()).values() as Iterable<Record<string, unknown>>) {
        if (report.type === 'outbound-rtp') count.sent += Number(report.packetsSent)
        if (report.type === 'inbound-rtp') count.received += Number(report.packetsReceived)
      }
    }
    return count
  })
}

/** Waits until the telephone bar shows that state. */
export async function phase (page: Page, name: string): Promise<void> {
  await page.locator(`.phone-state.${name}`).waitFor()
}

/** The agent at the page signs in by its key, once the page's telephone is there. */
export async function signedIn (page: Page): Promise<void> {
  await page.getByText('网页话机').waitFor()
  await page.keyboard.press('Alt+i')
  await phase(page, 'ready')
}

/** Waits until packets flow in both directions. */
export async function carriesSound (page: Page): Promise<void> {
  const before = await soundOf(page)
  await until(async () => {
    const now = await soundOf(page)
    return now.sent > before.sent + 20 && now.received > before.received + 20
  }, { what: 'packets in both directions', seconds: 30 })
}

/** Confirms what a dialogue asks. */
export const confirmed = async (page: Page): Promise<void> => { await page.locator('.ant-modal-confirm-btns .ant-btn-primary').click() }

/** The row of a table with these words. */
export const rowOf = (page: Page, words: string) => page.locator('.ant-table-row', { hasText: words })
