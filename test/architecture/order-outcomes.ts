import { roles, systemActor, type Actor } from '../../src/domain/people/roles.ts'
import type { OrderState } from '../../src/domain/work-order.ts'
import { decide } from '../../src/features/work-orders/life-cycle/rules/life-cycle.ts'
import type {
  AssignmentFacts, OrderEvent, OrderEventType, OrderFacts
} from '../../src/features/work-orders/rules/order-facts.ts'
import { asShipped } from '../../src/policy/rules/rule-policy.ts'
import type { UnitFacts } from '../../src/domain/people/unit-tree.ts'

const now = new Date('2026-11-23T09:00:00+08:00')
const later = (days: number): Date => new Date(now.getTime() + days * 86_400_000)
const unit = (id: string, kind: UnitFacts['kind'], ...above: string[]): UnitFacts => ({ id, kind, path: [id, ...above], government: true })
const town = unit('T02', 'town')

const sent = { cycle: 1, state: 'dispatched', dispatchedAt: now, signedAt: null, open: true } as const
const lead: AssignmentFacts = { id: 'a1', no: 1, role: 'lead', unit: town, ...sent }
const next: AssignmentFacts = { ...lead, id: 'a2', no: 2, unit: unit('D11', 'department'), state: 'waiting' }
const co: AssignmentFacts = { ...lead, id: 'a3', no: 3, role: 'co' }

const plain: Omit<OrderFacts, 'state'> = {
  ...{ id: 'o1', restricted: false, confidential: false, requestType: 'COMPLAINT', categoryCode: '1106', urgency: 'normal' },
  ...{ title: '标题', unitText: '', townId: 'T02', aboutUnit: null, cycle: 1, returnCount: 0, reworkCount: 0, problem: false, level: 0 },
  ...{ callbackStatus: 'PENDING', verificationStatus: 'PENDING', extensionAsked: false, objectionAsked: false, answerDraftedBy: null },
  ...{ parkingAsked: false, parked: false },
  ...{ createdBy: 'somebody', assignments: [lead, co] }
}

/** Orders that differ in what conditions ask for beside the state. */
const orders: ReadonlyArray<Omit<OrderFacts, 'state'>> = [
  plain,
  { ...plain, requestType: 'PRAISE' },
  { ...plain, extensionAsked: true },
  { ...plain, answerDraftedBy: 'another' },
  { ...plain, objectionAsked: true },
  { ...plain, parkingAsked: true },
  { ...plain, parked: true },
  { ...plain, parkingAsked: true, parked: true, assignments: [{ ...lead, unit: unit('T02-JSB', 'office', 'T02') }] },
  { ...plain, assignments: [lead, next] },
  { ...plain, assignments: [{ ...lead, state: 'on-site' }, co] },
  { ...plain, callbackStatus: 'CONFIRMED', verificationStatus: 'PASSED' },
  { ...plain, urgency: 'critical' }
]

const actors: readonly Actor[] = [
  { id: 'somebody', roles, unitId: 'T02', extension: null, personId: null },
  { id: 'verifier', roles: ['VERIFIER'], unitId: null, extension: null, personId: null },
  systemActor
]

/** Says all that any step is asked for. */
const words = {
  lifts: false,
  praises: false,
  reason: 'litigation',
  outcome: 'statutory-way',
  body: '',
  reply: '已答复',
  report: '已办',
  remarks: '已看',
  decision: '同意',
  evidence: '会议纪要',
  noVisitReason: '电话可办',
  matter: { requestType: 'COMPLAINT', categoryCode: '1106', title: '标题' },
  target: { id: 'o2', state: 'FILED' },
  before: 'FILED',
  intoState: 'FILED',
  mode: 'single',
  concerned: [],
  earlier: 0,
  plan: '列入明年大修',
  leaderUnit: 'T02',
  askedBy: 'another',
  units: [unit('D02', 'department')],
  coUnits: [],
  unit: unit('T02-PCS', 'station', 'T02'),
  personId: null,
  basis: 'designated',
  latest: null,
  level: 3,
  verification: 'waived',
  callback: null,
  cycle: 1,
  status: 'CONFIRMED',
  lastByThisPerson: null,
  identifies: [],
  wanted: later(2),
  until: later(2),
  clock: { due: later(1), latest: later(3), granted: 0 }
} as const

/** What is said, the same by a sub-centre that sends it to a unit of its own, and of orders merged before they were filed. */
const said = [words, { ...words, units: [words.unit] }, { ...words, before: 'DRAFT' }, { ...words, before: 'RECEIVED' }]

/** Where a step may lead from a state, for these people and whatever else is true of the order; empty when nobody of them may. */
export function outcomes (state: OrderState, type: OrderEventType, people = actors): OrderState[] {
  const events = said.map(w => ({ ...w, type }) as unknown as OrderEvent)
  const decisions = orders.flatMap(order => people.flatMap(
    actor => events.map(event => decide({ ...order, state }, event, actor, now, { rules: asShipped }))))
  return [...new Set(decisions.flatMap(decision => 'to' in decision ? [decision.to] : []))]
}
