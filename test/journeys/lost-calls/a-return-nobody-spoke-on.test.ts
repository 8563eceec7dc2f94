import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { storyClock } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import type { Script } from '../../harness/telephones/network.ts'
import { citizen, type Citizen } from '../../harness/stories/story.ts'
import { toneFile } from '../../harness/telephones/tone-file.ts'

interface Row { id: string, takenBy: string | null, lastTry: { by: string, at: string, outcome: string, seconds: number | null } | null }
interface Call { id: string, state: string, timeline: Array<{ kind: string, actor: string, detail: Record<string, unknown> }> }

const minute = 60_000
/** takes a return of the machine, presses 1 and waits until the exchange hangs up */
const inVain: Script = 'ring 0.3|answer|wait 1|press 1|stay'

await t.test('a citizen whom a person is to ring stays on the list until somebody has spoken with them', async t => {
  const stack = await startStack(t, { desks: ['8003', '8004'], settings: { QUEUE_SECONDS: '5' } })
  const { network, as, db, service } = stack
  writeFileSync(join(stack.pbx.paths.soundsDir, 'sorry-call-back.wav'), toneFile(2650, 1))
  const clock = storyClock(stack)
  await clock.comes('10:00')
  const [leader, desk] = [await as('8031'), await as('8003')]
  const list = async (): Promise<Row[]> => (await leader.get<{ items: Row[] }>('/api/calls/to-ring-back')).items
  const callers: Citizen[] = []
  const calls = new Map<Citizen, string>()
  const state = async (caller: Citizen): Promise<string | undefined> =>
    (await db.query<{ state: string }>('select state from missed_call_return where call_id = $1', [calls.get(caller)]))[0]?.state
  for (const [i, third] of ['voicemail 4', 'busy', 'unallocated', 'ring', 'ring', 'ring'].entries()) {
    const caller = await citizen(network, `1390000260${i}`)
    await caller.whenRung(inVain, inVain, third as Script)
    await caller.dials('962000')
    await caller.hangsUp()
    await until(async () => (await db.query('select 1 from missed_call_return')).length === i + 1, { what: 'the return is noted' })
    const [newest] = await db.query<{ id: string }>('select call_id id from missed_call_return order by requested_at desc limit 1')
    calls.set(caller, newest?.id ?? '')
    callers.push(caller)
  }
  for (const [nth, minutes] of [[1, 5], [2, 31]] as const) {
    await clock.passes(minutes * minute + 5000)
    await until(() => callers.every(({ number }) => network.ringsOf(number)[nth - 1]?.endedAt),
      { what: `the machine has rung ${nth} times`, seconds: 120 })
    await service.settle()
  }
  t.equal((await list()).length, callers.length, 'each is a person\'s now')
  const [voicemail, busy, unallocated, patient, talker, sentOn] = callers
  if (!voicemail || !busy || !unallocated || !patient || !talker || !sentOn) throw new Error('there are six')

  const row = async (caller: Citizen): Promise<Row | undefined> => (await list()).find(({ id }) => id === calls.get(caller))
  await network.number('desk8003', 'ring 0.3|answer|stay')
  const rings = async (caller: Citizen): Promise<void> => { await desk.post('/api/calls', { callId: calls.get(caller) }) }
  const over = async (): Promise<void> => {
    await until(async () => (await db.query('select 1 from manual_call where state <> \'ended\'')).length === 0 &&
      (await db.query('select 1 from channel where ended_at is null')).length === 0, { what: 'nobody is on the line', seconds: 60 })
    await service.settle()
  }

  await t.test('a voicemail: it is no talk', async t => {
    await rings(voicemail)
    await network.rung(voicemail.number, 3)
    await over()
    t.equal(await state(voicemail), 'open')
    const last = (await row(voicemail))?.lastTry
    t.match(last, { by: '8003', outcome: 'answered' })
    t.ok((last?.seconds ?? -1) >= 2 && (last?.seconds ?? 99) < 9, `together for ${last?.seconds} s`)
  })

  await t.test('busy, given up: who tried, and how it ended', async t => {
    await rings(busy)
    await over()
    t.match(await row(busy), { takenBy: null, lastTry: { by: '8003', outcome: 'busy', seconds: null } })
    const { timeline } = await leader.get<Call>(`/api/calls/${calls.get(busy) ?? ''}`)
    t.match(timeline.at(-1), { kind: 'missed-call-return', actor: '8003', detail: { byPerson: true, outcome: 'busy' } })

    await network.number('desk8003', 'ring 0.3|answer|wait 4|hangup', 'ring 0.3|answer|stay')
    await rings(patient)
    await network.rung(patient.number, 3)
    await over()
    t.match((await row(patient))?.lastTry, { by: '8003', outcome: 'cancelled', seconds: null })
    t.equal(await state(patient), 'open')
  })

  await t.test('no such number: nobody rings it again', async t => {
    await rings(unallocated)
    await over()
    t.same([await state(unallocated), await row(unallocated)], ['not-reached', undefined])
    const { timeline } = await leader.get<Call>(`/api/calls/${calls.get(unallocated) ?? ''}`)
    t.match(timeline.at(-1), { kind: 'missed-call-return', actor: '8003', detail: { outcome: 'unallocated' } })
  })

  await t.test('a talk', async t => {
    await rings(talker)
    await talker.answers(3)
    await until(async () => await row(talker) === undefined, { what: 'who is on the line is on no list' })
    t.equal(await state(talker), 'open')
    await clock.passes(12_000)
    await talker.hangsUp()
    await over()
    t.same([await state(talker), await row(talker)], ['reached', undefined])
  })

  await t.test('a talk, and sent on to nobody: another call is promised', async t => {
    await rings(sentOn)
    const line = await sentOn.answers(3)
    await until(async () => await row(sentOn) === undefined, { what: 'they talk' })
    await clock.passes(12_000)
    const [living] = await db.query<{ id: string }>('select id from call where ended_at is null and direction = \'outbound\'')
    await network.number('desk8003', 'reject')
    await network.number('desk8004', 'reject')
    await desk.post(`/api/calls/${living?.id ?? ''}/transfer`, { to: { extension: '8004' } })
    await line.isOver(90)
    await over()
    t.equal(await state(sentOn), 'open', 'the return is not reached')
    t.match((await row(sentOn))?.lastTry, { by: '8003', outcome: 'answered' })
  })
})
