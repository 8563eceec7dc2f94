import { Validator } from '@seriousme/openapi-schema-validator'
import t from 'tap'
import { testApp } from '../app-of-test.ts'

t.test('the description of the API is valid OpenAPI and names every route', async t => {
  const { app, send } = await testApp(t)
  const answer = await send('GET', '/openapi.json')
  t.equal(answer.statusCode, 200)
  const description = answer.json() as { openapi: string, paths: Record<string, Record<string, unknown>> }
  const verdict = await new Validator().validate(description)
  t.equal(verdict.valid, true, JSON.stringify('errors' in verdict ? verdict.errors : ''))
  for (const { method, url } of app.knownRoutes) {
    if (method === 'HEAD') continue
    const path = url.replace(/:(\w+)/g, '{$1}')
    t.ok(description.paths[path]?.[method.toLowerCase()], `${method} ${url}`)
  }
  t.match(description.paths['/api/users']?.post, {
    security: [{ session: [] }, { token: [] }],
    description: /ADMINISTRATOR/,
    responses: { 201: Object, '4XX': { content: { 'application/problem+json': Object } } }
  })
})
