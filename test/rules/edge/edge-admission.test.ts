import { test } from 'tap'
import { admit, budgetOf, refusals, type CallFacts, type Refusal } from '../../../src/edge/rules/admission.ts'
import { answerTo } from '../../../src/edge/rules/answers.ts'

const budget = { calls: 60, reserve: 10 }
const call = (over: Partial<CallFacts>): CallFacts => ({
  trunk: 'city',
  inPace: true,
  wellFormed: true,
  looped: false,
  line: 'hotline',
  blocked: false,
  ofNumber: 0,
  numberLimit: 3,
  calls: 0,
  nodes: 2,
  ...over
})

const table: Array<[what: string, facts: Partial<CallFacts>, expected: Refusal | null]> = [
  ['a call of the carrier goes on', {}, null],
  ['a stranger within pace is told so', { trunk: null }, 'stranger'],
  ['a stranger who goes on is not answered', { trunk: null, inPace: false }, 'flood'],
  ['a stranger is never told what is wrong with the request', { trunk: null, wellFormed: false, looped: true }, 'stranger'],
  ['a loop ends here', { looped: true }, 'loop'],
  ['a dialled number that can be none', { wellFormed: false }, 'malformed'],
  ['the carrier beyond its calls a second', { inPace: false }, 'too-fast'],
  ['beyond that even the duty line', { inPace: false, line: 'duty' }, 'too-fast'],
  ['a number that is turned away', { blocked: true }, 'blocked'],
  ['it is heard on the duty line', { blocked: true, line: 'duty' }, null],
  ['and in a conference it belongs to', { blocked: true, line: 'conference' }, null],
  ['the third call of a number', { ofNumber: 2 }, null],
  ['the fourth', { ofNumber: 3 }, 'too-many'],
  ['the fourth on the duty line', { ofNumber: 3, line: 'duty' }, 'too-many'],
  ['centres and units have no limit', { ofNumber: 30, numberLimit: null }, null],
  ['withheld callers have none', { ofNumber: null }, null],
  ['the last one beside the reserve', { calls: 49 }, null],
  ['the reserve is not for the hotline', { calls: 50 }, 'no-capacity'],
  ['it is for the duty line', { calls: 50, line: 'duty' }, null],
  ['and for the conference', { calls: 59, line: 'conference' }, null],
  ['with all of it used nobody comes in', { calls: 60, line: 'duty' }, 'no-capacity'],
  ['no node', { nodes: 0 }, 'no-node'],
  ['no node and no capacity: the second route may have both', { nodes: 0, calls: 60 }, 'no-node'],
  ['a number turned away hears that with no node, too', { nodes: 0, blocked: true }, 'blocked']
]

test('who comes in, and why not', async t => {
  for (const [what, facts, expected] of table) t.equal(admit(call(facts), budget), expected, what)
})

test('503 is said only where the second route may help; what concerns one caller or the budget is final', async t => {
  t.same(refusals.filter(refusal => answerTo(refusal).status === 503), ['no-node'])
  const statuses = Object.fromEntries(refusals.map(refusal => [refusal, answerTo(refusal).status]))
  t.same(statuses, {
    method: 405,
    malformed: 404,
    loop: 482,
    stranger: 403,
    flood: null,
    'too-fast': 480,
    blocked: 486,
    'too-many': 486,
    'no-capacity': 480,
    'no-node': 503
  })
  for (const refusal of refusals) {
    const { status, retryAfter } = answerTo(refusal)
    t.equal(retryAfter !== undefined, status === 480, `${refusal}: only 480 says when to try again`)
  }
})

test('without a budget set by hand, all lines of the carriers are used, and a fifth is kept back, ten at most', async t => {
  const table: Array<[set: Parameters<typeof budgetOf>[0], lines: number, expected: ReturnType<typeof budgetOf>]> = [
    [{ calls: null, reserve: null }, 60, { calls: 60, reserve: 10 }],
    [{ calls: null, reserve: null }, 20, { calls: 20, reserve: 4 }],
    [{ calls: null, reserve: 12 }, 300, { calls: 300, reserve: 12 }],
    [{ calls: null, reserve: 12 }, 8, { calls: 8, reserve: 7 }],
    [{ calls: 30, reserve: null }, 300, { calls: 30, reserve: 6 }],
    [{ calls: 30, reserve: 0 }, 4, { calls: 30, reserve: 0 }],
    [{ calls: null, reserve: null }, 0, { calls: 1, reserve: 0 }]
  ]
  for (const [set, lines, expected] of table) t.same(budgetOf(set, lines), expected, `${JSON.stringify(set)}, ${lines} lines`)
})
