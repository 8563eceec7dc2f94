// Two real Asterisks, one conference: the root on one, leaf rooms on both, joined over SIP.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { listenFor, nextSecond } from '../../harness/telephones/listening.ts'
import { startCarrier } from '../../harness/telephones/carrier.ts'
import type { NetworkCall, TelephoneNetwork } from '../../harness/telephones/network.ts'
import { toneFile } from '../../harness/telephones/tone-file.ts'
import type { TestPbx } from '../../harness/servers/pbx.ts'
import { startStack, type Stack } from '../../harness/servers/stack.ts'
import type { ApiClient } from '../../harness/api-client.ts'
import { reachEachOther } from '../../harness/stories/two-pbxs.ts'
import { until } from '../../../src/servers/until.ts'

interface Member {
  id: string
  name: string
  state: string
  chair: boolean
  inConference: boolean
  cutOff: boolean
  muted: boolean
  private: boolean
}
interface Incident {
  pin: string
  locked: boolean
  members: Member[]
  recordings: Array<{ part: number, node: string, begunAt: string | null, endedAt: string | null }>
  timeline: Array<{ kind: string, at: string, detail: Record<string, string> }>
}

/** all speak in tones of their own */
const tones: Record<string, number> = { 13900018000: 1510, 13900018001: 1630, 13900018002: 1770, 13900018003: 1890 }
const people = Object.keys(tones)

type Conference = Omit<Stack, 'lines'> & {
  second: Stack['more'][number]
  coordinator: ApiClient
  path: string
  lines: Map<string, NetworkCall>
}

/** Four members in rooms of two, half of them on each PBX. */
async function conference (t: Test, restarted = false): Promise<Conference> {
  const stack = await startStack(t, {
    desks: [], moreNodes: ['pbx2'], settings: { EMERGENCY_ROOM_SIZE: '2', EMERGENCY_ATTEMPTS: '1' }
  })
  const [second] = stack.more
  if (!second) throw new Error('there is no second PBX')
  for (const number of people) await stack.network.number(number, `answer|wait 0.2|press 2|talk ${tones[number] ?? 0}`)
  await reachEachOther(stack)
  if (restarted) {
    await stack.service.stop()
    await stack.service.start()
    await stack.service.settle()
  }
  const coordinator = await stack.as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { members: people.map(number => ({ name: number, number })), title: '两台交换机', reason: '演习', mode: 'simultaneous' })
  const path = `/api/incidents/${incidentId}`
  await coordinator.sees<Incident>(path, i => i.members.every(m => m.inConference), 30)
  const lines = new Map(people.map(number => [number, stack.network.ringsOf(number).at(-1) as NetworkCall]))
  return { ...stack, second, coordinator, path, lines }
}

/** The members whom this PBX rang first; the carrier is one for both. */
const rungBy = (network: TelephoneNetwork, { config: { sip } }: TestPbx): string[] =>
  people.filter(number => network.ringsOf(number)[0]?.by === `${sip.host}:${sip.port}`)

/** each of these hears all the others */
const together = (listeners: readonly string[], talkers = listeners): Record<string, string[]> =>
  Object.fromEntries(listeners.map(who => [who, talkers.filter(other => other !== who).sort()]))

/** Channels of a PBX whose names begin so. */
async function channels (pbx: { console: (command: string) => Promise<string> }, begin: string): Promise<string[]> {
  const shown = await pbx.console('core show channels concise')
  return shown.split('\n').flatMap(line => line.startsWith(begin) ? line.split('!')[0] ?? [] : [])
}

await t.test('members on two PBXs hear each other, also of a service that was started last', async t => {
  const { network, pbx, second, db, lines } = await conference(t, true)
  t.same([pbx, second.pbx].map(one => rungBy(network, one).length), [2, 2], 'half of them are rung by each PBX')
  t.same(await listenFor(together(people), lines, tones, 30), together(people), 'each hears all the others')

  const [incident] = await db.query<{ root: string }>('select room_prefix || \'-0\' root from incident')
  const stranger = await startCarrier(t, '127.0.0.7', pbx.config.sip)
  const beside = await startCarrier(t, '127.0.0.1', pbx.config.sip)
  const from = 'node-pbx2'
  const dialled = incident?.root ?? ''
  t.equal(await stranger.call({ from, to: dialled }).isDecided(), 401, 'a stranger who says to be the other PBX is turned away')
  t.equal(await beside.call({ from, to: '962000' }).isDecided(), 404, 'the other PBX reaches rooms and nothing else')
})

