import { holds } from '../../../../domain/people/roles.ts'
import { says } from '../../../../domain/text/words.ts'
import { liveNumbers, outcomeNeeds, outcomeOf } from '../../intake/rules/outcome.ts'
import type { Guard } from './life-cycle-guards.ts'

/** 解释说明, 转属地 and 移送线索 are the shift leader's. */
export const outcomeByLeader: Guard = ({ event, actor }) =>
  'outcome' in event && outcomeNeeds(event.outcome).leader && !holds(actor, 'SHIFT_LEADER')
    ? { why: 'the shift leader decides on this outcome', code: 'outcome-needs-leader' }
    : null

/** An outcome says which way the law has, where the citizen was sent, or what the police were given. */
export const outcomeComplete: Guard = ({ event }) => {
  if (!('outcome' in event)) return null
  const { outcome, reason, body, evidence } = event
  const refused = (why: string): ReturnType<Guard> => ({ why, code: 'outcome-incomplete' })
  const needs = outcomeNeeds(outcome)
  if (needs.reason !== (reason !== null)) return refused(needs.reason ? 'this outcome needs its reason' : 'this outcome has no reason')
  if (reason !== null && outcomeOf(reason) !== outcome) return refused('this reason belongs to another outcome')
  if (needs.body && !says(body)) return refused('this outcome needs whom it went to')
  if (outcome === 'live-transfer' && !liveNumbers.some(number => number === body)) {
    return refused(`a call is handed live to ${liveNumbers.join(', ')}`)
  }
  return needs.evidence && !says(evidence) ? refused('a clue is given with its evidence') : null
}
