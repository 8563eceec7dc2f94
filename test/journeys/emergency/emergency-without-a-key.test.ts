import t from 'tap'
import { listenFor } from '../../harness/telephones/listening.ts'
import type { NetworkCall } from '../../harness/telephones/network.ts'
import { startStack } from '../../harness/servers/stack.ts'

interface Member {
  id: string
  personId: string | null
  name: string
  state: string
  inConference: boolean
  admittedBy: string | null
  private: boolean
}
interface Incident {
  id: string
  members: Member[]
  timeline: Array<{ kind: string, memberId: string | null, legId: string | null, actor: string }>
}

const says = { joined: 1510, silent: 1770, chair: 2050 }
const numbers = { joined: '13900180001', silent: '13900180002', voicemail: '13900180003' }

await t.test('a member without a key is admitted only by the coordinator who spoke with them', async t => {
  const { network, as } = await startStack(t, {
    desks: ['8201'],
    settings: { EMERGENCY_ROOM_SIZE: '2', EMERGENCY_KEY_SECONDS: '60', EMERGENCY_ATTEMPTS: '1' }
  })
  await network.number('desk8201', `answer|talk ${says.chair}`)
  await network.number(numbers.joined, `answer|wait 0.3|press 2|talk ${says.joined}`)
  await network.number(numbers.silent, `answer|talk ${says.silent}`)
  await network.number(numbers.voicemail, 'voicemail 120')
  const coordinator = await as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { members: Object.entries(numbers).map(([name, number]) => ({ name, number })), title: '点名', reason: '演习', mode: 'simultaneous' })
  const path = `/api/incidents/${incidentId}`
  const member = (i: Incident, name: string): Member | undefined => i.members.find(m => m.name === name)
  const begun = await coordinator.sees<Incident>(path,
    i => member(i, 'joined')?.inConference === true && i.timeline.filter(e => e.kind === 'answered').length === 3)
  const silent = member(begun, 'silent')?.id ?? ''
  const voicemail = member(begun, 'voicemail')?.id ?? ''
  const lines = new Map<string, NetworkCall>()
  const hear = async (phase: string, wanted: Record<string, string[]>): Promise<void> => {
    t.same(await listenFor(wanted, lines, says), wanted, `${phase}: who hears whom`)
  }

  const early = await coordinator.request<{ code: string }>('POST', `${path}/members/${silent}/admit`)
  t.equal(early.body.code, 'guard-not-met', 'not without a talk with the member')
  await coordinator.post(`${path}/join`)
  const chaired = await coordinator.sees<Incident>(path,
    i => i.members.some(m => m.personId === null && m.name.includes('8201') && m.inConference))
  t.equal(chaired.members.length, 4)
  for (const [name, number] of [...Object.entries(numbers), ['chair', 'desk8201'] as const]) lines.set(name, await network.rung(number))
  await hear('before', { joined: ['chair'], chair: ['joined'], silent: [], voicemail: [] })
  await coordinator.post(`${path}/members/${silent}/speak`)
  await hear('alone', { chair: ['silent'], silent: ['chair'], joined: [], voicemail: [] })
  await coordinator.sees<Incident>(path, i => i.timeline.some(e => e.kind === 'spoke' && e.memberId === silent))
  const other = await as('coordinator 8202')
  t.equal((await other.request<{ code: string }>('POST', `${path}/members/${silent}/admit`)).body.code, 'guard-not-met',
    'nor by a coordinator who did not speak with the member')
  t.equal((await coordinator.request<{ code: string }>('POST', `${path}/members/${voicemail}/admit`)).body.code, 'guard-not-met',
    'nor somebody else in the member\'s place')
  await coordinator.post(`${path}/members/${silent}/admit`)
  const admitted = await coordinator.sees<Incident>(path,
    i => member(i, 'silent')?.inConference === true && i.members.every(m => !m.private))
  t.ok(member(admitted, 'silent')?.admittedBy, 'the roster says by whom')
  t.ok(admitted.timeline.some(e => e.kind === 'admitted' && e.memberId === silent && e.legId !== null && e.actor !== 'pbx'),
    'and the timeline on which call')
  await hear('after', { joined: ['chair', 'silent'], silent: ['chair', 'joined'], chair: ['joined', 'silent'], voicemail: [] })
  await coordinator.post(`${path}/end`)
  for (const line of lines.values()) await line.isOver()
  t.equal(network.ringsOf('desk8201').length, 1, 'the chair speaks with the member on the chair\'s own telephone')
})
