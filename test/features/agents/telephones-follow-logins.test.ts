// A telephone serves whom its login serves: disabled, handed on or compromised, it registers no more.
import { pino } from 'pino'
import t from 'tap'
import { createAgents, type Agents } from '../../../src/features/agents/agents.ts'
import { systemClock } from '../../../src/domain/time/clock.ts'
import { systemActor } from '../../../src/domain/people/roles.ts'
import { agentRoutes } from '../../../src/features/agents/agents-routes.ts'
import type { Telephones } from '../../../src/access/accounts/accounts.ts'
import type { AgentAccount } from '../../../src/features/agents/agents-store.ts'
import { testApp } from '../../http/app-of-test.ts'

t.test('the PBX\'s telephones follow the logins', async t => {
  const told: AgentAccount[][] = []
  const made: { agents?: Agents } = {}
  const lazy = new Proxy({} as Agents, { get: (_, name: keyof Agents) => made.agents?.[name] })
  // The routes need the agents, the agents the database that the routes stand on.
  const telephones: Telephones = { loginChanged: async (tx, actor, input) => { await made.agents?.loginChanged(tx, actor, input) } }
  const {
    db, clock, feed, send, cookieOf, hire
  } = await testApp(t, { telephones, routes: [app => { agentRoutes({ agents: lazy, clock: systemClock })(app) }] })
  const agents = made.agents = createAgents({
    db,
    clock,
    feed,
    wrapUpSeconds: 0,
    hasDisposition: async () => true,
    queues: () => [],
    nodes: { all: [], each: () => {} },
    desired: { change: () => {} },
    running: async () => new Set(),
    log: pino({ level: 'silent' }),
    writeAgents: async (_tx, accounts) => { told.push([...accounts]) },
    agentsKnown: async () => {}
  })
  const admin = await cookieOf('admin', ['ADMINISTRATOR'])
  const settled = async (count: number): Promise<AgentAccount[]> => {
    for (const end = Date.now() + 30_000; told.length < count;) {
      if (Date.now() > end) throw new Error(`the PBX was told ${told.length} times`)
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    return told.at(-1) ?? []
  }
  const saved = await send('PUT', '/api/agents/8003', { cookie: admin, body: { login: 'lixin', displayName: '李新', webrtc: false } })
  t.equal(saved.statusCode, 200)
  await hire('lixin', ['AGENT'], { extension: '8003' })
  await agents.writeAccounts()
  const first = (await settled(2)).find(a => a.extension === '8003')
  t.ok(first?.sipPassword)
  await db.tx(async tx => await agents.signIn(tx, { ...systemActor, id: 'lixin', roles: ['AGENT'], extension: '8003' }, {}))

  t.equal((await send('PATCH', '/api/users/lixin', { cookie: admin, body: { disabled: true } })).statusCode, 200)
  t.notOk((await settled(3)).some(a => a.extension === '8003'), 'a disabled login\'s telephone registers no more')
  t.match(await db.query('select state from agent where extension = \'8003\''), [{ state: 'out' }], 'nor does it take citizens')

  t.equal((await send('PATCH', '/api/users/lixin', { cookie: admin, body: { disabled: false } })).statusCode, 200)
  t.equal((await settled(4)).find(a => a.extension === '8003')?.sipPassword, first?.sipPassword, 'enabled again it is the same telephone')

  t.equal((await send('PATCH', '/api/users/lixin', { cookie: admin, body: { disabled: true } })).statusCode, 200)
  await settled(5)
  const hired = await send('POST', '/api/users',
    { cookie: admin, body: { login: 'wangfang', password: 'blue tram over quiet river', roles: ['AGENT'], extension: '8003' } })
  t.equal(hired.statusCode, 201)
  const second = (await settled(6)).find(a => a.extension === '8003')
  t.ok(second?.sipPassword)
  t.not(second?.sipPassword, first?.sipPassword, 'a new owner has a new password')
  t.equal(await db.tx(async tx => await agents.loginOf(tx, '8003')), 'wangfang', 'lines written on it are the new login\'s')

  const asked = await send('POST', '/api/agents/8003/sip-password', { cookie: admin })
  t.equal((await settled(7)).find(a => a.extension === '8003')?.sipPassword, asked.json().sipPassword)
  t.not(asked.json().sipPassword, second?.sipPassword, 'and another on demand')
  t.equal((await send('POST', '/api/agents/8999/sip-password', { cookie: admin })).statusCode, 404)

  // One telephone, one enabled login: at creation, at a change, at enabling again, and for two who ask at once.
  const refused = { statusCode: 409, code: 'extension-taken' }
  const asks = async (
    method: 'POST' | 'PATCH',
    path: string,
    body: Record<string, unknown>
  ): Promise<{ statusCode: number, code: unknown }> => {
    const answer = await send(method, path, { cookie: admin, body })
    return { statusCode: answer.statusCode, code: answer.json<{ code?: unknown }>().code }
  }
  const person = (login: string, extension: string): Record<string, unknown> => ({
    login,
    password: 'blue tram over quiet river',
    roles: ['AGENT'],
    extension
  })
  const before = told.length
  t.match(await asks('POST', '/api/users', person('zhaolei', '8003')), refused, 'a new login')
  t.match(await asks('PATCH', '/api/users/lixin', { disabled: false }), refused, 'the earlier owner, enabled again')
  await hire('qianduo', ['AGENT'])
  t.match(await asks('PATCH', '/api/users/qianduo', { extension: '8003' }), refused, 'a login that is there')
  t.match(await asks('PATCH', '/api/users/qianduo', { extension: '8003', disabled: true }), { statusCode: 200 },
    'one that is disabled holds nothing')
  t.match(await asks('PATCH', '/api/users/qianduo', { disabled: false }), refused)
  t.match(await asks('PATCH', '/api/users/wangfang', { roles: ['AGENT', 'CALLBACK_OFFICER'] }), { statusCode: 200 },
    'the owner herself is changed as before')
  t.equal(await db.tx(async tx => await agents.loginOf(tx, '8003')), 'wangfang')
  t.match(await asks('PATCH', '/api/users/lixin', { disabled: false, extension: null }), { statusCode: 200 },
    'without the extension the login may come back')
  await settled(before + 2)
  t.equal((await send('PUT', '/api/agents/8004', { cookie: admin, body: { login: null, displayName: '新话机', webrtc: false } })).statusCode,
    200)
  const both = await Promise.all(['sunqi', 'zhouba'].map(
    async login => (await asks('POST', '/api/users', person(login, '8004'))).statusCode
  ))
  t.same(both.sort(), [201, 409], 'of two at once one gets it')
})
