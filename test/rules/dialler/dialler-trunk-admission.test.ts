import { test } from 'tap'
import { admit, isLoopback, type TrunkRoom, type Waiting } from '../../../src/dialler/placing/rules/trunk-admission.ts'

const nodes = ['pbx1']
const room = (over: Partial<TrunkRoom> = {}): TrunkRoom => ({
  id: 'a',
  channels: 10,
  reservedInbound: 3,
  callsPerSecond: 100,
  placedInSecond: 0,
  priority: 1,
  weight: 10,
  costClass: 1,
  silentAt: [],
  deaf: false,
  others: 0,
  living: [],
  ...over
})
const legs = (count: number, priority: number, answered = false, hangupWanted = false): TrunkRoom['living'] =>
  Array.from({ length: count }, (_, i) => ({ legId: `${priority}${answered ? 'a' : 'r'}${i}`, priority, answered, hangupWanted }))
const want = (emergencies: number, manual: number, automated: number): Waiting[] => [
  ...Array.from({ length: emergencies }, (_, i) => ({ requestId: `e${i}`, priority: 0 as const, nodes })),
  ...Array.from({ length: manual }, (_, i) => ({ requestId: `m${i}`, priority: 2 as const, nodes })),
  ...Array.from({ length: automated }, (_, i) => ({ requestId: `c${i}`, priority: 3 as const, nodes }))
]

const table: Array<[
  what: string, room: Partial<TrunkRoom>, waiting: ReturnType<typeof want>,
  expected: { admitted: string, preempted?: number, nextSecond?: boolean }
]> = [
  ['automated calls leave the reserved channels free', {}, want(0, 0, 20), { admitted: 'c×7' }],
  ['the headroom is kept beside the citizens on the line', { others: 3 }, want(0, 0, 20), { admitted: 'c×4' }],
  ['one citizen more is one callback less', { others: 4 }, want(0, 0, 20), { admitted: 'c×3' }],
  ['callbacks wait while citizens fill all but the headroom', { others: 7 }, want(0, 0, 20), { admitted: '' }],
  ['nor may people dialling by hand use it', { others: 8 }, want(0, 3, 0), { admitted: '' }],
  ['an emergency still may', { others: 8 }, want(3, 0, 0), { admitted: 'e×2', preempted: 0 }],
  ['unanswered automated legs yield beside citizens', { others: 8, living: legs(2, 3) }, want(1, 0, 0), { admitted: '', preempted: 1 }],
  ['people dialling by hand go before automated calls', {}, want(0, 5, 20), { admitted: 'm×5 c×2' }],
  ['an emergency may use the reserved channels', {}, want(20, 0, 0), { admitted: 'e×10' }],
  ['but never those in which citizens talk', { others: 4 }, want(20, 0, 0), { admitted: 'e×6' }],
  ['unanswered automated legs yield', { living: legs(7, 3) }, want(5, 0, 0), { admitted: 'e×3', preempted: 2 }],
  ['answered ones never do', { living: legs(10, 3, true) }, want(5, 0, 0), { admitted: '', preempted: 0 }],
  ['legs dialled by hand do not', { living: legs(10, 2) }, want(5, 0, 0), { admitted: '', preempted: 0 }],
  ['those already leaving are not counted twice', { living: [...legs(2, 3, false, true), ...legs(8, 2)] }, want(2, 0, 0),
    { admitted: '', preempted: 0 }],
  ['nobody yields to automated calls', { living: legs(10, 3) }, want(0, 5, 5), { admitted: '', preempted: 0 }],
  ['calls per second', { callsPerSecond: 4, placedInSecond: 1 }, want(0, 0, 5), { admitted: 'c×3', nextSecond: true }],
  ['the rate does not make anybody yield', { callsPerSecond: 1, living: legs(5, 3) }, want(3, 0, 0),
    { admitted: 'e×1', preempted: 0, nextSecond: true }],
  ['more calls than channels, after the figure was lowered', { channels: 2, living: legs(5, 3, true) }, want(1, 0, 1),
    { admitted: '', preempted: 0 }]
]

for (const [what, over, waiting, expected] of table) {
  test(what, async t => {
    const result = admit([room(over)], waiting)
    const count = (prefix: string): string[] => {
      const n = result.admitted.filter(a => a.requestId.startsWith(prefix)).length
      return n > 0 ? [`${prefix}×${n}`] : []
    }
    t.equal(['e', 'm', 'c'].flatMap(count).join(' '), expected.admitted)
    t.equal(result.preempted.length, expected.preempted ?? 0)
    t.equal(result.nextSecond, expected.nextSecond ?? false)
  })
}

test('a second trunk takes what the first has no room for', async t => {
  const { admitted } = admit([room({ channels: 4 }), room({ id: 'b', channels: 5, priority: 2 })], want(0, 0, 5))
  t.strictSame(admitted.map(a => a.trunkId), ['a', 'b', 'b'])
})

