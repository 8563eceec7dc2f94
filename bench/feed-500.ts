// Five hundred connected pages while orders are filed and dispatched through the API at 50 a second: 100 events a second.
// Counted from the time in the event, which the command takes before its commit, to each page's socket; every page must
// have heard exactly what its person may see, in order, and each event be encoded once, however many hear it.
import { fork, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createDatabase, type Database } from '../src/db/database.ts'
import { loadDistrict } from '../src/district/load-district.ts'
import { readDistrict } from '../src/district/read-district.ts'
import { systemClock as clock } from '../src/domain/clock.ts'
import type { Actor, Role } from '../src/domain/roles.ts'
import type { FeedAudience } from '../src/feed/feed.ts'
import { sessionCookie } from '../src/http/access.ts'
import { maySee } from '../src/http/feed-clients.ts'
import { createSessions } from '../src/http/sessions.ts'
import { migrate } from '../src/servers/migrate.ts'
import { freePort } from '../src/servers/ports.ts'
import { ensureDatabase, startPostgres } from '../src/servers/postgres.ts'

const pages = 500
const ordersPerSecond = 50
const warmUpSeconds = 6
const seconds = 20
const towns = Array.from({ length: 13 }, (_, i) => `T${String(i + 1).padStart(2, '0')}`)
/** Most sit in the Centre and hear of every order; every sixth in a town, and hears of its own. */
const centre: readonly Role[] = ['DISPATCHER', 'SHIFT_LEADER', 'SUPERVISOR', 'LEADER', 'CALLBACK_OFFICER']
const person = (i: number): Actor => {
  const unitId = i % 6 === 5 ? towns[i % towns.length] ?? null : null
  return { id: `page${i}`, roles: [unitId === null ? centre[i % centre.length] ?? 'LEADER' : 'HANDLER'], unitId, extension: null, personId: null }
}

/** @returns cookies of the pages' people, and one of who files and dispatches */
async function signInAll (db: Database, people: readonly Actor[]): Promise<{ pages: string[], filer: string }> {
  const sessions = createSessions({ db, clock })
  return await db.tx(async tx => {
    const begin = async (login: string, roles: readonly Role[], unitId: string | null): Promise<string> => {
      tx.write('insert into user_account (login, password_hash, roles, unit_id) values ($1, \'none\', $2, $3)', [login, roles, unitId])
      return `${sessionCookie}=${(await sessions.begin(tx, login)).secret}`
    }
    const cookies: string[] = []
    for (const { id, roles, unitId } of people) cookies.push(await begin(id, roles, unitId))
    return { pages: cookies, filer: await begin('filer', ['AGENT', 'DISPATCHER'], null) }
  })
}

const keepAlive = new Agent({ keepAlive: true, maxSockets: 24 })

async function post<T> (address: string, cookie: string, path: string, body: object): Promise<T> {
  const text = JSON.stringify(body)
  return await new Promise((resolve, reject) => {
    const asked = request(address + path, { method: 'POST', agent: keepAlive, headers: { cookie, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), 'idempotency-key': randomUUID() } }, response => {
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
      channel: 'HOTLINE_962000', requestType: 'COMPLAINT', categoryCode: '0701', title: '早点摊占道', description: '菜场门口七八个早点摊占了半条路。', place: `莘建东路 ${i} 号`, townId: town, complainantNumber: `139${String(10_000_000 + i)}`
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

const answerOf = async <T>(child: ChildProcess, ask?: object | string): Promise<T> => {
  const answer = once(child, 'message', { signal: AbortSignal.timeout(60_000) })
  if (ask !== undefined) child.send(ask)
  return (await answer)[0] as T
}
const part = (name: string, ...args: string[]): ChildProcess =>
  fork(join(import.meta.dirname, name), args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' })

const folder = mkdtempSync('/tmp/liandong-bench-feed-')
mkdirSync(join(folder, 'data'))
const postgres = await startPostgres({ folder, port: await freePort(), password: null, dieWithParent: true })
const children: ChildProcess[] = []
let db: Database | null = null
try {
  await ensureDatabase(postgres, 'bench')
  await migrate(postgres.url('bench'))
  db = createDatabase({ url: postgres.url('bench') })
  await db.tx(async tx => { await loadDistrict(tx, readDistrict()) })
  const people = Array.from({ length: pages }, (_, i) => person(i))
  const cookies = await signInAll(db, people)
  const server = part('feed-500-server.ts', postgres.url('bench'), join(folder, 'data'))
  children.push(server)
  const { address } = await answerOf<{ address: string }>(server)
  await fileOrders(address, cookies.filer, warmUpSeconds)
  const listeners = part('feed-500-listeners.ts')
  children.push(listeners)
  await answerOf(listeners, { do: 'listen', address, cookies: cookies.pages })

  const [first] = await db.query<{ id: number }>('select max(id) id from feed_event')
  await answerOf(server, 'begin')
  await fileOrders(address, cookies.filer, seconds)
  await wait(1000)
  const { encoded, cpuMs } = await answerOf<{ encoded: number, cpuMs: number }>(server, 'end')
  const { ids, delays, dropped } = await answerOf<{ ids: number[][], delays: number[], dropped: number }>(listeners, { do: 'report' })

  const events = await db.query<{ id: number, audience: FeedAudience }>('select id, audience from feed_event where id > $1 order by id', [first?.id ?? 0])
  const due = people.map(actor => events.filter(e => maySee(actor, e.audience)).map(e => e.id))
  const wrong = due.filter((wanted, i) => wanted.join() !== (ids[i] ?? []).join()).length
  delays.sort((a, b) => a - b)
  const at = (share: number): number => delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? NaN
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
  for (const child of children) child.disconnect()
  await db?.close()
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}
