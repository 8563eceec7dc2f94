import type { Logger } from 'pino'
import type { Feed } from '../../feed/feed.ts'
import type { EnvelopeKind } from '../../http/kit/envelope-kind.ts'
import type { Module } from '../../module.ts'
import { createDays, type DaysOptions } from './incoming/days.ts'
import { envelopeRoutes } from './incoming/envelope-routes.ts'
import { ordersOfEnvelopes } from './incoming/envelope-store.ts'
import { exchangeRoutes } from './incoming/exchange-routes.ts'
import { createKinds } from './incoming/kinds.ts'
import { createQuarantine } from './incoming/quarantine.ts'
import { createReceiving } from './incoming/receiving.ts'
import { silenceHealth, silenceSweep, sourcesNow, type SilenceOptions } from './incoming/silence.ts'
import { sourceRoutes } from './incoming/source-routes.ts'
import { createSources } from './incoming/sources.ts'
import { createDeliveries, type DeliveriesOptions } from './outgoing/deliveries.ts'
import { ordersOfDeliveries } from './outgoing/delivery-store.ts'
import { deliveryRoutes } from './outgoing/delivery-routes.ts'
import { createOrderEvents, type OrderEventsOptions } from './outgoing/order-events.ts'
import { resolveHost } from './outgoing/resolve.ts'
import { createSending } from './outgoing/sending.ts'
import { createEndpoints } from './registry/endpoints.ts'
import { registryRoutes } from './registry/registry-routes.ts'
import { createRegistry, type RegistryOptions } from './registry/registry.ts'
import { deliveryBodies, endpointSecrets, envelopeBodies, sourceSecrets } from './sealed-interfaces-store.ts'

export interface InterfacesNeeds extends DeliveriesOptions, Pick<OrderEventsOptions, 'readerUnit'>, Pick<RegistryOptions, 'unit'>,
  Pick<DaysOptions, 'timeZone'>, Pick<SilenceOptions, 'calendar'> {
  log: Logger
  feed: Pick<Feed, 'publish'>
  /** tells of orders' steps from then on */
  orders: { listen: (listener: Pick<ReturnType<typeof createOrderEvents>, 'stepped'>) => void }
  /** messages that other capabilities take */
  takes: readonly EnvelopeKind[]
}

/** 数据接口: which systems exchange what by which law, the events that are sent to them, and the messages that come from them. */
export function interfacesModule ({ orders, readerUnit, unit, takes, ...needs }: InterfacesNeeds): Module {
  const resolve = resolveHost
  const { changed, stepped } = createOrderEvents({ ...needs, readerUnit })
  const sending = createSending({ ...needs, resolve, timeoutMs: 15_000, maxWaiting: 100_000, atOnce: 200 })
  const deliveries = createDeliveries(needs)
  const registry = createRegistry({ ...needs, unit, sources: async () => await sourcesNow(needs) })
  const endpoints = createEndpoints({ ...needs, resolve, changed })
  orders.listen({ stepped })

  const days = createDays(needs)
  const kinds = createKinds([...days.kinds(), ...takes])
  const receiving = createReceiving({ ...needs, kinds })
  return {
    name: 'interfaces',
    routes: [
      registryRoutes({ registry, endpoints, deliveries }),
      deliveryRoutes({ deliveries }),
      sourceRoutes({ sources: createSources(needs), days }),
      exchangeRoutes({ receiving }),
      envelopeRoutes({ quarantine: createQuarantine({ ...needs, kinds }) })
    ],
    alarms: [sending.alarm],
    sweeps: [...sending.sweeps, ...receiving.sweeps(), silenceSweep(needs)],
    health: [silenceHealth(needs)],
    ordersOf: async (q, ids) => [...await ordersOfDeliveries(q, ids), ...await ordersOfEnvelopes(q, ids)],
    resealed: { values: [endpointSecrets, deliveryBodies, sourceSecrets, envelopeBodies] },
    stop: sending.stop
  }
}
