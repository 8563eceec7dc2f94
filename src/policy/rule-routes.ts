import Type from 'typebox'
import type { Clock } from '../domain/time/clock.ts'
import { staff, type Routes } from '../http/kit/routes.ts'
import { answers, Nullable, OneOf } from '../http/kit/schema-words.ts'
import { write } from '../http/kit/write.ts'
import type { Policies } from './policy.ts'
import { asEntered, entering, entry, FirstDay, tags } from './policy-schemas.ts'
import { figureOf, ruleAt, ruleNames, ruleUnits } from './rules/rule-policy.ts'

const RulePolicySchema = Type.Object({
  name: OneOf(ruleNames, 'which figure'),
  validFrom: FirstDay(),
  value: Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'a whole number within the bounds of its rule' })
})
const Figure = Type.Object({
  name: OneOf(ruleNames),
  label: Type.String(),
  labelEn: Type.String(),
  unit: OneOf(ruleUnits, 'what it counts'),
  min: Type.Integer(),
  max: Type.Integer(),
  shipped: Type.Integer({ description: 'what holds without a row' }),
  value: Type.Integer({ description: 'what holds today' }),
  since: Nullable(Type.String({ description: 'first day of the row that holds today; null: as shipped' }))
})

export interface RuleRoutesOptions { clock: Clock, policies: Pick<Policies, 'rules' | 'enterRule'> }

/** Figures the city chooses (规则): what holds today for everybody, and the rows an administrator enters. */
export function ruleRoutes ({ clock, policies }: RuleRoutesOptions): Routes {
  return app => {
    app.get('/api/policies/rules', {
      config: { roles: staff },
      schema: {
        tags,
        summary: 'Rules: what holds today, and every row, the newest of a name first',
        response: answers({ 200: Type.Object({ rules: Type.Array(Figure), items: Type.Array(asEntered(RulePolicySchema)) }) })
      }
    }, async () => {
      const rules = await policies.rules()
      const now = clock.now()
      return { rules: ruleNames.map(name => ({ ...figureOf(name), ...ruleAt(rules, name, now) })), items: [...rules.rows] }
    })

    app.post('/api/policies/rules', entering(RulePolicySchema, {
      summary: 'Enter a rule from a day on',
      description: 'What is decided from that day on goes by it. A row that has not begun is replaced.'
    }), async (request, reply) => await write(request, reply, entry('rule-policy.enter', request.body.name, request.body),
      async tx => await policies.enterRule(tx, request.actor, request.body)))
  }
}
