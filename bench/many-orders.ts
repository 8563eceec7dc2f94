// A hundred thousand orders on the dispatch board. The service: the cost of a page of the list, at any depth and filter, and of
// the counts. Chromium: how soon the first rows stand, how soon another filter's do, and whether scrolling keeps its frames.
import { chromium } from 'playwright-core'
import { ensureConsole } from '../src/bin/prepare/console-build.ts'
import { browserFlags, cannotTryDesks, chromiumProgram } from '../test/desks/chromium.ts'
import { sessionCookie } from '../src/http/kit/session-cookie.ts'
import { shareOf, startHttpStage } from './http/http-stage.ts'
import { loadOrdersOfAYear } from './http/orders-of-a-year.ts'

const orders = 100_000
const pagesDeep = 60
const open = 'RECEIVED,FILED,DISPATCHED,SIGNED,RETURN_REQUESTED,ON_SITE,HANDLING,COORDINATING,REPORTED,VERIFYING,REWORK'
const filters = [
  'overtime=true', 'overtime=false', `state=${open}&overtime=true`, `state=${open}&overtime=false`, 'state=FILED,REWORK', 'townId=T03',
  'unitId=T03', 'category=07', 'number=2026'
]

/** ms of each page, down to `pagesDeep` of every filter */
async function walk (ask: (path: string) => Promise<{ next?: string | null }>): Promise<number[]> {
  const took: number[] = []
  for (const filter of filters) {
    let cursor = ''
    for (let i = 0; i < pagesDeep; i++) {
      const begun = performance.now()
      const { next } = await ask(`/api/work-orders?limit=100&${filter}${cursor}`)
      took.push(performance.now() - begun)
      if (!next) break
      cursor = `&cursor=${next}`
    }
  }
  return took
}

/** In the page: scrolls at 9000 pixels a second; what each frame took, ms, and how many showed a hole instead of rows. */
const scroll = (seconds: number): string => `(async () => {
  const list = document.querySelector('.order-list')
  const frames = []
  let holes = 0
  const begun = performance.now()
  for (let before = begun; before - begun < ${seconds * 1000};) {
    const now = await new Promise(resolve => requestAnimationFrame(resolve))
    frames.push(now - before)
    list.scrollTop += Math.min(100, now - before) * 9
    before = now
    const { left, top, height } = list.getBoundingClientRect()
    if (!document.elementFromPoint(left + 40, top + height / 2)?.closest('.order-row')) holes++
  }
  return { frames: frames.slice(1), holes, rows: Math.floor(list.scrollTop / 52) }
})()`

await ensureConsole()
const stage = await startHttpStage(async db => { await loadOrdersOfAYear(db, orders) })
try {
  const cookie = await stage.signIn('dispatcher', ['DISPATCHER'])
  const ask = async (path: string): Promise<{ next?: string | null }> => {
    const answer = await fetch(stage.address + path, { headers: { cookie } })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return await answer.json() as { next?: string | null }
  }
  await walk(ask)
  const pages = shareOf(await walk(ask))
  const counted: number[] = []
  for (let i = 0; i < 20; i++) {
    const begun = performance.now()
    await ask('/api/work-orders/counts')
    counted.push(performance.now() - begun)
  }
  console.log(JSON.stringify({
    figure: 'many-orders-service',
    orders,
    ours: Number(pages(0.99).toFixed(1)),
    unit: 'ms a page, p99',
    p50: Number(pages(0.5).toFixed(1)),
    countsP50: Math.round(shareOf(counted)(0.5))
  }))

  const cannot = cannotTryDesks()
  if (cannot !== false) console.log(JSON.stringify({ figure: 'many-orders-board', skipped: cannot }))
  else {
    const browser = await chromium.launch({ executablePath: chromiumProgram ?? '', args: browserFlags })
    try {
      const context = await browser.newContext({ viewport: { width: 1366, height: 768 } })
      await context.addCookies([{ name: sessionCookie, value: cookie.slice(sessionCookie.length + 1), url: stage.address }])
      const page = await context.newPage()
      let requests = 0
      page.on('request', request => { if (/\/api\/work-orders\?/.test(request.url())) requests++ })
      const timed = async (work: () => Promise<unknown>): Promise<number> => {
        const begun = performance.now()
        await work()
        await page.locator('.order-row').first().waitFor()
        return Math.round(performance.now() - begun)
      }
      await page.goto(`${stage.address}/dispatch?view=all`)
      await page.locator('.order-row').first().waitFor()
      const first = await timed(async () => await page.reload({ waitUntil: 'commit' }))
      const changes: number[] = []
      for (let i = 0; i < 10; i++) {
        const view = i % 2 === 0 ? 'open' : 'all'
        changes.push(await timed(async () => {
          const answered = page.waitForResponse(r => /\/api\/work-orders\?/.test(r.url()))
          await page.locator('.views button').nth(view === 'open' ? 6 : 7).click()
          await answered
        }))
      }
      requests = 0
      const { frames, holes, rows } = await page.evaluate<{ frames: number[], holes: number, rows: number }>(scroll(15))
      const at = shareOf(frames)
      console.log(JSON.stringify({
        figure: 'many-orders-board',
        ours: Number(at(0.99).toFixed(1)),
        unit: 'ms a frame while scrolling, p99',
        p50: Number(at(0.5).toFixed(1)),
        longest: Math.round(at(1)),
        framesWithAHole: holes,
        frames: frames.length,
        rowsPassed: rows,
        requests,
        firstRowsMs: first,
        filterChangeMs: shareOf(changes)(0.5)
      }))
    } finally {
      await browser.close()
    }
  }
} finally {
  await stage.stop()
}
