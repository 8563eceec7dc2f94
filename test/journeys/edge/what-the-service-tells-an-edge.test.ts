import t from 'tap'
import { arrivals, edgeProcess, edgeSettings, nodesSetting } from '../../harness/edge-process.ts'
import { edgeServer } from '../../harness/edge/edge-server.ts'
import type { TestPbx } from '../../harness/servers/pbx.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent } from '../../harness/stories/story.ts'
import { callsComeFrom } from '../../harness/stories/trunks.ts'
import { startCarrier, type CarrierCall } from '../../harness/telephones/carrier.ts'
import { until } from '../../../src/servers/until.ts'

const ours = '127.0.0.6'
const board = '13900001088'
const cutOff = '13900001055'

interface Edges { edges: Array<{ calls: number, nodes: Array<{ name: string, takesCalls: boolean, link: boolean, calls: number }> }> }
interface Limits { items: Array<{ id: string, number: string | null, calls: number | null }> }

await t.test('rows that edges go by: calls at once of a number, PBXs and their draining, citizens we cut off', async t => {
  const server = await edgeServer(t)
  const { pbx, more, as, db, network, logins, postgres } = await startStack(t, {
    desks: [],
    ownDatabase: true,
    moreNodes: ['pbx2'],
    settings: { ...edgeSettings, QUEUE_SECONDS: '300' },
    // a call lasts, also where nobody is registered any more
    wholePrompts: true
  })
  const [second] = more
  if (!second) throw new Error('two PBXs')
  await network.number('desk8003', 'ring')
  const password = logins.find(l => l.extension === '8003')?.sipPassword ?? ''
  await network.desks([{ extension: '8003', password }], [second.pbx.config.sip])
  await callsComeFrom(await as('admin'), ours)
  const edge = await edgeProcess(t, server, {
    DATABASE_URL: postgres?.url ?? '', EDGE_NODES: nodesSetting([pbx])
  })
  for (const node of ['pbx1', 'pbx2']) await edge.says(new RegExp(`${node}.*takes calls`))
  const city = await startCarrier(t, ours, server.sip)
  /** calls of this number that come in one after another, five at most */
  const comeIn = async (from: string): Promise<number> => {
    const taken: CarrierCall[] = []
    while (taken.length < 5) {
      const call = city.call({ from })
      if (await call.isDecided() !== 200) break
      taken.push(call)
    }
    for (const call of taken) await call.hangUp()
    return taken.length
  }
  let callers = 1000
  const citizensMay = async (calls: number): Promise<void> => {
    await until(async () => await comeIn(`1390000${callers++}`) === calls, { what: `${calls} calls a number`, everyMs: 500 })
  }

  await t.test('limits', async t => {
    const leader = await as('8031')
    const enter = async (number: string | null, calls: number | null): Promise<number> =>
      (await leader.request('POST', '/api/number-limits', { number, calls, reason: '试验' })).status
    t.equal(await enter(null, null), 400, 'everybody has a limit')
    t.equal(await enter('021', 1), 422)
    t.equal(await enter(board, 0), 400)
    t.equal((await (await as('supervisor')).request('POST', '/api/number-limits', { number: board, calls: 1, reason: '试验' })).status, 403)
    t.equal(await enter(null, 1), 201)
    await citizensMay(1)
    t.equal(await enter(board, 2), 201)
    t.equal(await enter(`+86 ${board}`, null), 201, 'in place of the one before')
    const { items } = await leader.get<Limits>('/api/number-limits')
    t.match(items, [{ number: null, calls: 1 }, { number: '139****1088', calls: null }])
    await until(async () => await comeIn(board) === 5, { what: 'any number of calls', everyMs: 500 })
    for (const { id } of items) await leader.delete(`/api/number-limits/${id}`)
    t.equal((await leader.request('DELETE', `/api/number-limits/${items[0]?.id}`)).status, 404)
    t.same((await leader.get<Limits>('/api/number-limits')).items, [])
    t.same(await db.query('select count(*)::int as ended from number_limit where ended_by = \'8031\''), [{ ended: 3 }])
  })
  await citizensMay(3)

  await t.test('a PBX that drains', async t => {
    const administrator = await as('admin')
    const drains = async (step: 'drain' | 'activate'): Promise<void> => {
      const { items } = await administrator.get<{ items: Array<{ name: string, version: number }> }>('/api/pbx-nodes')
      const version = items.find(({ name }) => name === 'pbx1')?.version
      await administrator.post(`/api/pbx-nodes/pbx1/${step}`, { version })
    }
    const firstTakes = async (): Promise<boolean> => {
      const before = arrivals([pbx])
      await comeIn(`1390000${callers++}`)
      return arrivals([pbx]) > before
    }
    t.ok(await firstTakes(), 'the first PBX takes a call, and one')
    await drains('drain')
    await edge.says(/pbx1.*the node drains/)
    t.notOk(await firstTakes() || await firstTakes(), 'all calls go to the second')
    await drains('activate')
    await edge.says(/pbx1.*the node is back/)
    t.ok(await firstTakes())
  })

  await t.test('a citizen we cut off', async t => {
    await Promise.all([network, second.network].map(async telephones => { await telephones.number(cutOff, 'busy') }))
    const took = async (from: string, at: TestPbx): Promise<CarrierCall | null> => {
      const before = arrivals([at])
      const call = city.call({ from })
      t.equal(await call.isDecided(), 200)
      return arrivals([at]) > before ? call : null
    }
    await agent(network, '8003').signsIn()
    await (await as('agent 8003')).post('/api/agents/8003/pause', { reason: 'meal' })
    await until(async () => (await db.query('select 1 from call where ended_at is null')).length === 0, { what: 'the others have ended' })
    const leader = await as('8031')
    /** the calls of each PBX, as the edge says */
    const edgeCounts = async (pbx1: number, pbx2: number): Promise<void> => {
      await leader.sees<Edges>('/api/edges', ({ edges: [one] }) => one?.calls === pbx1 + pbx2 &&
        one.nodes.every(node => node.takesCalls && node.link && node.calls === (node.name === 'pbx1' ? pbx1 : pbx2)))
    }
    await edgeCounts(0, 0)
    const first = await took('13900002001', pbx)
    t.ok(first)
    await edgeCounts(1, 0)
    t.ok(await took(cutOff, second.pbx), 'the second PBX is less busy')
    await until(async () => (await db.query('select 1 from call where node = \'pbx2\' and state = \'queued\'')).length > 0,
      { what: 'the citizen waits' })
    await second.pbx.kill()
    await second.pbx.start()
    await until(async () => (await db.query('select 1 from missed_call_return where state = \'open\'')).length > 0,
      { what: 'the citizen is to be rung back' })
    await edgeCounts(1, 0)
    t.equal(await first?.hangUp(), 200)
    await edgeCounts(0, 0)
    const other = await took('13900002002', pbx)
    t.ok(await took('13900002003', second.pbx), 'two citizens, one on each')
    t.equal(await other?.hangUp(), 200)
    await edgeCounts(0, 1)
    t.ok(await took(cutOff, second.pbx), 'another citizen would have come to the less busy one')
  })
})