await t.test('a link that is cut is made again within three seconds; cut off, the leaf hears music', async t => {
  const { network, pbx, second, db, service, coordinator, path, lines } = await conference(t)
  await listenFor(together(people), lines, tones, 30)
  const away = rungBy(network, second.pbx)
  const cuts = async (): Promise<Incident['timeline']> => (await coordinator.get<Incident>(path)).timeline.filter(
    e => e.kind === 'link-cut' || e.kind === 'link-restored'
  )
  for (const [times, begin] of ['PJSIP/node-pbx1', 'Local/'].entries()) {
    const [link] = await channels(second.pbx, begin)
    t.ok(link, `there is a link, ${begin}`)
    await second.pbx.console(`channel request hangup ${link ?? ''}`)
    await until(async () => (await cuts()).length === 2 * (times + 1), { what: 'the link is cut and there again', seconds: 10 })
    const [cut, restored] = (await cuts()).slice(-2)
    const took = Date.parse(restored?.at ?? '') - Date.parse(cut?.at ?? '')
    t.ok(took <= 3000, `back after ${took} ms`)
    t.same(await listenFor(together(people), lines, tones, 15), together(people), 'each hears all the others again')
  }
  t.equal((await db.query('select 1 from conference_room where number > 0 and not joined')).length, 0)

  await service.kill()
  const [alone = ''] = await channels(second.pbx, 'PJSIP/node-pbx1')
  await second.pbx.console(`channel request hangup ${alone}`)
  await until(async () => !(await channels(second.pbx, '')).includes(alone), { what: 'the link is cut with the service away' })
  t.same(await listenFor(together(people), lines, tones, 15), together(people), 'the PBX has made it again by itself')
  await service.start()

  pbx.freeze()
  const cutOff = await coordinator.sees<Incident>(path, i => i.members.some(m => m.cutOff), 20)
  t.same(cutOff.members.filter(m => m.cutOff).map(m => m.name).sort(), away.sort(), 'the roster says who is cut off')
  const [one = ''] = away
  await until(async () => {
    const sound = await nextSecond(lines.get(one) as NetworkCall)
    return sound.level > 0.005 && people.every(number => away.includes(number) || sound.tone(tones[number] ?? 0) < 0.03)
  }, { what: 'music is heard, and nobody of the other PBX', seconds: 20 })
  pbx.thaw()
  await coordinator.sees<Incident>(path, i => i.members.every(m => !m.cutOff), 20)
  t.same(await listenFor(together(people), lines, tones, 20), together(people), 'each hears all the others again')
})

await t.test('all are muted on both PBXs; one that does not obey is named, and follows', async t => {
  const { network, pbx, second, coordinator, path, lines } = await conference(t)
  const hear = async (talkers: readonly string[], what: string): Promise<void> => {
    t.same(await listenFor(together(people, talkers), lines, tones, 20), together(people, talkers), what)
  }
  const put = async (what: string, on: boolean): Promise<{ notObeyed: string[] }> =>
    await coordinator.put<{ notObeyed: string[] }>(`${path}/${what}`, { on })
  await hear(people, 'each hears all the others')
  t.same((await put('mute', true)).notObeyed, [])
  await hear([], 'nobody is heard')
  t.same((await put('mute', false)).notObeyed, [])
  t.same((await put('lock', true)).notObeyed, [])
  await hear(people, 'all are heard again')
  second.pbx.freeze()
  t.same((await put('mute', true)).notObeyed, ['pbx2'], 'the PBX that is frozen has not obeyed')
  const here = rungBy(network, pbx)
  t.same((await coordinator.get<Incident>(path)).timeline.find(e => e.kind === 'muted-all' && 'notObeyed' in e.detail)?.detail.notObeyed,
    ['pbx2'], 'and the timeline says so')
  second.pbx.thaw()
  await hear([], 'back, it mutes its members too')
  t.same((await coordinator.get<Incident>(path)).members.filter(m => here.includes(m.name) && !m.inConference), [])
  await coordinator.post(`${path}/end`)
  for (const line of lines.values()) await line.isOver(20)
})

