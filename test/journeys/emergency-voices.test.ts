import t from 'tap'
import { setTimeout as wait } from 'node:timers/promises'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loudness } from '../harness/loudness.ts'
import type { NetworkCall } from '../harness/network.ts'
import { startStack } from '../harness/stack.ts'

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
/** everybody speaks in a tone of his own, higher than what a spoken sentence is made of */
const tone: Record<string, number> = { P16: 1510, P17: 1630, P34: 1770, P25: 1890, P28: 2050, P22: 2230, P23: 2410 }
const heardAt = 0.03
const spokenAt = 0.02
/** share of what was heard that lies where sentences are spoken and nobody's tone is, 200 to 1200 Hz */
const voice = (call: NetworkCall | undefined, span: readonly [Date, Date] | undefined): number =>
  Array.from({ length: 51 }, (_, i) => call?.heard(200 + 20 * i, span) ?? 0).reduce((sum, share) => sum + share, 0)

/** "this conference is recorded" is a tone here, told from every sentence and every person */
const recordedTone = 2650
function toneFile (hertz: number, seconds: number): Buffer {
  const samples = Array.from({ length: 8000 * seconds }, (_, i) => Math.round(8000 * Math.sin(2 * Math.PI * hertz * i / 8000)))
  const sound = Buffer.from(Int16Array.from(samples).buffer)
  const header = Buffer.from('524946460000000057415645666d74201000000001000100401f0000803e0000020010006461746100000000', 'hex')
  header.writeUInt32LE(36 + sound.length, 4)
  header.writeUInt32LE(sound.length, 40)
  return Buffer.concat([header, sound])
}

