import t from 'tap'
import { setTimeout as wait } from 'node:timers/promises'
import { startStack } from '../harness/stack.ts'

interface Member { id: string, name: string, state: string, joins: number, inConference: boolean, muted: boolean, selfMuted: boolean }
interface Incident {
  id: string
  pin: string
  members: Member[]
  timeline: Array<{ kind: string, memberId: string | null, detail: Record<string, string> }>
}

const numbers = { listener: '13900180021', holder: '13900180022', dropper: '13900180023', waiter: '13900180024', vanisher: '13900180025' }
const tone = { holder: 1510, music: 1770, dropper: 2050 }
const heardAt = 0.03

await t.test('a member holds us, mutes himself, drops and comes back, waits after 1, vanishes', async t => {
  const { network, as } = await startStack(t, { desks: ['8201'], settings: { EMERGENCY_KEY_SECONDS: '30', EMERGENCY_ATTEMPTS: '1', EMERGENCY_SILENCE_SECONDS: '6' } })
  await network.number('desk8201', 'answer|stay')
  await network.number(numbers.listener, 'answer|wait 0.3|press 2|stay')
  await network.number(numbers.holder, `answer|wait 0.3|press 2|talk ${tone.holder}`)
  await network.number(numbers.dropper, `answer|wait 0.3|press 2|talk ${tone.dropper}`)
  await network.number(numbers.waiter, 'answer|wait 0.3|press 1|stay')
  await network.number(numbers.vanisher, 'answer|wait 0.3|press 2|wait 1|vanish', 'answer|wait 0.3|press 2|stay')
  const coordinator = await as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents', { members: Object.entries(numbers).map(([name, number]) => ({ name, number })), title: '点名', reason: '演习', mode: 'simultaneous' })
  const path = `/api/incidents/${incidentId}`
  type Name = keyof typeof numbers
  const of = (i: Incident, name: Name): Member => i.members.find(m => m.name === name) ?? t.fail(name) as never
  const sees = async (
    condition: (i: Incident) => boolean, seconds = 30
  ): Promise<Incident> => await coordinator.sees<Incident>(path, condition, seconds)
  const begun = await sees(i => (['listener', 'holder', 'dropper'] as const).every(n => of(i, n).inConference) && of(i, 'waiter').state === 'acknowledged')
  const line = (name: Name) => network.ringsOf(numbers[name]).at(-1) ?? t.fail(name) as never
  const listener = line('listener')
  const spans = new Map<string, readonly [Date, Date]>()
  const listen = async (phase: string): Promise<void> => {
    await wait(700)
    const from = new Date()
    await wait(1200)
    spans.set(phase, [from, new Date()])
  }
  // after the sentence of those who came last
  await wait(2000)
  await listen('all talk')
  await line('holder').does(`hold ${tone.music} 4|talk ${tone.holder}`)
  await listen('on hold')
  await wait(3000)
  await listen('back from hold')
  await line('holder').does(`press *1|talk ${tone.holder}`)
  await sees(i => of(i, 'holder').selfMuted)
  await listen('muted by himself')
  await coordinator.post(`${path}/members/${of(begun, 'dropper').id}/mute`)
  await line('dropper').hangsUp()
  await sees(i => of(i, 'dropper').state === 'dropped')
  const back = await network.dial({ from: numbers.dropper, to: '962000', script: `wait 1|press ${begun.pin}|talk ${tone.dropper}` })
  t.equal(of(await sees(i => of(i, 'dropper').joins === 2), 'dropper').muted, true, 'a muted member who drops and rings back is muted still')
  await wait(2500)
  await listen('back and muted')

  const waiting = of(begun, 'waiter').id
  await coordinator.post(`${path}/members/${waiting}/speak`)
  await network.rung('desk8201')
  await wait(2500)
  await network.ringsOf('desk8201').at(-1)?.hangsUp()
  await sees(i => i.timeline.some(e => e.kind === 'spoke' && e.memberId === waiting))
  await line('waiter').presses('2')
  await sees(i => of(i, 'waiter').inConference)

  await network.rung(numbers.vanisher, 2, 30)
  const whole = await sees(i => of(i, 'vanisher').joins === 2)
  t.ok(whole.timeline.some(e => e.kind === 'dialled' && e.detail.because === 'vanished'), 'who vanished is rung again')
  await coordinator.post(`${path}/end`)
  await back.isOver(20)
  await listener.isOver(20)
  const heard = (phase: string, hertz: number): boolean => listener.heard(hertz, spans.get(phase)) > heardAt
  t.same([heard('all talk', tone.holder), heard('all talk', tone.dropper)], [true, true])
  t.same([heard('on hold', tone.music), heard('on hold', tone.holder), heard('on hold', tone.dropper)], [false, false, true], 'nobody hears his hold music')
  t.equal(heard('back from hold', tone.holder), true, 'afterwards he is heard as before')
  t.equal(heard('muted by himself', tone.holder), false, 'by his own key he is not heard')
  t.equal(heard('back and muted', tone.dropper), false)
  const leader = await as('8031')
  const { items } = await leader.get<{ items: Array<{ purpose: string | null, result: string }> }>('/api/calls?direction=inbound')
  t.same(items.map(c => [c.purpose, c.result]), [['conference', 'answered']], 'a member who rings back is no citizen who was kept waiting')
})
