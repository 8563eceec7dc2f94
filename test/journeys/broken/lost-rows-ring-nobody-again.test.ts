import { readFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { damagesRows, losesRows } from '../../harness/stories/lost-rows.ts'
import { acceptedOrder, answers, callbackBecomes, storyClock, theOrder } from '../../harness/stories/order-story.ts'
import { startStack, type Stack } from '../../harness/servers/stack.ts'
import { citizen } from '../../harness/stories/story.ts'

interface Incident { members: Array<{ name: string, state: string }>, timeline: Array<{ kind: string }> }

const settings = { CALLBACK_WINDOWS: '09:00-12:00,13:30-20:00', CALLBACK_RING_SECONDS: '3' }

/** The journal's disk takes no row, until the answered function is called: each is written by opening the file anew. */
function rowsAreLost ({ pbx }: Stack): () => Promise<void> {
  const folder = dirname(pbx.paths.journalFile)
  const rowsLost = (): number => readFileSync(join(pbx.paths.logDir, 'messages.log'), 'utf8').split('Unable to write CEL').length - 1
  const before = rowsLost()
  renameSync(folder, `${folder}-away`)
  return async () => {
    await until(() => rowsLost() > before, { what: 'rows are lost', seconds: 30 })
    renameSync(`${folder}-away`, folder)
  }
}

await t.test('callbacks of which every row is lost: each citizen is rung once, and it is an attempt', async t => {
  const stack = await startStack(t, { desks: [], settings })
  const { network, db } = stack
  const clock = storyClock(stack)
  await clock.comes('16:00')
  const people: Array<[what: string, script: string, outcome: string]> = [
    ['is busy', 'busy', 'busy'],
    ['does not come', 'ring', 'no-answer'],
    ['refuses', 'ring 1|hangup 21', 'rejected'],
    ['hangs up in the question', 'ring 0.5|answer|wait 1|hangup', 'answered-not-confirmed'],
    ['answers everything', 'ring 0.5|answer|wait 1.2|press 1|wait 1.6|press 1|wait 1.6|press 1|stay', 'answered-not-confirmed']
  ]
  const number = (i: number): string => `1390002601${i}`
  const ids: string[] = []
  for (const [i, [, script]] of people.entries()) {
    await network.number(number(i), script)
    ids.push((await acceptedOrder(stack, number(i))).id)
  }
  const areWritten = rowsAreLost(stack)
  await clock.comes('09:01')
  for (const [i, [what, , outcome]] of people.entries()) {
    const callback = await callbackBecomes(stack, ids[i] ?? '', c => c.status === 'SCHEDULED' && c.unanswered === 1, 60)
    t.match(callback.attemptList, [{ outcome }], `${what}: ${outcome}`)
    t.equal((await theOrder(stack, ids[i] ?? '')).callbackStatus, 'PENDING', `${what}: asked again on another half-day`)
  }
  await areWritten()
  await clock.passes(30 * 60_000)
  t.same(people.map((_, i) => network.ringsOf(number(i)).length), people.map(() => 1))
  t.strictSame(await db.query('select 1 from pbx_journal where unique_id like \'leg-%\''), [], 'no row was there')
})

await t.test('rows of the end are lost: what was heard before it counts, and nobody is rung again', async t => {
  const stack = await startStack(t, { desks: [], settings: { ...settings, CALLBACK_RING_SECONDS: '20' } })
  const { network } = stack
  const clock = storyClock(stack)
  await clock.comes('16:00')
  const [rings, speaks] = [await citizen(network, '13900026021'), await citizen(network, '13900026022')]
  const [rung, asked] = [(await acceptedOrder(stack, rings.number)).id, (await acceptedOrder(stack, speaks.number)).id]
  await clock.comes('09:01')
  await answers(stack, await speaks.answers(), '1', '1')
  const ringing = await network.rung(rings.number)
  const areWritten = rowsAreLost(stack)
  await ringing.hangsUp()
  await speaks.hangsUp()
  t.match(await callbackBecomes(stack, asked, c => c.status === 'SCHEDULED', 60),
    { unanswered: 0, incomplete: 1, contacted: true, solved: 'yes', attemptList: [{ outcome: 'confirmed' }] })
  t.match(await callbackBecomes(stack, rung, c => c.status === 'SCHEDULED', 60), { unanswered: 1, attemptList: [{ outcome: 'pbx-lost' }] })
  await areWritten()
  await clock.passes(30 * 60_000)
  t.same([rings.timesRung(), speaks.timesRung()], [1, 1])
})

await t.test('an emergency: a call whose end is lost was missed; a member who sat in the conference is rung again', async t => {
  const stack = await startStack(t, { desks: [], settings: { EMERGENCY_ATTEMPTS: '1', EMERGENCY_RING_SECONDS: '20' } })
  const { network } = stack
  await storyClock(stack).comes('10:00')
  const [sits, rings] = ['13900026031', '13900026032']
  const joins = 'answer|wait 0.5|press 2|stay'
  await network.number(sits, joins, 'ring')
  await network.number(rings, 'ring')
  const coordinator = await stack.as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents', {
    members: [{ name: '甲', number: sits }, { name: '乙', number: rings }], title: '点名', reason: '演习', mode: 'simultaneous'
  })
  const becomes = async (name: string, state: string): Promise<void> => {
    await coordinator.sees<Incident>(`/api/incidents/${incidentId}`, i => i.members.find(m => m.name === name)?.state === state, 60)
  }
  await becomes('甲', 'joined')
  const ringing = await network.rung(rings)
  const areWritten = rowsAreLost(stack)
  await network.ringsOf(sits)[0]?.hangsUp()
  await ringing.hangsUp()
  const again = await network.rung(sits, 2, 60)
  await becomes('乙', 'unreached')
  await areWritten()
  await again.does(joins)
  await becomes('甲', 'joined')
  t.same([sits, rings].map(n => network.ringsOf(n).length), [2, 1])
  await coordinator.post(`/api/incidents/${incidentId}/end`)
})

