import t from 'tap'
import { startStack } from '../../harness/servers/stack.ts'
import { loadPlans } from '../../../src/features/emergency/plan-load.ts'
import { planLike } from '../../harness/stories/sample.ts'

interface Member {
  id: string
  personId: string | null
  order: number
  state: string
  joins: number
  muted: boolean
  deputyOf: string | null
  skipped: boolean
}
interface Incident {
  id: string
  pin: string
  state: string
  members: Member[]
  timeline: Array<{ kind: string, memberId: string | null, at: string }>
}

const mobile = (person: string): string => `139000001${person.slice(1)}`
const office = (person: string): string => `500040${person.slice(1)}`
const joins = 'answer|wait 0.3|press 2|stay'

await t.test('ten awkward legs dialled one after another, with skip, jump, stop and a new order', async t => {
  const { network, as } = await startStack(t, {
    desks: [],
    settings: { EMERGENCY_RING_SECONDS: '25', EMERGENCY_KEY_SECONDS: '3', EMERGENCY_GAP_SECONDS: '0', EMERGENCY_ATTEMPTS: '2' }
  })
  await network.anybody('busy')
  await network.number(mobile('P20'), joins)
  await network.number(mobile('P09'), 'busy', joins)
  await network.number(mobile('P21'), 'ring')
  await network.number(mobile('P19'), 'answer|wait 0.3|press 1|wait 0.5|hangup')
  await network.number(mobile('P07'), 'voicemail 2')
  await network.number(mobile('P08'), 'answer|wait 0.3|press 1|wait 0.5|hangup')
  await network.number(mobile('P12'), 'answer|wait 0.3|press 3')
  await network.number(mobile('P22'), 'answer|wait 0.3|press 2|wait 1|hangup')
  await network.number(mobile('P39'), joins)
  await network.number(mobile('P29'), joins)

  const coordinator = await as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { planCode: 'EP-03', title: '槽车侧翻', reason: '危化品车辆侧翻', mode: 'sequential' })
  const path = `/api/incidents/${incidentId}`
  const first = await coordinator.get<Incident>(path)
  const member = (incident: Incident, person: string): Member | undefined => incident.members.find(m => m.personId === person)
  const id = (person: string): string => member(first, person)?.id ?? t.fail(`${person} is not on the list`) as never
  const order = ['P20', 'P09', 'P21', 'P19', 'P07', 'P12', 'P22', 'P39', 'P29']
  t.same(first.members.map(m => m.personId), order)

  // Out of turn: the press officer now; and the last two change places while nobody has come to them.
  await coordinator.put(`${path}/order`, { memberIds: ['P29', 'P39', 'P22'].map(id) })
  await coordinator.post(`${path}/dial`, { memberIds: [id('P39')] })
  await coordinator.sees<Incident>(path, i => member(i, 'P39')?.state === 'joined')
  await network.rung(mobile('P21'), 1, 30)
  await coordinator.sees<Incident>(path, i => member(i, 'P09')?.state === 'joined' && member(i, 'P10')?.state === 'unreached')
  t.equal(network.ringsOf(mobile('P21')).length, 1, 'P09 was missed once: P21 rings beside the second call to P09 and the deputy\'s')
  await coordinator.post(`${path}/stop`)
  const stopped = await coordinator.sees<Incident>(path, i => member(i, 'P21')?.state === 'waiting')
  t.equal(network.ringsOf(mobile('P19')).length, 0, 'nobody new is rung after a stop')
  t.equal(member(stopped, 'P20')?.state, 'joined', 'a talk goes on')
  t.equal((await coordinator.request('POST', `${path}/resume`)).status, 200)
  await network.rung(mobile('P21'), 2, 20)
  await coordinator.post(`${path}/members/${id('P21')}/skip`)

  const final = await coordinator.sees<Incident>(
    path,
    i => ['P22', 'P29'].every(p => ['joined', 'dropped'].includes(member(i, p)?.state ?? '')) &&
      member(i, 'P08')?.state === 'acknowledged' && member(i, 'P22')?.state === 'dropped',
    60
  )
  const expected: Record<string, string> = {
    P20: 'joined',
    P09: 'joined',
    P21: 'waiting',
    P19: 'acknowledged',
    P07: 'unreached',
    P08: 'acknowledged',
    P12: 'cannot-come',
    P22: 'dropped',
    P39: 'joined',
    P29: 'joined'
  }
  for (const [person, wanted] of Object.entries(expected)) t.equal(member(final, person)?.state, wanted, `${person} ${wanted}`)
  t.equal(member(final, 'P21')?.skipped, true)
  t.equal(member(final, 'P08')?.deputyOf, id('P07'))
  await network.dial({ from: mobile('P22'), to: '962000', script: `wait 1|press ${final.pin}|stay` })
  await network.dial({ from: mobile('P19'), to: '962000', script: `wait 1|press ${final.pin}|stay` })
  const back = await coordinator.sees<Incident>(path, i => member(i, 'P22')?.joins === 2 && member(i, 'P19')?.state === 'joined')
  const settled = ['finished', 'key', 'entered', 'skipped', 'stopped', 'resumed']
  const turns = back.timeline.filter(e => e.kind === 'dialled').map(e => back.members.find(m => m.id === e.memberId)?.personId)
  const inNoTurn = ['P39', 'P10', 'P08']
  t.same(turns.filter(p => !inNoTurn.includes(p ?? '')), ['P20', 'P09', 'P21', 'P21', 'P19', 'P07', 'P12', 'P29', 'P22'],
    'each in turn, by the new order, beside members missed once')
  t.ok(turns.indexOf('P08') > turns.indexOf('P12'), 'the deputy of who was never reached, in no turn')
  t.ok(settled.every(kind => back.timeline.some(e => e.kind === kind)))
  for (const person of ['P20', 'P39', 'P29', 'P22', 'P12', 'P19']) {
    t.equal(network.ringsOf(mobile(person)).length, 1, `${person} is rung once`)
  }
})

await t.test('a member who must answer misses once: the deputy is rung beside them', async t => {
  const { network, db, as } = await startStack(t, {
    desks: [],
    settings: { EMERGENCY_RING_SECONDS: '8', EMERGENCY_KEY_SECONDS: '3', EMERGENCY_GAP_SECONDS: '1', EMERGENCY_ATTEMPTS: '2' }
  })
  const { members } = planLike('EP-03', {})
  const both = members.filter(m => ['P07', 'P12'].includes(m.personId)).map(m => ({ ...m, mustAnswer: m.personId === 'P07' }))
  await db.tx(async tx => { await loadPlans(tx, [planLike('EP-03', { code: 'EP-TWO', members: both })]) })
  await network.anybody('busy')
  await network.number(mobile('P07'), 'busy', 'ring')
  await network.number(office('P07'), 'busy')
  await network.number(mobile('P08'), joins)
  await network.number(mobile('P12'), joins)
  const coordinator = await as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { planCode: 'EP-TWO', title: '泄漏', reason: '泄漏', mode: 'sequential' })
  const path = `/api/incidents/${incidentId}`
  const state = (i: Incident, person: string): string | undefined => i.members.find(m => m.personId === person)?.state
  const beside = await coordinator.sees<Incident>(path, i => state(i, 'P08') === 'joined')
  t.ok(['waiting', 'ringing'].includes(state(beside, 'P07') ?? ''), 'the member is still being tried')
  const final = await coordinator.sees<Incident>(path, i => state(i, 'P07') === 'unreached' && state(i, 'P12') === 'joined')
  t.equal(network.ringsOf(mobile('P07')).length, 2)
  t.equal(final.members.length, 3)
})
