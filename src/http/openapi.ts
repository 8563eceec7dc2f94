import swagger from '@fastify/swagger'
import Type from 'typebox'
import type { App, RouteAccess, Routes } from './kit/routes.ts'

const tags = [
  ['session', 'signing in and out'],
  ['work-orders', 'cases from receipt to closing (工单)'],
  ['calls', 'telephone calls and their recordings'],
  ['legs', 'outbound calls of the dialler'],
  ['trunks', 'lines to the carriers, and how they do'],
  ['edges', 'SIP edges before the PBXs (接入边缘), and how many calls at once a number may have'],
  ['agents', 'agents\' telephones and states (坐席)'],
  ['callbacks', 'asking the complainant before closing (回访)'],
  ['directory', 'units, categories, people, place names'],
  ['places', 'where something lies: areas, things in the street, names as they are typed'],
  ['calendar', 'working days, year by year'],
  ['policies', 'deadline and attempt policies, each from its first day on'],
  ['knowledge', 'articles for answering citizens (知识库), and answers sent by text message'],
  ['emergency', 'plans, incidents and the emergency dial (应急呼叫)'],
  ['boards', 'figures and the orders they count, as of now (统计分析)'],
  ['notices', 'the spoken notice before the queue (公告语)'],
  ['sms', 'replies and receipts of text messages (短信)'],
  ['interfaces', 'what is exchanged with other systems (数据接口): events out, messages in'],
  ['feed', 'live events'],
  ['administration', 'logins, tokens, audit'],
  ['health', 'the running system']
].map(([name, description]) => ({ name: name ?? '', description: description ?? '' }))

const accessInWords = (access: RouteAccess): string =>
  access === 'public' ? 'Open to everybody.' : access === 'signed-in' ? 'For every signed-in person.' : `For ${access.join(', ')}.`

/** Gathers the description of every route registered after it. */
export async function describeApi (app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Liandong',
        version: '1',
        description: 'The hotline service of a city district. Errors are `application/problem+json` with a stable `code`; ' +
          'lists are paged by `cursor`; ' +
          'a write repeated under the same `Idempotency-Key` is done once. Moments are ISO 8601 with offset.'
      },
      tags,
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'liandong_session', description: 'set by `POST /api/session`' },
          token: { type: 'http', scheme: 'bearer', description: 'a token of an outside system' }
        }
      }
    },
    hideUntagged: false,
    transform: ({ schema, url, route }) => {
      const access = route.config?.roles
      if (access === undefined) return { schema, url }
      const description = [schema?.description, accessInWords(access)].filter(Boolean).join('\n\n')
      return { schema: { ...schema, description, security: access === 'public' ? [] : [{ session: [] }, { token: [] }] }, url }
    }
  })
}

/** The description sorted by address, whatever the order of the capabilities. */
export function describedApi (app: App): object {
  const { paths = {}, ...rest } = app.swagger()
  return { ...rest, paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => a < b ? -1 : 1)) }
}

/** `GET /openapi.json`. */
export const openapiRoutes: Routes = app => {
  let text: string | undefined
  app.get('/openapi.json', {
    config: { roles: 'public' },
    schema: {
      tags: ['health'],
      summary: 'This description',
      response: {
        200: {
          description: 'OpenAPI 3.1',
          content: { 'application/json': { schema: Type.Unsafe<string>({ type: 'object', additionalProperties: true }) } }
        }
      }
    }
  }, async (_request, reply) => {
    text ??= JSON.stringify(describedApi(app))
    return await reply.type('application/json').serializer((body: unknown) => String(body)).send(text)
  })
}
