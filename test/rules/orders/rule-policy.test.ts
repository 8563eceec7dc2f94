// A figure the city chooses: the row of the day counts, without one what is shipped, and only within its bounds.
import t from 'tap'
import { decide } from '../../../src/features/work-orders/life-cycle/rules/life-cycle.ts'
import type { OrderEvent } from '../../../src/features/work-orders/rules/order-facts.ts'
import { asShipped, outOfBounds, ruleAt, ruleNames, figureOf, type RuleName } from '../../../src/policy/rules/rule-policy.ts'
import { D02, D11, dispatcher, handler, hop, later, now, office, order, T01 } from './orders-of-test.ts'

const rows = [
  { name: 'REWORKS_UNTIL_PROBLEM', validFrom: '2026-11-23', value: 5 },
  { name: 'REWORKS_UNTIL_PROBLEM', validFrom: '2026-12-01', value: 4 }
] as const
const rules = { rows, timeZone: 'Asia/Shanghai' }

t.test('what the city has without a row', async t => {
  t.same(Object.fromEntries(ruleNames.map(name => [name, ruleAt(asShipped, name, now).value])), {
    RETURNS_UNTIL_AGREED: 2,
    UNITS_UNTIL_DESIGNATED: 3,
    REWORKS_UNTIL_PROBLEM: 3,
    EXTENSIONS_A_ROUND: 2,
    URGE_MINUTES: 10,
    OBJECTION_HOURS: 24,
    SECOND_OBJECTION_HOURS: 48,
    PARK_EXTENSIONS: 2,
    PARK_MAX_DAYS: 365,
    PARK_REVIEW_DAYS: 30,
    LEAD_PRECEDENCE: 1,
    SATISFIED_FROM: 3
  })
})

t.test('the row of the local day', async t => {
  for (const [at, value, since] of [
    ['2026-11-22T23:59:59+08:00', 3, null],
    ['2026-11-23T00:00:00+08:00', 5, '2026-11-23'],
    ['2026-11-30T23:59:59+08:00', 5, '2026-11-23'],
    ['2026-11-30T16:00:00Z', 4, '2026-12-01'],
    ['2030-01-01T00:00:00+08:00', 4, '2026-12-01']
  ] as const) {
    t.same(ruleAt(rules, 'REWORKS_UNTIL_PROBLEM', new Date(at)), { name: 'REWORKS_UNTIL_PROBLEM', value, since }, at)
  }
  t.equal(ruleAt(rules, 'SATISFIED_FROM', now).value, 3, 'another rule\'s rows are not its own')
})

t.test('bounds', async t => {
  for (const name of ruleNames) {
    const { min, max, shipped } = figureOf(name)
    const refused = (value: number): boolean => outOfBounds({ name, validFrom: '2027-01-01', value }) === 'value'
    t.same([min - 1, min, shipped, max, max + 1, min + 0.5, NaN].map(refused), [true, false, false, false, true, true, true], name)
  }
})

t.test('decisions go by the row, and a refusal names it', async t => {
  const chosen = (name: RuleName, value: number) => ({ rows: [{ name, validFrom: '2026-11-01', value }], timeZone: 'Asia/Shanghai' })
  const returned = order({ state: 'RETURN_REQUESTED', returnCount: 1 })
  const tried = order({
    state: 'RETURN_REQUESTED',
    assignments: [T01, D11, office].map((unit, i) => hop({ id: `a${i}`, no: i + 1, unit, open: i === 2 }))
  })
  const approve = { type: 'return.approve', unit: D02, basis: 'statutory', evidence: '' } as const
  const agreed = { ...approve, basis: 'agreed', evidence: '纪要' } as const
  const clock = { due: later(1), latest: later(3), granted: 2 }
  const extension: OrderEvent = { type: 'extension.request', reason: '等材料', wanted: later(2), clock }
  const urge = { type: 'case.urge', lastByThisPerson: new Date(now.getTime() - 15 * 60_000) } as const
  for (const [name, facts, event, actor, shippedRefuses, value, refuses] of [
    ['RETURNS_UNTIL_AGREED', returned, approve, dispatcher, true, 3, false],
    ['UNITS_UNTIL_DESIGNATED', tried, agreed, dispatcher, true, 4, false],
    ['EXTENSIONS_A_ROUND', order({ state: 'HANDLING' }), extension, handler, true, 3, false],
    ['URGE_MINUTES', order(), urge, dispatcher, false, 16, true]
  ] as const) {
    for (const [by, refused, of] of [[asShipped, shippedRefuses, null], [chosen(name, value), refuses, '2026-11-01']] as const) {
      const decision = decide(facts, event, actor, now, { rules: by })
      t.equal('refused' in decision, refused, `${name} ${of ?? 'as shipped'}`)
      if ('refused' in decision) t.match(decision.rule, { name, since: of }, `${name} is named`)
    }
  }
})