await t.test('one conference of several rooms: who is heard by whom, and what the chair does about it', async t => {
  const { network, pbx, as } = await startStack(t, { desks: [], settings: { EMERGENCY_ROOM_SIZE: '2', EMERGENCY_RING_SECONDS: '2', EMERGENCY_KEY_SECONDS: '40', EMERGENCY_ATTEMPTS: '1' } })
  writeFileSync(join(pbx.paths.soundsDir, 'conference-recorded.wav'), toneFile(recordedTone, 0.5))
  await network.anybody('busy')
  for (const person of ['P16', 'P17', 'P34', 'P25']) await network.number(mobile(person), `answer|wait 0.3|press 2|talk ${tone[person] ?? 0}`)
  await network.number(mobile('P22'), `answer|talk ${tone.P22 ?? 0}`)
  await network.number(mobile('P23'), `answer|wait 0.3|press 1|talk ${tone.P23 ?? 0}`)
  await network.number(mobile('P28'), 'busy')
  await network.number(mobile('P26'), 'answer|stay')

  const coordinator = await as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents', { planCode: 'EP-02', title: '暴雪封路', reason: '积雪', mode: 'simultaneous' })
  const path = `/api/incidents/${incidentId}`
  const sees = async (condition: (state: (person: string) => Member) => boolean): Promise<Incident> => await coordinator.sees<Incident>(
    path, i => condition(person => {
      const found = i.members.find(m => m.personId === person)
      if (!found) throw new Error(`${person} is not on the list`)
      return found
    }), 30)
  const begun = await sees(of => ['P16', 'P17', 'P34', 'P25'].every(p => of(p).inConference) && of('P23').state === 'acknowledged')
  const id = (person: string): string => begun.members.find(m => m.personId === person)?.id ?? ''
  t.equal(begun.members.find(m => m.personId === 'P16')?.commander, true)
  const rooms = new Set(begun.timeline.filter(e => e.kind === 'entered').map(e => e.detail.room))
  t.ok(rooms.size > 1, 'they sit in different rooms')
  const call = (person: string, nth = -1): NetworkCall => network.ringsOf(mobile(person)).at(nth) ?? t.fail(`${person} was not rung`) as never
  const lines = new Map(['P16', 'P17', 'P34', 'P25', 'P22', 'P23', 'P26'].map(p => [p, call(p)]))
  const spans = new Map<string, readonly [Date, Date]>()
  /** everybody talks; what was heard meanwhile is judged when the recordings are whole */
  const listen = async (phase: string): Promise<void> => {
    await wait(700)
    const from = new Date()
    await wait(1200)
    spans.set(phase, [from, new Date()])
    await wait(300)
  }
  /** when he was asked for the PIN, and before he has pressed it */
  const comingIn = (call: NetworkCall): Date => new Date((call.answeredAt?.getTime() ?? 0) + 1000)
  const put = async (what: string, on: boolean): Promise<unknown> => await coordinator.put(`${path}/${what}`, { on })

  await listen('not yet recorded')
  const asked = new Date()
  await put('recording', true)
  await wait(800)
  spans.set('told of the recording', [asked, new Date()])
  await listen('all talk')
  await coordinator.post(`${path}/members/${id('P17')}/mute`)
  await listen('one is muted')
  await coordinator.post(`${path}/members/${id('P17')}/unmute`)
  await network.number(mobile('P40'), 'answer|press 2|hangup')
  await coordinator.post(`${path}/members`, { members: [{ personId: 'P40' }] })
  await put('mute', true)
  const back = await network.dial({ from: mobile('P28'), to: '962000', script: `wait 1|press ${begun.pin}|talk ${tone.P28 ?? 0}` })
  lines.set('P28', back)
  const muted = await sees(of => of('P28').inConference)
  spans.set('comes in recorded', [comingIn(back), new Date()])
  t.same(muted.members.filter(m => m.inConference && !m.muted).map(m => m.personId), ['P16'], 'the board shows who is silent, also who came later')
  await listen('only commanders')
  await put('mute', false)
  await listen('all talk again')
  await coordinator.put(`${path}/private`, { memberIds: [id('P16'), id('P34')], on: true })
  const apart = await sees(of => of('P16').private && of('P34').private)
  t.same(apart.members.filter(m => ['P16', 'P34'].includes(m.personId ?? '')).map(m => m.state), ['joined', 'joined'])
  await listen('two apart')
  await coordinator.put(`${path}/private`, { memberIds: [id('P16'), id('P34')], on: false })
  await listen('together again')
  await put('recording', false)
  await coordinator.post(`${path}/members/${id('P25')}/remove`, { reason: '无关人员' })
  await lines.get('P25')?.isOver()
  await listen('one is put out')

  await put('lock', true)
  await call('P23').presses('2')
  const shut = await sees(of => of('P23').lockedOut)
  t.same(shut.members.filter(m => m.personId === 'P23').map(m => [m.state, m.inConference]), [['acknowledged', false]], 'a member who presses 2 before a locked door is not in')
  t.equal(call('P23').endedAt, null, 'and stays on the line')
  await call('P17').hangsUp()
  await sees(of => of('P17').state === 'dropped')
  const refused = await network.dial({ from: mobile('P17'), to: '962000', script: `wait 1|press ${begun.pin}|stay` })
  await refused.isOver()
  const putOut = await network.dial({ from: mobile('P25'), to: '962000', script: `wait 1|press ${begun.pin}|stay` })
  await putOut.isAnswered()
  const locked = await sees(of => of('P17').state === 'dropped')
  t.ok(locked.members.find(m => m.personId === 'P17')?.lockedOut, 'nor the one who rang in, and the board says so')
  for (const person of ['P17', 'P23', 'P25']) t.equal(locked.members.find(m => m.personId === person)?.inConference, false, `${person} does not come in through a locked door`)
  await put('lock', false)
  await call('P23').presses('2')
  await sees(of => of('P23').inConference && !of('P23').lockedOut && !of('P17').lockedOut)
  const again = await network.dial({ from: mobile('P17'), to: '962000', script: `wait 1|press ${begun.pin}|stay` })
  const final = await sees(of => of('P17').joins === 2 && of('P25').state === 'dropped')
  spans.set('comes in unrecorded', [comingIn(again), new Date()])
  t.equal(final.members.find(m => m.personId === 'P25')?.inConference, false, 'who was put out does not come back by the PIN')
  t.equal(final.members.find(m => m.personId === 'P16')?.joins, 1, 'a private talk is no second coming')
  t.equal(final.timeline.filter(e => e.kind === 'key' && e.memberId === final.members.find(m => m.personId === 'P16')?.id).length, 1, 'and no second key')
  await putOut.hangsUp()
  await coordinator.post(`${path}/end`)
  for (const line of [...lines.values(), again]) await line.isOver(20)

  const hears = (phase: string, who: string, wanted: readonly string[]): void => {
    const span = spans.get(phase)
    const heard = Object.keys(tone).filter(person => person !== who && (lines.get(who)?.heard(tone[person] ?? 0, span) ?? 0) > heardAt)
    t.same(heard.sort(), wanted.filter(p => p !== who).sort(), `${phase}: ${who} hears ${wanted.join(' ')}`)
  }
  const everybody = ['P16', 'P17', 'P34', 'P25']
  for (const who of everybody) hears('all talk', who, everybody)
  for (const who of ['P22', 'P23', 'P26']) hears('all talk', who, [])
  for (const who of ['P16', 'P34']) hears('one is muted', who, ['P16', 'P34', 'P25'])
  for (const who of ['P17', 'P25', 'P28']) hears('only commanders', who, ['P16'])
  for (const who of ['P17', 'P28']) hears('all talk again', who, [...everybody, 'P28'])
  hears('two apart', 'P16', ['P34'])
  hears('two apart', 'P34', ['P16'])
  for (const who of ['P17', 'P25', 'P28']) hears('two apart', who, ['P17', 'P25', 'P28'])
  for (const who of ['P16', 'P17', 'P28']) hears('together again', who, [...everybody, 'P28'])
  for (const who of ['P16', 'P28']) hears('one is put out', who, ['P16', 'P17', 'P34', 'P28'])
  for (const who of everybody) {
    t.ok((lines.get(who)?.heard(recordedTone, spans.get('not yet recorded')) ?? 1) < spokenAt, `${who} is told of no recording while nothing is recorded`)
    t.ok((lines.get(who)?.heard(recordedTone, spans.get('told of the recording')) ?? 0) > spokenAt, `${who} is told that the conference is recorded`)
  }
  t.ok(back.heard(recordedTone, spans.get('comes in recorded')) > spokenAt, 'who comes later is told as well')
  t.ok(again.heard(recordedTone, spans.get('comes in unrecorded')) < spokenAt, 'and nobody is told after it has stopped')
  t.ok(voice(again, spans.get('comes in unrecorded')) > spokenAt, 'a member who comes in hears how many are in, and how to mute himself')
  const file = final.timeline.find(e => e.kind === 'recording-started')?.detail.file ?? ''
  for (const person of everybody) t.ok(loudness(join(pbx.recordingsDir, file)).tone(tone[person] ?? 0) > heardAt, `${person} is in the recording`)
  for (const person of ['P22', 'P23']) t.ok(loudness(join(pbx.recordingsDir, file)).tone(tone[person] ?? 0) < heardAt, `${person} is not`)
  const hasty = final.members.find(m => m.personId === 'P40')
  t.same(final.timeline.filter(e => e.memberId === hasty?.id && ['key', 'entered'].includes(e.kind)).map(e => [e.kind, e.detail.key]), [['key', '2'], ['entered', undefined]], 'who hung up while he was told of the recording had pressed his key')
  const kinds = new Set(final.timeline.map(e => e.kind))
  for (const kind of ['muted', 'unmuted', 'muted-all', 'unmuted-all', 'removed', 'locked', 'unlocked', 'private', 'reunited', 'recording-started', 'recording-stopped', 'left', 'key', 'refused-locked']) t.ok(kinds.has(kind), `the timeline tells: ${kind}`)
})
