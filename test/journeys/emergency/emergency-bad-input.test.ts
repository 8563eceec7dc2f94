import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { loadPlans } from '../../../src/features/emergency/plan-load.ts'
import { planLike } from '../../harness/stories/sample.ts'

interface Member {
  id: string
  personId: string | null
  name: string
  roles: string[]
  state: string
  inConference: boolean
  joins: number
  numbers: string[]
}
interface Incident {
  id: string
  pin: string
  state: string
  members: Member[]
  timeline: Array<{ kind: string, memberId: string | null, detail: Record<string, unknown> }>
}
interface Problem { code: string }

const mobile = (person: string): string => `139000001${person.slice(1)}`
const start = (members: unknown[], title: string): object => ({ members, title, reason: '演习', mode: 'simultaneous' })

await t.test('invalid dial lists', async t => {
  const { network, db, as } = await startStack(t, {
    desks: [],
    settings: { EMERGENCY_ATTEMPTS: '1', EMERGENCY_KEY_SECONDS: '5', EMERGENCY_GAP_SECONDS: '0' }
  })
  await network.anybody('busy')
  const coordinator = await as('coordinator 8201')
  const refused = async (body: object): Promise<[number, string]> => {
    const { status, body: problem } = await coordinator.request<Problem>('POST', '/api/incidents', body)
    return [status, problem.code]
  }
  await db.tx(async tx => { await loadPlans(tx, [planLike('EP-03', { code: 'EP-NONE', members: [] })]) })
  t.same(await refused({ planCode: 'EP-NONE', title: '空预案', reason: '演习', mode: 'simultaneous' }), [422, 'nobody-to-dial'],
    'a plan with nobody on it')
  t.same(await refused(start([], '空名单')), [422, 'nobody-to-dial'], 'an empty list')
  t.equal((await refused({ planCode: 'EP-404', title: '无', reason: '演习', mode: 'simultaneous' }))[1], 'unknown-plan')
  t.equal((await refused(start([{ personId: 'P99' }], '无此人')))[1], 'unknown-person')
  for (const number of ['110', '021110', '0086110', '+86110', '１１０', '1 1 0', '119', '120', '+8621110']) {
    const [status, code] = await refused(start([{ name: '误填', number }], `急救${number}`))
    t.ok(status >= 400 && status < 500 && ['emergency-number-refused', 'not-a-phone-number'].includes(code),
      `${number} is never dialled: ${code}`)
  }
  for (const number of ['abc', '12', '', '13900\r\nAction: Originate', '139000001010000000000000']) {
    const [status] = await refused(start([{ name: '误填', number }], `号码${number.length}`))
    t.ok(status >= 400 && status < 500, `${JSON.stringify(number)} is no number`)
  }
  t.equal((await db.query('select 1 from incident')).length, 0, 'nothing of it has begun')

  await (await as('admin')).patch('/api/directory/people/P40', { mobile: null, office: null })
  // By SQL: numbers no administrator can enter, as a register from elsewhere may hold.
  await db.query('update person set mobile = \'110\', office = \'不详\' where id = \'P41\'')
  // the same person in three roles, and as the deputy of another member
  const listed = [
    ['P07', '总指挥'], ['P08', '现场指挥'], ['P08', '治安警戒'], ['P08', '疏散'], ['P40', '属地街镇'], ['P41', '属地街镇']
  ] as const
  const members = listed.map(([personId, role], i) => ({ personId, role, callOrder: i + 1, commander: i === 0, mustAnswer: false }))
  await db.tx(async tx => { await loadPlans(tx, [planLike('EP-03', { code: 'EP-ODD', members })]) })
  await network.number(mobile('P07'), 'answer|wait 0.3|press 3')
  await network.number(mobile('P08'), 'answer|wait 0.3|press 22|stay')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { planCode: 'EP-ODD', title: '怪名单', reason: '演习', mode: 'simultaneous' })
  const path = `/api/incidents/${incidentId}`
  const seen = await coordinator.sees<Incident>(path,
    i => i.members.every(m => !['waiting', 'ringing'].includes(m.state)) && i.members.some(m => m.personId === 'P08' && m.inConference))
  t.same(
    seen.members.map(m => [m.personId, m.roles.length, m.state]),
    [['P07', 1, 'cannot-come'], ['P08', 3, 'joined'], ['P40', 1, 'unreached'], ['P41', 1, 'unreached']],
    'each once, also as a deputy; without a number nobody is reached'
  )
  t.equal(network.ringsOf(mobile('P08')).length, 1, 'a person with three roles, and a deputy besides, is rung once')
  t.same(network.calls().map(c => c.number).filter(n => /^1(10|19|20)$/.test(n)), [], 'no emergency number was dialled')
  t.ok(seen.timeline.some(e => e.kind === 'number-refused'), 'a text that is no number is told')

  const other = await coordinator.post<{ incidentId: string }>('/api/incidents', start([{ name: '另一场', number: '13900180007' }], '另一场'))
  const instead = async (incident: string): Promise<[number, string?]> => {
    const body = { members: [{ name: '代理人', number: '13900180008' }], standInFor: seen.members[0]?.id }
    const answer = await coordinator.request<Problem>('POST', `/api/incidents/${incident}/members`, body)
    return [answer.status, answer.body.code]
  }
  t.same(await instead(other.incidentId), [404, 'not-found'], 'nobody stands in for a member of another incident')
  t.same((await instead(incidentId))[0], 200)
})