await t.test('a member who rings in at the other PBX comes into the conference there, by the PIN', async t => {
  const { network, pbx, second, coordinator, path, lines, db } = await conference(t)
  await listenFor(together(people), lines, tones, 30)
  const [here = ''] = rungBy(network, pbx)
  await lines.get(here)?.hangsUp()
  const { pin } = await coordinator.sees<Incident>(path, i => i.members.some(m => m.name === here && m.state === 'dropped'))
  await until(async () => (await second.pbx.console('database show rejoin')).includes(here), { what: 'the other PBX knows the number' })
  const back = await second.network.dial({ from: here, to: '962000', script: `wait 1|press ${pin}|talk ${tones[here] ?? 0}` })
  lines.set(here, back)
  t.same(await listenFor(together(people), lines, tones, 30), together(people), 'each hears all the others')
  const seats = await db.query<{ node: string }>('select channel_node node from incident_member where name = $1', [here])
  t.same(seats, [{ node: 'pbx2' }], 'in a room of that PBX')
})

await t.test('two on different PBXs speak apart: one is told so and rung anew, and both come back', async t => {
  const { network, pbx, second, coordinator, path, lines } = await conference(t)
  writeFileSync(join(second.pbx.paths.soundsDir, 'conference-rung-anew.wav'), toneFile(2650, 0.5))
  await listenFor(together(people), lines, tones, 30)
  const [[near = '', third = ''], [far = '', last = '']] = [rungBy(network, pbx), rungBy(network, second.pbx)]
  const { members } = await coordinator.get<Incident>(path)
  const memberIds = [near, far].map(name => members.find(m => m.name === name)?.id)
  await coordinator.put(`${path}/lock`, { on: true })
  const old = lines.get(far) as NetworkCall
  const stops = await old.listens()
  await coordinator.put(`${path}/private`, { memberIds, on: true })
  await old.isOver(30)
  t.ok((await stops()).lasts(2650) > 0.2, 'told on the old line')
  lines.set(far, await network.rung(far, 2))
  const apart = { ...together([near, far]), ...together([third, last]) }
  t.same(await listenFor(apart, lines, tones, 20), apart, 'two apart, also with the door locked')
  const during = await coordinator.get<Incident>(path)
  t.same(during.members.filter(m => m.private).map(m => m.name).sort(), [near, far].sort())
  await coordinator.put(`${path}/private`, { memberIds, on: false })
  t.same(await listenFor(together(people), lines, tones, 20), together(people), 'each hears all the others again')
  t.equal(network.ringsOf(far).length, 2, 'rung once more, and no more than that')
  await network.number(last, 'busy')
  await coordinator.put(`${path}/private`, { memberIds: [near, last].map(name => members.find(m => m.name === name)?.id), on: true })
  await coordinator.sees<Incident>(path, i => i.timeline.some(e => e.kind === 'not-moved'), 20)
  t.same(await listenFor(together(people), lines, tones, 20), together(people), 'who is not reached stays where they are')
})

