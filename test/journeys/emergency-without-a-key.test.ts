import t from 'tap'
import { setTimeout as wait } from 'node:timers/promises'
import { startStack } from '../harness/stack.ts'

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

await t.test('who pressed nothing comes in only by the coordinator who spoke with him', async t => {
  const { network, as } = await startStack(t, { desks: ['8201'], settings: { EMERGENCY_ROOM_SIZE: '2', EMERGENCY_KEY_SECONDS: '30', EMERGENCY_ATTEMPTS: '1' } })
  await network.number('desk8201', `answer|talk ${says.chair}`)
  await network.number(numbers.joined, `answer|wait 0.3|press 2|talk ${says.joined}`)
  await network.number(numbers.silent, `answer|talk ${says.silent}`)
  await network.number(numbers.voicemail, 'voicemail 60')
  const coordinator = await as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents', { members: Object.entries(numbers).map(([name, number]) => ({ name, number })), title: '点名', reason: '演习', mode: 'simultaneous' })
  const path = `/api/incidents/${incidentId}`
  const member = (i: Incident, name: string): Member | undefined => i.members.find(m => m.name === name)
  const begun = await coordinator.sees<Incident>(path, i => member(i, 'joined')?.inConference === true && i.timeline.filter(e => e.kind === 'answered').length === 3, 20)
  const silent = member(begun, 'silent')?.id ?? ''
  const voicemail = member(begun, 'voicemail')?.id ?? ''
  const spans = new Map<string, readonly [Date, Date]>()
  const listen = async (phase: string): Promise<void> => {
    await wait(700)
    const from = new Date()
    await wait(1200)
    spans.set(phase, [from, new Date()])
  }

  const early = await coordinator.request<{ code: string }>('POST', `${path}/members/${silent}/admit`)
  t.equal(early.body.code, 'guard-not-met', 'not without having spoken with him')
  await coordinator.post(`${path}/join`)
  const chaired = await coordinator.sees<Incident>(path, i => i.members.some(m => m.personId === null && m.name.includes('8201') && m.inConference), 20)
  t.equal(chaired.members.length, 4)
  await listen('before')
  await coordinator.post(`${path}/members/${silent}/speak`)
  await listen('alone')
  const other = await as('coordinator 8202')
  t.equal((await other.request<{ code: string }>('POST', `${path}/members/${silent}/admit`)).body.code, 'guard-not-met', 'nor by a coordinator who did not speak with him')
  t.equal((await coordinator.request<{ code: string }>('POST', `${path}/members/${voicemail}/admit`)).body.code, 'guard-not-met', 'nor somebody else in his place')
  await coordinator.post(`${path}/members/${silent}/admit`)
  const admitted = await coordinator.sees<Incident>(path, i => member(i, 'silent')?.inConference === true && i.members.every(m => !m.private), 10)
  t.ok(member(admitted, 'silent')?.admittedBy, 'the roster says by whom')
  t.ok(admitted.timeline.some(e => e.kind === 'admitted' && e.memberId === silent && e.legId !== null && e.actor !== 'pbx'), 'and the timeline on which call')
  await listen('after')
  await coordinator.post(`${path}/end`)
  const calls = { joined: network.ringsOf(numbers.joined)[0], silent: network.ringsOf(numbers.silent)[0], voicemail: network.ringsOf(numbers.voicemail)[0], chair: network.ringsOf('desk8201')[0] }
  for (const call of Object.values(calls)) await call?.isOver(20)
  t.equal(network.ringsOf('desk8201').length, 1, 'the chair speaks with him on the telephone he sits at')

  const hears = (phase: string, who: keyof typeof calls, wanted: ReadonlyArray<keyof typeof says>): void => {
    const heard = (Object.keys(says) as Array<keyof typeof says>).filter(
      name => name !== who && (calls[who]?.heard(says[name], spans.get(phase)) ?? 0) > 0.03
    )
    t.same(heard.sort(), [...wanted].sort(), `${phase}: ${who} hears ${wanted.join(' and ') || 'nobody'}`)
  }
  hears('before', 'joined', ['chair'])
  hears('before', 'chair', ['joined'])
  hears('before', 'silent', [])
  hears('alone', 'chair', ['silent'])
  hears('alone', 'silent', ['chair'])
  hears('alone', 'joined', [])
  hears('after', 'joined', ['chair', 'silent'])
  hears('after', 'silent', ['chair', 'joined'])
  for (const phase of spans.keys()) hears(phase, 'voicemail', [])
})
