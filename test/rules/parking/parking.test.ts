// 挂账: in which state it may be asked, approved and ended, by whom, for how long and how often; and that no step carries it elsewhere.
import t from 'tap'
import type { Actor } from '../../../src/domain/people/roles.ts'
import { systemActor } from '../../../src/domain/people/roles.ts'
import { orderStates } from '../../../src/domain/work-order.ts'
import { decide, possibleSteps } from '../../../src/features/work-orders/life-cycle/rules/life-cycle.ts'
import { lifeCycle } from '../../../src/features/work-orders/life-cycle/rules/life-cycle-steps.ts'
import { levelBack, levelObjected, nextReview } from '../../../src/features/work-orders/parking/rules/parking.ts'
import type { OrderEvent, OrderFacts } from '../../../src/features/work-orders/rules/order-facts.ts'
import { asShipped } from '../../../src/policy/rules/rule-policy.ts'
import { C00, D11, dispatcher, events, handler, hop, later, now, order, outcome, T02, who } from '../orders/orders-of-test.ts'

const supervisor = who(null, 'SUPERVISOR')
const operator = who('T02', 'SUBCENTRE_OPERATOR')
/** Asked for and parked at once: a longer time waits. */
const both = { parkingAsked: true, parked: true }
const decision = (o: OrderFacts, event: OrderEvent, actor: Actor, rules = asShipped): string => {
  const d = decide(o, event, actor, now, { rules })
  return 'refused' in d ? `${d.refused} ${d.guard ?? ''}`.trim() : 'done'
}

t.test('by state', async t => {
  const possible = (type: keyof typeof events, facts: Partial<OrderFacts>, actor: Actor): string[] =>
    orderStates.filter(state => decision(order({ state, ...facts }), events[type], actor) === 'done')
  t.same(possible('park.ask', {}, handler), ['ON_SITE', 'HANDLING', 'COORDINATING'])
  t.same(possible('park.ask', { parked: true }, handler), ['ON_SITE', 'HANDLING', 'COORDINATING'], 'prolonged')
  t.same(possible('park.ask', { parkingAsked: true }, handler), [], 'one at a time')
  t.same(possible('park.approve', { parkingAsked: true }, supervisor), ['ON_SITE', 'HANDLING', 'COORDINATING'])
  t.same(possible('park.approve', {}, supervisor), [], 'nothing was asked for')
  for (const type of ['park.refuse', 'park.end', 'park.object'] as const) {
    t.same(possible(type, both, supervisor), ['RETURN_REQUESTED', 'ON_SITE', 'HANDLING', 'COORDINATING'], type)
    t.same(possible(type, {}, supervisor), [], type)
  }
  for (const state of ['HANDLING', 'RETURN_REQUESTED'] as const) {
    t.equal(outcome(order({ state, ...both }), events['park.end'], systemActor), state, 'by its day')
  }
})

t.test('the level above decides', async t => {
  const [station, department] = [hop(), hop({ unit: D11 })]
  for (const [lead, actor, expected] of [
    [station, supervisor, 'done'],
    [station, operator, 'done'],
    [hop({ unit: T02 }), operator, 'not-allowed oneLevelUp'],
    [department, operator, 'not-allowed oneLevelUp'],
    [department, supervisor, 'done'],
    [department, who('D11', 'SUBCENTRE_OPERATOR'), 'not-allowed oneLevelUp'],
    [station, who('T05', 'SUBCENTRE_OPERATOR'), 'other-units-order'],
    [station, handler, 'not-allowed'],
    [station, dispatcher, 'not-allowed']
  ] as const) {
    const o = order({ state: 'HANDLING', ...both, assignments: [lead] })
    for (const type of ['park.approve', 'park.refuse', 'park.end'] as const) {
      t.equal(decision(o, events[type], actor), expected, `${lead.unit.id} ${actor.roles.join()} of ${actor.unitId} ${type}`)
      t.equal(possibleSteps(o, actor).includes(type), expected === 'done', `${type} is offered to those who may alone`)
    }
  }
  const own = { type: 'park.approve', until: later(90), askedBy: operator.id } as const
  const o = order({ state: 'HANDLING', parkingAsked: true })
  t.equal(decision(o, own, operator), 'own-parking notOwnParking', 'a sub-centre that asked for its office')
  t.equal(decision(o, { ...own, type: 'park.refuse', decision: '不必' }, operator), 'own-parking notOwnParking')
})

