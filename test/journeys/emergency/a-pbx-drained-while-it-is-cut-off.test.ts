// A PBX of a conference is cut off, taken out of use meanwhile, and back with its people on the line: its calls go on to their own end.
import t from 'tap'
import { conferenceOverTwo, acknowledges, joins, people, together, tones } from '../../harness/stories/cut-off-conference.ts'
import { listenFor } from '../../harness/telephones/listening.ts'

await t.test('who sits there stays, and who waits there comes in by key 2', async t => {
  // In rooms of two, dealt in turn.
  const waits = people[3] ?? ''
  const { stack, machine, lines, there, living, hasMoved, isBack } = await conferenceOverTwo(t,
    number => number === waits ? acknowledges() : joins(number), number => number === waits ? 'acknowledged' : 'joined')
  t.ok(there.includes(waits) && there.length === 2, 'one of each on the PBX that is cut off')
  for (const number of there) await stack.network.number(number, 'ring')
  machine.cutOff()
  const admin = await stack.as('admin')
  const { items } = await admin.get<{ items: Array<{ name: string, version: number }> }>('/api/pbx-nodes')
  await admin.post('/api/pbx-nodes/pbx2/drain', { version: items.find(node => node.name === 'pbx2')?.version })
  await hasMoved()
  machine.mend()
  await isBack()
  const inside = people.filter(number => number !== waits)
  t.same(await listenFor(together(inside), lines, tones, 20), together(inside), 'who sat there hears the others')
  await lines.get(waits)?.does(`press 2|talk ${tones[waits] ?? 0}`)
  t.same(await listenFor(together(people), lines, tones, 20), together(people), 'and who waited there')
  t.same(people.map(number => living(number).filter(call => call.answeredAt !== null).length), [1, 1, 1, 1])
})
