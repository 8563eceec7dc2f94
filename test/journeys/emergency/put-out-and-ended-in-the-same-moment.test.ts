// What a coordinator does in the moment in which a PBX is cut off, or in which somebody is rung anew for a talk apart.
import t from 'tap'
import { setTimeout as wait } from 'node:timers/promises'
import { until } from '../../../src/servers/until.ts'
import { acknowledges, conferenceOverTwo, joins, people, type Incident } from '../../harness/stories/cut-off-conference.ts'

await t.test('put out just before the PBX is cut off: not rung again', async t => {
  const { stack, machine, coordinator, path, there, isLost } = await conferenceOverTwo(t, joins, 'joined')
  const [who = '', other = ''] = there
  const { members } = await coordinator.get<Incident>(path)
  await coordinator.post(`${path}/members/${members.find(m => m.name === who)?.id}/remove`, { reason: '误入' })
  machine.cutOff()
  await isLost()
  await stack.network.rung(other, 2)
  await wait(2000)
  t.equal(stack.network.ringsOf(who).length, 1)
})

await t.test('ended while one is rung anew: the telephone falls silent', async t => {
  const { stack, coordinator, path, here, there, living } = await conferenceOverTwo(t, joins, 'joined')
  const [near = '', far = ''] = [here[0], there[0]]
  const { members } = await coordinator.get<Incident>(path)
  await stack.network.number(far, 'ring 3|answer|wait 0.5|press 2|stay')
  await coordinator.put(`${path}/private`, { memberIds: [near, far].map(name => members.find(m => m.name === name)?.id), on: true })
  const anew = await stack.network.rung(far, 2)
  await coordinator.post(`${path}/end`)
  await anew.isOver(20)
  t.equal(anew.answeredAt, null)
  await until(() => people.every(number => living(number).length === 0), { what: 'all are let go', seconds: 10 })
})

await t.test('rung again in the moment in which the PBX is taken for lost: rung by the other one', async t => {
  const { stack, machine, coordinator, path, there, isLost } = await conferenceOverTwo(t, acknowledges, 'acknowledged')
  const { members } = await coordinator.get<Incident>(path)
  machine.cutOff()
  let rung: Promise<unknown> = Promise.resolve()
  // Both want the incident: first the loss, then the coordinator.
  await stack.db.tx(async tx => {
    await tx.query('select 1 from incident for update')
    await isLost()
    const waiting = async (many: number): Promise<void> => {
      await until(async () => (await stack.db.query(`select 1 from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%incident%for update%'`)).length >= many,
      { what: `${many} wait for it` })
    }
    await waiting(1)
    rung = coordinator.post(`${path}/dial`, { memberIds: members.filter(m => there.includes(m.name)).map(m => m.id) })
    await waiting(2)
  })
  await rung
  for (const number of there) await stack.network.rung(number, 2, 15)
  t.pass('nobody waits for the PBX that is lost')
})
