import { randomBytes } from 'node:crypto'
import pino from 'pino'
import type { Test } from 'tap'
import { loadDistrict } from '../../../src/district/load-district.ts'
import { readDistrict } from '../../../src/district/read-district.ts'
import { createCalendar, type Calendar } from '../../../src/calendar/calendar.ts'
import { createSealing } from '../../../src/db/sealing.ts'
import type { Database, Tx } from '../../../src/db/database.ts'
import { journalHandlersOf } from '../../../src/compose/module-order.ts'
import type { RunningDialler } from '../../../src/dialler/dialler.ts'
import { diallerModule } from '../../../src/dialler/module.ts'
import { adjustableClock } from '../../../src/domain/time/clock.ts'
import { systemActor, type Actor, type Role } from '../../../src/domain/people/roles.ts'
import { linkToOrder } from '../../../src/features/calls/calls-reads.ts'
import { createCallbacks, type Callbacks, type CallbacksOptions } from '../../../src/features/callbacks/callbacks.ts'
import { callsModule } from '../../../src/features/calls/module.ts'
import { createPlaces } from '../../../src/features/places/places.ts'
import { createDirectory, type Directory } from '../../../src/features/directory/directory.ts'
import { switchingModule } from '../../../src/features/switching/module.ts'
import { createDispatchCatalogue } from '../../../src/features/catalogue/catalogue.ts'
import { createWorkOrders, type WorkOrders } from '../../../src/features/work-orders/work-orders.ts'
import type { NewOrder } from '../../../src/features/work-orders/order-types.ts'
import type { FeedEvent } from '../../../src/feed/feed.ts'
import type { Routes } from '../../../src/http/kit/routes.ts'
import type { PbxEvent } from '../../../src/pbx/pbx-event.ts'
import { createNodes } from '../../../src/pbx/nodes.ts'
import type { Switchboard } from '../../../src/pbx/switchboard.ts'
import type { Alarm } from '../../../src/queue/alarms.ts'
import type { TextMessage } from '../../../src/sms/sms-types.ts'
import { callRows } from '../../harness/stories/call-rows.ts'
import { freshDatabase, freshFolder } from '../../harness/servers/database.ts'
import { startNodeOfTest, type NodeOfTest } from '../../harness/servers/node-process.ts'
import { carrier, pbxEvent, switchRecorder, type Report, type SwitchRecorder } from '../../harness/dialler/dialler-world.ts'
import { permissionOfTest } from '../../harness/stories/permission.ts'
import { createPolicies, type Policies } from '../../../src/policy/policy.ts'

export const zone = 'Asia/Shanghai'
export const person = (id: string, ...roles: Role[]): Actor => ({ ...systemActor, id, roles, extension: '8101' })
export const officer = person('8101', 'CALLBACK_OFFICER')
export const agent = person('8001', 'AGENT')
const dispatcher = person('dispatcher', 'DISPATCHER')

export interface CallbackWorld {
  directory: Directory
  db: Database
  clock: ReturnType<typeof adjustableClock>
  callbacks: Callbacks
  calendar: Calendar
  policies: Policies
  orders: WorkOrders
  dialler: RunningDialler
  /** the process beside the PBX, and the folder it serves */
  node: NodeOfTest
  recordingsDir: string
  /** of calls, and of calls by hand */
  routes: Routes[]
  switchboard: SwitchRecorder
  texts: TextMessage[]
  feed: FeedEvent[]
  alarms: Alarm[]
  sealing: ReturnType<typeof createSealing>
  said: string[]
  /** sets the clock to a local time, `2026-11-23 09:30` */
  at: (local: string) => void
  /** an order whose report has been accepted at the present moment */
  acceptedOrder: (over?: Partial<NewOrder>) => Promise<string>
  /** the unit that has the order signs, handles and reports, and the report is accepted */
  handled: (orderId: string) => Promise<void>
  tx: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>
  /** what the sweeps of callbacks and dialler do at this moment */
  sweep: () => Promise<void>
  reports: (legId: string, ...what: Report[]) => Promise<void>
  /** The telephone that was rung last for a call by hand: it rings, and is taken up or not. @returns its channel */
  ownTelephone: (...what: Report[]) => Promise<string>
  /** whether this person's telephone can be rung; see `switchboard.unregistered` */
  canBeRung: (actor: Actor) => Promise<void>
  /** the PBX starts anew: what lived on it is lost */
  pbxRestarts: () => Promise<void>
  /** the newest leg's id */
  leg: () => Promise<string>
  callbackOf: (orderId: string) => Promise<Record<string, unknown> & { id: string, status: string }>
  order: (orderId: string) => Promise<{ state: string, callback_status: string, cycle: number, result: string | null }>
  passVerification: (orderId: string) => Promise<void>
  /** the citizen on a leg of ours is passed to a telephone of ours; null: the citizen waits in the queue */
  passedOn: (legId: string, extension: string | null) => Promise<void>
  /** a call of this number at the present moment, answered at one of our telephones, or by nobody */
  callFrom: (number: string, id: string, extension: string | null) => Promise<void>
  /** a call of this number at the present moment that is given up in the queue */
  missedCall: (number: string, id: string) => Promise<void>
}

