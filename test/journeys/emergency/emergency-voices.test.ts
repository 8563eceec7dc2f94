import t from 'tap'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../../../src/servers/until.ts'
import { listenFor, sits } from '../../harness/telephones/listening.ts'
import { loudness, type Sound } from '../../harness/telephones/loudness.ts'
import type { NetworkCall } from '../../harness/telephones/network.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { toneFile } from '../../harness/telephones/tone-file.ts'

interface Member {
  id: string
  personId: string | null
  state: string
  joins: number
  muted: boolean
  inConference: boolean
  private: boolean
  commander: boolean
  lockedOut: boolean
}
interface Incident {
  id: string
  pin: string
  members: Member[]
  timeline: Array<{ kind: string, memberId: string | null, actor: string, detail: Record<string, string> }>
}

const mobile = (person: string): string => `139000001${person.slice(1)}`
/** "this conference is recorded" is a tone here, told from every sentence and every person */
const recordedTone = 2650
/** all speak in tones of their own, higher than what a spoken sentence is made of */
const tone = { P16: 1510, P17: 1630, P34: 1770, P25: 1890, P28: 2050, P22: 2230, P23: 2410, notice: recordedTone }
/** share of what was heard that lies where sentences are spoken and nobody's tone is, 200 to 1200 Hz */
const voice = (sound: Sound): number =>
  Array.from({ length: 51 }, (_, i) => sound.tone(200 + 20 * i)).reduce((sum, share) => sum + share, 0)

