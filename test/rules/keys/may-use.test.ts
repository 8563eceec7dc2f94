import t from 'tap'
import { mayUse, nextKey, spokenWithinMs, writingKey } from '../../../src/db/keys/rules/may-use.ts'
import { keyStates, maxKey, type KeyState } from '../../../src/domain/data-key.ts'

const now = new Date('2026-12-01T03:00:00Z')
const key = (id: number, state: KeyState, forMs = 60_000) => ({ id, state, since: new Date(now.getTime() - forMs) })
const holder = (process: string, held: number[], ageMs = 1000) => ({ process, held, ageMs })
const both = [holder('server', [1, 2]), holder('worker', [1, 2])]

t.test('a key may write when every living process has it', async t => {
  const table: Array<[string, Parameters<typeof mayUse>[1]['keys'], ReturnType<typeof holder>[], ReturnType<typeof mayUse>]> = [
    ['all have it', [key(2, 'waiting')], both, null],
    ['beside others', [key(2, 'waiting'), key(3, 'waiting'), key(4, 'writes')], both, null],
    ['one has not', [key(2, 'waiting')], [...both, holder('edge', [1])], { why: 'lacking', lacking: ['edge'] }],
    ['it has another', [key(2, 'waiting')], [holder('edge', [1, 3]), ...both], { why: 'lacking', lacking: ['edge'] }],
    ['one that has not is gone', [key(2, 'waiting')], [...both, holder('edge', [1], spokenWithinMs + 1)], null],
    ['it spoke just in time', [key(2, 'waiting')], [...both, holder('edge', [1], spokenWithinMs)], { why: 'lacking', lacking: ['edge'] }],
    ['nobody has spoken', [key(2, 'waiting')], [], { why: 'nobody-spoke' }],
    ['nobody lives', [key(2, 'waiting')], [holder('server', [1, 2], 60_000)], { why: 'nobody-spoke' }],
    ['entered just now', [key(2, 'waiting', spokenWithinMs - 1)], both, { why: 'too-early' }],
    ['entered long enough ago', [key(2, 'waiting', spokenWithinMs)], both, null],
    ['there is none', [], both, { why: 'unknown' }],
    ['the first is never used again', [key(2, 'writes')], both, { why: 'not-waiting' }]
  ]
  for (const [what, keys, holders, answer] of table) t.same(mayUse(2, { keys, holders, now }), answer, what)
  for (const state of keyStates.filter(one => one !== 'waiting')) {
    t.same(mayUse(2, { keys: [key(2, state)], holders: both, now }), { why: 'not-waiting' }, state)
  }
})

t.test('the key that writes, and the next id', async t => {
  t.equal(writingKey([]), 1)
  t.equal(writingKey([key(2, 'waiting'), key(3, 'gone')]), 1)
  t.equal(writingKey([key(2, 'reads'), key(3, 'writes'), key(4, 'waiting')]), 3)
  for (const [known, next] of [[[], 2], [[2], 3], [[2, 9, 4], 10], [[maxKey - 1], maxKey], [[maxKey], null]] as const) {
    t.equal(nextKey(known), next, String(known))
  }
})
