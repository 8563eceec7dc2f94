import t from 'tap'
import { losesRows } from '../../harness/stories/lost-rows.ts'
import { startStack, type Stack } from '../../harness/servers/stack.ts'

interface Incident {
  members: Array<{ id: string, name: string, state: string }>
  timeline: Array<{ kind: string, memberId: string | null, detail: Record<string, unknown> }>
}

const settings = { EMERGENCY_ATTEMPTS: '1', EMERGENCY_RING_SECONDS: '3', EMERGENCY_KEY_SECONDS: '1', EMERGENCY_GAP_SECONDS: '2' }
const joins = 'answer|wait 0.5|press 2|stay'
const [first, second, third] = ['13900002731', '13900002732', '13900002733']
const members = [{ name: '甲', number: first }, { name: '乙', number: second }, { name: '丙', number: third }]

async function begins ({ as }: Pick<Stack, 'as'>, mode = 'sequential') {
  const coordinator = await as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { members, title: '点名', reason: '演习', mode })
  const path = `/api/incidents/${incidentId}`
  const sees = async (what: (i: Incident) => boolean): Promise<Incident> => await coordinator.sees<Incident>(path, what, 60)
  return { coordinator, path, sees }
}
const isIn = (name: string, state: string) => (i: Incident): boolean => i.members.find(m => m.name === name)?.state === state

for (const [what, condition] of [
  ['the row of coming in, which carries the key,', 'new.event = \'LD_ROOM\' and new.extra like \'%verb=join%\''],
  ['every row of the call', 'new.unique_id like \'leg-%\'']
] as const) {
  await t.test(`${what} is lost: the next is dialled all the same, and nobody twice`, async t => {
    const stack = await startStack(t, { desks: [], settings })
    const { network, db } = stack
    await network.number(first, joins)
    await network.number(second, joins)
    await network.number(third, joins)
    const areWritten = await losesRows(db, condition)
    const { coordinator, path, sees } = await begins(stack)
    await network.rung(first)
    await network.rung(second, 1, 60)
    await areWritten()
    await network.rung(third, 1, 60)
    const whole = await sees(isIn('丙', 'joined'))
    t.same(whole.timeline.filter(e => e.kind === 'turn-over').map(e => e.memberId), [whole.members[0]?.id], 'the timeline says it, once')
    t.same([first, second, third].map(n => network.ringsOf(n).length), [1, 1, 1])
    t.equal(network.ringsOf(first)[0]?.endedAt, null, 'who sits in the conference stays')
    await coordinator.post(`${path}/end`)
  })
}

/** A number of ours from now on: it may no longer be dialled. */
const forbid = async (db: Stack['db'], number: string): Promise<unknown> =>
  await db.query('insert into service_line (did, name, kind, unit_id) select $1, name, kind, unit_id from service_line limit 1', [number])

await t.test('a number that may no longer be dialled when its turn comes: the one after it is dialled', async t => {
  const stack = await startStack(t, { desks: [], settings })
  const { network, db } = stack
  await network.number(first, 'ring 1|answer|wait 0.5|press 2|stay')
  await network.number(third, joins)
  const { coordinator, path, sees } = await begins(stack)
  await forbid(db, second)
  await network.rung(third, 1, 60)
  const whole = await sees(isIn('丙', 'joined'))
  t.ok(isIn('乙', 'unreached')(whole))
  t.ok(whole.timeline.some(e => e.kind === 'number-refused' && e.memberId === whole.members[1]?.id), 'the timeline says why')
  t.equal(network.ringsOf(second).length, 0)
  t.equal((await coordinator.request('POST', `${path}/dial`, { memberIds: [whole.members[1]?.id] })).status, 422, 'nor by hand')
  await coordinator.post(`${path}/end`)
})

await t.test('a number that may no longer be dialled in the second round: the others are rung on', async t => {
  const stack = await startStack(t, { desks: [], settings: { ...settings, EMERGENCY_ATTEMPTS: '2', EMERGENCY_GAP_SECONDS: '4' } })
  const { network, db } = stack
  await network.number(first, 'busy')
  await network.number(second, 'ring 1|busy', joins)
  await network.number(third, joins)
  const { coordinator, path, sees } = await begins(stack, 'simultaneous')
  await network.rung(first)
  await forbid(db, first)
  const whole = await sees(i => i.members.map(m => m.state).join() === 'unreached,joined,joined')
  t.ok(whole.timeline.some(e => e.kind === 'number-refused' && e.memberId === whole.members[0]?.id))
  t.same([first, second, third].map(n => network.ringsOf(n).length), [1, 2, 1])
  await coordinator.post(`${path}/end`)
})
