import pino from 'pino'
import type { Test } from 'tap'
import { createToken } from '../../../src/access/accounts/accounts.ts'
import { createSessions } from '../../../src/access/sessions/sessions.ts'
import type { Role, TokenPurpose } from '../../../src/domain/people/roles.ts'
import { envelopeRoutes } from '../../../src/features/interfaces/incoming/envelope-routes.ts'
import { exchangeRoutes } from '../../../src/features/interfaces/incoming/exchange-routes.ts'
import { sourceRoutes } from '../../../src/features/interfaces/incoming/source-routes.ts'
import { registryRoutes } from '../../../src/features/interfaces/registry/registry-routes.ts'
import { createHttpServer } from '../../../src/http/server.ts'
import { administrator, interfaceWorld } from '../../features/interfaces/interface-world.ts'
import { signatureOf } from '../../harness/neighbours/wire.ts'
import { hired } from '../../harness/stories/hired.ts'

export interface Said {
  status: number
  body: Record<string, unknown> & { id: string, secret: string, items: Array<Record<string, unknown>> }
}
export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT'
export interface Sent {
  id?: string
  body: string | Buffer
  by?: string
  secret?: string
  at?: Date
  to?: string
  headers?: Record<string, string>
}
export type Ask = (method: Method, url: string, body?: object) => Promise<Said>

/** An hourly interface that receives, over HTTP: who sends there, who looks, who mends. */
export async function exchangeDoor (t: Test) {
  const w = await interfaceWorld(t)
  const sessions = createSessions({ db: w.db, clock: w.clock })
  const app = await createHttpServer({
    ...w,
    sessions,
    logger: pino({ level: 'silent' }),
    routes: [registryRoutes(w), sourceRoutes(w), exchangeRoutes(w), envelopeRoutes(w)]
  })
  t.teardown(async () => { await app.close() })

  const as = async (login: string, held: Role[], unitId: string | null = null): Promise<Ask> => {
    await hired(w.db, login, held, { unitId })
    return async (method, url, body) => {
      // Days pass between two requests.
      const { secret } = await sessions.begin(w.db, login)
      const headers = { cookie: `liandong_session=${secret}` }
      const answer = await app.inject({ method, url: `/api${url}`, headers, ...(body ? { payload: body } : {}) })
      return { status: answer.statusCode, body: answer.json() }
    }
  }
  const admin = await as('admin', ['ADMINISTRATOR'])
  const supervisor = await as('supervisor', ['SUPERVISOR'])
  const tokenOf = async (name: string, ...purposes: TokenPurpose[]): Promise<string> =>
    (await w.tx(async tx => await createToken(tx, administrator, w.clock, { name, purposes, roles: [], unitId: null }))).token
  const token = await tokenOf('grid', 'exchange', 'orders')

  const grid = { name: '网格巡查', nameEn: 'Grid', ownerUnitId: 'D01', contact: '', direction: 'in', lawBasis: '共享规则第三条' }
  const { body: { id } } = await admin('POST', '/interfaces', { ...grid, cycle: 'hourly', schemaVersion: '1', shareType: 'conditional' })
  const { body: { secret } } = await admin('POST', `/interfaces/${id}/source`, {})

  let messages = 0
  const send = async (sent: Sent): Promise<Said> => {
    const { id: messageId = `m-${++messages}`, body, by = token, at = w.clock.now(), to = id, headers = {} } = sent
    const seconds = Math.floor(at.getTime() / 1000)
    const answer = await app.inject({
      method: 'POST',
      url: `/api/exchange/${to}`,
      headers: {
        authorization: `Bearer ${by}`,
        'content-type': 'application/json',
        'webhook-id': messageId,
        'webhook-timestamp': String(seconds),
        'webhook-signature': signatureOf(sent.secret ?? secret, messageId, seconds, body),
        ...headers
      },
      payload: body
    })
    return { status: answer.statusCode, body: answer.json() }
  }
  const message = (type: string, data: object = {}, version = '1'): string =>
    JSON.stringify({ type, version, timestamp: w.clock.now().toISOString(), data })
  const trial = (): string => message('interface.trial')
  const lately = async (state: string): Promise<Array<Record<string, unknown>>> =>
    (await supervisor('GET', `/envelopes?state=${state}&interface=${id}`)).body.items
  const count = async (): Promise<number> => (await w.db.query<{ n: number }>('select count(*)::int n from envelope'))[0]?.n ?? 0
  return { w, id, as, admin, supervisor, tokenOf, send, message, trial, lately, count }
}
