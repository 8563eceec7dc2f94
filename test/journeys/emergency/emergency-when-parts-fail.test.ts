import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'

interface Member { id: string, name: string, state: string, inConference: boolean, joins: number }
interface Incident {
  id: string
  pin: string
  members: Member[]
  timeline: Array<{ id: number, kind: string, memberId: string | null, detail: Record<string, unknown> }>
}

const joins = 'answer|wait 0.3|press 2|stay'
const numbers = ['13900210001', '13900210002', '13900210003', '13900210004']
const list = (title: string): object => ({
  members: numbers.map(number => ({ name: number, number })),
  title,
  reason: '演习',
  mode: 'simultaneous'
})

await t.test('Redis is away from before the start: the dial is the same, with deputies, gaps and repeats', async t => {
  const { network, redis, as } = await startStack(t, {
    desks: [],
    settings: { EMERGENCY_ATTEMPTS: '2', EMERGENCY_GAP_SECONDS: '1', EMERGENCY_RING_SECONDS: '2' }
  })
  await redis.kill()
  await network.anybody('busy')
  await network.number(numbers[0] ?? '', joins)
  await network.number(numbers[1] ?? '', 'busy', joins)
  await network.number(numbers[2] ?? '', 'ring')
  const coordinator = await as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents', list('无缓存'))
  const final = await coordinator.sees<Incident>(`/api/incidents/${incidentId}`,
    i => i.members.map(m => m.state).join() === 'joined,joined,unreached,unreached', 40)
  t.equal(network.ringsOf(numbers[1] ?? '').length, 2, 'the second call after the gap comes without the alarm clock')
  t.equal(network.ringsOf(numbers[2] ?? '').length, 2)
  t.equal(final.timeline.filter(e => e.kind === 'entered').length, 2)
})

await t.test('the PBX is killed in mid-conference: everybody is dropped, rung again once, and the roster is true', async t => {
  const { network, pbx, service, as } = await startStack(t, { desks: [], settings: { EMERGENCY_ROOM_SIZE: '2', EMERGENCY_ATTEMPTS: '2' } })
  for (const number of numbers) await network.number(number, joins)
  const coordinator = await as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents', list('交换机重启'))
  const path = `/api/incidents/${incidentId}`
  await coordinator.sees<Incident>(path, i => i.members.every(m => m.inConference))
  await network.ringsOf(numbers[3] ?? '')[0]?.hangsUp()
  const one = await coordinator.sees<Incident>(path, i => i.members[3]?.state === 'dropped')
  await network.dial({ from: numbers[3] ?? '', to: '962000', script: `wait 1|press ${one.pin}|stay` })
  await coordinator.sees<Incident>(path, i => i.members[3]?.joins === 2)
  // The service is away too, and one of them rings in as soon as the PBX is back: of its death the journal tells after that.
  await service.kill()
  await pbx.kill()
  for (const call of network.calls()) if (!call.endedAt) await call.hangsUp()
  await pbx.start()
  await network.dial({ from: numbers[1] ?? '', to: '962000', script: `wait 1|press ${one.pin}|stay` })
  await until(async () => /^\S+-\d+ +[1-9]/m.test(await pbx.console('confbridge list')),
    { what: 'the member is in by the PBX\'s own means', seconds: 30, everyMs: 300 })
  await service.start()
  const back = await coordinator.sees<Incident>(path, i => i.members.every(m => m.inConference) && i.members[0]?.joins === 2, 60)
  t.same(back.members.map(m => m.joins), [2, 2, 2, 3])
  t.same(numbers.map(number => network.ringsOf(number).length), [2, 1, 2, 2],
    'each is rung once more, also who had rung in; not who is in already')
  t.equal(back.timeline.filter(e => e.kind === 'left' && e.detail.result === 'pbx-lost').length, 3)

  // Another incident asks one of them in; the first ends while the PBX is away: only the other can be rejoined afterwards.
  const [shared = '', , , later = ''] = numbers
  await network.number(later, 'busy')
  const { incidentId: other } = await coordinator.post<{ incidentId: string }>('/api/incidents', {
    members: [shared, later].map(number => ({ name: number, number })), title: '另一处', reason: '演习', mode: 'simultaneous'
  })
  const otherPath = `/api/incidents/${other}`
  await coordinator.sees<Incident>(otherPath, i => i.members[0]?.inConference === true)
  await pbx.kill()
  for (const call of network.calls()) if (!call.endedAt) await call.hangsUp()
  await coordinator.post(`${path}/end`)
  await pbx.start()
  const ways = async (): Promise<string> => await pbx.console('database show rejoin') + await pbx.console('database show incident-pin')
  await until(async () => {
    const open = await ways()
    return open.includes(other) && !open.includes(incidentId)
  }, { what: 'the first incident cannot be rejoined, the other one can', seconds: 30, everyMs: 300 })

  // And the other way round: an incident that asked the member in later ends, and the seat is in the one before.
  const { incidentId: third } = await coordinator.post<{ incidentId: string }>('/api/incidents', {
    members: [shared, later].map(number => ({ name: number, number })), title: '第三处', reason: '演习', mode: 'simultaneous'
  })
  await until(async () => (await ways()).includes(third), { what: 'the third incident can be rejoined', seconds: 30, everyMs: 300 })
  // The member is in both: the PIN of each text leads into its own.
  for (const id of [other, third]) {
    const asked = await coordinator.sees<Incident>(`/api/incidents/${id}`, i => i.members[1]?.state === 'unreached')
    const call = await network.dial({ from: later, to: '962000', script: `wait 1|press ${asked.pin}|stay` })
    await coordinator.sees<Incident>(`/api/incidents/${id}`, i => i.members[1]?.inConference === true)
    await call.hangsUp()
    await coordinator.sees<Incident>(`/api/incidents/${id}`, i => i.members[1]?.inConference === false)
  }
  await coordinator.post(`/api/incidents/${third}/end`)
  await until(async () => {
    const open = await pbx.console('database show rejoin')
    return open.includes(other) && !open.includes(third)
  }, { what: 'the seat is in the incident that goes on', seconds: 30, everyMs: 300 })
})

