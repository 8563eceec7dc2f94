// A telephone serves whom its login serves: disabled, handed on or compromised, it registers no more.
import t from 'tap'
import { createAgents, type AgentAccount, type Agents } from '../../src/features/agents/agents.ts'
import { systemClock } from '../../src/domain/clock.ts'
import { agentRoutes } from '../../src/http/agent-routes.ts'
import type { Telephones } from '../../src/http/accounts.ts'
import { testApp } from '../http/app-of-test.ts'

t.test('what the PBX is told follows the logins', async t => {
  const told: AgentAccount[][] = []
  const made: { agents?: Agents } = {}
  const lazy = new Proxy({} as Agents, { get: (_, name: keyof Agents) => made.agents?.[name] })
  // The routes need the agents, the agents the database that the routes stand on.
  const telephones: Telephones = { loginChanged: async (tx, actor, input) => { await made.agents?.loginChanged(tx, actor, input) } }
  const { db, clock, feed, send, cookieOf, hire } = await testApp(t, { telephones, routes: [app => { agentRoutes({ agents: lazy, clock: systemClock })(app) }] })
  const agents = made.agents = createAgents({
    db,
    clock,
    feed,
    wrapUpSeconds: 0,
    hasDisposition: async () => true,
    queue: { add: async () => {}, remove: async () => {}, pause: async () => {}, members: async () => [] } as never,
    writeAgents: async accounts => { told.push([...accounts]) }
  })
  const admin = await cookieOf('admin', ['ADMINISTRATOR'])
  const settled = async (count: number): Promise<AgentAccount[]> => {
    for (const end = Date.now() + 5000; told.length < count;) {
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
  await db.query('update agent set state = \'ready\' where extension = \'8003\'')

  t.equal((await send('PATCH', '/api/users/lixin', { cookie: admin, body: { disabled: true } })).statusCode, 200)
  t.notOk((await settled(3)).some(a => a.extension === '8003'), 'a disabled login\'s telephone registers no more')
  t.match(await db.query('select state from agent where extension = \'8003\''), [{ state: 'out' }], 'nor does it take citizens')

  t.equal((await send('PATCH', '/api/users/lixin', { cookie: admin, body: { disabled: false } })).statusCode, 200)
  t.equal((await settled(4)).find(a => a.extension === '8003')?.sipPassword, first?.sipPassword, 'enabled again it is the same telephone')

  t.equal((await send('PATCH', '/api/users/lixin', { cookie: admin, body: { disabled: true } })).statusCode, 200)
  await settled(5)
  const hired = await send('POST', '/api/users', { cookie: admin, body: { login: 'wangfang', password: 'blue tram over quiet river', roles: ['AGENT'], extension: '8003' } })
  t.equal(hired.statusCode, 201)
  const second = (await settled(6)).find(a => a.extension === '8003')
  t.ok(second?.sipPassword)
  t.not(second?.sipPassword, first?.sipPassword, 'a new owner has a new password')
  t.equal(await db.tx(async tx => await agents.loginOf(tx, '8003')), 'wangfang', 'what is written on it is hers')

  const asked = await send('POST', '/api/agents/8003/sip-password', { cookie: admin })
  t.equal((await settled(7)).find(a => a.extension === '8003')?.sipPassword, asked.json().sipPassword)
  t.not(asked.json().sipPassword, second?.sipPassword, 'and another on demand')
  t.equal((await send('POST', '/api/agents/8999/sip-password', { cookie: admin })).statusCode, 404)
})
