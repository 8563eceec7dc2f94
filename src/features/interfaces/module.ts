import type { Logger } from 'pino'
import type { Module } from '../../module.ts'
import { createDeliveries, type DeliveriesOptions } from './outgoing/deliveries.ts'
import { ordersOfDeliveries } from './outgoing/delivery-store.ts'
import { deliveryRoutes } from './outgoing/delivery-routes.ts'
import { createOrderEvents, type OrderEventsOptions } from './outgoing/order-events.ts'
import { resolveHost } from './outgoing/resolve.ts'
import { createSending } from './outgoing/sending.ts'
import { createEndpoints } from './registry/endpoints.ts'
import { registryRoutes } from './registry/registry-routes.ts'
import { createRegistry, type RegistryOptions } from './registry/registry.ts'
import { deliveryBodies, endpointSecrets } from './sealed-interfaces-store.ts'

export interface InterfacesNeeds extends DeliveriesOptions, Pick<OrderEventsOptions, 'readerUnit'>, Pick<RegistryOptions, 'unit'> {
  log: Logger
  /** tells of orders' steps from then on */
  orders: { listen: (listener: Pick<ReturnType<typeof createOrderEvents>, 'stepped'>) => void }
}

/** 数据接口: which systems exchange what by which law, and the events that are sent to them. */
export function interfacesModule ({ orders, readerUnit, unit, ...needs }: InterfacesNeeds): Module {
  const resolve = resolveHost
  const { changed, stepped } = createOrderEvents({ ...needs, readerUnit })
  const sending = createSending({ ...needs, resolve, timeoutMs: 15_000, maxWaiting: 100_000, atOnce: 200 })
  const deliveries = createDeliveries(needs)
  const registry = createRegistry({ ...needs, unit })
  const endpoints = createEndpoints({ ...needs, resolve, changed })
  orders.listen({ stepped })
  return {
    name: 'interfaces',
    routes: [registryRoutes({ registry, endpoints, deliveries }), deliveryRoutes({ deliveries })],
    alarms: [sending.alarm],
    sweeps: sending.sweeps,
    ordersOf: ordersOfDeliveries,
    resealed: { values: [endpointSecrets, deliveryBodies] },
    stop: sending.stop
  }
}
