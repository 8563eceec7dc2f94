import t from 'tap'
import { arrivals, edgeProcess, edgeSettings, nodesSetting } from '../../harness/edge-process.ts'
import { edgeServer } from '../../harness/edge/edge-server.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { callsComeFrom } from '../../harness/stories/trunks.ts'
import { startCarrier } from '../../harness/telephones/carrier.ts'
import { until } from '../../../src/servers/until.ts'

const ours = '127.0.0.6'
const member = '13900001066'

await t.test('a member who rings back comes to the PBX of the conference; two edges share the carrier\'s calls a second', async t => {
  const server = await edgeServer(t)
  const { pbx, more, as, db, network, postgres } = await startStack(t, {
    desks: [], ownDatabase: true, moreNodes: ['pbx2'], settings: { ...edgeSettings, EMERGENCY_ATTEMPTS: '1' }
  })
  const [second] = more
  if (!second) throw new Error('two PBXs')
  await network.number(member, 'busy')
  const coordinator = await as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents', {
    members: [{ name: '值班室', number: member }], title: '点名', reason: '演习', mode: 'simultaneous'
  })
  await coordinator.sees<{ timeline: Array<{ kind: string }> }>(`/api/incidents/${incidentId}`,
    i => i.timeline.some(e => e.kind === 'unreached'))
  await callsComeFrom(await as('admin'), ours, 4)
  const settings = { DATABASE_URL: postgres?.url ?? '', EDGE_NODES: nodesSetting([pbx, second.pbx]) }
  const edge = await edgeProcess(t, server, { ...settings, EDGE_NAME: 'east' })
  for (const node of ['pbx1', 'pbx2']) await edge.says(new RegExp(`${node}.*takes calls`))
  const city = await startCarrier(t, ours, server.sip)
  const took = async (from: string, at: typeof pbx): Promise<boolean> => {
    const before = arrivals([at])
    t.equal(await city.call({ from }).isDecided(), 200)
    return arrivals([at]) > before
  }
  t.ok(await took('13900001001', pbx), 'the first PBX is busier now')
  t.ok(await took('13900001002', second.pbx))
  t.ok(await took('13900001003', pbx))
  t.ok(await took(member, pbx), 'a citizen would have come to the other one')
  await until(async () => (await db.query('select 1 from pbx_journal where event = \'LD_REJOIN\' and node = \'pbx1\'')).length > 0,
    { what: 'the member is asked for the PIN' })

  const west = await edgeProcess(t, server, { ...settings, EDGE_NAME: 'west' })
  for (const node of ['pbx1', 'pbx2']) await west.says(new RegExp(`${node}.*takes calls`))
  await until(async () => (await db.query('select 1 from edge where at > now() - interval \'5 seconds\' and not draining')).length === 2,
    { what: 'both edges beat' })
  // Each has read of the other by its second round from now.
  const beats = async (): Promise<number[]> =>
    (await db.query<{ at: number }>('select extract(epoch from at)::float8 as at from edge')).map(row => row.at)
  const begun = Math.max(...await beats())
  await until(async () => (await beats()).every(at => at > begun + 2), { what: 'two rounds more' })
  const calls = Array.from({ length: 12 }, (_, i) => city.call({ from: `1390000${1100 + i}` }))
  const statuses = await Promise.all(calls.map(async call => await call.isDecided()))
  const taken = statuses.filter(status => status === 200).length
  t.ok(taken >= 4 && taken <= 6, `${taken} of 12 at once: four a second together, not each`)
  t.same(statuses.filter(status => status !== 200 && status !== 480), [], 'the others may try again')
  t.equal(await west.end(), 0)
  await until(async () => await city.call({ from: '13900001200' }).isDecided() === 200, { what: 'the one that is left takes calls' })
})