t.test('its plan, its leader, its day, and how often', async t => {
  const ask = { type: 'park.ask', plan: '列入明年大修', until: later(90), leaderUnit: 'T02-JSB', earlier: 0 } as const
  const o = order({ state: 'HANDLING' })
  const chosen = (name: 'PARK_MAX_DAYS' | 'PARK_EXTENSIONS', value: number) =>
    ({ rows: [{ name, validFrom: '2026-11-01', value }], timeZone: 'Asia/Shanghai' })
  for (const [over, expected, rules] of [
    [{}, 'done'],
    [{ leaderUnit: 'T02' }, 'done'],
    [{ leaderUnit: 'T01' }, 'guard-not-met leaderOfLine'],
    [{ leaderUnit: C00.id }, 'guard-not-met leaderOfLine'],
    [{ leaderUnit: null }, 'guard-not-met leaderOfLine'],
    [{ plan: ' \u200B' }, 'guard-not-met planned'],
    [{ until: now }, 'guard-not-met parkWithin'],
    [{ until: later(-1) }, 'guard-not-met parkWithin'],
    [{ until: new Date(now.getTime() + 1) }, 'done'],
    [{ until: later(365) }, 'done'],
    [{ until: later(365.001) }, 'park-too-long parkWithin'],
    [{ until: later(31) }, 'park-too-long parkWithin', chosen('PARK_MAX_DAYS', 30)],
    [{ earlier: 2 }, 'done'],
    [{ earlier: 3 }, 'parks-used-up parksLeft'],
    [{ earlier: 1 }, 'parks-used-up parksLeft', chosen('PARK_EXTENSIONS', 0)],
    [{ earlier: 0 }, 'done', chosen('PARK_EXTENSIONS', 0)]
  ] as const) t.equal(decision(o, { ...ask, ...over }, handler, rules), expected, JSON.stringify(over))
  const approve = { type: 'park.approve', until: later(-0.001), askedBy: 'another' } as const
  const asked = order({ state: 'HANDLING', parkingAsked: true })
  t.equal(decision(asked, approve, supervisor), 'guard-not-met parkWithin', 'nobody decided until its day had passed')
  t.equal(decision(asked, { ...approve, until: later(366) }, supervisor), 'park-too-long parkWithin')
  const too = decide(o, { ...ask, until: later(400) }, handler, now, { rules: asShipped })
  t.match(too, { rule: { name: 'PARK_MAX_DAYS', value: 365 } }, 'the refusal names the rule')
})

t.test('every step that carries a parked order out of its unit\'s hands ends the parking first', async t => {
  const stays: ReadonlyArray<OrderFacts['state']> = ['ON_SITE', 'HANDLING', 'COORDINATING', 'RETURN_REQUESTED']
  let leaving = 0
  for (const [type, step] of Object.entries(lifeCycle)) {
    if (step.to === 'same' || step.to === 'before' || stays.includes(step.to)) continue
    if (!stays.some(state => step.from.includes(state))) continue
    leaving++
    t.equal(step.effects[0], 'end-parking', type)
  }
  t.equal(leaving, 5)
})

t.test('what follows by itself', async t => {
  t.same([0, 1, 2, 3].map(levelBack), [1, 2, 3, 3])
  t.same([0, 1, 2, 3].map(levelObjected), [2, 2, 2, 3])
  t.same(nextReview(asShipped, now, later(90)), later(30))
  t.equal(nextReview(asShipped, now, later(30)), null, 'it comes back that day')
  t.same(nextReview(asShipped, later(30), later(90)), later(60))
})
