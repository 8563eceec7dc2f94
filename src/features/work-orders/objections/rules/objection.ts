import { ruleAt, type Rule, type RulePolicies } from '../../../../policy/rules/rule-policy.ts'

/** Why a unit objects: 不属职责, 不属辖区, 权属不符, 分类有误, 目录与法规不符. */
export const objectionCodes = ['not-our-powers', 'not-our-area', 'not-our-thing', 'wrong-class', 'row-against-law'] as const
export type ObjectionCode = typeof objectionCodes[number]

/** When an objection is to be decided, by the hours of its instance (2: 职责界定), and the rule that says so. */
export function objectionDue (rules: RulePolicies, instance: number, at: Date): { dueAt: Date, rule: Rule } {
  const rule = ruleAt(rules, instance === 1 ? 'OBJECTION_HOURS' : 'SECOND_OBJECTION_HOURS', at)
  return { dueAt: new Date(at.getTime() + rule.value * 3_600_000), rule }
}
