// Under what conditions an order is dispatched, returned, handled and closed.
import t from 'tap'
import type { Actor } from '../../../src/domain/people/roles.ts'
import { systemActor } from '../../../src/domain/people/roles.ts'
import type { OrderEvent, OrderFacts } from '../../../src/features/work-orders/rules/order-facts.ts'
import {
  now, unit, T01, T02, office, D11, D02, C00, contractor, hop, order, who, handler, dispatcher, events, outcome
} from './orders-of-test.ts'

const dispatch = (over: Record<string, unknown>): OrderEvent => ({ ...events['case.dispatch'], ...over }) as OrderEvent
const filed = order({ state: 'FILED', assignments: [] })
const returned = (over: Partial<OrderFacts>): OrderFacts =>
  order({ state: 'RETURN_REQUESTED', assignments: [hop({ unit: D11 })], ...over })
const tried = ['D01', 'D03', 'D11'].map(
  (id, i) => hop({ id, no: i + 1, unit: unit(id, 'department'), open: id === 'D11', state: id === 'D11' ? 'signed' : 'ended' })
)
const approve = (over: Record<string, unknown>): OrderEvent => ({ ...events['return.approve'], ...over }) as OrderEvent
const verifying = (callbackStatus: OrderFacts['callbackStatus'], verificationStatus: OrderFacts['verificationStatus']): OrderFacts =>
  order({ state: 'VERIFYING', callbackStatus, verificationStatus })

