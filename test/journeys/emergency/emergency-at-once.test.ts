import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'

interface Member {
  id: string
  personId: string | null
  name: string
  state: string
  joins: number
  muted: boolean
  deputyOf: string | null
  inConference: boolean
}
interface Incident {
  id: string
  pin: string
  state: string
  members: Member[]
  timeline: Array<{ kind: string, memberId: string | null, actor: string, detail: Record<string, unknown> }>
}

const mobile = (person: string): string => `139000001${person.slice(1)}`
const office = (person: string): string => `500040${person.slice(1)}`

await t.test('ten awkward legs dialled at once (罐车泄漏): the board says who is really there', async t => {
  const { network, db, as } = await startStack(t, {
    desks: ['8201'],
    settings: { EMERGENCY_RING_SECONDS: '3', EMERGENCY_KEY_SECONDS: '4', EMERGENCY_ROOM_SIZE: '40', TRUNK_CHANNELS: '60' }
  })
  await network.number(mobile('P20'), 'ring 0.3|answer|wait 0.5|press 2|stay')
  await network.number(mobile('P09'), 'busy', 'ring 0.3|answer|wait 0.5|press 2|stay')
  await network.number(office('P09'), 'ring')
  await network.number(mobile('P10'), 'ring')
  await network.number(office('P10'), 'ring')
  await network.number(mobile('P21'), 'ring')
  await network.number(office('P21'), 'ring')
  await network.number(mobile('P19'), 'ring 0.3|answer|wait 0.5|press 1|wait 1|hangup')
  await network.number(mobile('P07'), 'voicemail 3')
  await network.number(office('P07'), 'voicemail 3')
  await network.number(mobile('P08'), 'ring 0.3|answer|wait 0.5|press 1|wait 1|hangup')
  await network.number(mobile('P12'), 'ring 0.3|answer|wait 0.5|press 3')
  await network.number(mobile('P22'), 'ring 0.3|answer|wait 0.5|press 2|wait 2|hangup')
  await network.number(mobile('P39'), 'ring 0.3|answer|wait 0.5|press 2|stay')
  await network.number(mobile('P29'), 'ring 0.3|answer|wait 0.5|press 2|stay')

  const coordinator = await as('coordinator 8201')
  const start = { planCode: 'EP-03', title: '吴泾罐车轻微泄漏', place: '吴泾镇龙吴路', level: '四级', reason: '危化品车辆阀门滴漏', mode: 'simultaneous' }
  const started = await coordinator.post<{ incidentId: string, joined: boolean }>('/api/incidents', start)
  const path = `/api/incidents/${started.incidentId}`
  const state = (incident: Incident, person: string): string =>
    incident.members.find(m => m.personId === person)?.state ?? 'not on the list'
  const again = await (await as('coordinator 8202')).post<{ incidentId: string, joined: boolean }>('/api/incidents', start)
  t.same([again.incidentId, again.joined], [started.incidentId, true], 'the second coordinator gets the same campaign')

  const dropped = await coordinator.sees<Incident>(path, i => state(i, 'P22') === 'dropped')
  await network.dial({ from: mobile('P22'), to: '962000', script: `wait 1|press ${dropped.pin}|stay` })
  await coordinator.sees<Incident>(path, i => state(i, 'P19') === 'acknowledged')
  await network.dial({ from: mobile('P19'), to: '962000', script: `wait 1|press ${dropped.pin}|stay` })
  const added = await coordinator.post<{ added: number, already: number }>(`${path}/members`,
    { members: [{ personId: 'P19' }, { personId: 'P19' }] })
  t.same(added, { added: 0, already: 1, locked: false }, 'a member on the list is not added again')
  const p29 = dropped.members.find(m => m.personId === 'P29')
  await coordinator.sees<Incident>(path, i => state(i, 'P29') === 'joined')
  await coordinator.post(`${path}/members/${p29?.id ?? ''}/mute`)

  const expected: Record<string, string> = {
    P20: 'joined',
    P09: 'joined',
    P21: 'unreached',
    P19: 'joined',
    P07: 'unreached',
    P08: 'acknowledged',
    P12: 'cannot-come',
    P22: 'joined',
    P39: 'joined',
    P29: 'joined'
  }
  const settled = (i: Incident): boolean => Object.entries(expected).every(([person, wanted]) => state(i, person) === wanted)
  const final = await coordinator.sees<Incident>(path, settled, 90).catch(async () => await coordinator.get<Incident>(path))
  for (const [person, wanted] of Object.entries(expected)) t.equal(state(final, person), wanted, person)
  t.equal(final.members.find(m => m.personId === 'P22')?.joins, 2, 'the member who rang back has joined twice')
  t.equal(final.members.find(m => m.personId === 'P29')?.muted, true)
  t.equal(final.members.find(m => m.personId === 'P08')?.deputyOf, final.members.find(m => m.personId === 'P07')?.id,
    'the deputy stands in for who was not reached')
  t.equal(network.ringsOf(mobile('P20')).length, 1, 'a joined member is not rung again')
  t.equal(network.ringsOf(mobile('P21')).length, 3, 'three calls, then the coordinator is told')
  const [texts] = await db.query<{ count: number }>('select count(*)::int count from sms_message where subject = $1',
    [`incident:${started.incidentId}`])
  t.equal(texts?.count, final.members.length, 'everybody got one text message, whatever their roles')

  await coordinator.post(`${path}/end`)
  const ended = await coordinator.sees<Incident>(path, i => i.state === 'ended' && i.members.every(m => !m.inConference))
  t.equal(state(ended, 'P20'), 'joined', 'members who were there to the end still count as there')
  const story = (person: string): string[] => ended.timeline
    .filter(
      e => e.memberId === ended.members.find(m => m.personId === person)?.id && ['answered', 'key', 'entered', 'left'].includes(e.kind)
    )
    .map(e => `${e.kind}${e.kind === 'key' ? ` ${String(e.detail.question)} ${String(e.detail.key)}` : ''}`)
  t.same(story('P20'), ['answered', 'key answer 2', 'entered', 'left'], 'the key stands before the seat, once')
  t.same(story('P22'), ['answered', 'key answer 2', 'entered', 'left', 'entered', 'left'], 'rang back: no key of the dial')
  t.same(story('P12'), ['answered', 'key answer 3'])

  // the PBX cuts what it writes of so many in one room
  const crowd = Array.from({ length: 36 }, (_, i) => ({ name: `队员${i + 1}`, number: `137000010${String(i).padStart(2, '0')}` }))
  await network.anybody('answer|wait 1|press 2|stay')
  const many = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { members: crowd, title: '集结', reason: '点名', mode: 'simultaneous' })
  await coordinator.sees<Incident>(`/api/incidents/${many.incidentId}`, i => i.members.every(m => m.inConference), 60)
  const journalled = async (event: string): Promise<void> => {
    await until(async () => {
      const [row] = await db.query<{ legs: number }>(
        `select count(distinct unique_id)::int legs from pbx_journal
         where event = $2 and unique_id in (select leg_id from incident_event where incident_id = $1)`, [many.incidentId, event])
      return row?.legs === crowd.length
    }, { what: `the journal holds everybody's ${event}`, seconds: 30 })
  }
  await journalled('BRIDGE_ENTER')
  await coordinator.post(`/api/incidents/${many.incidentId}/end`)
  await journalled('BRIDGE_EXIT')
  t.same(await db.query('select * from journal_quarantine'), [], 'no line of the journal is put aside')
})
