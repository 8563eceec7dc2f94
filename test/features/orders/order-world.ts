import { randomBytes } from 'node:crypto'
import pino from 'pino'
import type { Test } from 'tap'
import { createCalendar, type Calendar } from '../../../src/calendar/calendar.ts'
import { createSealing, type Sealing } from '../../../src/db/sealing.ts'
import type { Database, Tx } from '../../../src/db/database.ts'
import { loadDistrict } from '../../../src/district/load-district.ts'
import { readDistrict } from '../../../src/district/read-district.ts'
import type { Clock } from '../../../src/domain/time/clock.ts'
import type { Actor, Role } from '../../../src/domain/people/roles.ts'
import { linkToOrder } from '../../../src/features/calls/calls-reads.ts'
import { createDispatchCatalogue, type DispatchCatalogue } from '../../../src/features/catalogue/catalogue.ts'
import { createPlaces, type Places } from '../../../src/features/places/places.ts'
import { createDirectory, type Directory } from '../../../src/features/directory/directory.ts'
import type { NewOrder, OrderForCallback, OrderRef } from '../../../src/features/work-orders/order-types.ts'
import { createWorkOrders, type WorkOrders } from '../../../src/features/work-orders/work-orders.ts'
import { createFeed } from '../../../src/feed/live-feed.ts'
import { createAlarms } from '../../../src/queue/alarms.ts'
import { createSms } from '../../../src/sms/sms.ts'
import { callRows, type CallRows } from '../../harness/stories/call-rows.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { createPolicies, type Policies } from '../../../src/policy/policy.ts'

export const zone = 'Asia/Shanghai'

export const somebody = (id: string, unitId: string | null, ...roles: Role[]): Actor => ({
  id, roles, unitId, extension: roles.includes('AGENT') ? id : null, personId: null
})

export const agent = somebody('8001', null, 'AGENT')
export const leader8031 = somebody('8031', null, 'AGENT', 'SHIFT_LEADER', 'DISPATCHER')
export const dispatcher = somebody('dispatcher', null, 'DISPATCHER')
export const verifier = somebody('verifier', null, 'VERIFIER')
export const officer = somebody('8101', null, 'CALLBACK_OFFICER')
export const operator = (town: string): Actor => somebody(town.toLowerCase(), town, 'SUBCENTRE_OPERATOR')
export const handler = (unit: string): Actor => somebody(unit.toLowerCase(), unit, 'HANDLER')

/** A clock that moves only when told. */
export type StillClock = Clock & { advance: (ms: number) => void }

function stillClock (): StillClock {
  let now = Date.parse('2026-11-23T08:00:00+08:00')
  return { now: () => new Date(now), advance (ms) { now += ms } }
}

export interface OrderWorld {
  db: Database
  url: string
  clock: StillClock
  orders: WorkOrders
  directory: Directory
  places: Places
  catalogue: DispatchCatalogue
  calendar: Calendar
  policies: Policies
  sealing: Sealing
  /** calls, told by their journal rows */
  calls: CallRows
  asked: OrderForCallback[]
  tx: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>
  /** one command in a transaction of its own */
  do: <I>(command: (tx: Tx, actor: Actor, input: I) => Promise<OrderRef>, actor: Actor, input: I) => Promise<OrderRef>
  /** sets the clock to a local time, `2026-11-23 09:30` */
  at: (local: string) => void
  /** what every sweep of the orders does at this moment */
  sweep: () => Promise<void>
  texts: (orderId: string) => Promise<Array<{ key: string, body: string, to: string }>>
  kinds: (orderId: string) => Promise<string[]>
  row: (orderId: string) => Promise<Record<string, unknown>>
}

export const illegalClinic: NewOrder = {
  channel: 'HOTLINE_962000',
  requestType: 'REPORT_OF_WRONG',
  categoryCode: '1106',
  title: '非法鉴定胎儿性别',
  description: '居民楼底商有人用B超替人看胎儿性别，每次收费八百元。',
  place: '七宝镇 沪星路某居民楼底商',
  townId: 'T02',
  complainantName: '张先生',
  complainantNumber: '13900001001'
}

/** The commands of work orders on a database that has the sample district, with the real feed, alarms and text messages. */
export function ordersOn (t: Test, { db, clock, sealing }: { db: Database, clock: Clock, sealing: Sealing }) {
  const log = pino({ level: 'silent' })
  const asked: OrderForCallback[] = []
  const feed = createFeed({ db, log })
  t.teardown(async () => { await feed.close() })
  const alarms = createAlarms(() => {})
  const sms = createSms({ db, sealing, alarms, clock, log, provider: { async send () { return { id: 'sent' } } } as never })
  const calendar = createCalendar({ db, clock, timeZone: zone })
  const policies = createPolicies({ db, clock, timeZone: zone })
  const directory = createDirectory({ db, clock, timeZone: zone })
  const places = createPlaces({ db, today: directory.today })
  const catalogue = createDispatchCatalogue({ db, clock, directory, places, rules: policies.rules })
  const orders = createWorkOrders({
    db,
    clock,
    feed,
    alarms,
    sms,
    sealing,
    calendar: calendar.standing,
    policies: policies.deadlines,
    channels: policies.channels,
    rules: policies.rules,
    directory,
    places,
    catalogue,
    seesCall: async () => true,
    linkCall: linkToOrder
  })
  orders.listen({ async askingBegins (_tx, order) { asked.push(order) }, async askingLeaves () {}, async askingEnds () {} })
  return { orders, directory, places, catalogue, calendar, policies, asked }
}

/** Work orders on a real database with the sample district, with the real feed, alarms and text messages. */
export async function orderWorld (t: Test): Promise<OrderWorld> {
  const { db, url } = await freshDatabase(t)
  await db.tx(async tx => { await loadDistrict(tx, readDistrict()) })
  const clock = stillClock()
  const sealing = createSealing(randomBytes(32))
  const { orders, directory, places, catalogue, calendar, policies, asked } = ordersOn(t, { db, clock, sealing })
  return {
    db,
    url,
    clock,
    orders,
    directory,
    places,
    catalogue,
    calendar,
    policies,
    sealing,
    calls: callRows({ db, clock, sealing }),
    asked,
    tx: async work => await db.tx(work),
    do: async (command, actor, input) => await db.tx(async tx => await command(tx, actor, input)),
    at (local) { clock.advance(new Date(`${local.replace(' ', 'T')}:00+08:00`).getTime() - clock.now().getTime()) },
    async sweep () { for (const sweep of orders.sweeps) await sweep.run(clock.now()) },
    async texts (orderId) {
      const rows = await db.query<{ key: string, body: string, number: Buffer }>(
        'select key, body, number_sealed as number from sms_message where subject = $1 order by created_at, key',
        [`order:${orderId}`]
      )
      return rows.map(({ number, ...r }) => ({ ...r, to: sealing.open(number) }))
    },
    kinds: async orderId => (await db.query<{ kind: string }>('select kind from order_event where order_id = $1 order by id',
      [orderId])).map(r => r.kind),
    row: async orderId => (await db.query(`select r.*, o.* from work_order o
      join request r on r.filed_with = o.id and r.joined_at is null where o.id = $1`, [orderId]))[0] ?? {}
  }
}
