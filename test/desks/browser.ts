import { AxeBuilder } from '@axe-core/playwright'
import { rmSync } from 'node:fs'
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core'
import type { Test } from 'tap'
import type { Stack } from '../harness/stack.ts'
import { temporaryFolder } from '../harness/run-folder.ts'
import { until } from '../../src/servers/until.ts'
import { browserFlags, chromiumProgram, lanName } from './chromium.ts'

export { cannotTryDesks } from './chromium.ts'

export interface DeskOptions {
  viewport?: { width: number, height: number }
  /** the desk's path, `/agent`; the login's first desk unless told */
  path?: string
  /** false: the person refuses it */
  microphone?: boolean
  /** the name the page is opened by, resolved to this machine; as the service says unless told */
  host?: typeof lanName
  /** of a login the test has made itself */
  password?: string
  /** IANA zone of the person's computer */
  timeZone?: string
}

export interface Desks {
  browser: Browser
  /** a person before a browser of his own, signed in through the page */
  sit: (login: string, options?: DeskOptions) => Promise<Page>
  /** requests that left this machine: there must be none */
  outside: string[]
}

/** What axe finds serious or worse on a page, or that it has no heading of its own, in a line each: it should be nothing. */
export async function seriousOn (page: Page): Promise<string[]> {
  // In the page itself: no page here has a frame of another site, for which axe would open a window more each time.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  return violations.filter(v => v.impact === 'serious' || v.impact === 'critical' || v.id === 'page-has-heading-one')
    .map(v => `${v.id}: ${v.nodes.slice(0, 3).map(n => `${n.html.slice(0, 160)} ${n.any[0]?.message ?? ''}`).join(' | ')}`)
}

/** Share (0 to 1) of an element that is on the screen, as the browser itself counts it: what clips it and what scrolls off is not. */
export async function shareOnScreen (what: Locator): Promise<number> {
  return await what.evaluate(async element => await new Promise<number>(resolve => {
    new IntersectionObserver(([seen], watch) => { watch.disconnect(); resolve(seen?.intersectionRatio ?? 0) }).observe(element)
  }))
}

/** A picture for docs/desks, where it is asked for by DESK_SHOTS. */
export async function picture (page: Page, name: string): Promise<void> {
  if (process.env.DESK_SHOTS) await page.screenshot({ path: `${process.env.DESK_SHOTS}/${name}.png` })
}

/** A browser for a test; every person gets a profile of his own. */
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
        viewport = { width: 1366, height: 768 }, path = '/', microphone = true, host, timeZone = 'Asia/Shanghai',
        password = stack.logins.find(l => l.user === login)?.password
      } = {}
    ) {
      if (password === undefined) throw new Error(`there is no sample person "${login}"`)
      // A certificate of a test's own is nobody's the browser knows.
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
      // So that a test can ask the browser what a call carried.
      await context.addInitScript(() => {
        const made: RTCPeerConnection[] = []
        const Original = window.RTCPeerConnection
        window.RTCPeerConnection = class extends Original {
          constructor (...settings: ConstructorParameters<typeof RTCPeerConnection>) {
            super(...settings)
            made.push(this)
          }
        }
        Object.assign(window, { telephoneConnections: () => made.filter(c => c.connectionState === 'connected') })
      })
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
      const address = new URL(path, stack.service.address())
      if (host !== undefined) address.hostname = host
      await page.goto(address.href)
      await page.getByLabel('用户名').fill(login)
      await page.getByLabel('密码').fill(password)
      await page.keyboard.press('Enter')
      await page.locator('.shell').waitFor()
      return page
    }
  }
}

/** Packets of the page's calls, from the browser's own count. */
export async function soundOf (page: Page): Promise<{ sent: number, received: number }> {
  return await page.evaluate(async () => {
    const count = { sent: 0, received: 0 }
    for (const connection of (window as unknown as { telephoneConnections?: () => RTCPeerConnection[] }).telephoneConnections?.() ?? []) {
      for (const report of (await connection.getStats()).values() as Iterable<Record<string, unknown>>) {
        if (report.type === 'outbound-rtp') count.sent += Number(report.packetsSent)
        if (report.type === 'inbound-rtp') count.received += Number(report.packetsReceived)
      }
    }
    return count
  })
}

/** Waits until the telephone bar is in that state. */
export async function phase (page: Page, name: string): Promise<void> {
  await page.locator(`.phone-state.${name}`).waitFor()
}

/** Packets go on in both directions. */
export async function carriesSound (page: Page): Promise<void> {
  const before = await soundOf(page)
  await until(async () => {
    const now = await soundOf(page)
    return now.sent > before.sent + 20 && now.received > before.received + 20
  }, { what: 'packets in both directions', seconds: 30 })
}
