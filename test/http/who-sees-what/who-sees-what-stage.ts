// A service with four calls and the orders filed of them, and somebody of each kind signed in.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Test } from 'tap'
import { dateOf } from '../../../src/calendar/rules/working-time.ts'
import type { Service } from '../../../src/compose.ts'
import type { Database } from '../../../src/db/database.ts'
import { createSealing, type Sealing } from '../../../src/db/sealing.ts'
import { loadDistrict } from '../../../src/district/load-district.ts'
import { readDistrict } from '../../../src/district/read-district.ts'
import { systemClock } from '../../../src/domain/time/clock.ts'
import { systemActor, type Role } from '../../../src/domain/people/roles.ts'
import { createPolicies } from '../../../src/policy/policy.ts'
import { journalEvents } from '../../harness/stories/journal-sample.ts'
import { composedService } from '../composed-service.ts'
import { matters, table, type Kind } from './who-sees-what-table.ts'
import { handlersOf } from '../../harness/modules.ts'

export interface WhoSeesWhatStage {
  db: Database
  service: Service
  sealing: Sealing
  orders: Record<Kind, { id: string, callId: string }>
  /** `desk` takes the calls and files the orders, `unit` handles them */
  people: { desk: string, unit: string }
  /** of each person of the table */
  cookies: ReadonlyMap<string, string>
  /** Signs a new person in. */
  cookieOf: (login: string, roles: Role[], unit?: string | null, extension?: string | null) => Promise<string>
  ask: (cookie: string, path: string) => Promise<Response>
  /** @throws Error when it is refused */
  told: (cookie: string, method: string, path: string, body: object) => Promise<{ id: string, version: number }>
  /** the journal of one answered call */
  sample: string
}

/** What an administrator entered yesterday for today: a channel that named readers alone know of. */
async function enterChannel (db: Database): Promise<void> {
  const timeZone = 'Asia/Shanghai'
  const now = systemClock.now()
  const { enterChannel } = createPolicies({ db, clock: { now: () => new Date(now.getTime() - 86_400_000) }, timeZone })
  const administrator = { ...systemActor, id: 'chief', roles: ['ADMINISTRATOR'] as const }
  await db.tx(async tx => {
    await enterChannel(tx, administrator, {
      code: 'INSPECTION_LETTERS',
      validFrom: dateOf(now, timeZone),
      name: '巡察来信',
      nameEn: 'Inspection letters',
      sentWith: 'orders',
      askedBack: true,
      restricted: true,
      clock: null,
      consultClock: null
    })
  })
}

export async function whoSeesWhatStage (t: Test): Promise<WhoSeesWhatStage> {
  const { db, service, folder, dataKey, cookieOf } = await composedService(t, 'who-sees-what',
    async db => {
      await db.tx(async tx => { await loadDistrict(tx, readDistrict()) })
      await enterChannel(db)
    })
  const ask = async (cookie: string, path: string): Promise<Response> => await fetch(service.address + path, { headers: { cookie } })
  const told = async (cookie: string, method: string, path: string, body: object): Promise<{ id: string, version: number }> => {
    const answer = await fetch(service.address + path, {
      method,
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify(body)
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
    return await answer.json() as { id: string, version: number }
  }

  // Five calls, each taken by 8001, who files an order of them; then dispatched to D11.
  const people = {
    desk: await cookieOf('takes-calls', ['AGENT', 'SHIFT_LEADER', 'DISPATCHER'], null, '8001'),
    unit: await cookieOf('of-unit', ['HANDLER'], 'D11')
  }
  const sample = readFileSync(new URL('../../features/journal/journal-samples/answered.csv', import.meta.url), 'utf8')
  const orders = {} as Record<Kind, { id: string, callId: string }>
  for (const [i, [kind, matter]] of Object.entries(matters).entries() as ArrayIterator<[number, [Kind, typeof matters[Kind]]]>) {
    const text = sample.replaceAll('13900001001', matter.number).replaceAll(/pbx(\d*)-(\d+)\.(\d+)/g,
      (_, n: string, a: string, b: string) => `pbx${n}-${Number(a) + 1000 * (i + 1)}.${b}`)
    const events = journalEvents(text)
    for (const handler of handlersOf(service)) await db.tx(async tx => { await handler.handle(tx, events) })
    const [call] = await db.query<{ id: string }>('select id from call order by offered_at desc, id desc limit 1 offset 0')
    const callId = events.find(e => e.uniqueId === e.linkedId)?.uniqueId ?? call?.id ?? ''
    const byLetter = kind === 'restricted' || kind === 'entered'
    const { id } = await told(people.desk, 'POST', '/api/work-orders', {
      channel: { restricted: 'PARTY_MAILBOX', entered: 'INSPECTION_LETTERS' }[kind as string] ?? 'HOTLINE_962000',
      requestType: 'COMPLAINT',
      categoryCode: '0701',
      place: '七宝镇 沪星路口',
      townId: 'T02',
      title: matter.title,
      description: matter.description,
      complainantName: matter.name,
      complainantNumber: matter.number,
      confidential: kind === 'confidential',
      ...(byLetter ? {} : { callId }),
      ...(kind === 'about' ? { aboutUnitId: 'T02-JSB' } : {}),
      unitText: `派单内容 ${kind}`
    })
    if (byLetter) await told(people.desk, 'POST', `/api/work-orders/${id}/calls`, { callId, role: 'callback' })
    await told(people.desk, 'POST', `/api/work-orders/${id}/notes`, { text: `他说：${matter.description}` })
    await told(people.desk, 'POST', `/api/calls/${callId}/disposition`, { disposition: 'answered', note: `小结：${matter.description}` })
    orders[kind] = { id, callId }
    const [{ version } = { version: 0 }] = await db.query<{ version: number }>('select version from work_order where id = $1', [id])
    await told(people.desk, 'POST', `/api/work-orders/${id}/dispatch`,
      { version, mode: 'comprehensive', unitIds: ['D11'], coUnitIds: ['U08'], basis: 'designated', evidence: `见${matter.description}` })
  }
  for (const { recording } of await db.query<{ recording: string | null }>('select recording from call')) {
    if (recording === null) throw new Error('the sample call was not recorded')
    mkdirSync(dirname(join(folder, recording)), { recursive: true })
    writeFileSync(join(folder, recording), Buffer.alloc(400, 'x'))
  }
  const cookies = new Map<string, string>()
  // A telephone is asked for before a call is: who listens or takes over has one.
  const telephones: Record<string, string> = { 'shift-complained-of': '8017', 'desk-of-town-above': '8018' }
  for (const [who, roles, unit] of table) cookies.set(who, await cookieOf(who, roles, unit, telephones[who] ?? null))
  return { db, service, sealing: createSealing(dataKey), orders, people, cookies, cookieOf, ask, told, sample }
}
