import type { Logger } from 'pino'
import type { DialPermission } from '../../dialler/permission/dial-permission.ts'
import { numberKey } from '../../domain/telephone/phone-number.ts'
import type { Module } from '../../module.ts'
import { tellEvery, type Nodes } from '../../pbx/nodes.ts'
import type { Switchboard } from '../../pbx/switchboard.ts'
import { createBlocking, type BlockingOptions } from './blocking.ts'
import { blockingRoutes, blockOfNumber } from './blocking-routes.ts'
import { ordersOfBlocks } from './blocking-store.ts'

export interface BlockingNeeds extends Omit<BlockingOptions, 'neverBlocked' | 'putBlock' | 'putRingBack' | 'othersAreUp' | 'onError'> {
  /** ms the service's clock is ahead of the PBX's; tests alone advance it */
  clockOffset: () => number
  permission: Pick<DialPermission, 'now'>
  nodes: Pick<Nodes<{ name: string, switchboard: Pick<Switchboard, 'dbPut' | 'dbDelete'>, isUp: () => boolean }>, 'all'>
  log: Logger
}

/** Turning a number away (拉黑). */
export function blockingModule ({ clockOffset, permission, nodes, log, ...needs }: BlockingNeeds): Module {
  // The PBX knows the ends by its own clock.
  const epoch = (until: Date): string => String(Math.floor((until.getTime() - clockOffset()) / 1000))
  const blocking = createBlocking({
    ...needs,
    // Numbers of emergency centres and our own are never dialled; they are never turned away either.
    async neverBlocked (tx, number) {
      const refused = (await permission.now(tx))(number, 'person')
      return refused !== null && ['emergency-centre', 'own-line'].includes(String(refused.details.kind)) ? refused : null
    },
    async putBlock (number, until) {
      await tellEvery(nodes, async ({ switchboard }) => {
        if (until === null) await switchboard.dbDelete('blocked', numberKey(number))
        else await switchboard.dbPut('blocked', numberKey(number), epoch(until))
      })
    },
    async putRingBack (number, until) {
      await tellEvery(nodes, async ({ switchboard }) => { await switchboard.dbPut('ring-back', numberKey(number), epoch(until)) })
    },
    othersAreUp: () => nodes.all.length > 1 && nodes.all.some(node => node.isUp()),
    onError: error => { log.warn({ err: error }, 'the PBX could not be told of a blocked number; it is told again') }
  })
  return {
    name: 'blocking',
    routes: [blockingRoutes({ blocking })],
    journal: { handler: blocking.journalHandler, after: ['calls'] },
    sweeps: [blocking.sweep],
    ofNumber: blockOfNumber(blocking),
    ordersOf: ordersOfBlocks,
    exchangeIsUp: blocking.exchangeIsUp
  }
}
