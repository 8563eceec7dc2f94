import { ruleAt, type Rule, type RulePolicies } from '../../../../policy/rules/rule-policy.ts'

/** Why a matter cannot be done now: 历史遗留, 政策, 工程周期, 诉讼. */
export const parkingReasons = ['history', 'policy', 'works-period', 'litigation'] as const
export type ParkingReason = typeof parkingReasons[number]

/**
 * Why a parking ended: its day has come, the level above says so, another one goes on from it, the unit reported, the order went to
 * another unit.
 */
export const parkingEnds = ['date', 'decided', 'prolonged', 'reported', 'moved'] as const
export type ParkingEnd = typeof parkingEnds[number]

const day = 86_400_000

/** The latest day a matter may be parked to from now on, and the rule that says so. */
export function latestParking (rules: RulePolicies, now: Date): { latest: Date, rule: Rule } {
  const rule = ruleAt(rules, 'PARK_MAX_DAYS', now)
  return { latest: new Date(now.getTime() + rule.value * day), rule }
}

/** When somebody is to look at it again, counted from `at`; null: it comes back before that. */
export function nextReview (rules: RulePolicies, at: Date, until: Date): Date | null {
  const next = new Date(at.getTime() + ruleAt(rules, 'PARK_REVIEW_DAYS', at).value * day)
  return next < until ? next : null
}

/** A parking whose day has come brings the order back one level higher; a leader's is the highest. */
export const levelBack = (level: number): number => Math.min(3, level + 1)

/** A citizen who objects to it is heard by the district centre, or by what is above it already. */
export const levelObjected = (level: number): number => Math.max(2, level)
