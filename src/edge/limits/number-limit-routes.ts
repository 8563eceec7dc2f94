import Type from 'typebox'
import type { Role } from '../../domain/people/roles.ts'
import type { Routes } from '../../http/kit/routes.ts'
import { answers, Id, Moment, Nothing, Nullable, params, PhoneText, ReasonLine, WriteHeaders } from '../../http/kit/schema-words.ts'
import { write } from '../../http/kit/write.ts'
import type { NumberLimits } from './number-limits.ts'

const Calls = Type.Integer({ minimum: 1, maximum: 1000 })
const NumberLimit = Type.Object({
  id: Id(),
  number: Nullable(Type.String({ description: 'masked; null: every number without a limit of its own' })),
  calls: Nullable(Type.Integer({ description: 'calls at once; null: any number' })),
  reason: Type.String(),
  enteredBy: Type.String(),
  enteredAt: Moment()
})
const tags = ['edges']
const readers: readonly Role[] = ['SHIFT_LEADER', 'SUPERVISOR', 'ADMINISTRATOR']
const keepers: readonly Role[] = ['SHIFT_LEADER', 'ADMINISTRATOR']

/** 同时通话上限: how many calls at once a number may have, at each edge within seconds. */
export const numberLimitRoutes = ({ limits }: { limits: NumberLimits }): Routes => app => {
  app.get('/api/number-limits', {
    config: { roles: readers },
    schema: {
      tags,
      summary: 'How many calls at once numbers may have',
      description: 'Withheld callers and emergency centres have none; nor have telephones of units, unless it stands here. ' +
        'Without a row for every number the edge\'s setting holds (default 3).',
      response: answers({ 200: Type.Object({ items: Type.Array(NumberLimit) }) })
    }
  }, async () => ({ items: await limits.list() }))

  app.post('/api/number-limits', {
    config: { roles: keepers },
    schema: {
      tags,
      summary: 'Say how many calls at once a number may have, or every number without a limit of its own',
      headers: WriteHeaders,
      body: Type.Object({
        number: Nullable(PhoneText('in any spelling; null: every number without a limit of its own')),
        calls: Nullable(Calls),
        reason: ReasonLine({ minLength: 2, description: 'whose number it is, and why' })
      }),
      response: answers({ 201: Type.Object({ id: Id() }) })
    }
  }, async (request, reply) => await write(request, reply, {
    action: 'number-limit.enter',
    subject: result => result.id,
    status: 201,
    detail: { calls: request.body.calls, everybody: request.body.number === null }
  }, async tx => await limits.enter(tx, request.actor, request.body)))

  app.delete('/api/number-limits/:id', {
    config: { roles: keepers },
    schema: {
      tags,
      summary: 'The number has everybody\'s limit again',
      headers: WriteHeaders,
      params: params({ id: Id('limit') }),
      response: answers({ 204: Nothing })
    }
  }, async (request, reply) => {
    const { id } = request.params
    await write(request, reply, { action: 'number-limit.end', subject: id, status: 204 },
      async tx => { await limits.end(tx, request.actor, id) })
    return null
  })
}
