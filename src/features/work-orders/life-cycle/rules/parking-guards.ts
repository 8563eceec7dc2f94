import { holds } from '../../../../domain/people/roles.ts'
import { says } from '../../../../domain/text/words.ts'
import { ruleAt } from '../../../../policy/rules/rule-policy.ts'
import { latestParking } from '../../parking/rules/parking.ts'
import { openLead } from '../../rules/order-facts.ts'
import type { Guard } from './life-cycle-guards.ts'

/** 挂账 comes with what is done meanwhile. */
export const planned: Guard = ({ event }) =>
  event.type === 'park.ask' && !says(event.plan) ? { why: 'a parking needs its plan' } : null

/** A leader of the unit itself, or of one above it, answers for it. */
export const leaderOfLine: Guard = ({ order, event }) => {
  if (event.type !== 'park.ask') return null
  const path = openLead(order)?.unit.path ?? []
  return event.leaderUnit !== null && path.includes(event.leaderUnit)
    ? null
    : { why: 'the leader who answers for it belongs to the unit or to one above it' }
}

/** It has a day, and not for ever: asked for, and still to come when it is approved. */
export const parkWithin: Guard = ({ event, rules, now }) => {
  if (event.type !== 'park.ask' && event.type !== 'park.approve') return null
  if (event.until <= now) return { why: 'the day until which it is parked has passed' }
  const { latest, rule } = latestParking(rules, now)
  return event.until > latest ? { why: `parked for at most ${rule.value} days`, code: 'park-too-long', rule } : null
}

/** The first, and so many more of the same order, whichever unit asked. */
export const parksLeft: Guard = ({ event, rules, now }) => {
  if (event.type !== 'park.ask') return null
  const rule = ruleAt(rules, 'PARK_EXTENSIONS', now)
  return event.earlier > rule.value
    ? { why: `a parking is prolonged at most ${rule.value} times`, code: 'parks-used-up', rule }
    : null
}

/** 上一级批准: the unit above, and for departments and towns the district's supervisor. */
export const oneLevelUp: Guard = ({ order, actor, service }) => {
  if (service || holds(actor, 'SUPERVISOR')) return null
  const above = openLead(order)?.unit.path.slice(1) ?? []
  return actor.unitId !== null && above.includes(actor.unitId)
    ? null
    : { why: 'the level above the unit decides on a parking', code: 'not-allowed' }
}

/** A sub-centre that asked for an office below it does not approve that as well. */
export const notOwnParking: Guard = ({ event, actor }) => 'askedBy' in event && event.askedBy === actor.id
  ? { why: 'another person than the one who asked decides', code: 'own-parking' }
  : null
