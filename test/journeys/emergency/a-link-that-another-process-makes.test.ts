// Two processes of the service, and one of them has no link to a PBX of the conference: the other one joins its rooms.
import t from 'tap'
import { setTimeout as wait } from 'node:timers/promises'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { reachEachOther } from '../../harness/stories/two-pbxs.ts'

await t.test('a conference that the one begins has a joined room on the PBX that only the other one reaches', async t => {
  const stack = await startStack(t, { desks: [], moreNodes: ['pbx2'], relayed: true, settings: { EMERGENCY_ROOM_SIZE: '2' } })
  const { network, db, lines, as, anotherWorker } = stack
  const people = ['13900018400', '13900018401', '13900018402']
  for (const number of people) await network.number(number, 'answer|wait 0.2|press 2|stay')
  await reachEachOther(stack)
  const first = lines[1]?.ami.users()
  await anotherWorker()
  const coordinator = await as('coordinator 8201')
  await wait(3000)
  first?.cut()
  const linked = async (): Promise<boolean> => (await db.query(
    'select 1 from node_reach where node = \'pbx2\' and linked_at > clock_timestamp() - interval \'2 seconds\'')).length === 1
  const log = (): string => stack.service.log()
  await until(() => /"node":"pbx2","why":"silent"/.test(log()), { what: 'the first process has no link', seconds: 20 })
  t.ok(await linked(), 'the other one has')
  await coordinator.post('/api/incidents',
    { members: people.map(number => ({ name: number, number })), title: '两个进程', reason: '演习', mode: 'simultaneous' })
  await until(async () => (await db.query('select 1 from conference_room where node = \'pbx2\' and joined')).length === 1,
    { what: 'its room there is joined', seconds: 20 })
  t.ok(await linked())
})
