import Type from 'typebox'
import { callOrderRoles } from '../../../domain/work-order.ts'
import type { Routes } from '../../../http/kit/routes.ts'
import { answers, Id, Nothing, OneOf, params, ShortId, WriteHeaders } from '../../../http/kit/schema-words.ts'
import { write } from '../../../http/kit/write.ts'
import type { OrderCommands } from '../work-orders.ts'

const tags = ['calls']
const one = params({ id: ShortId('call; an id that was merged into another finds that one') })

/** Which orders a call is about. */
export const callLinkRoutes = ({ commands }: { commands: Pick<OrderCommands, 'linkCall'> }): Routes => app => {
  app.post('/api/calls/:id/orders', {
    config: { roles: ['AGENT', 'SHIFT_LEADER', 'CALLBACK_OFFICER', 'DISPATCHER'] },
    schema: {
      tags,
      summary: 'The call belongs to an order',
      headers: WriteHeaders,
      params: one,
      body: Type.Object({ orderId: Id('work order'), role: OneOf(callOrderRoles) }),
      response: answers({ 204: Nothing })
    }
  }, async (request, reply) => await write(request, reply, {
    action: 'call.link',
    subject: request.params.id,
    status: 204,
    detail: request.body
  }, async tx => { await commands.linkCall(tx, request.actor, { callId: request.params.id, ...request.body }); return null }))
}
