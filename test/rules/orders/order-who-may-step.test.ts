// Every role at every step of an order: whether there is any order and any state in which the role may take it.
import t from 'tap'
import { roles, type Role } from '../../../src/domain/people/roles.ts'
import { orderStates } from '../../../src/domain/work-order.ts'
import { lifeCycle } from '../../../src/features/work-orders/life-cycle/rules/life-cycle-steps.ts'
import type { OrderEventType } from '../../../src/features/work-orders/rules/order-facts.ts'
import { outcomes } from '../../architecture/order-outcomes.ts'
import { stepRows } from '../../harness/stories/who-may-step.ts'

const steps = Object.keys(lifeCycle) as OrderEventType[]
t.same(stepRows.map(row => row.step).sort(), [...steps].sort(), 'the table by hand has every step, each once')

/** One role alone: at the Centre, in the town that has the order, elsewhere; who took the order in, or somebody else. */
const people = (role: Role) => ['somebody', 'else'].flatMap(id => [null, 'T02', 'D99'].map(
  unitId => ({ id, roles: [role], unitId, extension: null, personId: null })
))

for (const { step, who } of stepRows) {
  const may = roles.filter(role => orderStates.some(state => outcomes(state, step as OrderEventType, people(role)).length > 0))
  t.same(may, roles.filter(role => who.includes(role)), step)
}
