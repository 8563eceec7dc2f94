import type { DialPermission } from '../../dialler/permission/dial-permission.ts'
import type { Module } from '../../module.ts'
import { createBlocking, type BlockingOptions } from './blocking.ts'
import { blockingRoutes, blockOfNumber } from './blocking-routes.ts'
import { ordersOfBlocks } from './blocking-store.ts'
import { blockNumbers } from './sealed-blocks-store.ts'

export interface BlockingNeeds extends Omit<BlockingOptions, 'neverBlocked'> {
  permission: Pick<DialPermission, 'now'>
}

/** Turning a number away (拉黑). */
export function blockingModule ({ permission, ...needs }: BlockingNeeds): Module {
  const blocking = createBlocking({
    ...needs,
    // Numbers of emergency centres and our own are never dialled; they are never turned away either.
    async neverBlocked (tx, number) {
      const refused = (await permission.now(tx))(number, 'person')
      return refused !== null && ['emergency-centre', 'own-line'].includes(String(refused.details.kind)) ? refused : null
    }
  })
  return {
    name: 'blocking',
    routes: [blockingRoutes({ blocking })],
    journal: { handler: blocking.journalHandler, after: ['calls'] },
    ofNumber: blockOfNumber(blocking),
    ordersOf: ordersOfBlocks,
    resealed: { numbers: [blockNumbers] },
    start: blocking.blocksKnown
  }
}
