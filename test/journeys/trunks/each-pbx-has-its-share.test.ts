import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { freePort } from '../../harness/servers/ports.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { addTrunk, changeTrunk, trunksOf } from '../../harness/stories/trunks.ts'
import { startNetwork } from '../../harness/telephones/network.ts'

const leader = '13900001099'

await t.test('calls that a PBX places by itself: its share of a trunk, then the next trunk; the other PBX has its own', async t => {
  const { network, pbx, more, as } = await startStack(t, { desks: [], moreNodes: ['pbx2'], settings: { OVERFLOW_LEADER: leader } })
  const [second] = more
  if (!second) throw new Error('two PBXs')
  const host = '127.0.0.4'
  const port = await freePort(host)
  const small = await startNetwork(t, { pbx: pbx.config.sip, trunk: { host, port } })
  const admin = await as('admin')
  await changeTrunk(admin, 'trunk', { priority: 2 })
  const id = await addTrunk(admin, { address: `${host}:${port}`, priority: 1, channels: 2, reservedInbound: 0 })
  t.match((await trunksOf(admin)).find(one => one.id === id)?.nodes, [{ share: 1 }, { share: 1 }])
  for (const one of [pbx, second.pbx]) {
    await until(async () => / : 1:2\b/.test(await one.console(`database show trunk ${id}`)) &&
      new RegExp(`${id}-watch/\\S+ +\\w+ +Avail`).test(await one.console('pjsip show contacts')),
    { what: 'the PBX has its share', seconds: 20 })
  }
  for (const one of [small, network]) await one.number(leader, 'ring 15|hangup')

  const citizens = [await network.dial({ from: '13900001031', to: '962000' })]
  t.match(await small.rung(leader), { by: `${pbx.config.sip.host}:${pbx.config.sip.port}` })
  citizens.push(await network.dial({ from: '13900001032', to: '962000' }))
  await network.rung(leader)
  t.equal(small.ringsOf(leader).length, 1, 'the trunk has room, and the PBX has no more of it')
  citizens.push(await second.network.dial({ from: '13900001033', to: '962000' }))
  t.match(await small.rung(leader, 2), { by: `${second.pbx.config.sip.host}:${second.pbx.config.sip.port}` })
  for (const one of citizens) await one.hangsUp()
})