await t.test('rejects stray keys and wrong PINs; survives carrier loss', async t => {
  const { network, pbx, as } = await startStack(t, {
    desks: [],
    settings: { EMERGENCY_ATTEMPTS: '1', EMERGENCY_KEY_SECONDS: '3', EMERGENCY_RING_SECONDS: '3', QUEUE_SECONDS: '90' }
  })
  await network.anybody('busy')
  const say: Record<string, [string, string]> = {
    'doubled 2': ['answer|wait 0.3|twice 2|stay', 'joined'],
    'two twos': ['answer|wait 0.3|press 22|stay', 'joined'],
    'doubled 1': ['answer|wait 0.3|twice 1|stay', 'acknowledged'],
    'doubled 3': ['answer|wait 0.3|twice 3|wait 1', 'cannot-come'],
    'doubled 7, then 2': ['answer|wait 0.3|twice 7|wait 1.5|press 2|stay', 'joined'],
    'wrong, then right': ['answer|wait 0.3|press 7|wait 1.5|press 2|stay', 'joined'],
    'star and hash': ['answer|wait 0.3|press *|wait 1.5|press #|wait 1.5|press 9|stay 20', 'unreached'],
    'one, later two': ['answer|wait 0.3|press 1|wait 2.5|press 2|stay', 'joined'],
    'never a key': ['answer|talk 440', 'unreached'],
    busy: ['busy', 'unreached'],
    'hangs up at once': ['answer|hangup', 'unreached'],
    vanished: ['congestion', 'unreached']
  }
  const names = Object.keys(say)
  const number = (name: string): string => `139001900${String(names.indexOf(name)).padStart(2, '0')}`
  for (const [name, [script]] of Object.entries(say)) await network.number(number(name), script)
  const coordinator = await as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    start(names.map(name => ({ name, number: number(name) })), '按键'))
  const path = `/api/incidents/${incidentId}`
  const wanted = Object.fromEntries(Object.entries(say).map(([name, [, state]]) => [name, state]))
  const stands = (i: Incident): Record<string, string> => Object.fromEntries(i.members.map(m => [m.name, m.state]))
  const final = await coordinator.sees<Incident>(path, i => names.every(name => stands(i)[name] === wanted[name]), 40).catch(
    async () => await coordinator.get<Incident>(path)
  )
  t.same(stands(final), wanted)
  const keysOf = (name: string): string => {
    const id = final.members.find(m => m.name === name)?.id
    return final.timeline.filter(e => e.kind === 'key' && e.memberId === id).map(e => `${e.detail.question} ${e.detail.key}`).join(', ')
  }
  t.same(['doubled 1', 'doubled 2', 'doubled 3', 'doubled 7, then 2'].map(keysOf),
    ['answer 1', 'answer 2', 'answer 3', 'answer 7, answer 2'], 'a key the carrier doubles is one key')

  const wrong = final.pin === '000000' ? '111111' : '000000'
  const liar = await network.dial({
    from: number('busy'),
    to: '962000',
    script: `wait 1|press ${wrong}|wait 1.5|press ${wrong}|wait 1.5|press ${wrong}|stay`
  })
  const stranger = await network.dial({ from: '13800009999', to: '962000', script: `wait 1|press ${final.pin}|stay` })
  const slow = await network.dial({
    from: number('hangs up at once'),
    to: '962000',
    script: `wait 1|press ${wrong}|wait 1.5|press ${final.pin}|stay`
  })
  const back = await coordinator.sees<Incident>(path, i => stands(i)['hangs up at once'] === 'joined')
  await until(() => liar.pressed === wrong.repeat(3), { what: 'the caller has guessed three times' })
  const leader = await as('8031')
  await leader.sees<{ items: Array<{ number: string, purpose: string | null }> }>(
    '/api/calls?direction=inbound', list => list.items.some(c => c.number === '139****0009' && c.purpose === null))
  t.pass('a caller without the PIN is a citizen like any other')
  t.equal(back.members.filter(m => m.inConference).length, names.filter(n => wanted[n] === 'joined').length + 1,
    'neither of them is in the conference')
  for (const call of [liar, stranger, slow]) if (!call.endedAt) await call.hangsUp()

  // Somebody tries PINs under a member's number: the coordinator sees each call, and after five no PIN is asked.
  const triedBy = (i: Incident, name: string): number =>
    i.timeline.filter(e => e.kind === 'wrong-pin' && e.memberId === i.members.find(m => m.name === name)?.id).length
  const three = `wait 1|press ${wrong}|wait 1.5|press ${wrong}|wait 1.5|press ${wrong}|stay`
  const again = await network.dial({ from: number('busy'), to: '962000', script: three })
  await until(async () => (await pbx.console(`database get rejoin-wrong ${number('busy')}`)).includes('Value: 5:'),
    { what: 'five wrong ones are counted', seconds: 60 })
  await coordinator.sees<Incident>(path, i => triedBy(i, 'busy') === 2)
  const barred = await network.dial({ from: number('busy'), to: '962000', script: `wait 1|press ${final.pin}|stay` })
  const seen = await coordinator.sees<Incident>(path, i => triedBy(i, 'busy') === 3)
  t.equal(triedBy(seen, 'hangs up at once'), 1, 'a caller who mistyped once is on the timeline, too')
  // Nobody is signed in here: like any citizen the caller is told so.
  await barred.isOver(60)
  t.equal(stands(await coordinator.get<Incident>(path)).busy, wanted.busy, 'no PIN was asked')
  t.match(await pbx.console(`database get rejoin-wrong ${number('hangs up at once')}`), 'not found', 'a right PIN resets the count')
  for (const call of [again, barred]) if (!call.endedAt) await call.hangsUp()

  // Four calls of one number at once have five PINs together, not twelve.
  const four = await Promise.all(Array.from({ length: 4 },
    async () => await network.dial({ from: number('vanished'), to: '962000', script: three })))
  await until(() => four.every(call => call.endedAt !== null || call.pressed === wrong.repeat(3)),
    { what: 'all four have pressed', seconds: 60 })
  for (const call of four) if (!call.endedAt) await call.hangsUp()
  const fifth = await network.dial({ from: number('vanished'), to: '962000', script: `wait 1|press ${final.pin}|stay` })
  await fifth.isOver(60)
  t.equal(stands(await coordinator.get<Incident>(path)).vanished, wanted.vanished, 'no PIN was asked here either')

  // A caller without the PIN is a citizen: turned away where the shift leader says so. A person we rang may ring back.
  const nuisance = '13900190099'
  await leader.post('/api/number-blocks',
    { number: nuisance, reason: '反复骚扰', evidence: '录音在案', until: new Date(Date.now() + 3_600_000).toISOString() })
  const { incidentId: other } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { ...start([{ name: '先', number: number('never a key') }, { name: '后', number: nuisance }], '按序'), mode: 'sequential' })
  await coordinator.post(`/api/incidents/${other}/stop`)
  await until(async () => (await pbx.console(`database get rejoin ${nuisance}`)).includes(other), { what: 'the member can rejoin' })
  const turnedAway = await network.dial({ from: nuisance, to: '962000' })
  await turnedAway.isOver(60)
  await leader.sees<{ items: Array<{ purpose: string | null }> }>('/api/calls?direction=inbound',
    list => list.items[0]?.purpose === 'blocked')
  t.equal(network.ringsOf(nuisance).length, 0)

  await network.stop()
  const { incidentId: second } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    start([{ name: '无线路', number: '13900019999' }], '中继中断'))
  const down = await coordinator.sees<Incident>(`/api/incidents/${second}`, i => i.members[0]?.state === 'unreached', 60)
  t.ok(down.timeline.some(e => e.kind === 'leg-ended'), 'with the trunk down the roster says that nobody was reached')
})
