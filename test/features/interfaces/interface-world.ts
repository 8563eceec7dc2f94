import pino from 'pino'
import type { Test } from 'tap'
import Type from 'typebox'
import { envelopeKind } from '../../../src/http/kit/envelope-kind.ts'
import { createFeed } from '../../../src/feed/live-feed.ts'
import { createAlarms } from '../../../src/queue/alarms.ts'
import { createDays } from '../../../src/features/interfaces/incoming/days.ts'
import { createKinds } from '../../../src/features/interfaces/incoming/kinds.ts'
import { createQuarantine } from '../../../src/features/interfaces/incoming/quarantine.ts'
import { createReceiving } from '../../../src/features/interfaces/incoming/receiving.ts'
import { silenceHealth, silenceSweep, sourcesNow } from '../../../src/features/interfaces/incoming/silence.ts'
import { createSources } from '../../../src/features/interfaces/incoming/sources.ts'
import { createDeliveries } from '../../../src/features/interfaces/outgoing/deliveries.ts'
import { createOrderEvents } from '../../../src/features/interfaces/outgoing/order-events.ts'
import { resolveHost, type Resolve } from '../../../src/features/interfaces/outgoing/resolve.ts'
import type { OrderEvent } from '../../../src/features/interfaces/outgoing/rules/event-of.ts'
import { createSending, type Sending } from '../../../src/features/interfaces/outgoing/sending.ts'
import { createEndpoints } from '../../../src/features/interfaces/registry/endpoints.ts'
import { createRegistry } from '../../../src/features/interfaces/registry/registry.ts'
import type { InterfaceFields } from '../../../src/features/interfaces/registry/registry-store.ts'
import type { Cycle } from '../../../src/features/interfaces/registry/rules/interface-words.ts'
import { reportedOrders } from '../../../src/features/work-orders/intake/reported-orders.ts'
import { orderWorld, somebody, zone } from '../orders/order-world.ts'

export const administrator = somebody('admin', null, 'ADMINISTRATOR')

const entered = (n: number, ownerUnitId: string): InterfaceFields => ({
  name: `接口 ${n}`,
  nameEn: '',
  ownerUnitId,
  contact: '',
  direction: 'out',
  lawBasis: '共享规则',
  cycle: 'at-once',
  schemaVersion: '1.0',
  shareType: 'conditional'
})

export type InterfaceWorld = Awaited<ReturnType<typeof interfaceWorld>>

/** Orders with the registry of interfaces and its outgoing events, on a real database; names are resolved as the test says. */
export async function interfaceWorld (t: Test) {
  const w = await orderWorld(t)
  const names: { resolve: Resolve } = { resolve: resolveHost }
  const log = pino({ level: 'silent' })
  const { readerUnit } = w.directory
  const needs = {
    ...w,
    log,
    alarms: createAlarms(() => {}),
    readerUnit,
    resolve: (async (host, signal) => await names.resolve(host, signal)) satisfies Resolve,
    unit: async (id: string) => await w.directory.unit(id),
    hiddenOrders: w.orders.queries.hidden
  }
  const events = createOrderEvents(needs)
  w.orders.listen({ stepped: events.stepped })
  const feed = createFeed({ db: w.db, log })
  t.teardown(async () => { await feed.close() })
  const receivingNeeds = { ...needs, feed, timeZone: zone, calendar: w.calendar.standing }
  /** a capability that takes `trouble.report`, while it can */
  const trouble = { error: null as Error | null, taken: 0 }
  const days = createDays(receivingNeeds)
  const kinds = createKinds([
    ...days.kinds(),
    reportedOrders(w.orders),
    envelopeKind('trouble.report', '1', Type.Object({}), async () => {
      if (trouble.error !== null) throw trouble.error
      return { answer: { taken: ++trouble.taken }, orderId: null }
    })
  ])
  const receiving = createReceiving({ ...needs, kinds })
  const registry = createRegistry({ ...needs, sources: async () => await sourcesNow(receivingNeeds) })
  const endpoints = createEndpoints({ ...needs, changed: events.changed })
  const deliveries = createDeliveries(needs)
  const sender = (more: { timeoutMs?: number, maxWaiting?: number } = {}): Sending => {
    const sending = createSending({ ...needs, timeoutMs: 2000, maxWaiting: 100_000, atOnce: 200, ...more })
    t.teardown(async () => { await sending.stop() })
    return sending
  }
  const sending = sender()
  let interfaces = 0
  return {
    ...w,
    names,
    registry,
    endpoints,
    deliveries,
    sources: createSources(needs),
    quarantine: createQuarantine({ ...needs, kinds }),
    days,
    receiving,
    trouble,
    silence: silenceHealth(receivingNeeds),
    /** a process that looks for silence once an hour */
    watcher () {
      const sweep = silenceSweep(receivingNeeds)
      return async () => { await sweep.run(w.clock.now()) }
    },
    /** what the sweeps of incoming messages find due */
    async takeDue () { for (const sweep of receiving.sweeps()) await sweep.run(w.clock.now()) },
    sender,
    /** what the sweeps find due is sent, until nothing is */
    async send (by: Sending = sending) {
      for (const sweep of by.sweeps) await sweep.run(w.clock.now())
      await by.settled()
    },
    /** a new interface that receives */
    async receives (cycle: Cycle = 'at-once') {
      return await w.tx(async tx => {
        const { id } = await registry.add(tx, administrator, { ...entered(++interfaces, 'D01'), direction: 'both', cycle })
        return await createSources(needs).begin(tx, administrator, id, { toleranceMinutes: 5 })
      })
    },
    /** a new interface of this unit with an endpoint */
    async told (
      url: string,
      kinds: OrderEvent[] = ['order.filed'],
      { owner = 'D01', allow = ['127.0.0.1'] }: { owner?: string, allow?: string[] } = {}
    ) {
      return await w.tx(async tx => {
        const { id: interfaceId } = await registry.add(tx, administrator, entered(++interfaces, owner))
        return await endpoints.add(tx, administrator, interfaceId, { url, kinds, allowNetworks: allow })
      })
    },
    /** deliveries of an endpoint, the oldest first */
    async of (endpointId: string) {
      return (await deliveries.list(administrator, { state: null, endpointId }, { after: null, limit: 200 })).toReversed()
    },
    async endpoint (id: string) {
      const found = (await registry.list()).flatMap(i => i.endpoints).find(e => e.id === id)
      if (!found) throw new Error('there is no such endpoint')
      return found
    }
  }
}
