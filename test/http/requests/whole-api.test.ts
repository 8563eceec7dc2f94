// The API of the whole service, walked through by its own description.
import { Validator } from '@seriousme/openapi-schema-validator'
import t, { type Test } from 'tap'
import { roles, type Role } from '../../../src/domain/people/roles.ts'
import { composedService } from '../composed-service.ts'
import { callersOf, idleRows } from '../who-sees-what/who-may-call.ts'

interface Operation {
  summary?: string
  description?: string
  tags?: string[]
  parameters?: Array<{ name: string, in: string }>
  requestBody?: { content: Record<string, { schema: Record<string, unknown> }> }
  responses: Record<string, { content?: Record<string, unknown> }>
}
interface Description extends Record<string, unknown> { paths: Record<string, Record<string, Operation>>, tags: Array<{ name: string }> }

async function service (t: Test) {
  const { service, cookieOf } = await composedService(t, 'whole-api')
  return {
    address: service.address,
    cookieOf: async (...held: Role[]) => await cookieOf(held.join('-').toLowerCase(), held, 'nowhere')
  }
}

/** Takes nothing that could be nonsense, and asks the PBX, of which this service has none. */
const needsThePbx = new Set(['DELETE /api/notice'])

const operations = (description: Description): Array<[string, string, Operation]> =>
  Object.entries(description.paths).flatMap(([path, methods]) => Object.entries(methods).map(
    ([method, operation]): [string, string, Operation] => [method.toUpperCase(), path, operation]
  ))

t.test('the whole API', async t => {
  const { address, cookieOf } = await service(t)
  const description = await (await fetch(`${address}/openapi.json`)).json() as Description
  const all = operations(description)
  t.ok(all.length > 40, `${all.length} operations`)

  await t.test('is valid OpenAPI, and every operation is described', async t => {
    const verdict = await new Validator().validate(description)
    t.equal(verdict.valid, true, JSON.stringify('errors' in verdict ? verdict.errors : '').slice(0, 2000))
    const tags = description.tags.map(tag => tag.name)
    for (const [method, path, operation] of all) {
      const what = `${method} ${path}`
      const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(found => found[1])
      t.strictSame(operation.parameters?.filter(p => p.in === 'path').map(p => p.name) ?? [], wanted, `${what}: parameters`)
      t.ok(operation.summary, `${what}: summary`)
      t.ok(operation.tags?.every(tag => tags.includes(tag)) && operation.tags.length > 0, `${what}: tags ${operation.tags?.join()}`)
      t.ok(Object.keys(operation.responses).some(status => /^2/.test(status)), `${what}: an answer`)
      t.match(operation.description, /Open to everybody|every signed-in person|^For |\n\nFor /, `${what}: who may call it`)
      const schema = operation.requestBody?.content['application/json']?.schema
      if (schema && schema.properties) t.equal(schema.additionalProperties, false, `${what}: unknown fields are refused`)
    }
  })

  await t.test('admits exactly the roles of the hand-written table', async t => {
    const cookies = new Map<Role, string>()
    for (const role of roles) cookies.set(role, await cookieOf(role))
    const ask = async (method: string, path: string, cookie?: string) => {
      const body = ['POST', 'PUT', 'PATCH'].includes(method) ? { body: '{}' } : {}
      const answer = await fetch(address + path.replace(/\{\w+\}/g, '00000000-0000-4000-8000-000000000000'), {
        method,
        headers: { ...(cookie ? { cookie } : {}), ...('body' in body ? { 'content-type': 'application/json' } : {}) },
        ...body,
        signal: AbortSignal.timeout(10_000)
      })
      if (answer.status !== 403) {
        await answer.body?.cancel()
        return answer.status
      }
      // What else is refused to somebody has words of its own.
      return (await answer.json() as { detail: string }).detail === 'your roles do not include this' ? 'by role' : 403
    }
    // Who signs out asks nothing more.
    const last = (method: string, path: string): number => method === 'DELETE' && path === '/api/session' ? 1 : 0
    for (const [method, path] of all.toSorted((a, b) => last(a[0], a[1]) - last(b[0], b[1]))) {
      const callers = callersOf(method, path)
      if (callers === null) {
        t.fail(`${method} ${path} does not stand in the table`)
        continue
      }
      const stranger = await ask(method, path)
      if (callers === 'everybody') {
        t.not(stranger, 'by role', `${method} ${path} without a session`)
        continue
      }
      t.equal(stranger, 401, `${method} ${path} without a session`)
      const letIn: Role[] = []
      for (const [role, cookie] of cookies) if (await ask(method, path, cookie) !== 'by role') letIn.push(role)
      t.same(letIn, callers === 'signed-in' ? roles : roles.filter(role => callers.includes(role)), `${method} ${path}`)
    }
    t.same(idleRows(), [], 'every row of the table is of an operation')
  })

  await t.test('answers nonsense with a client error, or as described where it does no harm', async t => {
    const cookie = await cookieOf(...roles.filter(role => role !== 'WALL'))
    const ids = [
      '00000000-0000-4000-8000-000000000000',
      'x',
      '1',
      '%00',
      '..%2f..',
      'a'.repeat(150),
      encodeURIComponent('\'; drop table call; --')
    ]
    const bodies = [
      '{}', '[]', 'null', '"x"', '7', '{"version":1}', '{"version":-1,"reason":""}', '{"id":{"$ne":1}}', '{"name":"\\u0000"}',
      '{"__proto__":{}}'
    ]
    const queries = ['', '?limit=-1', '?limit=1&limit=2', '?cursor=e30', '?cursor=WzEsMl0', '?from=%00', '?state=%27', '?unknown=1']
    for (const [method, path, operation] of all) {
      // Signing out would end the walk; the feed does not end.
      if (path === '/api/feed' || path.startsWith('/api/session')) continue
      const writing = ['POST', 'PUT', 'PATCH'].includes(method)
      const tries = [
        ...(operation.parameters?.some(p => p.in === 'path') ? ids : ids.slice(0, 1)).map(id => ({ id, body: '{}', query: '' })),
        ...(writing ? bodies.map(body => ({ id: ids[0], body, query: '' })) : queries.map(query => ({ id: ids[0], body: '', query })))
      ]
      const ours: string[] = []
      for (const { id, body, query } of tries) {
        const answer = await fetch(address + path.replace(/\{\w+\}/g, id ?? '') + query, {
          method,
          headers: { cookie, ...(writing ? { 'content-type': 'application/json' } : {}) },
          ...(writing ? { body } : {}),
          signal: AbortSignal.timeout(10_000)
        })
        const text = await answer.text()
        // Nothing may be wrong with it after all: then the description says so.
        const isRefused = answer.status >= 400 && answer.status < 500
        const isDescribed = answer.status < 300 && operation.responses[answer.status] !== undefined
        const isAway = needsThePbx.has(`${method} ${path}`) && answer.status === 503
        if (!isRefused && !isDescribed && !isAway) ours.push(`${answer.status} to ${id} ${query} ${body}: ${text}`)
      }
      t.same(ours, [], `${method} ${path}`)
    }
  })
})
