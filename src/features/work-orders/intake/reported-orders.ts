import Type from 'typebox'
import { envelopeKind, type EnvelopeKind } from '../../../http/kit/envelope-kind.ts'
import { SafeLine } from '../../../http/kit/schema-words.ts'
import type { OrderQueries } from '../reading/order-queries.ts'
import { fields, source } from '../work-orders-schemas.ts'
import type { OrderCommands } from '../work-orders.ts'
import { checkSender } from './rules/who-sends.ts'

const { channel, receivedAt } = source
const Reported = Type.Object({
  ...fields,
  channel,
  sourceNumber: SafeLine({ minLength: 1, maxLength: 64, description: 'number in the sender\'s own books; the same twice is one order' }),
  receivedAt
})

/** An order that another system reports in a signed message: filed as `POST /api/work-orders` files one, by the same rights. */
export const reportedOrders = ({ commands, queries }: { commands: OrderCommands, queries: OrderQueries }): EnvelopeKind =>
  envelopeKind('order.report', '1', Reported, async (tx, { receivedAt, ...input }, { actor, purposes }) => {
    const given = receivedAt === undefined ? input : { ...input, receivedAt: new Date(receivedAt) }
    if (!await commands.hasSent(tx, actor, given)) {
      checkSender(await queries.channel(input.channel), { purposes, sourceNumber: true })
    }
    const { id, number, state } = await commands.file(tx, actor, given)
    return { answer: { order: id, number, state }, orderId: id }
  })
