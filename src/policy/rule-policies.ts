import type { Database, Tx } from '../db/database.ts'
import { keptFor } from '../domain/kept.ts'
import type { Actor } from '../domain/people/roles.ts'
import { keptMs, type DayToCome } from './days-to-come.ts'
import { enterPolicy, type PolicyKind } from './entering.ts'
import { putRulePolicy, rulePolicyRows } from './rule-policies-store.ts'
import { figureOf, outOfBounds, type EnteredRulePolicy, type RulePolicy } from './rules/rule-policy.ts'

export interface RuleOptions extends DayToCome { db: Database }

/** Figures the city chooses (规则). */
export function createRulePolicies ({ db, clock, timeZone }: RuleOptions) {
  const rules = keptFor(keptMs, async () => ({ rows: await rulePolicyRows(db), timeZone }))
  const kind: PolicyKind<RulePolicy, EnteredRulePolicy> = {
    noun: 'a rule',
    unfitField: (_tx, row) => outOfBounds(row),
    unfit: ({ name }) => `${name} is a whole number from ${figureOf(name).min} to ${figureOf(name).max}`,
    put: putRulePolicy,
    forget: rules.forget
  }
  return {
    rules: rules.get,
    enterRule: async (tx: Tx, actor: Actor, row: RulePolicy): Promise<EnteredRulePolicy> =>
      await enterPolicy(kind, { clock, timeZone }, tx, actor, row)
  }
}
