import t from 'tap'
import { journalNodeRestart } from '../../../src/pbx/journal/node-restart.ts'
import { startStack } from '../../harness/servers/stack.ts'

interface Member {
  id: string
  personId: string | null
  name: string
  state: string
  joins: number
  chair: boolean
  inConference: boolean
  sameTelephoneAs: string | null
  lockedOut: boolean
  selfMuted: boolean
}
interface Incident {
  id: string
  pin: string
  locked: boolean
  counts: Record<string, number>
  members: Member[]
  timeline: Array<{ kind: string, memberId: string | null, actor: string, detail: Record<string, string> }>
}

const mobile = (person: string): string => `139000001${person.slice(1)}`

await t.test('members of a conference are known: the chair by login, one telephone for several members, those in office, ' +
  'seats of this node', async t => {
  const { network, db, as } = await startStack(t, { desks: ['8201'], settings: { EMERGENCY_RING_SECONDS: '3', EMERGENCY_ATTEMPTS: '1' } })
  const administrator = await as('admin')
  for (const person of ['P17', 'P34']) {
    await administrator.request('PATCH', `/api/directory/people/${person}`, { mobile: mobile('P16'), office: null })
  }
  await administrator.post('/api/directory/people/P25/end', { lastDay: '2020-01-01' })
  await administrator.post('/api/directory/people/P40/end', { lastDay: '2099-12-31' })
  await network.anybody('busy')
  await network.number(mobile('P16'), 'answer|wait 0.3|press 2|stay')
  await network.number(mobile('P40'), 'answer|wait 0.3|press 1|stay')
  await network.number('13900180009', 'answer|wait 0.3|press 2|stay')
  await network.number('desk8201', 'ring 1|answer|stay')

  const coordinator = await as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents', {
    planCode: 'EP-02',
    members: [{ personId: 'P40' }, { name: '协调员 8201', number: '13900180009' }],
    title: '暴雪',
    reason: '积雪',
    mode: 'simultaneous'
  })
  const path = `/api/incidents/${incidentId}`
  const of = (i: Incident, person: string): Member =>
    i.members.find(m => m.personId === person) ?? t.fail(`${person} is not listed`) as never
  const begun = await coordinator.sees<Incident>(path,
    i => of(i, 'P16').inConference && of(i, 'P40').state === 'acknowledged' && i.members.some(m => m.name === '协调员 8201' && m.inConference))
  t.equal(network.ringsOf(mobile('P16')).length, 1, 'a telephone that stands for three rings once')
  t.same(['P17', 'P34'].map(p => [of(begun, p).sameTelephoneAs, of(begun, p).state]),
    [[of(begun, 'P16').id, 'acknowledged'], [of(begun, 'P16').id, 'acknowledged']], 'they are answered for there')
  t.notOk(begun.members.some(m => m.personId === 'P25'), 'a person who has left is not dialled')
  t.ok(begun.timeline.some(e => e.kind === 'not-in-office' && e.detail.personId === 'P25'), 'and the timeline says so')

  await network.dial({ from: mobile('P16'), to: '962000', script: `wait 1|press ${begun.pin}|stay` })
  const second = await coordinator.sees<Incident>(path, i => of(i, 'P17').inConference)
  t.equal(of(second, 'P16').joins, 1, 'the same telephone again is the next of them, and nobody changes places')

  // 8202 has no telephone that could ring: refused, and nobody stays "ringing".
  const other = await as('coordinator 8202')
  const p40 = of(second, 'P40').id
  for (const verb of ['join', `members/${p40}/speak`]) {
    t.equal((await other.request<{ code: string }>('POST', `${path}/${verb}`)).body.code, 'telephone-not-registered', verb)
  }
  t.equal((await other.request<{ code: string }>('POST', `${path}/members/${p40}/admit`)).body.code, 'guard-not-met',
    'nobody is admitted without a talk')

  // While the telephone rings, another join is the same join.
  await Promise.all([1, 2].map(async () => { await coordinator.post(`${path}/join`) }))
  const chaired = await coordinator.sees<Incident>(path, i => i.members.some(m => m.chair && m.inConference))
  t.equal(chaired.members.filter(m => m.name === '协调员 8201').length, 2, 'somebody of the same name is somebody else')
  t.notOk(chaired.timeline.some(e => e.kind === 'spoke'))
  t.equal((await coordinator.request<{ code: string }>('POST', `${path}/join`)).body.code, 'already-done',
    'a seated member is not rung again')
  t.equal(network.ringsOf('desk8201').length, 1)
  t.equal(chaired.timeline.filter(e => e.kind === 'chair-rung').length, 1)
  t.equal(Object.values(chaired.counts).reduce((sum, n) => sum + n, 0), chaired.members.length - 1, 'the chair is not counted as dialled')
  t.equal(chaired.members.filter(m => m.state === 'ringing').length, 0)

  // Another node starts: nothing here is touched.
  await journalNodeRestart(db, 'pbx2', new Date())
  await coordinator.put(`${path}/lock`, { on: true })
  const added = await coordinator.post<{ locked: boolean }>(`${path}/members`, { members: [{ name: '后来', number: '13900180010' }] })
  t.equal(added.locked, true, 'a coordinator who adds people to a locked conference is told')
  const after = await coordinator.sees<Incident>(path, i => i.locked && i.members.length === chaired.members.length + 1)
  t.same(after.members.filter(m => m.inConference).length, chaired.members.filter(m => m.inConference).length,
    'all members sit where they sat')
  t.notOk(after.timeline.some(e => e.detail.because === 'pbx-lost' || e.detail.result === 'pbx-lost'))
  t.same(
    await db.query('select count(*)::int n from pbx_journal where event = \'NODE_RESTART\' and node = \'pbx2\' and handled_at is not null'),
    [{ n: 1 }]
  )
  t.equal(
    (await as('8031') &&
      (await (await as('8031')).get<{
        items: Array<{ from?: string, purpose: string | null, number: string }>
      }>('/api/calls?direction=inbound')).items.length),
    1
  )

  await coordinator.post(`${path}/end`)
})
