import t from 'tap'
import {
  agentsFor, goesBefore, heldBack, seatsFor, type FreeAgent, type WaitingCitizen
} from '../../../src/features/agents/rules/seating.ts'

const nodes = ['a', 'b', 'c']

/** `b 5 12`: waits on b, priority 5, since second 12 */
function citizen (text: string): WaitingCitizen {
  const [node = '', priority, second] = text.split(' ')
  return { node, priority: Number(priority), since: new Date(Number(second) * 1000) }
}
/** `8001 a abc`: sits at a, can be rung by a, b and c; `-`: no seat, or nowhere */
function agent (text: string): FreeAgent {
  const [extension = '', seat, reachable = ''] = text.split(' ')
  return { extension, seat: seat === '-' ? null : seat ?? null, nodes: reachable === '-' ? [] : [...reachable] }
}
const seated = (citizens: readonly WaitingCitizen[], agents: readonly FreeAgent[], taking: readonly string[]): Map<string, string> =>
  seatsFor(agentsFor(citizens, agents), agents, taking)
const told = (seats: Map<string, string>): string => [...seats].sort().map(([extension, node]) => `${extension} ${node}`).join(', ')

const table: Array<[what: string, citizens: string[], agents: string[], seats: string]> = [
  ['nobody waits: everybody stays', [], ['1 a ab', '2 b ab'], '1 a, 2 b'],
  ['who sits with the citizen serves', ['b 0 1'], ['1 a ab', '2 b ab'], '1 a, 2 b'],
  ['one is moved to who waits', ['b 0 1'], ['1 a ab'], '1 b'],
  ['the longer waiting first', ['a 0 2', 'b 0 1'], ['1 a ab'], '1 b'],
  ['priority before time', ['a 10 2', 'b 0 1'], ['1 b ab'], '1 a'],
  ['as many as there are agents', ['b 0 1', 'b 0 2', 'a 0 3'], ['1 a ab', '2 a ab'], '1 b, 2 b'],
  ['a telephone that no other PBX can ring stays', ['b 0 1'], ['1 a a'], '1 a'],
  ['whom fewer PBXs can ring serves, and leaves the other for who comes next', ['a 0 1', 'b 0 2'], ['1 - ab', '2 - a'], '1 b, 2 a'],
  ['one who is given is exchanged where only that helps', ['a 0 1', 'b 0 2'], ['1 a ab', '2 c ac'], '1 b, 2 a'],
  ['nobody to be rung anywhere gets no seat', ['a 0 1'], ['1 - -'], ''],
  ['new ones are spread', [], ['1 - abc', '2 - abc', '3 - abc'], '1 a, 2 b, 3 c'],
  ['a PBX without anybody gets one of the many', [], ['1 a ab', '2 a ab', '3 a ab'], '1 b, 2 a, 3 a'],
  ['the only one stays', [], ['1 b ab'], '1 b'],
  ['who is left fills up beside who serves', ['a 0 1'], ['1 a ab', '2 a ab', '3 a ab'], '1 a, 2 b, 3 a'],
  ['a seat whose PBX cannot ring the telephone any more is left', [], ['1 a b'], '1 b']
]

for (const [what, citizens, agents, seats] of table) {
  t.equal(told(seated(citizens.map(citizen), agents.map(agent), nodes)), seats, what)
}

const draining: Array<[what: string, citizens: string[], agents: string[], seats: string]> = [
  ['nobody is left where no new calls come', [], ['1 c abc', '2 a abc'], '1 b, 2 a'],
  ['who waits there is served', ['c 0 1'], ['1 a abc', '2 b abc'], '1 c, 2 b'],
  ['in the order of all', ['c 0 2', 'a 0 1'], ['1 c abc'], '1 a'],
  ['a telephone that only this one can ring serves, or has no seat', [], ['1 c c'], '']
]
for (const [what, citizens, agents, seats] of draining) {
  t.equal(told(seated(citizens.map(citizen), agents.map(agent), ['a', 'b'])), seats, `c is draining: ${what}`)
}

