// Who may turn a number away for how long, and who decides about it.
import t from 'tap'
import {
  allowAlone, allowConfirm, allowDecision, allowFree, allowObjection, checkEnd, holdsUntil, needsSecond, stateOf, type BlockFacts
} from '../../../src/features/blocking/rules/block.ts'

const at = (hours: number): Date => new Date(Date.UTC(2026, 10, 28) + hours * 3_600_000)
const block = (over: Partial<BlockFacts> = {}): BlockFacts => ({
  blockedBy: 'bz01',
  blockedAt: at(0),
  endsAt: at(24),
  confirmedAt: null,
  freedAt: null,
  objectionAt: null,
  objectionDecidedAt: null,
  ...over
})
const code = (work: () => void): string => {
  try {
    work()
    return 'allowed'
  } catch (error) {
    return (error as { code: string }).code
  }
}

t.test('a day alone, longer with a second person; then it is over by itself', async t => {
  const rows: Array<[what: string, block: BlockFacts, holds: number, second: boolean, state: string, now: number]> = [
    ['a day', block(), 24, false, 'standing', 23.9],
    ['its hour has come', block(), 24, false, 'expired', 24],
    ['a week, first day', block({ endsAt: at(168) }), 24, true, 'half-standing', 23],
    ['a week nobody confirmed', block({ endsAt: at(168) }), 24, true, 'expired', 25],
    ['a week, confirmed', block({ endsAt: at(168), confirmedAt: at(3) }), 168, false, 'standing', 100],
    ['freed', block({ endsAt: at(168), confirmedAt: at(3), freedAt: at(5) }), 5, false, 'freed', 4]
  ]
  for (const [what, b, holds, second, state, now] of rows) {
    t.same([holdsUntil(b), needsSecond(b), stateOf(b, at(now))], [at(holds), second, state], what)
  }
})

t.test('an end lies ahead, and at most 90 days', async t => {
  t.equal(code(() => { checkEnd(at(1), at(0)) }), 'allowed')
  t.equal(code(() => { checkEnd(at(90 * 24), at(0)) }), 'allowed')
  for (const hours of [0, -1, 90 * 24 + 0.1]) t.equal(code(() => { checkEnd(at(hours), at(0)) }), 'invalid-input', String(hours))
})

t.test('permissions to decide on a block', async t => {
  const week = block({ endsAt: at(168) })
  const objected = block({ endsAt: at(168), objectionAt: at(1) })
  const rows: Array<[what: string, work: () => void, expected: string]> = [
    ['a second person confirms', () => { allowConfirm(week, 'bz02', at(1)) }, 'allowed'],
    ['never the one who blocked', () => { allowConfirm(week, 'bz01', at(1)) }, 'not-allowed'],
    ['a day needs nobody', () => { allowConfirm(block(), 'bz02', at(1)) }, 'already-done'],
    ['too late', () => { allowConfirm(week, 'bz02', at(25)) }, 'already-done'],
    ['freed by either', () => { allowFree(week, at(1)) }, 'allowed'],
    ['freed once', () => { allowFree(block({ freedAt: at(1) }), at(2)) }, 'already-done'],
    ['an objection', () => { allowObjection(week, 'bz02', at(1)) }, 'allowed'],
    ['and another', () => { allowObjection(objected, 'bz02', at(2)) }, 'allowed'],
    ['not written by the one who blocked', () => { allowObjection(week, 'bz01', at(1)) }, 'not-allowed'],
    ['decided by somebody else', () => { allowDecision(objected, 'bz02', at(2)) }, 'allowed'],
    ['never by the one who blocked', () => { allowDecision(objected, 'bz01', at(2)) }, 'not-allowed'],
    ['nothing to decide', () => { allowDecision(week, 'bz02', at(2)) }, 'guard-not-met'],
    ['decided once', () => { allowDecision(block({ endsAt: at(168), objectionAt: at(1), objectionDecidedAt: at(2) }), 'bz02', at(3)) },
      'already-done']
  ]
  for (const [what, work, expected] of rows) t.equal(code(work), expected, what)
})

t.test('a day in all without a second person', async t => {
  const [day, tried, confirmed] = [block(), block({ freedAt: at(1) }), block({ endsAt: at(168), confirmedAt: at(3), freedAt: at(100) })]
  const hours = Array.from({ length: 24 }, (_, i) => block({ blockedAt: at(2 * i), endsAt: at(2 * i + 1) }))
  const rows: Array<[what: string, earlier: BlockFacts[], who: string, now: number, expected: string]> = [
    ['the first', [], 'bz01', 0, 'allowed'],
    ['the next day', [day], 'bz01', 24, 'not-allowed'],
    ['nobody confirmed eighty days', [block({ endsAt: at(80 * 24) })], 'bz01', 24, 'not-allowed'],
    ['another does', [day], 'bz02', 24, 'allowed'],
    ['pressed in error and freed', [tried], 'bz01', 1, 'allowed'],
    ['freed just before its day is over', [block({ freedAt: at(12) }), block({ blockedAt: at(13), freedAt: at(25) })], 'bz01', 26,
      'not-allowed'],
    ['an hour again and again', hours, 'bz01', 60, 'not-allowed'],
    ['with a second person', [confirmed], 'bz01', 101, 'allowed'],
    ['long ago', [day], 'bz01', 91 * 24, 'allowed']
  ]
  for (const [what, earlier, who, now, expected] of rows) t.equal(code(() => { allowAlone(earlier, who, at(now)) }), expected, what)
})
