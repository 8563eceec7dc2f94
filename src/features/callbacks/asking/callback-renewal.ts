import type { Tx } from '../../../db/database.ts'
import type { Sealing } from '../../../db/sealing.ts'
import type { AskedOrder } from '../../../domain/asked-order.ts'
import { withoutExtension } from '../../../domain/telephone/phone-number.ts'
import { systemActor } from '../../../domain/people/roles.ts'
import type { Steps } from '../callback-steps.ts'
import { bind } from '../../../domain/bind.ts'
import { isAskedElsewhere, renumber } from '../callbacks-store.ts'
import type { Callback } from '../callback-columns.ts'
import { byPersonReasonOf } from '../rules/by-person-reason.ts'

export interface RenewalOptions { sealing: Sealing, steps: Steps }

/** The citizen is not rung any more, and the order is told. */
async function stop (
  { steps }: RenewalOptions,
  tx: Tx,
  callback: Callback,
  order: AskedOrder,
  cancelReason: string,
  at: Date
): Promise<Callback> {
  const saved = await steps.save(tx, callback, { status: 'CANCELLED', cancelReason, nextAt: null, finishedAt: at }, 'callback.cancelled',
    at, { reason: cancelReason })
  await steps.tellOrder(tx, systemActor, saved, order)
  return saved
}

/**
 * Brings an open callback up to what its order says of the citizen now. Another number is the one that is rung. A citizen marked
 * elderly since is rung by a person. One no longer to be asked, or already asked under that number, is not rung. The row is
 * locked by the caller.
 */
async function renew (context: RenewalOptions, tx: Tx, callback: Callback, order: AskedOrder, at: Date): Promise<Callback> {
  const { sealing, steps } = context
  const one = order.complainants.find(c => c.requestId === callback.requestId)
  // An officer decides on earlier answers, whichever person is asked now.
  if (callback.status !== 'SCHEDULED') return callback
  if (!one) return await stop(context, tx, callback, order, 'no-longer-asked', at)
  let renewed = callback
  if (sealing.open(callback.numberSealed) !== one.number) {
    const number = withoutExtension(one.number)
    const hashes = sealing.fingerprints(number)
    if (await isAskedElsewhere(tx, callback, hashes)) return await stop(context, tx, callback, order, 'asked-already', at)
    const numberSealed = sealing.seal(one.number)
    renumber(tx, callback.id, numberSealed, sealing.fingerprint(number))
    renewed = { ...callback, numberSealed }
  }
  const why = callback.byPerson ? null : byPersonReasonOf({ ...one, reworkCount: order.reworkCount, cycle: order.cycle })
  return why === null ? renewed : await steps.save(tx, renewed, { byPerson: true, byPersonReason: why }, 'callback.due', at)
}

export const createRenewal = (context: RenewalOptions) => bind(context, { renew })

export type Renew = ReturnType<typeof createRenewal>['renew']
