import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { addTrunk, changeTrunk, trunksOf, type TrunkSeen } from '../../harness/stories/trunks.ts'
import { startDeafCarrier } from '../../harness/telephones/deaf-carrier.ts'

const members = ['13900001094', '13900001095']
const later = '13900001096'
const leader = '13900001097'

await t.test('a carrier answers OPTIONS and no call: the next one rings, the page says so, and later calls do not wait for it', async t => {
  const stack = await startStack(t, {
    desks: [], settings: { EMERGENCY_RING_SECONDS: '4', EMERGENCY_ATTEMPTS: '1', OVERFLOW_LEADER: leader }
  })
  const { network, pbx, db } = stack
  const deaf = await startDeafCarrier(t, '127.0.0.9')
  const admin = await stack.as('admin')
  await changeTrunk(admin, 'trunk', { priority: 2 })
  const id = await addTrunk(admin, { address: `${deaf.address.host}:${deaf.address.port}`, priority: 1 })
  await until(async () => new RegExp(`${id}-watch/\\S+ +\\w+ +Avail`).test(await pbx.console('pjsip show contacts')),
    { what: 'it answers OPTIONS', seconds: 20 })
  const seen = async (): Promise<TrunkSeen | undefined> => (await trunksOf(admin)).find(one => one.id === id)
  t.match(await seen(), { trouble: null })

  for (const number of [...members, later]) await network.number(number, 'answer|wait 0.5|press 1|stay')
  const coordinator = await stack.as('coordinator 8201')
  const calls = async (...numbers: string[]): Promise<void> => {
    await coordinator.post('/api/incidents', {
      members: numbers.map(number => ({ name: `值班 ${number}`, number })), title: '点名', reason: '演习', mode: 'simultaneous'
    })
    for (const number of numbers) await (await network.rung(number)).isAnswered()
  }
  const legs = async (): Promise<Array<{ trunk: string, outcome: string | null }>> => await db.query(
    'select trunk_id as trunk, outcome from leg where purpose = \'emergency\' order by placing_at, trunk_id desc')
  await calls(...members)
  t.same(deaf.called().sort(), members)
  t.match(await legs(), [
    { trunk: id, outcome: 'no-response' }, { trunk: id, outcome: 'no-response' }, { trunk: 'trunk' }, { trunk: 'trunk' }
  ], 'each by a new leg')
  t.match(await seen(), { trouble: { kind: 'no-response', calls: 2 }, nodes: [{ silentSince: null }] })
  t.match((await trunksOf(admin)).find(one => one.id === 'trunk'), { trouble: null })

  await calls(later)
  t.same(deaf.called().sort(), members, 'nobody waits for it any more')
  t.match((await legs())[4], { trunk: 'trunk' })

  await t.test('the dialplan goes on by itself, and a telephone that rang is rung once', async t => {
    await network.number(leader, 'ring')
    const citizen = await network.dial({ from: '13900001098', to: '962000' })
    await until(() => deaf.called().includes(leader), { what: 'the first trunk is tried' })
    await network.rung(leader, 1, 40)
    const missed = 'select 1 from pbx_journal where event = \'LD_OVERFLOW\' and extra like \'%missed%\''
    await until(async () => (await db.query(missed)).length > 0, { what: 'the leader did not answer', seconds: 40 })
    t.equal(network.ringsOf(leader).length, 1)
    await citizen.hangsUp()
  })

  await changeTrunk(admin, id, { name: '已修复' })
  t.match(await seen(), { trouble: null }, 'after a change it is judged anew')
})
