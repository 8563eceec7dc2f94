// How soon the first page can be used, in Chromium: from the address being entered until the sign-in form takes a letter with
// nothing cached; from signing in until the desk stands; and from a reload, signed in, until it stands again. What it weighs
// on the wire, how much of the browser's own time it takes, and whether anything was asked of another machine.
import { chromium, type BrowserContext, type Page } from 'playwright-core'
import { ensureConsole } from '../src/bin/prepare/console-build.ts'
import type { Role } from '../src/domain/people/roles.ts'
import { browserFlags, cannotTryDesks, chromiumProgram } from '../test/desks/chromium.ts'
import { password, shareOf, startHttpStage } from './http/http-stage.ts'
import { loadOrdersOfAYear } from './http/orders-of-a-year.ts'

const rounds = 5
/** a desk, who sits at it, and what must stand there before it can be used */
const desks: ReadonlyArray<{ desk: string, role: Role, unitId?: string, stands: string }> = [
  { desk: 'agent', role: 'AGENT', stands: 'main.page h1, main.page h2, main.page h3' },
  { desk: 'dispatch', role: 'DISPATCHER', stands: '.order-row' },
  { desk: 'unit', role: 'HANDLER', unitId: 'T03', stands: '.views button' },
  { desk: 'wall', role: 'SUPERVISOR', stands: '.wall-tile canvas, .wall-chart canvas, .wall-chart svg' }
]

/** From now until `stands` is seen and the page answers: nothing of its own keeps it busy. */
async function usable (page: Page, stands: string, begin: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await begin()
  await page.locator(stands).first().waitFor()
  await page.evaluate('new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)))')
  return performance.now() - begun
}

const cannot = cannotTryDesks()
if (cannot !== false && chromiumProgram === undefined) {
  console.log(JSON.stringify({ figure: 'first-page', skipped: cannot }))
  process.exit()
}
await ensureConsole()
const stage = await startHttpStage(async db => { await loadOrdersOfAYear(db, 2000) })
const browser = await chromium.launch({ executablePath: chromiumProgram ?? '', args: browserFlags })
try {
  for (const { desk, role, unitId = null, stands } of desks) {
    await stage.signIn(desk, [role], unitId)
    const taken = { signIn: [] as number[], desk: [] as number[], reload: [] as number[], busy: [] as number[] }
    let bytes = 0
    let requests = 0
    let outside = 0
    for (let i = 0; i < rounds; i++) {
      const context: BrowserContext = await browser.newContext({ viewport: { width: 1366, height: 768 } })
      const page = await context.newPage()
      const tools = await context.newCDPSession(page)
      await tools.send('Performance.enable')
      await tools.send('Network.enable')
      ;[bytes, requests] = [0, 0]
      tools.on('Network.loadingFinished', ({ encodedDataLength }) => { bytes += encodedDataLength })
      page.on('request', request => {
        requests++
        if (!request.url().startsWith(stage.address) && !/^(data|blob):/.test(request.url())) outside++
      })
      taken.signIn.push(await usable(page, 'input[type=password]',
        async () => await page.goto(`${stage.address}/${desk}`, { waitUntil: 'commit' })))
      const { metrics } = await tools.send('Performance.getMetrics')
      taken.busy.push((metrics.find(m => m.name === 'TaskDuration')?.value ?? NaN) * 1000)
      await page.locator('input').first().fill(desk)
      await page.locator('input[type=password]').fill(password)
      taken.desk.push(await usable(page, stands, async () => { await page.keyboard.press('Enter') }))
      taken.reload.push(await usable(page, stands, async () => await page.reload({ waitUntil: 'commit' })))
      await context.close()
    }
    const middle = (values: readonly number[]): number => Math.round(shareOf(values)(0.5))
    console.log(JSON.stringify({
      figure: 'first-page',
      desk,
      ours: Math.max(middle(taken.signIn), middle(taken.reload)),
      unit: 'ms',
      wanted: '<= 2000',
      signInMs: middle(taken.signIn),
      deskAfterSignInMs: middle(taken.desk),
      reloadMs: middle(taken.reload),
      browserBusyMs: middle(taken.busy),
      kilobytes: Math.round(bytes / 1024),
      requests,
      outside
    }))
    if (outside > 0) process.exitCode = 1
  }
} finally {
  await browser.close()
  await stage.stop()
}