// Who goes first has an agent before who comes after, for any registrations: checked against every possible distribution.
let state = 7
const random = (below: number): number => {
  state = (state * 1103515245 + 12345) % 2147483648
  return Math.floor(state / 65536) % below
}
/** Whether these citizens can all be served at once, by trying everything. */
function canBeServed (citizens: readonly WaitingCitizen[], agents: readonly FreeAgent[]): boolean {
  const [first, ...others] = citizens
  if (first === undefined) return true
  return agents.some((agent, i) => agent.nodes.includes(first.node) && canBeServed(others, agents.toSpliced(i, 1)))
}
let wrong = 0
for (let round = 0; round < 400; round++) {
  const citizens = Array.from({ length: random(5) }, (_, i) => citizen(`${nodes[random(3)]} ${random(2) * 10} ${i}`))
  const agents = Array.from({ length: random(5) }, (_, i) =>
    ({ extension: String(i), seat: random(2) === 0 ? null : nodes[random(3)] ?? null, nodes: nodes.filter(() => random(2) === 0) }))
  const seats = seated(citizens, agents, nodes)
  const order = [...citizens].sort((x, y) => y.priority - x.priority || x.since.getTime() - y.since.getTime())
  const served: WaitingCitizen[] = []
  for (const next of order) if (canBeServed([...served, next], agents)) served.push(next)
  const needed = nodes.map(node => served.filter(c => c.node === node).length)
  const sitting = nodes.map(node => [...seats.values()].filter(seat => seat === node).length)
  const misplaced = [...seats].some(([extension, node]) => !agents[Number(extension)]?.nodes.includes(node))
  if (misplaced || needed.some((count, i) => (sitting[i] ?? 0) < count)) wrong += 1
}
t.equal(wrong, 0, 'the citizens who can be served in order all have their agents')

/** Citizens who have an agent each, in this order; `*`: is not to be rung at any moment any more. Told are those whose agent waits. */
function held (citizens: readonly string[]): string {
  const given = new Map(citizens.map((text, i) => [String(i + 1), { ...citizen(text), isAwaited: !text.endsWith('*') }]))
  return [...heldBack(given, one => one.isAwaited)].sort().join()
}
const holds: Array<[what: string, citizens: string[], held: string]> = [
  ['nobody', [], ''],
  ['who comes clearly later, on another PBX', ['a 0 1', 'b 0 3'], '2'],
  ['in whichever order they are told', ['b 0 3', 'a 0 1'], '1'],
  ['not on the same PBX: it rings in its own order', ['a 0 1', 'a 0 3'], ''],
  ['not for a moment', ['a 0 1', 'b 0 1.4'], ''],
  ['priority counts, however early the other came', ['a 0 1', 'b 10 3'], '1'],
  ['and by a moment', ['a 10 1', 'b 0 1.1'], '2'],
  ['all behind the first', ['a 0 1', 'b 0 3', 'c 0 5', 'b 0 1.2'], '2,3'],
  ['for one who should have been rung long ago nobody waits', ['a 0 1 *', 'b 0 3'], ''],
  ['but for the next of that PBX', ['a 0 1 *', 'a 0 2 x', 'b 0 3'], '3']
]
for (const [what, citizens, expected] of holds) t.equal(held(citizens), expected, `an agent waits: ${what}`)

let outOfTurn = 0
let stuck = 0
for (let round = 0; round < 400; round++) {
  const given = new Map(Array.from({ length: random(6) }, (_, i) =>
    [String(i), citizen(`${nodes[random(3)]} ${random(2) * 10} ${random(40) / 10}`)]))
  // Whatever is not held back rings at once, until everybody was rung.
  while (given.size > 0) {
    const waits = heldBack(given, () => true)
    const ring = [...given].filter(([extension]) => !waits.has(extension))
    if (ring.length === 0) {
      stuck += 1
      break
    }
    for (const [extension] of ring) given.delete(extension)
    outOfTurn += ring.filter(([, rung]) => [...given.values()].some(other => other.node !== rung.node && goesBefore(other, rung) &&
      rung.since.getTime() - other.since.getTime() > 1000)).length
  }
}
t.same({ outOfTurn, stuck }, { outOfTurn: 0, stuck: 0 }, 'nobody is rung before who came a second earlier elsewhere, and everybody is rung')
