import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { listenFor, sits } from '../../harness/telephones/listening.ts'
import { startStack } from '../../harness/servers/stack.ts'

interface Member { id: string, name: string, state: string, joins: number, inConference: boolean, muted: boolean, selfMuted: boolean }
interface Incident {
  id: string
  pin: string
  members: Member[]
  timeline: Array<{ kind: string, memberId: string | null, detail: Record<string, string> }>
}

const numbers = { listener: '13900180021', holder: '13900180022', dropper: '13900180023', waiter: '13900180024', vanisher: '13900180025' }
const tone = { holder: 1510, music: 1770, dropper: 2050 }

await t.test('members hold us, mute themselves, drop and come back, wait after 1, vanish', async t => {
  const { network, db, as } = await startStack(t, {
    desks: ['8201'],
    settings: { EMERGENCY_KEY_SECONDS: '60', EMERGENCY_ATTEMPTS: '1', EMERGENCY_SILENCE_SECONDS: '6' }
  })
  await network.number('desk8201', 'answer|stay')
  await network.number(numbers.listener, 'answer|wait 0.3|press 2|stay')
  await network.number(numbers.holder, `answer|wait 0.3|press 2|talk ${tone.holder}`)
  await network.number(numbers.dropper, `answer|wait 0.3|press 2|talk ${tone.dropper}`)
  await network.number(numbers.waiter, 'answer|wait 0.3|press 1|stay')
  await network.number(numbers.vanisher, 'answer|wait 0.3|press 2|wait 1|vanish', 'answer|wait 0.3|press 2|stay')
  const coordinator = await as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { members: Object.entries(numbers).map(([name, number]) => ({ name, number })), title: '点名', reason: '演习', mode: 'simultaneous' })
  const path = `/api/incidents/${incidentId}`
  type Name = keyof typeof numbers
  const of = (i: Incident, name: Name): Member => i.members.find(m => m.name === name) ?? t.fail(name) as never
  const sees = async (
    condition: (i: Incident) => boolean, seconds = 30
  ): Promise<Incident> => await coordinator.sees<Incident>(path, condition, seconds)
  const begun = await sees(
    i => (['listener', 'holder', 'dropper'] as const).every(n => of(i, n).inConference) && of(i, 'waiter').state === 'acknowledged'
  )
  const line = (name: Name) => network.ringsOf(numbers[name]).at(-1) ?? t.fail(name) as never
  const listener = line('listener')
  const hears = async (phase: string, wanted: Array<keyof typeof tone>): Promise<void> => {
    t.same(await listenFor({ listener: wanted }, new Map([['listener', listener]]), tone), { listener: wanted }, phase)
  }
  await hears('all talk', ['dropper', 'holder'])
  await line('holder').does(`hold ${tone.music} 60`)
  await hears('nobody hears the music of who holds', ['dropper'])
  await line('holder').does(`talk ${tone.holder}`)
  await hears('afterwards the member is heard as before', ['dropper', 'holder'])
  await line('holder').does(`press *1|talk ${tone.holder}`)
  await sees(i => of(i, 'holder').selfMuted)
  await hears('by the own key the member is not heard', ['dropper'])
  await coordinator.post(`${path}/members/${of(begun, 'dropper').id}/mute`)
  await line('dropper').hangsUp()
  await sees(i => of(i, 'dropper').state === 'dropped')
  const back = await network.dial({ from: numbers.dropper, to: '962000', script: `wait 1|press ${begun.pin}|talk ${tone.dropper}` })
  t.equal(of(await sees(i => of(i, 'dropper').joins === 2), 'dropper').muted, true,
    'a muted member who drops and rings back is muted still')
  await sits(db, of(begun, 'dropper').id)
  await until(() => back.pressed === begun.pin, { what: 'the member speaks' })
  await hears('back and muted', [])
  await coordinator.post(`${path}/members/${of(begun, 'dropper').id}/unmute`)
  await hears('back and heard', ['dropper'])

  const waiting = of(begun, 'waiter').id
  await coordinator.post(`${path}/members/${waiting}/speak`)
  await network.rung('desk8201')
  await sees(i => i.timeline.some(e => e.kind === 'spoke' && e.memberId === waiting))
  await network.ringsOf('desk8201').at(-1)?.hangsUp()
  await line('waiter').presses('2')
  await sees(i => of(i, 'waiter').inConference)

  await network.rung(numbers.vanisher, 2, 30)
  const whole = await sees(i => of(i, 'vanisher').joins === 2)
  t.ok(whole.timeline.some(e => e.kind === 'dialled' && e.detail.because === 'vanished'), 'a vanished member is rung again')
  await coordinator.post(`${path}/end`)
  await back.isOver(20)
  await listener.isOver(20)
  const leader = await as('8031')
  const { items } = await leader.sees<{ items: Array<{ purpose: string | null, result: string }> }>('/api/calls?direction=inbound',
    c => c.items.every(i => i.result !== 'living'))
  t.same(items.map(c => [c.purpose, c.result]), [['conference', 'answered']], 'a member who rings back is no citizen who was kept waiting')
})