await t.test('the feed carries the incident live, and resumes without a gap', async t => {
  const { network, service, logins, as } = await startStack(t, { desks: [] })
  for (const number of numbers) await network.number(number, joins)
  const coordinator = await as('coordinator 8201')
  const login = logins.find(l => l.extension === '8201')
  const session = await fetch(`${service.address()}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: login?.user, password: login?.password })
  })
  const cookie = session.headers.getSetCookie().map(c => c.split(';')[0]).join('; ')
  const follow = async (after: string | null, enough: (text: string) => boolean): Promise<string> => {
    const stop = new AbortController()
    const response = await fetch(`${service.address()}/api/feed`, {
      headers: { cookie, ...(after === null ? {} : { 'last-event-id': after }) },
      signal: AbortSignal.any([stop.signal, AbortSignal.timeout(30_000)])
    })
    let text = ''
    for await (const part of response.body ?? []) {
      text += Buffer.from(part as Uint8Array).toString('utf8')
      if (enough(text)) break
    }
    stop.abort()
    return text
  }
  const joined = (text: string): string[] => [...new Set([...text.matchAll(/^data: ?(\{.*\})$/gm)].flatMap(m => {
    const { data } = JSON.parse(m[1] ?? '{}') as { data?: { memberId?: string, state?: string } }
    return data?.state === 'joined' && data.memberId !== undefined ? [data.memberId] : []
  }))]
  const live = follow(null, text => joined(text).length === numbers.length)
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents', list('现场'))
  const text = await live
  t.match(text, /incident\.started/)
  t.match(text, /leg\.key/, 'keys are there at once, as momentary events')
  for (const number of numbers) t.notOk(text.includes(number), 'no number is in the feed')
  const first = /^id: ?(\d+)/m.exec(text)?.[1] ?? ''
  const again = await follow(first, resumed => joined(resumed).length === numbers.length)
  t.same(joined(again).sort(), joined(text).sort(), 'a page that was away gets it all from where it was')
  const whole = await coordinator.get<Incident>(`/api/incidents/${incidentId}`)
  for (const m of whole.members) {
    const own = whole.timeline.filter(e => e.memberId === m.id).map(e => e.kind)
    t.same(own, ['dialled', 'placed', 'answered', 'key', 'entered'], 'every step of everybody stands on the timeline, in order')
  }
})
