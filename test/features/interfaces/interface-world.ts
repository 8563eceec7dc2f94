import pino from 'pino'
import type { Test } from 'tap'
import { createAlarms } from '../../../src/queue/alarms.ts'
import { createDeliveries } from '../../../src/features/interfaces/outgoing/deliveries.ts'
import { createOrderEvents } from '../../../src/features/interfaces/outgoing/order-events.ts'
import { resolveHost, type Resolve } from '../../../src/features/interfaces/outgoing/resolve.ts'
import type { OrderEvent } from '../../../src/features/interfaces/outgoing/rules/event-of.ts'
import { createSending, type Sending } from '../../../src/features/interfaces/outgoing/sending.ts'
import { createEndpoints } from '../../../src/features/interfaces/registry/endpoints.ts'
import { createRegistry } from '../../../src/features/interfaces/registry/registry.ts'
import { orderWorld, somebody } from '../orders/order-world.ts'

export const administrator = somebody('admin', null, 'ADMINISTRATOR')

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
  const registry = createRegistry(needs)
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
    sender,
    /** what the sweeps find due is sent, until nothing is */
    async send (by: Sending = sending) {
      for (const sweep of by.sweeps) await sweep.run(w.clock.now())
      await by.settled()
    },
    /** a new interface of this unit with an endpoint */
    async told (
      url: string,
      kinds: OrderEvent[] = ['order.filed'],
      { owner = 'D01', allow = ['127.0.0.1'] }: { owner?: string, allow?: string[] } = {}
    ) {
      return await w.tx(async tx => {
        const { id: interfaceId } = await registry.add(tx, administrator, {
          name: `接口 ${++interfaces}`,
          nameEn: '',
          ownerUnitId: owner,
          contact: '',
          direction: 'out',
          lawBasis: '共享规则',
          cycle: 'at-once',
          schemaVersion: '1.0',
          shareType: 'conditional'
        })
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
