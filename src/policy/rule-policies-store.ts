import type { Queryable, Tx } from '../db/database.ts'
import type { EnteredRulePolicy, RulePolicy } from './rules/rule-policy.ts'

const columns = 'name, to_char(valid_from, \'YYYY-MM-DD\') as "validFrom", value, entered_by as "enteredBy", entered_at as "enteredAt"'

export async function rulePolicyRows (db: Queryable): Promise<EnteredRulePolicy[]> {
  return await db.query<EnteredRulePolicy>(`select ${columns} from rule_policy order by name, valid_from desc`)
}

export async function putRulePolicy (tx: Tx, row: RulePolicy, entered: { by: string, at: Date }): Promise<EnteredRulePolicy> {
  const [put] = await tx.query<EnteredRulePolicy>(`
    insert into rule_policy (name, valid_from, value, entered_by, entered_at) values ($1, $2, $3, $4, $5)
    on conflict (name, valid_from) do update set value = excluded.value, entered_by = excluded.entered_by, entered_at = excluded.entered_at
    returning ${columns}`, [row.name, row.validFrom, row.value, entered.by, entered.at])
  if (!put) throw new Error('insert returned nothing')
  return put
}