await t.test('a coordinator on another PBX than the root speaks apart with a member there: the member is rung anew', async t => {
  const { network, pbx, second, coordinator, path, lines, logins, db } = await conference(t)
  await second.network.number('desk8201', 'answer|talk 2050')
  await second.network.desks([{ extension: '8201', password: logins.find(l => l.extension === '8201')?.sipPassword ?? '' }])
  await coordinator.post(`${path}/join`)
  const { members } = await coordinator.sees<Incident>(path, i => i.members.some(m => m.chair && m.inConference), 20)
  const seats = await db.query<{ root: string, chair: string }>(
    `select r.node root, m.channel_node chair from conference_room r join incident_member m using (incident_id)
    where r.number = 0 and m.chair_login is not null`)
  t.same(seats, [{ root: 'pbx1', chair: 'pbx2' }])
  const chair = members.find(m => m.chair)
  const [near = ''] = rungBy(network, pbx)
  const voices = { ...tones, chair: 2050 }
  lines.set('chair', second.network.ringsOf('desk8201').at(-1) as NetworkCall)
  const old = lines.get(near) as NetworkCall
  await coordinator.put(`${path}/private`, { memberIds: [chair?.id, members.find(m => m.name === near)?.id], on: true })
  await old.isOver(30)
  lines.set(near, await network.rung(near, 2))
  const left = people.filter(number => number !== near)
  const apart = { ...together([near, 'chair']), ...together(left) }
  t.same(await listenFor(apart, lines, voices, 20), apart, 'two apart')
  t.equal(second.network.ringsOf('desk8201').length, 1, 'the coordinator keeps the own line')
  await coordinator.put(`${path}/private`, { memberIds: [chair?.id, members.find(m => m.name === near)?.id], on: false })
  const all = [...people, 'chair']
  t.same(await listenFor(together(all), lines, voices, 20), together(all), 'and both come back')
})

await t.test('a PBX that drains is left by the conference once nobody of it is on the line there', async t => {
  const { network, pbx, second, coordinator, path, lines, as } = await conference(t)
  await listenFor(together(people), lines, tones, 30)
  const [here, there] = [rungBy(network, pbx), rungBy(network, second.pbx)]
  const admin = await as('admin')
  const { items } = await admin.get<{ items: Array<{ name: string, version: number }> }>('/api/pbx-nodes')
  await admin.post('/api/pbx-nodes/pbx2/drain', { version: items.find(node => node.name === 'pbx2')?.version })
  t.same(await listenFor(together(people), lines, tones, 20), together(people), 'who is on the line there stays in it')
  for (const number of there) await lines.get(number)?.hangsUp()
  await until(async () => (await channels(second.pbx, '')).every(name => name === ''), { what: 'no line is left', seconds: 20 })
  for (const number of there) await network.number(number, 'ring')
  const { members } = await coordinator.get<Incident>(path)
  await coordinator.post(`${path}/dial`, { memberIds: members.filter(m => there.includes(m.name)).map(m => m.id) })
  for (const number of there) await network.rung(number, 2)
  const left = Object.fromEntries(here.map(who => [who, here.filter(other => other !== who)]))
  t.same(await listenFor(left, lines, tones, 20), left, 'the others talk on, and members are rung by the PBX that stays')
})

await t.test('the PBX of the root is killed: the others go on, its members are rung once, the recording has a second part', async t => {
  const { network, pbx, second, coordinator, path, lines } = await conference(t)
  await listenFor(together(people), lines, tones, 30)
  const [there, gone] = [rungBy(network, second.pbx), rungBy(network, pbx)]
  await coordinator.put(`${path}/recording`, { on: true })
  await pbx.kill()
  await pbx.start()
  const after = await coordinator.sees<Incident>(path,
    i => i.members.every(m => m.inConference && !m.cutOff) && i.recordings.filter(r => r.begunAt !== null).length === 2, 60)
  const rings = (number: string): number => network.ringsOf(number).length
  t.same(gone.map(rings), [2, 2], 'the members of the PBX that was lost are rung once more')
  t.same(there.map(rings), [1, 1], 'those of the other are not')
  t.equal(after.timeline.filter(e => e.kind === 'dialled' && e.detail.because === 'pbx-lost').length, 2, 'and the timeline says why')
  t.same(after.recordings.map(r => [r.part, r.node]), [[1, 'pbx1'], [2, 'pbx2']])
  t.same(after.timeline.filter(e => e.kind === 'root-moved').map(e => e.detail), [{ from: 'pbx1', to: 'pbx2' }])
  for (const number of gone) lines.set(number, network.ringsOf(number).at(-1) as NetworkCall)
  t.same(await listenFor(together(people), lines, tones, 30), together(people), 'each hears all the others')
})
