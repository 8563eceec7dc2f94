import Type from 'typebox'
import { numberSearchers, numberSearchLimit } from '../access/visibility.ts'
import type { Tx } from '../db/database.ts'
import type { Sealing } from '../db/sealing.ts'
import type { Clock } from '../domain/clock.ts'
import { DomainError } from '../domain/errors.ts'
import { parsePhoneNumber } from '../domain/phone-number.ts'
import type { Blocking } from '../features/blocking/blocking.ts'
import type { Calls } from '../features/calls/calls.ts'
import type { OrderQueries } from '../features/work-orders/order-queries.ts'
import { CallSummary } from './call-routes.ts'
import { answers, Id, Moment, Nullable, ReasonLine, SafeLine, write, type Routes } from './route-kit.ts'
import { Summary } from './work-order-schemas.ts'

export interface NumberSearchOptions { clock: Clock, sealing: Pick<Sealing, 'fingerprint'>, orders: Pick<OrderQueries, 'ofNumber'>, calls: Pick<Calls, 'ofNumber'>, blocks: Pick<Blocking, 'ofNumber'> }

const action = 'number.search'

const BlockOfNumber = Type.Object({
  id: Id(),
  holdsUntil: Moment(),
  reason: Type.String(),
  blockedBy: Type.String({ description: 'takes down no objection himself' }),
  objection: Nullable(Type.String({ description: 'what the person has said against it' })),
  objectionDecidedAt: Nullable(Moment('null: not decided yet')),
  objectionAnswer: Nullable(Type.String())
})
const Found = Type.Object({
  orders: Type.Array(Summary), calls: Type.Array(CallSummary), block: Nullable(BlockOfNumber)
})

/**
 * Whoever tries numbers one after another, here or as complainants of an order, is stopped long before a masked one is found.
 * @throws DomainError `too-many-requests`
 */
export async function keepWithinLimit (tx: Tx, login: string, now: Date): Promise<void> {
  // One search of a login after another: two at once would both find room for one.
  await tx.query('select pg_advisory_xact_lock(hashtext($1))', [`${action}:${login}`])
  const before = (ms: number): Date => new Date(now.getTime() - ms)
  const [made] = await tx.query<{ hour: number, day: number }>(`select count(*) filter (where at > $2)::int as hour, count(*)::int as day
    from audit_entry where actor = $1 and (action = $4 or detail->>'typed' = 'true') and at > $3`, [login, before(3_600_000), before(86_400_000), action])
  const { hour = 0, day = 0 } = made ?? {}
  if (hour >= numberSearchLimit.hour || day >= numberSearchLimit.day) {
    throw new DomainError('too-many-requests', 'so many numbers are not looked up by one person', { retryAfter: hour >= numberSearchLimit.hour ? 600 : 3600 })
  }
}

/** 查号码: orders and calls of one telephone number. Nothing else finds by a number that somebody typed. */
export function numberSearchRoutes ({ clock, sealing, orders, calls, blocks }: NumberSearchOptions): Routes {
  return app => {
    app.post('/api/number-searches', {
      config: { roles: numberSearchers },
      schema: {
        tags: ['work-orders'],
        summary: 'Orders and calls of one telephone number, and whether it is turned away',
        description: `A number in any spelling. At most ${numberSearchLimit.hour} an hour and ${numberSearchLimit.day} a day for one login; each is written down with the number's fingerprint and the reason.`,
        body: Type.Object({ number: SafeLine({ minLength: 3, maxLength: 40 }), reason: ReasonLine({ minLength: 2, maxLength: 200, description: 'why; kept in the audit' }) }),
        response: answers({ 200: Found })
      }
    }, async (request, reply) => {
      const { actor, body } = request
      const hash = sealing.fingerprint(parsePhoneNumber(body.number))
      return await write(request, reply, {
        action, subject: hash.toString('hex'), repeatable: false, detail: found => ({ orders: found.orders.length, calls: found.calls.length, reason: body.reason })
      }, async tx => {
        await keepWithinLimit(tx, actor.id, clock.now())
        const all = [orders.ofNumber(actor, hash), calls.ofNumber(actor, hash), blocks.ofNumber(tx, hash)] as const
        const [ofOrders, ofCalls, block] = await Promise.all(all)
        return { orders: ofOrders, calls: ofCalls, block }
      })
    })
  }
}