test('without a trunk nobody is placed and nobody yields', async t => {
  t.strictSame(admit([], want(2, 2, 2)), { admitted: [], preempted: [], nextSecond: false })
})

test('loopback is loopback in every spelling, and nothing else is', async t => {
  for (const yes of ['127.0.0.1', '127.0.0.2:15070', '[::1]:5060', '::1', 'localhost:5060', 'LOCALHOST']) t.ok(isLoopback(yes), yes)
  for (const no of [
    '10.0.0.1', '128.0.0.1:5060', '127.0.0.1.example.com', 'localhost.example.com:1', '[2001:db8::1]:5060', '', '1127.0.0.1'
  ]) {
    t.notOk(isLoopback(no), no)
  }
})

test('a silent trunk: a machine waits for it, people and emergencies try all the same', async t => {
  t.same(admit([room({ silentAt: nodes })], want(1, 1, 3)).admitted.map(a => a.requestId), ['e0', 'm0'])
  t.same(admit([room({ silentAt: nodes }), room({ id: 'b' })], want(1, 0, 1)).admitted,
    [{ requestId: 'e0', trunkId: 'b' }, { requestId: 'c0', trunkId: 'b' }], 'one that answers first')
})

test('another trunk than the one that has just failed, if there is one', async t => {
  const failed = [{ requestId: 'c0', priority: 3 as const, failedTrunks: ['a'], nodes }]
  t.same(admit([room(), room({ id: 'b' })], failed).admitted, [{ requestId: 'c0', trunkId: 'b' }])
  t.same(admit([room()], failed).admitted, [{ requestId: 'c0', trunkId: 'a' }])
})

/** who goes over which trunk: `a×2 b×1` */
const spread = (rooms: TrunkRoom[], waiting: readonly Waiting[]): string => {
  const by = Map.groupBy(admit(rooms, waiting).admitted, a => a.trunkId)
  return [...by].sort(([a], [b]) => a < b ? -1 : 1).map(([id, all]) => `${id}×${all.length}`).join(' ')
}
const b = (over: Partial<TrunkRoom> = {}): TrunkRoom => room({ id: 'b', ...over })

const choices: Array<[what: string, rooms: TrunkRoom[], waiting: Waiting[], expected: string]> = [
  ['priority first', [room({ priority: 2 }), b()], want(0, 5, 0), 'b×5'],
  ['the next priority takes what the first has no room for', [room({ priority: 2 }), b()], want(0, 10, 0), 'a×3 b×7'],
  ['weight among equals', [room({ channels: 100, weight: 30 }), b({ channels: 100, weight: 10 })], want(0, 8, 0), 'a×6 b×2'],
  ['calls that live count for it', [room({ others: 2 }), b()], want(0, 2, 0), 'b×2'],
  ['people use a dear trunk when the cheap one is full', [room(), b({ costClass: 3, priority: 2 })], want(0, 10, 0), 'a×7 b×3'],
  ['a machine waits for the cheap one', [room(), b({ costClass: 3, priority: 2 })], want(0, 0, 10), 'a×7'],
  ['a machine takes the cheap one whatever the priority', [room({ costClass: 2 }), b({ priority: 9 })], want(0, 0, 3), 'b×3'],
  ['who takes no call is tried last', [room({ deaf: true }), b({ priority: 2 })], want(1, 1, 0), 'b×2'],
  ['a machine uses the dear one while the cheap one takes no call', [room({ deaf: true }), b({ costClass: 3 })], want(0, 0, 2), 'b×2'],
  ['the only one is tried all the same', [room({ deaf: true })], want(0, 0, 2), 'a×2'],
  ['a machine uses the dear one while the cheap one is silent', [room({ silentAt: nodes }), b({ costClass: 3 })], want(0, 0, 2), 'b×2'],
  ['and for a number for which the cheap one failed', [room(), b({ costClass: 3 })],
    want(0, 0, 1).map(one => ({ ...one, failedTrunks: ['a'] })), 'b×1'],
  ['silent at one of two PBXs is not silent', [room({ silentAt: ['pbx2'] }), b({ priority: 2 })],
    want(0, 0, 2).map(one => ({ ...one, nodes: ['pbx1', 'pbx2'] })), 'a×2'],
  ['but it is for a call that must be on that one', [room({ silentAt: ['pbx2'] }), b({ priority: 2 })],
    want(0, 0, 2).map(one => ({ ...one, nodes: ['pbx2'] })), 'b×2'],
  ['a trunk over its calls a second leaves the rest to the next one', [room({ callsPerSecond: 1 }), b({ priority: 2 })], want(0, 3, 0),
    'a×1 b×2'],
  ['an emergency goes over a trunk that failed when there is no other', [room()],
    want(1, 0, 0).map(one => ({ ...one, failedTrunks: ['a'] })), 'a×1']
]

for (const [what, rooms, waiting, expected] of choices) {
  test(`choice of trunk: ${what}`, async t => { t.equal(spread(rooms, waiting), expected) })
}
