import Type from 'typebox'
import { DomainError, type ErrorCode } from '../../../src/domain/errors.ts'
import { newId } from '../../../src/domain/ids.ts'
import type { Routes } from '../../../src/http/kit/routes.ts'
import { answers, Id, Moment, params, SafeLine, SafeText, WriteHeaders } from '../../../src/http/kit/schema-words.ts'
import { write } from '../../../src/http/kit/write.ts'

export interface Things { made: string[], slow: Promise<void> | null }

/** Routes like a feature's, small enough to see through. */
export const thingRoutes = (things: Things): Routes => app => {
  app.post('/api/things', {
    config: { roles: ['AGENT', 'INTEGRATION'], purposes: ['orders'] },
    schema: {
      headers: WriteHeaders,
      body: Type.Object({ name: SafeLine(), text: Type.Optional(SafeText()) }),
      response: answers({ 201: Type.Object({ id: Id(), at: Moment(), name: Type.String() }) })
    }
  }, async (request, reply) => await write(request, reply, { action: 'thing.make', subject: thing => thing.id, status: 201 }, async tx => {
    const id = newId()
    // A route of the tests' own, on a table that holds any name and value.
    await tx.query('insert into setting (name, value, changed_by, changed_at) values ($1, $2, $3, now())',
      [id, JSON.stringify(request.body.name), request.actor.id])
    await things.slow
    if (request.body.name === 'refused') throw new DomainError('guard-not-met', 'not this one', { why: 'name' })
    things.made.push(id)
    return { id, at: new Date(), name: request.body.name, secret: 'not in the schema' }
  }))

  app.get('/api/errors/:code', {
    config: { roles: 'public' },
    schema: { params: params({ code: Type.String() }), response: answers({ 200: Type.Null() }) }
  }, async request => {
    const { code } = request.params
    if (code === 'bug') throw new Error('the secret 13900001001 of connection postgres://u:p@h')
    if (code === 'lost') throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
    if (code === 'deadlock') throw Object.assign(new Error('deadlock detected'), { code: '40P01' })
    throw new DomainError(code as ErrorCode, `said ${code}`, { field: 'x' })
  })
}
