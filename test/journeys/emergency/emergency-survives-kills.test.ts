import t from 'tap'
import { setTimeout as wait } from 'node:timers/promises'
import { listenFor } from '../../harness/telephones/listening.ts'
import type { NetworkCall } from '../../harness/telephones/network.ts'
import { startStack } from '../../harness/servers/stack.ts'

interface Incident {
  id: string
  members: Array<{ id: string, name: string, state: string, inConference: boolean, joins: number }>
  timeline: Array<{ kind: string, memberId: string | null, legId: string | null }>
}

// what somebody with this number does, and how it must stand on the roster in the end
const people = 50
const fates = ['joined', 'joined', 'acknowledged', 'cannot-come', 'unreached'] as const
const scripts: Record<typeof fates[number], string> = {
  joined: 'ring 0.2|answer|wait 0.2|press 2|stay',
  acknowledged: 'answer|wait 0.2|press 1|wait 0.3|hangup',
  'cannot-come': 'answer|wait 0.2|press 3|wait 0.2',
  unreached: 'busy'
}
const moments = [0, 40, 80, 130, 200, 300, 450, 700, 1100, 1800]

await t.test('the service is killed ten times in the middle of a dial of fifty', async t => {
  const { network, service, db, as } = await startStack(t, {
    desks: [],
    settings: {
      EMERGENCY_ROOM_SIZE: '25',
      EMERGENCY_KEY_SECONDS: '5',
      EMERGENCY_ATTEMPTS: '1',
      EMERGENCY_RING_SECONDS: '10',
      TRUNK_CHANNELS: '200',
      TRUNK_CALLS_PER_SECOND: '40'
    }
  })
  const coordinator = await as('coordinator 8201')
  const numbers = Array.from({ length: people },
    (_, i) => ({ number: `139001${String(i).padStart(5, '0')}`, fate: fates[i % fates.length] ?? 'joined' }))
  for (const { number, fate } of numbers) await network.number(number, scripts[fate])

  for (const [nth, moment] of moments.entries()) {
    const before = new Map(numbers.map(({ number }) => [number, network.ringsOf(number).length]))
    const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
      { members: numbers.map(({ number }) => ({ name: number, number })), title: `第${nth}次`, reason: '演习', mode: 'simultaneous' })
    await wait(moment)
    await service.kill()
    await service.start()
    const path = `/api/incidents/${incidentId}`
    const final = await coordinator.sees<Incident>(
      path,
      i => i.members.every(m => m.state === numbers.find(n => n.number === m.name)?.fate),
      40
    ).catch(async (error: unknown) => {
      t.comment(String(error))
      return await coordinator.get<Incident>(path)
    })
    const name = `killed ${moment} ms after the start`
    t.same(final.members.flatMap(m => m.state === numbers.find(n => n.number === m.name)?.fate ? [] : [`${m.name} ${m.state}`]), [],
      `${name}: the roster is what the telephones saw, nobody is forgotten`)
    const rung = numbers.map(({ number }) => network.ringsOf(number).length - (before.get(number) ?? 0))
    t.same(rung.filter(times => times !== 1), [], `${name}: everybody was rung exactly once`)
    t.equal(final.timeline.filter(e => e.kind === 'entered').length, numbers.filter(n => n.fate === 'joined').length,
      `${name}: every join stands on the timeline once`)
    t.equal(final.timeline.filter(e => e.kind === 'placed').length, people)
    await coordinator.post(`${path}/end`)
    await coordinator.sees<Incident>(path, i => i.members.every(m => !m.inConference))
  }
  const [parked] = await db.query<{ rows: number }>('select count(*)::int rows from pbx_journal where error is not null')
  t.equal(parked?.rows, 0, 'no journal row is left aside')
})

await t.test('with the service dead the conference goes on, and members who ring back come in', async t => {
  const { network, service, as } = await startStack(t, { desks: [], settings: { EMERGENCY_ROOM_SIZE: '2' } })
  const coordinator = await as('coordinator 8201')
  const tones = [440, 620, 810, 1010]
  const numbers = tones.map((_, i) => `1390017000${i}`)
  for (const [i, number] of numbers.entries()) await network.number(number, `answer|wait 0.2|press 2|talk ${tones[i] ?? 0}`)
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { members: numbers.map(number => ({ name: number, number })), title: '服务中断', reason: '演习', mode: 'simultaneous' })
  const path = `/api/incidents/${incidentId}`
  const begun = await coordinator.sees<Incident & { pin: string }>(path, i => i.members.every(m => m.inConference))
  await service.kill()
  const [first, second, third, last] = await Promise.all(numbers.map(async number => await network.rung(number)))
  await last?.hangsUp()
  const back = await network.dial({ from: numbers[3] ?? '', to: '962000', script: `wait 1|press ${begun.pin}|talk 1010` })
  const lines = new Map<string, NetworkCall>(Object.entries({ first, second, third, back } as Record<string, NetworkCall>))
  const everybody = Object.fromEntries([...lines.keys()].map(who => [who, [...lines.keys()].filter(other => other !== who).sort()]))
  t.same(await listenFor(everybody, lines, { first: 440, second: 620, third: 810, back: 1010 }, 30), everybody,
    'with the service dead each hears all the others')
  await third?.hangsUp()
  await service.start()
  const later = await coordinator.sees<Incident>(path,
    i => i.members.some(m => m.name === numbers[3] && m.joins === 2) && i.members.some(m => m.name === numbers[2] && m.state === 'dropped'))
  t.same(later.members.map(m => m.state).sort(), ['dropped', 'joined', 'joined', 'joined'], 'the roster is rebuilt from what the PBX wrote')
  t.equal(later.timeline.filter(e => e.kind === 'left').length, 2)
  await coordinator.post(`${path}/end`)
  for (const call of [first, second, back]) await call?.isOver()
})
