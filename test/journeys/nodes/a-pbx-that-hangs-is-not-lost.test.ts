// Unreachable is not lost: a PBX hangs, and the process beside it lives.
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { hears } from '../../harness/telephones/listening.ts'
import { agent, citizen } from '../../harness/stories/story.ts'
import { seatOf, timesLost, twoPbxs, unlinkedSeconds } from '../../harness/stories/two-pbxs.ts'

interface Calls { items: Array<{ id: string, state: string, result: string | null, endedBy: string | null, node: string }> }
interface Health { parts: Array<{ name: string, state: string, detail?: string }> }

await t.test('nothing on it ends, and its agents are rung by the other within ten seconds; back, all goes on', async t => {
  const extensions = ['8003', '8004', '8005']
  const stack = await twoPbxs(t, extensions)
  const { network, second, as } = stack
  const agents = extensions.map(extension => agent(network, extension))
  const talker = await citizen(second.network, '13900001051')
  for (const one of agents) await one.signsIn()
  const seats = async (of = extensions): Promise<Array<string | null>> =>
    await Promise.all(of.map(async extension => await seatOf(stack, extension)))
  await until(async () => new Set(await seats()).size === 2 && !(await seats()).includes(null), { what: 'each PBX has agents' })
  await talker.dials('962000')
  const [talking] = await Promise.any(agents.map(async one => {
    await one.answers(1)
    return [one]
  }))
  await talking?.talks(440)
  t.ok(await hears(talker.call(), 440))
  const free = agents.filter(one => one !== talking)
  await until(async () => (await seats(free.map(one => one.extension))).sort().join() === 'pbx1,pbx2',
    { what: 'one of the others at each PBX' })

  const leader = await as('8031')
  const pbxPart = async (): Promise<Partial<Health['parts'][number]>> =>
    (await leader.get<Health>('/health/ready')).parts.find(part => part.name === 'pbx') ?? {}
  second.pbx.freeze()
  const frozenAt = Date.now()
  await until(async () => (await pbxPart()).state !== 'ok', { what: 'it is unreachable' })
  t.ok(Date.now() - frozenAt < 5000, `shown as unreachable after ${Date.now() - frozenAt} ms`)
  const waiting = [await citizen(network, '13900001052'), await citizen(network, '13900001053')]
  for (const one of waiting) await one.dials('962000')
  await Promise.all(free.map(async one => await one.answers(1, 20)))
  const rungAfter = Math.max(...free.map(one => one.call().at.getTime())) - frozenAt
  t.ok(rungAfter < 10_000, `both are rung by the other PBX, the last after ${rungAfter} ms`)

  await until(async () => await unlinkedSeconds(stack, 'pbx2') > 13, { what: 'longer than a lost PBX is silent', seconds: 30 })
  t.match(await pbxPart(), { detail: /no link to pbx2 \(unreachable since 2/ })
  t.equal(await timesLost(stack, 'pbx2'), 0)
  const { items } = await leader.get<Calls>('/api/calls?direction=inbound')
  t.same(items.map(call => call.state), ['talking', 'talking', 'talking'])

  second.pbx.thaw()
  t.ok(await hears(talker.call(), 440), 'both still hear one another')
  await talker.hangsUp()
  await leader.sees<Calls>('/api/calls?direction=inbound', list => list.items.some(call => call.endedBy === 'citizen'))
  t.equal(await timesLost(stack, 'pbx2'), 0)
  t.equal(talker.timesRung(), 0)
  await until(async () => (await pbxPart()).state === 'ok', { what: 'linked' })
})