t.test('conditions of dispatch, handling and closing', async t => {
  const rows: Array<[string, OrderFacts, OrderEvent, Actor, string]> = [
    ['comprehensive alone', filed, dispatch({ mode: 'comprehensive' }), dispatcher, 'guard-not-met'],
    ['comprehensive', filed, dispatch({ mode: 'comprehensive', coUnits: [D02, T02] }), dispatcher, 'DISPATCHED'],
    ['sequence of one', filed, dispatch({ mode: 'sequence' }), dispatcher, 'guard-not-met'],
    ['sequence', filed, dispatch({ mode: 'sequence', units: [D11, D02] }), dispatcher, 'DISPATCHED'],
    ['a unit twice', filed, dispatch({ mode: 'comprehensive', coUnits: [D11] }), dispatcher, 'guard-not-met'],
    ['to the Centre itself', filed, dispatch({ units: [C00] }), dispatcher, 'guard-not-met'],
    ['agreed without minutes', filed, dispatch({ basis: 'agreed' }), dispatcher, 'guard-not-met'],
    ['agreed with minutes', filed, dispatch({ basis: 'agreed', evidence: '会议纪要' }), dispatcher, 'DISPATCHED'],
    ['to the unit complained about', order({ state: 'FILED', aboutUnit: T02 }), dispatch({ units: [T02] }), dispatcher, 'guard-not-met'],
    ['to an office below it', order({ state: 'FILED', aboutUnit: T02 }), dispatch({ units: [office] }), dispatcher, 'guard-not-met'],
    ['to the town above it', order({ state: 'FILED', aboutUnit: office }), dispatch({ units: [T02] }), dispatcher, 'guard-not-met'],
    ['to another town', order({ state: 'FILED', aboutUnit: office }), dispatch({ units: [T01] }), dispatcher, 'DISPATCHED'],
    ['to a contractor without a text for it', order({ state: 'FILED' }), dispatch({ units: [contractor] }), dispatcher, 'guard-not-met'],
    ['nor as a helper', order({ state: 'FILED', unitText: ' ' }), dispatch({ mode: 'comprehensive', coUnits: [contractor] }), dispatcher,
      'guard-not-met'],
    ['with its text', order({ state: 'FILED', unitText: '请修路灯' }), dispatch({ units: [contractor] }), dispatcher, 'DISPATCHED'],
    [
      'as a co-handler',
      order({ state: 'FILED', aboutUnit: T02 }),
      dispatch({ mode: 'comprehensive', coUnits: [T02] }),
      dispatcher,
      'guard-not-met'
    ],
    [
      'forwarded to it',
      order({ aboutUnit: office, assignments: [hop({ unit: T02 })] }),
      { type: 'assignment.forward', unit: office, personId: null },
      who('T02', 'SUBCENTRE_OPERATOR'),
      'guard-not-met'
    ],
    ['returned to it', returned({ aboutUnit: D02 }), approve({}), dispatcher, 'guard-not-met'],
    [
      'forward to an equal',
      order({ assignments: [hop({ unit: T02 })] }),
      { type: 'assignment.forward', unit: D11, personId: null },
      who('T02', 'SUBCENTRE_OPERATOR'),
      'guard-not-met'
    ],
    [
      'a department forwards to the sub-centre of the place',
      order({ assignments: [hop({ unit: D11 })], townId: 'T02' }),
      { type: 'assignment.forward', unit: T02, personId: null },
      who('D11', 'HANDLER'),
      'DISPATCHED'
    ],
    [
      'a department forwards to another town',
      order({ assignments: [hop({ unit: D11 })], townId: 'T01' }),
      { type: 'assignment.forward', unit: T02, personId: null },
      who('D11', 'HANDLER'),
      'guard-not-met'
    ],
    [
      'a sub-centre forwards to an office of another town',
      order({ assignments: [hop({ unit: T02 })] }),
      { type: 'assignment.forward', unit: unit('T01-PCS', 'station', 'T01'), personId: null },
      who('T02', 'SUBCENTRE_OPERATOR'),
      'guard-not-met'
    ],
    [
      'a department forwards to an office of the place',
      order({ assignments: [hop({ unit: D11 })], townId: 'T02' }),
      { type: 'assignment.forward', unit: office, personId: null },
      who('D11', 'HANDLER'),
      'DISPATCHED'
    ],
    [
      'an office forwards to its neighbour',
      order(),
      { type: 'assignment.forward', unit: unit('T02-PCS', 'station', 'T02'), personId: null },
      handler,
      'guard-not-met'
    ],
    ['forward upwards', order(), { type: 'assignment.forward', unit: T02, personId: null }, handler, 'guard-not-met'],
    ['forward to a person of the unit', order(), { type: 'assignment.forward', unit: office, personId: 'R-1' }, handler, 'DISPATCHED'],
    ['forward to itself', order(), { type: 'assignment.forward', unit: office, personId: null }, handler, 'guard-not-met'],
    ['return without a reason', order(), { type: 'assignment.return', reason: ' ', latest: null }, handler, 'guard-not-met'],
    [
      'return too late',
      order(),
      { type: 'assignment.return', reason: '不属', latest: new Date(now.getTime() - 1) },
      handler,
      'guard-not-met'
    ],
    ['return in time', order(), { type: 'assignment.return', reason: '不属', latest: now }, handler, 'RETURN_REQUESTED'],
    ['back to who returned it', returned({}), approve({ unit: D11 }), dispatcher, 'guard-not-met'],
    ['first return, by law', returned({}), approve({}), dispatcher, 'DISPATCHED'],
    ['second return, by law', returned({ returnCount: 1 }), approve({}), dispatcher, 'guard-not-met'],
    ['second return, agreed', returned({ returnCount: 1 }), approve({ basis: 'agreed', evidence: '纪要' }), dispatcher, 'DISPATCHED'],
    [
      'after three units, agreed',
      returned({ returnCount: 2, assignments: tried }),
      approve({ basis: 'agreed', evidence: '纪要' }),
      dispatcher,
      'guard-not-met'
    ],
    [
      'after three units, designated',
      returned({ returnCount: 2, assignments: tried }),
      approve({ basis: 'designated', evidence: '指定令' }),
      dispatcher,
      'DISPATCHED'
    ],
    ['no visit and no reason', order({ state: 'SIGNED' }), { type: 'handling.start', noVisitReason: '' }, handler, 'guard-not-met'],
    ['an empty report', order({ state: 'HANDLING' }), { type: 'handling.report', report: '' }, handler, 'guard-not-met'],
    [
      'report while another waits in the sequence',
      order({ state: 'HANDLING', assignments: [hop(), hop({ id: 'a2', no: 2, state: 'waiting', unit: D02 })] }),
      events['handling.report'],
      handler,
      'guard-not-met'
    ],
    [
      'hand over to who waits',
      order({ state: 'HANDLING', assignments: [hop(), hop({ id: 'a2', no: 2, state: 'waiting', unit: D02 })] }),
      events['assignment.hand-over'],
      handler,
      'DISPATCHED'
    ],
    ['hand over to nobody', order({ state: 'HANDLING' }), events['assignment.hand-over'], handler, 'guard-not-met'],
    [
      'verified twice',
      order({ state: 'VERIFYING', verificationStatus: 'PASSED' }),
      events['verification.pass'],
      who(null, 'VERIFIER'),
      'guard-not-met'
    ],
    [
      'failed without a word',
      order({ state: 'VERIFYING' }),
      { type: 'verification.fail', remarks: '' },
      who(null, 'VERIFIER'),
      'guard-not-met'
    ],
    ['an answer to an earlier round', order({ state: 'VERIFYING', cycle: 2 }), events['callback.result'], systemActor, 'guard-not-met'],
    ['closed unanswered', verifying('PENDING', 'PASSED'), events['case.close'], dispatcher, 'guard-not-met'],
    ['closed with the officer at it', verifying('OFFICER', 'PASSED'), events['case.close'], dispatcher, 'guard-not-met'],
    ['closed with a rework due', verifying('REWORK', 'PASSED'), events['case.close'], dispatcher, 'guard-not-met'],
    ['closed unverified', verifying('CONFIRMED', 'PENDING'), events['case.close'], dispatcher, 'guard-not-met'],
    ['closed after a failed check', verifying('CONFIRMED', 'FAILED'), events['case.close'], dispatcher, 'guard-not-met'],
    ...(['CONFIRMED', 'DISSATISFIED_EXPLAINED', 'UNREACHABLE', 'NOT_REQUIRED'] as const).flatMap(callback => ([
      'PASSED', 'NOT_REQUIRED'
    ] as const)
      .map((check): [string, OrderFacts, OrderEvent, Actor, string] => [
        `closed: ${callback}, ${check}`,
        verifying(callback, check),
        events['case.close'],
        dispatcher,
        'CLOSED'
      ]))
  ]
  for (const [name, o, event, actor, expected] of rows) t.equal(outcome(o, event, actor), expected, name)
})
