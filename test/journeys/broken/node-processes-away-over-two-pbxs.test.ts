// The process beside each PBX dies while an agent talks: nobody reads that the talk is over, and the agent is offered citizens again.
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'
import { seatOf } from '../../harness/stories/two-pbxs.ts'
import { hears } from '../../harness/telephones/listening.ts'

await t.test('no call needs the process beside a PBX, also where there are two', async t => {
  const stack = await startStack(t, { desks: [], moreNodes: ['pbx2'], nodeApart: true, settings: { QUEUE_SECONDS: '120' } })
  const { network, node, logins, as, more: [second] } = stack
  if (!second || !node) throw new Error('there are two PBXs, and their processes apart')
  await network.number('desk8003', 'ring')
  const password = logins.find(l => l.extension === '8003')?.sipPassword ?? ''
  await network.desks([{ extension: '8003', password }], [second.pbx.config.sip])
  const zhang = agent(network, '8003')
  const [first, next] = [await citizen(network, '13900001041'), await citizen(second.network, '13900001042')]
  await zhang.signsIn()
  await first.dials('962000')
  await zhang.answers()
  const leader = await as('8031')
  const states = async (): Promise<string | undefined> =>
    (await leader.get<{ items: Array<{ extension: string, state: string }> }>('/api/agents')).items.find(a => a.extension === '8003')?.state
  await until(async () => await states() === 'talking', { what: 'the agent talks' })

  await node.kill()
  await first.hangsUp()
  await next.dials('962000')
  await zhang.answers(2, 40)
  await zhang.talks(440)
  t.ok(await hears(next.call(), 440), 'who dials next is served')

  await node.start()
  await next.hangsUp()
  await until(async () => await states() === 'ready' && await seatOf(stack, '8003') !== null,
    { what: 'with the journal read, ready', seconds: 30 })
})
