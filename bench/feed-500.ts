// Five hundred connected pages while orders are filed and dispatched through the API at 50 a second: 100 events a second.
// Counted from the time in the event, which the command takes before its commit, to each page's socket; every page must
// have heard exactly what its person may see, in order, and each event be encoded once, however many hear it.
import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Actor, Role } from '../src/domain/people/roles.ts'
import type { FeedAudience } from '../src/feed/feed.ts'
import { maySee } from '../src/http/feed-clients.ts'
import { answerOf, shareOf, startHttpStage } from './http/http-stage.ts'

const pages = 500
const ordersPerSecond = 50
const warmUpSeconds = 6
const seconds = 20
const towns = Array.from({ length: 13 }, (_, i) => `T${String(i + 1).padStart(2, '0')}`)
/** Most sit in the Centre and hear of every order; every sixth in a town, and hears of its own. */
const centre: readonly Role[] = ['DISPATCHER', 'SHIFT_LEADER', 'SUPERVISOR', 'LEADER', 'CALLBACK_OFFICER']
const person = (i: number): Actor => {
  const unitId = i % 6 === 5 ? towns[i % towns.length] ?? null : null
  return {
    id: `page${i}`,
    roles: [unitId === null ? centre[i % centre.length] ?? 'LEADER' : 'HANDLER'],
    unitId,
    extension: null,
    personId: null
  }
}

const keepAlive = new Agent({ keepAlive: true, maxSockets: 24 })

async function post<T> (address: string, cookie: string, path: string, body: object): Promise<T> {
  const text = JSON.stringify(body)
  return await new Promise((resolve, reject) => {
    const asked = request(address + path, {
      method: 'POST',
      agent: keepAlive,
      headers: { cookie, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), 'idempotency-key': randomUUID() }
    }, response => {
      let answer = ''
      response.setEncoding('utf8').on('data', (chunk: string) => { answer += chunk }).on('end', () => {
        if (response.statusCode !== 200 && response.statusCode !== 201) reject(new Error(`${path}: ${response.statusCode} ${answer}`))
        else resolve(JSON.parse(answer) as T)
      })
    })
    asked.on('error', reject)
    asked.end(text)
  })
}

/** Orders at an even pace, whether or not the one before is answered. */
async function fileOrders (address: string, cookie: string, seconds: number): Promise<void> {
  const one = async (i: number): Promise<void> => {
    const town = towns[i % towns.length] ?? 'T01'
    const { id, version } = await post<{ id: string, version: number }>(address, cookie, '/api/work-orders', {
      channel: 'HOTLINE_962000',
      requestType: 'COMPLAINT',
      categoryCode: '0701',
      title: '早点摊占道',
      description: '菜场门口七八个早点摊占了半条路。',
      place: `莘建东路 ${i} 号`,
      townId: town,
      complainantNumber: `139${String(10_000_000 + i)}`
    })
    await post(address, cookie, `/api/work-orders/${id}/dispatch`, { version, mode: 'single', unitIds: [town], basis: 'statutory' })
  }
  const begun = performance.now()
  const all: Array<Promise<void>> = []
  for (let i = 0; i < seconds * ordersPerSecond; i++) {
    const early = begun + i * 1000 / ordersPerSecond - performance.now()
    if (early > 1) await wait(early)
    all.push(one(i))
  }
  await Promise.all(all)
}

const stage = await startHttpStage()
try {
  const { address, db, server, signIn } = stage
  const people = Array.from({ length: pages }, (_, i) => person(i))
  const cookies: string[] = []
  for (const { id, roles, unitId } of people) cookies.push(await signIn(id, roles, unitId))
  const filer = await signIn('filer', ['AGENT', 'DISPATCHER'])
  await fileOrders(address, filer, warmUpSeconds)
  const listeners = stage.part('feed-500-listeners.ts')
  await answerOf(listeners, { do: 'listen', address, cookies })

  const [first] = await db.query<{ id: number }>('select max(id) id from feed_event')
  await answerOf(server, 'begin')
  await fileOrders(address, filer, seconds)
  await wait(1000)
  const { encoded, cpuMs } = await answerOf<{ encoded: number, cpuMs: number }>(server, 'end')
  const { ids, delays, dropped } = await answerOf<{ ids: number[][], delays: number[], dropped: number }>(listeners, { do: 'report' })

  const events = await db.query<{ id: number, audience: FeedAudience }>('select id, audience from feed_event where id > $1 order by id',
    [first?.id ?? 0])
  const due = people.map(actor => events.filter(e => maySee(actor, e.audience)).map(e => e.id))
  const wrong = due.filter((wanted, i) => wanted.join() !== (ids[i] ?? []).join()).length
  const at = shareOf(delays)
  console.log(JSON.stringify({
    figure: 'feed-500',
    ours: at(0.99),
    unit: 'ms',
    wanted: '<= 50',
    p50: at(0.5),
    p90: at(0.9),
    longest: at(1),
    pages,
    eventsPerSecond: events.length / seconds,
    due: due.reduce((n, d) => n + d.length, 0),
    delivered: delays.length,
    pagesThatHeardOtherwise: wrong,
    dropped,
    encodedPerEvent: Number((encoded / events.length).toFixed(3)),
    serverCpu: Number((cpuMs / 1000 / (seconds + 1)).toFixed(2))
  }))
  if (wrong > 0 || dropped > 0 || encoded !== events.length) process.exitCode = 1
} finally {
  keepAlive.destroy()
  await stage.stop()
}
