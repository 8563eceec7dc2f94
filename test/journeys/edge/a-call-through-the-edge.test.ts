import t from 'tap'
import { carrierSetting, edgeProcess, edgeSettings, nodesSetting } from '../../harness/edge-process.ts'
import { edgeServer } from '../../harness/edge/edge-server.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { freePort } from '../../harness/servers/ports.ts'
import { agent } from '../../harness/stories/story.ts'
import { startNetwork } from '../../harness/telephones/network.ts'

const carrier = '127.0.0.6'

await t.test('a citizen\'s call comes in by the edge, is answered, recorded and journalled as any other', async t => {
  const server = await edgeServer(t)
  const { network: desks, pbx, as, db } = await startStack(t, { settings: edgeSettings })
  const city = await startNetwork(t, { pbx: server.sip, trunk: { host: carrier, port: await freePort(carrier) } })
  const edge = await edgeProcess(t, server, {
    ...carrierSetting(carrier, 30), EDGE_NODES: nodesSetting([pbx]), EDGE_TEST_CALL_SECONDS: '1'
  })
  const zhang = agent(desks, '8003')
  await zhang.signsIn()
  await edge.says(/takes calls/)

  const call = await city.dial({ from: '13900001010', to: '962000', script: 'talk 880' })
  const answered = await zhang.answers()
  await call.isAnswered()
  const leader = await as('8031')
  await leader.sees<{ items: Array<{ state: string, answeredBy: string | null }> }>('/api/calls?direction=inbound',
    list => list.items.some(c => c.answeredBy === '8003' && c.state === 'talking'))
  await answered.does('talk 660 2|hangup')
  await call.isOver()
  t.ok(call.heard(660) > 0.2, 'the citizen heard the agent')
  const { items } = await leader.sees<{ items: Array<{ state: string, recorded: boolean }> }>('/api/calls?direction=inbound',
    list => list.items.some(c => c.state === 'ended'))
  t.equal(items.length, 1)
  const rows = await db.query<{ extra: string }>('select extra from pbx_journal where event = \'LD_OFFERED\'')
  t.match(rows.map(row => row.extra), [/trunk=trunk\b/], 'the PBX knows by which trunk it came')
})
