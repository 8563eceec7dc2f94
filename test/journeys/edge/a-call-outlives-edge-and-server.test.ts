import t from 'tap'
import { carrierSetting, edgeProcess, edgeSettings, nodesSetting } from '../../harness/edge-process.ts'
import { standInProcess } from '../../harness/edge/edge-server.ts'
import { freePort } from '../../harness/servers/ports.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'
import { hears, nextSecond } from '../../harness/telephones/listening.ts'
import { startNetwork } from '../../harness/telephones/network.ts'
import { until } from '../../../src/servers/until.ts'

const carrier = '127.0.0.6'

await t.test('with the edge killed, then its server, in mid-call: talk, hold, transfer, recording and hang-up go on', async t => {
  const server = await standInProcess(t)
  const { network: desks, pbx, as } = await startStack(t, { settings: edgeSettings })
  const city = await startNetwork(t, { pbx: server.sip, trunk: { host: carrier, port: await freePort(carrier) } })
  const edge = await edgeProcess(t, server, { ...carrierSetting(carrier, 30), EDGE_NODES: nodesSetting([pbx]) })
  const [zhang, liu] = [agent(desks, '8003'), agent(desks, '8004')]
  await zhang.signsIn()
  await edge.says(/takes calls/)
  const caller = await citizen(city, '13900001010')
  await caller.dials('962000')
  await zhang.answers()
  await edge.kill()
  await server.kill()

  await zhang.talks(660)
  t.ok(await hears(caller.call(), 660), 'the citizen hears the agent')
  const leader = await as('8031')
  const { items: [talk] } = await leader.sees<{ items: Array<{ id: string, state: string }> }>('/api/calls?direction=inbound',
    list => list.items[0]?.state === 'talking')
  const holder = await as('agent 8003')
  await holder.post(`/api/calls/${talk?.id}/hold`)
  await until(async () => (await nextSecond(caller.call())).tone(660) < 0.05, { what: 'the citizen is on hold' })
  await holder.post(`/api/calls/${talk?.id}/retrieve`)
  t.ok(await hears(caller.call(), 660), 'and off it')
  await zhang.transfersTo('8004')
  await liu.answers()
  await liu.talks(880)
  t.ok(await hears(caller.call(), 880), 'the citizen hears the colleague')
  await caller.hangsUp()
  await liu.call().isOver()
  await leader.sees<{ items: Array<{ state: string, recorded: boolean }> }>('/api/calls?direction=inbound',
    ({ items }) => items.length === 1 && items.every(call => call.state === 'ended' && call.recorded))
})
