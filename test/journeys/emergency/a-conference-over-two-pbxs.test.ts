// Two real Asterisks, one conference: the root on one, leaf rooms on both, joined over SIP.
import t from 'tap'
import { tones, people, conference, rungBy, together, channels, type Incident } from '../../harness/stories/conference-over-two.ts'
import { listenFor, nextSecond } from '../../harness/telephones/listening.ts'
import { startCarrier } from '../../harness/telephones/carrier.ts'
import type { NetworkCall } from '../../harness/telephones/network.ts'
import { until } from '../../../src/servers/until.ts'

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