await t.test('an emergency: a member whose leaving is lost alone is rung again only if their telephone vanished', async t => {
  const stack = await startStack(t, { desks: [], settings: { EMERGENCY_ATTEMPTS: '1', EMERGENCY_SILENCE_SECONDS: '6' } })
  const { network, db } = stack
  const [hangsUp, vanishes] = ['13900026041', '13900026042']
  const joins = 'answer|wait 0.5|press 2|stay'
  await network.number(hangsUp, joins)
  await network.number(vanishes, 'answer|wait 0.5|press 2|wait 1|vanish', joins)
  await losesRows(db, 'new.event = \'LD_ROOM\' and new.extra like \'%verb=leave%\'')
  const coordinator = await stack.as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents', {
    members: [{ name: '甲', number: hangsUp }, { name: '乙', number: vanishes }], title: '点名', reason: '演习', mode: 'simultaneous'
  })
  const stands = async (...states: string[]): Promise<void> => {
    await coordinator.sees<Incident>(`/api/incidents/${incidentId}`, i => i.members.map(m => m.state).join() === states.join(), 60)
  }
  await stands('joined', 'joined')
  await network.ringsOf(hangsUp)[0]?.hangsUp()
  await stands('dropped', 'joined')
  await network.rung(vanishes, 2, 60)
  await stands('dropped', 'joined')
  t.same([hangsUp, vanishes].map(n => network.ringsOf(n).length), [1, 2])
  await coordinator.post(`/api/incidents/${incidentId}/end`)
})

await t.test('an emergency: a row of coming in that is cured after the member hung up seats nobody, and rings nobody', async t => {
  const stack = await startStack(t, { desks: [], settings: { EMERGENCY_ATTEMPTS: '1' } })
  const { network, db } = stack
  const number = '13900026051'
  await network.number(number, 'answer|wait 0.5|press 2|stay')
  const isDamaged = await damagesRows(db, 'new.event = \'LD_ROOM\' and new.extra like \'%verb=join%\'')
  const coordinator = await stack.as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents', {
    members: [{ name: '甲', number }], title: '点名', reason: '演习', mode: 'simultaneous'
  })
  const path = `/api/incidents/${incidentId}`
  const parked = async (): Promise<number> => (await db.query('select 1 from pbx_journal where error is not null')).length
  await network.rung(number)
  await until(async () => await parked() === 1, { what: 'the row is parked', seconds: 30 })
  await network.ringsOf(number)[0]?.hangsUp()
  await coordinator.sees<Incident>(path, i => i.members[0]?.state === 'unreached', 30)
  await isDamaged()
  await db.query('update pbx_journal set extra = replace(extra, \'rxxm=\', \'room=\') where error is not null')
  await (await stack.as('admin')).post('/api/journal/retry')
  await coordinator.sees<Incident>(path, i => i.timeline.some(e => e.kind === 'entered'), 30)
  t.equal((await coordinator.get<Incident>(path)).members[0]?.state, 'unreached')
  t.equal(network.ringsOf(number).length, 1)
  await coordinator.post(`${path}/end`)
})
