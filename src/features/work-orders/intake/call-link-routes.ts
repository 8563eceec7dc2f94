import Type from 'typebox'
import type { Role } from '../../../domain/people/roles.ts'
import { callOrderRoles } from '../../../domain/work-order.ts'
import type { Routes } from '../../../http/kit/routes.ts'
import { answers, Id, Nothing, OneOf, params, ShortId, WriteHeaders } from '../../../http/kit/schema-words.ts'
import type { OrderCommands } from '../work-orders.ts'
import { linkCounted } from './first-contact-search.ts'

const tags = ['calls']
const one = params({ id: ShortId('call; an id that was merged into another finds that one') })

/** Desks that link a call by a page; the life cycle lets more people do it, by what they do to the order. */
export const callLinkers: readonly Role[] = ['AGENT', 'SHIFT_LEADER', 'DISPATCHER', 'CALLBACK_OFFICER']

/** For the description of a route that links. */
export const firstContactSearch =
  '`first_contact` that is refused since the numbers are two (`their-own-call`) counts as a search by number.'

/** Which orders a call is about. */
export const callLinkRoutes = ({ commands }: { commands: Pick<OrderCommands, 'linkCall'> }): Routes => app => {
  app.post('/api/calls/:id/orders', {
    config: { roles: callLinkers },
    schema: {
      tags,
      summary: 'The call belongs to an order',
      description: firstContactSearch,
      headers: WriteHeaders,
      params: one,
      body: Type.Object({ orderId: Id('work order'), role: OneOf(callOrderRoles) }),
      response: answers({ 204: Nothing })
    }
  }, async (request, reply) => await linkCounted(request, reply, {
    action: 'call.link',
    subject: request.params.id,
    status: 204,
    detail: request.body
  }, request.body.role, async tx => {
    await commands.linkCall(tx, request.actor, { callId: request.params.id, ...request.body })
    return null
  }))
}
