import type { Foundation } from './foundation.ts'
import type { DialPermission } from '../dialler/dial-permission.ts'
import { createBlocking, type Blocking } from '../features/blocking/blocking.ts'
import type { Calls } from '../features/calls/calls.ts'
import { numberKey } from '../domain/phone-number.ts'

/** Blocked numbers, put together: the PBX knows their ends by its own clock. */
export function createBlockingParts (
  { config, db, sealing, clock, clockOffset, feed, exchange, log }: Foundation,
  { permission, calls }: { permission: DialPermission, calls: Calls }
): Blocking {
  const { switchboard } = exchange
  const epoch = (until: Date): string => String(Math.floor((until.getTime() - clockOffset()) / 1000))
  return createBlocking({
    db,
    sealing,
    clock,
    feed,
    timeZone: config.timeZone,
    // What is never dialled because it is a centre's or ours is never turned away either.
    neverBlocked: async (tx, number) => {
      const refused = (await permission.now(tx))(number, 'person')
      return refused !== null && ['emergency-centre', 'own-line'].includes(String(refused.details.kind)) ? refused : null
    },
    numberOfCall: calls.numberOf,
    putBlock: async (number, until) => {
      if (until === null) await switchboard.dbDelete('blocked', numberKey(number))
      else await switchboard.dbPut('blocked', numberKey(number), epoch(until))
    },
    putRingBack: async (number, until) => { await switchboard.dbPut('ring-back', numberKey(number), epoch(until)) },
    onError: error => { log.warn({ err: error }, 'the PBX could not be told of a blocked number; it is told again') }
  })
}