await t.test('a conference of several rooms: all hear each other, as the chair allows', async t => {
  const { network, pbx, db, as } = await startStack(t, {
    desks: [],
    settings: { EMERGENCY_ROOM_SIZE: '2', EMERGENCY_KEY_SECONDS: '60', EMERGENCY_ATTEMPTS: '1' }
  })
  writeFileSync(join(pbx.paths.soundsDir, 'conference-recorded.wav'), toneFile(recordedTone, 0.5))
  await network.anybody('busy')
  for (const person of ['P16', 'P17', 'P34', 'P25'] as const) {
    await network.number(mobile(person), `answer|wait 0.3|press 2|talk ${tone[person]}`)
  }
  await network.number(mobile('P22'), `answer|talk ${tone.P22}`)
  await network.number(mobile('P23'), `answer|wait 0.3|press 1|talk ${tone.P23}`)
  await network.number(mobile('P28'), 'busy')
  await network.number(mobile('P26'), 'answer|stay')

  const coordinator = await as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { planCode: 'EP-02', title: '暴雪封路', reason: '积雪', mode: 'simultaneous' })
  const path = `/api/incidents/${incidentId}`
  const sees = async (condition: (state: (person: string) => Member) => boolean): Promise<Incident> => await coordinator.sees<Incident>(
    path, i => condition(person => {
      const found = i.members.find(m => m.personId === person)
      if (!found) throw new Error(`${person} is not on the list`)
      return found
    }), 40)
  const begun = await sees(of => ['P16', 'P17', 'P34', 'P25'].every(p => of(p).inConference) && of('P23').state === 'acknowledged')
  const id = (person: string): string => begun.members.find(m => m.personId === person)?.id ?? ''
  t.equal(begun.members.find(m => m.personId === 'P16')?.commander, true)
  const rooms = new Set(begun.timeline.filter(e => e.kind === 'entered').map(e => e.detail.room))
  t.ok(rooms.size > 1, 'they sit in different rooms')
  const call = (person: string, nth = -1): NetworkCall =>
    network.ringsOf(mobile(person)).at(nth) ?? t.fail(`${person} was not rung`) as never
  const lines = new Map(['P16', 'P17', 'P34', 'P25', 'P22', 'P23', 'P26'].map(p => [p, call(p)]))
  /** until these hear exactly those, all in the same second */
  const hear = async (phase: string, wanted: Record<string, readonly string[]>): Promise<void> => {
    t.same(await listenFor(wanted, lines, tone), wanted, phase)
  }
  /** each of these hears all the others */
  const together = (listeners: readonly string[], talkers = listeners): Record<string, string[]> =>
    Object.fromEntries(listeners.map(who => [who, talkers.filter(other => other !== who).sort()]))
  const everybody = ['P16', 'P17', 'P34', 'P25']
  /** rings back with the PIN; what the member is told between the last key and the seat */
  const ringsBack = async (person: string, then: string): Promise<{ line: NetworkCall, welcome: Sound }> => {
    const line = await network.dial({ from: mobile(person), to: '962000', script: `wait 1|press ${begun.pin.slice(0, -1)}|stay` })
    await until(() => line.pressed.length === begun.pin.length - 1, { what: `${person} has one key of the PIN left`, seconds: 20 })
    const stops = await line.listens()
    await line.does(`press ${begun.pin.slice(-1)}|${then}`)
    await sits(db, id(person))
    return { line, welcome: await stops() }
  }
  const put = async (what: string, on: boolean): Promise<unknown> => await coordinator.put(`${path}/${what}`, { on })

  await hear('not yet recorded', together(everybody))
  const told = await Promise.all(everybody.map(async who => ({ who, stops: await call(who).listens() })))
  await put('recording', true)
  await until(
    async () => (await db.query(`select 1 from pbx_journal
      where event = 'CHAN_END' and channel like 'Local/%@hotline-room-say%'`)).length > 0,
    { what: 'the notice has been played', seconds: 20 }
  )
  await hear('all talk', { ...together(everybody), P22: [], P23: [], P26: [] })
  for (const { who, stops } of told) t.ok((await stops()).lasts(recordedTone) > 0.3, `${who} is told that the conference is recorded`)
  await coordinator.post(`${path}/members/${id('P17')}/mute`)
  await hear('one is muted', together(everybody, ['P16', 'P34', 'P25']))
  await coordinator.post(`${path}/members/${id('P17')}/unmute`)
  await network.number(mobile('P40'), 'answer|press 2|hangup')
  await coordinator.post(`${path}/members`, { members: [{ personId: 'P40' }] })
  await put('mute', true)
  const back = await ringsBack('P28', `talk ${tone.P28}`)
  lines.set('P28', back.line)
  t.ok(back.welcome.lasts(recordedTone) > 0.3, 'a later member is told as well')
  const muted = await sees(of => of('P28').inConference)
  t.same(muted.members.filter(m => m.inConference && !m.muted).map(m => m.personId), ['P16'],
    'the board shows who is silent, also who came later')
  const all = [...everybody, 'P28']
  await hear('only commanders', together(all, ['P16']))
  await put('mute', false)
  await hear('all talk again', together(all))
  await coordinator.put(`${path}/private`, { memberIds: [id('P16'), id('P34')], on: true })
  const apart = await sees(of => of('P16').private && of('P34').private)
  t.same(apart.members.filter(m => ['P16', 'P34'].includes(m.personId ?? '')).map(m => m.state), ['joined', 'joined'])
  await hear('two apart', { ...together(['P16', 'P34']), ...together(['P17', 'P25', 'P28']) })
  await coordinator.put(`${path}/private`, { memberIds: [id('P16'), id('P34')], on: false })
  await hear('together again', together(all))
  await put('recording', false)
  await coordinator.post(`${path}/members/${id('P25')}/remove`, { reason: '无关人员' })
  await lines.get('P25')?.isOver(20)
  await hear('one is put out', together(['P16', 'P17', 'P34', 'P28']))

  await put('lock', true)
  await call('P23').presses('2')
  const shut = await sees(of => of('P23').lockedOut)
  t.same(shut.members.filter(m => m.personId === 'P23').map(m => [m.state, m.inConference]), [['acknowledged', false]],
    'a member who presses 2 before a locked door is not in')
  t.equal(call('P23').endedAt, null, 'and stays on the line')
  await call('P17').hangsUp()
  await sees(of => of('P17').state === 'dropped')
  const refused = await network.dial({ from: mobile('P17'), to: '962000', script: `wait 1|press ${begun.pin}|stay` })
  await refused.isOver(30)
  const putOut = await network.dial({ from: mobile('P25'), to: '962000', script: `wait 1|press ${begun.pin}|stay` })
  await putOut.isOver(40)
  const locked = await sees(of => of('P17').state === 'dropped')
  t.ok(locked.members.find(m => m.personId === 'P17')?.lockedOut, 'nor the one who rang in, and the board says so')
  for (const person of ['P17', 'P23', 'P25']) {
    t.equal(locked.members.find(m => m.personId === person)?.inConference, false, `${person} does not come in through a locked door`)
  }
  await put('lock', false)
  await call('P23').presses('2')
  await sees(of => of('P23').inConference && !of('P23').lockedOut && !of('P17').lockedOut)
  const again = await ringsBack('P17', 'stay')
  t.ok(again.welcome.lasts(recordedTone) < 0.1, 'nobody is told of the recording after it has stopped')
  t.ok(voice(again.welcome) > 0.02, 'a member who comes in hears how many are in, and the key to mute')
  const final = await sees(of => of('P17').joins === 2 && of('P25').state === 'dropped')
  t.equal(final.members.find(m => m.personId === 'P25')?.inConference, false, 'a member put out does not come back by the PIN')
  t.equal(final.members.find(m => m.personId === 'P16')?.joins, 1, 'a private talk is no second coming')
  t.equal(final.timeline.filter(e => e.kind === 'key' && e.memberId === final.members.find(m => m.personId === 'P16')?.id).length, 1,
    'and no second key')
  await coordinator.post(`${path}/end`)
  for (const line of [...lines.values(), again.line]) await line.isOver(20)

  const file = final.timeline.find(e => e.kind === 'recording-started')?.detail.file ?? ''
  const recording = loudness(join(pbx.recordingsDir, file))
  for (const person of ['P16', 'P17', 'P34', 'P25'] as const) t.ok(recording.tone(tone[person]) > 0.03, `${person} is in the recording`)
  for (const person of ['P22', 'P23'] as const) t.ok(recording.tone(tone[person]) < 0.03, `${person} is not`)
  const hasty = final.members.find(m => m.personId === 'P40')
  t.same(final.timeline.filter(e => e.memberId === hasty?.id && ['key', 'entered'].includes(e.kind)).map(e => [e.kind, e.detail.key]),
    [['key', '2'], ['entered', undefined]], 'a member who hung up during the word about the recording had pressed the key')
  const kinds = new Set(final.timeline.map(e => e.kind))
  for (const kind of [
    'muted', 'unmuted', 'muted-all', 'unmuted-all', 'removed', 'locked', 'unlocked', 'private', 'reunited', 'recording-started',
    'recording-stopped', 'left', 'key', 'refused-locked'
  ]) {
    t.ok(kinds.has(kind), `the timeline tells: ${kind}`)
  }
})