/** Callbacks, work orders and dialler together on a real database; only the PBX and the speech are written down instead of done. */
export async function callbackWorld (t: Test, over: Partial<CallbacksOptions> = {}): Promise<CallbackWorld> {
  const { db } = await freshDatabase(t)
  await db.tx(async tx => { await loadDistrict(tx, readDistrict()) })
  const clock = adjustableClock()
  const sealing = createSealing(randomBytes(32))
  const switchboard = switchRecorder()
  const pbx1 = { name: 'pbx1', isUp: () => switchboard.up }
  const [texts, feedEvents]: [TextMessage[], FeedEvent[]] = [[], []]
  const alarmsSet: Alarm[] = []
  const said: string[] = []
  const alarms = { async set (_tx: Tx, ...set: Alarm[]) { alarmsSet.push(...set) } }
  const publish = async (_tx: Tx, ...events: FeedEvent[]): Promise<void> => { feedEvents.push(...events) }
  const feed = { publish, broadcast () {}, subscribe: () => () => {}, since: async () => [] }
  const sms = { async send (_tx: Tx, ...messages: TextMessage[]) { texts.push(...messages) } }
  const directory = createDirectory({ db, clock, timeZone: zone })
  const log = pino({ level: 'silent' })
  const dialling = diallerModule({
    db,
    sealing,
    clock,
    feed,
    alarms,
    desired: { change: () => {} },
    nodes: createNodes([{
      ...pbx1,
      sip: { host: '127.0.0.1', port: 5060 },
      switchboard: { ...switchboard, hasModule: async () => false },
      live: { subscribe: () => () => {}, trunks: () => new Map(), watch: () => {} }
    }]),
    log,
    permission: permissionOfTest,
    trunk: carrier,
    localMobiles: [],
    edges: [],
    timeZone: zone,
    sampleLoaded: async () => false,
    lackedBy: async () => [],
    catchUpJournal: async () => {},
    readerUnit: directory.readerUnit
  })
  const { dialler } = dialling
  const policies = createPolicies({ db, clock, timeZone: zone })
  const recordingsDir = await freshFolder('recordings')
  const node = await startNodeOfTest(t, db, { recordingsDir })
  const { readerUnit } = directory
  const telephony = callsModule({ db, sealing, clock, feed, dialler, readerUnit, attempts: policies.attempts, nodes: node.nodes })
  const calendar = createCalendar({ db, clock, timeZone: zone })
  const ground = { db, clock, feed, alarms, sms, sealing }
  const places = createPlaces({ db, today: directory.today })
  const orders = createWorkOrders({
    ...ground,
    calendar: calendar.standing,
    policies: policies.deadlines,
    channels: policies.channels,
    rules: policies.rules,
    directory,
    places,
    catalogue: createDispatchCatalogue({ db, clock, directory, places, rules: policies.rules }),
    seesCall: async () => true,
    linkCall: linkToOrder
  })
  const switching = switchingModule({
    db,
    sealing,
    clock,
    log,
    // What is asked of it here is to ring and to hang up.
    nodes: createNodes([{ ...pbx1, switchboard: switchboard as unknown as Switchboard, live: { agent: () => undefined } }]),
    dialler,
    permission: permissionOfTest,
    carrierNumber: dialling.carrierNumber,
    calls: telephony.calls,
    numbersOf: async () => [],
    orders: { numberOfOrder: orders.ringing.numberOfOrder, firstContact: async () => {}, notReached: async () => {} }
  })
  const callbacks = createCallbacks({
    ...ground,
    dialler,
    calendar: calendar.standing,
    readerUnit: directory.readerUnit,
    seesCall: async () => true,
    timeZone: zone,
    speech: { async render (text) { said.push(text); return `/prompts/${said.length}` } },
    orders: orders.commands,
    attempts: policies.attempts,
    deadlines: policies.deadlines,
    rules: policies.rules,
    keySeconds: 10,
    dialByHand: switching.manualCalls.dialByHand,
    onError (error) { throw error },
    ...over
  })
  orders.listen(callbacks.orderListener)
  telephony.calls.listen(callbacks.callListener)
  // Listed the wrong way round: each says after whom it hears.
  const handlers = journalHandlersOf([switching, dialling, telephony])
  const hear = async (events: PbxEvent[]): Promise<void> => {
    await db.tx(async tx => { for (const handler of handlers) await handler.handle(tx, events) })
  }
  await dialler.start()
  t.teardown(async () => { await dialler.stop() })

  const calls = callRows({ db, clock, sealing, hear })

  const world: CallbackWorld = {
    directory,
    db,
    clock,
    callbacks,
    calendar,
    policies,
    orders,
    dialler,
    routes: [...telephony.routes ?? [], ...switching.routes ?? []],
    switchboard,
    canBeRung: switching.manualCalls.canBeRung,
    node,
    recordingsDir,
    texts,
    feed: feedEvents,
    alarms: alarmsSet,
    sealing,
    said,
    tx: db.tx,
    at (local) {
      const wanted = Date.parse(`${local.replace(' ', 'T')}:00+08:00`)
      clock.advance(wanted - clock.now().getTime())
    },
    async acceptedOrder (over = {}) {
      const order = {
        channel: 'HOTLINE_962000' as const,
        requestType: 'COMPLAINT' as const,
        categoryCode: '0701',
        title: '早点摊占道',
        place: '莘庄镇 莘建东路',
        complainantNumber: '13900001002',
        ...over
      }
      const { id } = await db.tx(async tx => await orders.commands.file(tx, dispatcher, order))
      await db.tx(async tx => await orders.commands.dispatch(tx, dispatcher,
        { orderId: id, mode: 'single', unitIds: ['T01-CGZD'], basis: 'statutory' }))
      await world.handled(id)
      return id
    },
    async handled (orderId) {
      const handler: Actor = { ...systemActor, id: 'handler', roles: ['HANDLER'], unitId: 'T01-CGZD' }
      const operator: Actor = { ...systemActor, id: 't01', roles: ['SUBCENTRE_OPERATOR'], unitId: 'T01' }
      const { commands } = orders
      const seen = { orderId }
      await db.tx(async tx => await commands.sign(tx, handler, seen))
      await db.tx(async tx => await commands.arrive(tx, handler, seen))
      await db.tx(async tx => await commands.start(tx, handler, seen))
      await db.tx(async tx => await commands.report(tx, handler, { ...seen, text: '已劝离' }))
      await db.tx(async tx => await commands.acceptReport(tx, operator, seen))
    },
    async sweep () {
      for (const sweep of callbacks.sweeps) await sweep.run(clock.now())
      for (const sweep of dialler.sweeps) await sweep.run(clock.now())
    },
    async reports (legId, ...what) {
      await hear(what.map(w => pbxEvent(legId, w, clock.now())))
    },
    async ownTelephone (...what) {
      const rung = switchboard.told.findLast(({ to }) => 'extension' in to)
      if (!rung) throw new Error('no telephone of ours was rung')
      await world.reports(rung.channelId, ...what)
      return rung.channelId
    },
    pbxRestarts: calls.restarts,
    async leg () {
      const [newest] = await db.query<{ id: string }>('select id from leg order by placing_at desc, id limit 1')
      if (!newest) throw new Error('no leg was placed')
      return newest.id
    },
    async callbackOf (orderId) {
      const [row] = await db.query<Record<string, unknown> & { id: string, status: string }>(
        'select * from callback where order_id = $1 order by cycle desc, created_at limit 1', [orderId])
      if (!row) throw new Error('no callback was scheduled')
      return row
    },
    async order (orderId) {
      const [row] = await db.query<{ state: string, callback_status: string, cycle: number, result: string | null }>(
        'select state, callback_status, cycle, result from work_order where id = $1', [orderId])
      if (!row) throw new Error('no such order')
      return row
    },
    async callFrom (number, id, extension) {
      await calls.arrives(id, { number })
      if (extension !== null) await calls.answers(id, extension)
    },
    async missedCall (number, id) {
      await calls.arrives(id, { number })
      await calls.hangsUp(id)
    },
    async passedOn (legId, extension) {
      const person = { ...pbxEvent(legId, 'answers', clock.now()), kind: 'user' as const, name: 'LD_PERSON' as const, data: { leg: legId } }
      await hear([person])
      await calls.arrives(legId)
      if (extension !== null) await calls.answers(legId, extension)
    },
    async passVerification (orderId) {
      await db.tx(async tx => await orders.commands.verify(tx, person('verifier', 'VERIFIER'), { orderId, passed: true }))
    }
  }
  return world
}
