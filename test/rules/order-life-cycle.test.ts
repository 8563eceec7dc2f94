// Which step is possible in which state, for whom and under what conditions; everything else is refused with its code.
import t from 'tap'
import type { Actor, Role } from '../../src/domain/roles.ts'
import { systemActor } from '../../src/domain/roles.ts'
import { orderStates, type OrderState } from '../../src/domain/work-order.ts'
import { decide, possibleSteps } from '../../src/features/work-orders/life-cycle/rules/life-cycle.ts'
import { lifeCycle } from '../../src/features/work-orders/life-cycle/rules/life-cycle-steps.ts'
import {
  answerable, type AssignmentFacts, type OrderEvent, type OrderEventType, type OrderFacts
} from '../../src/features/work-orders/rules/order-facts.ts'
import type { UnitFacts } from '../../src/domain/unit-tree.ts'

const now = new Date('2026-11-23T09:00:00+08:00')
const unit = (id: string, kind: UnitFacts['kind'], ...above: string[]): UnitFacts => ({ id, kind, path: [id, ...above] })
const T01 = unit('T01', 'town')
const T02 = unit('T02', 'town')
const office = unit('T02-JSB', 'office', 'T02')
const D11 = unit('D11', 'department')
const D02 = unit('D02', 'department')
const C00 = unit('C00', 'centre')

const hop = (over: Partial<AssignmentFacts> = {}): AssignmentFacts => ({
  id: 'a1', no: 1, role: 'lead', unit: office, cycle: 1, state: 'dispatched', dispatchedAt: now, signedAt: null, open: true, ...over
})
const order = (over: Partial<OrderFacts> = {}): OrderFacts => ({
  id: 'o1',
  state: 'DISPATCHED',
  channel: 'HOTLINE_962000',
  confidential: false,
  requestType: 'COMPLAINT',
  categoryCode: '1106',
  urgency: 'normal',
  title: '标题',
  townId: 'T02',
  aboutUnit: null,
  cycle: 1,
  returnCount: 0,
  reworkCount: 0,
  problem: false,
  level: 0,
  callbackStatus: 'PENDING',
  verificationStatus: 'PENDING',
  extensionAsked: false,
  createdBy: '8001',
  assignments: [hop()],
  ...over
})
const who = (unitId: string | null, ...roles: Role[]): Actor => ({ id: 'somebody', roles, unitId, extension: null, personId: null })
const handler = who('T02-JSB', 'HANDLER')
const dispatcher = who(null, 'DISPATCHER')

const later = (days: number): Date => new Date(now.getTime() + days * 86_400_000)

/** One event of each kind, its conditions met. */
const events: Record<OrderEventType, OrderEvent> = {
  'draft.save': { type: 'draft.save', lifts: false, praises: false, reason: '' },
  'draft.abandon': { type: 'draft.abandon' },
  'intake.receive': { type: 'intake.receive', lifts: false, praises: false, reason: '' },
  'intake.answer': { type: 'intake.answer', reply: '已答复' },
  'intake.reject': { type: 'intake.reject', reason: 'litigation', reply: '已告知' },
  'case.merge': { type: 'case.merge', target: { id: 'o2', state: 'FILED' } },
  'complainant.add': { type: 'complainant.add' },
  'case.file': {
    type: 'case.file', lifts: false, praises: false, reason: '', matter: { requestType: 'COMPLAINT', categoryCode: '1106', title: '标题' }
  },
  'praise.forward': { type: 'praise.forward', unit: D02 },
  'case.amend': { type: 'case.amend', lifts: false, praises: false, reason: '' },
  'checks.decide': { type: 'checks.decide', verification: 'waived', callback: null, reason: '市民已当面确认' },
  'case.note': { type: 'case.note' },
  'call.link': { type: 'call.link' },
  'case.dispatch': { type: 'case.dispatch', mode: 'single', units: [D11], coUnits: [], basis: 'statutory', evidence: '' },
  'assignment.forward': { type: 'assignment.forward', unit: unit('T02-PCS', 'station', 'T02'), personId: null },
  'assignment.sign': { type: 'assignment.sign' },
  'assignment.return': { type: 'assignment.return', reason: '不属本单位', latest: null },
  'return.approve': { type: 'return.approve', unit: D02, basis: 'statutory', evidence: '' },
  'return.refuse': { type: 'return.refuse', decision: '属本单位' },
  'handling.arrive': { type: 'handling.arrive' },
  'handling.start': { type: 'handling.start', noVisitReason: '电话可办' },
  'help.request': { type: 'help.request', reason: '需联合执法', level: 1 },
  'help.resolve': { type: 'help.resolve', units: [D02], coUnits: [], basis: 'designated', evidence: '协调会纪要' },
  'handling.report': { type: 'handling.report', report: '已办' },
  'assignment.hand-over': { type: 'assignment.hand-over', report: '已认定' },
  'report.accept': { type: 'report.accept' },
  'report.send-back': { type: 'report.send-back', reason: '缺照片' },
  'verification.pass': { type: 'verification.pass' },
  'verification.fail': { type: 'verification.fail', remarks: '仍在' },
  'callback.result': { type: 'callback.result', cycle: 1, status: 'CONFIRMED' },
  'case.close': { type: 'case.close' },
  'case.rework': { type: 'case.rework', reason: '不满意' },
  'case.reopen': { type: 'case.reopen', reason: '复发' },
  'co.sign': { type: 'co.sign' },
  'co.arrive': { type: 'co.arrive' },
  'co.report': { type: 'co.report' },
  'photo.add': { type: 'photo.add' },
  'photo.verify': { type: 'photo.verify' },
  'case.urge': { type: 'case.urge', lastByThisPerson: null },
  'extension.request': {
    type: 'extension.request',
    reason: '等材料',
    wanted: later(2),
    clock: { due: later(1), latest: later(3), granted: 0 }
  },
  'extension.grant': { type: 'extension.grant', until: later(2), clock: { due: later(1), latest: later(3), granted: 0 } },
  'extension.refuse': { type: 'extension.refuse', decision: '抓紧办' }
}

const outcome = (o: OrderFacts, event: OrderEvent, actor: Actor): string => {
  const d = decide(o, event, actor, now)
  return 'refused' in d ? d.refused : d.to
}

t.test('the way of the example order', async t => {
  const way: Array<[OrderState, OrderEventType, Actor, OrderState]> = [
    ['DRAFT', 'intake.receive', who(null, 'AGENT'), 'RECEIVED'],
    ['RECEIVED', 'case.file', who(null, 'AGENT'), 'FILED'],
    ['FILED', 'case.dispatch', dispatcher, 'DISPATCHED'],
    ['DISPATCHED', 'assignment.forward', who('T02', 'SUBCENTRE_OPERATOR'), 'DISPATCHED'],
    ['DISPATCHED', 'assignment.sign', handler, 'SIGNED'],
    ['SIGNED', 'handling.arrive', handler, 'ON_SITE'],
    ['ON_SITE', 'handling.start', handler, 'HANDLING'],
    ['HANDLING', 'handling.report', handler, 'REPORTED'],
    ['REPORTED', 'report.accept', who('T02', 'SUBCENTRE_OPERATOR'), 'VERIFYING'],
    ['VERIFYING', 'verification.pass', who(null, 'VERIFIER'), 'VERIFYING'],
    ['DISPATCHED', 'assignment.return', handler, 'RETURN_REQUESTED'],
    ['RETURN_REQUESTED', 'return.approve', dispatcher, 'DISPATCHED'],
    ['RETURN_REQUESTED', 'return.refuse', dispatcher, 'SIGNED'],
    ['HANDLING', 'help.request', handler, 'COORDINATING'],
    ['COORDINATING', 'help.resolve', dispatcher, 'DISPATCHED'],
    ['REPORTED', 'report.send-back', dispatcher, 'HANDLING'],
    ['VERIFYING', 'case.rework', who(null, 'CALLBACK_OFFICER'), 'REWORK'],
    ['REWORK', 'case.dispatch', dispatcher, 'DISPATCHED'],
    ['CLOSED', 'case.reopen', who(null, 'SUPERVISOR'), 'REWORK'],
    ['RECEIVED', 'intake.answer', who(null, 'AGENT'), 'ANSWERED'],
    ['RECEIVED', 'intake.reject', who(null, 'AGENT'), 'REJECTED'],
    ['FILED', 'case.merge', dispatcher, 'MERGED']
  ]
  for (const [from, type, actor, to] of way) t.equal(outcome(order({ state: from }), events[type], actor), to, `${from} ${type}`)
  t.equal(
    outcome(order({ state: 'VERIFYING', callbackStatus: 'CONFIRMED', verificationStatus: 'PASSED' }), events['case.close'], systemActor),
    'CLOSED'
  )
  t.equal(outcome(order({ state: 'RECEIVED', requestType: 'PRAISE' }), events['praise.forward'], dispatcher), 'CLOSED')
})

t.test('every other pair of state and step is refused', async t => {
  const everybody = who('T02-JSB', 'AGENT', 'SHIFT_LEADER', 'DISPATCHER', 'SUBCENTRE_OPERATOR', 'HANDLER', 'VERIFIER', 'CALLBACK_OFFICER',
    'SUPERVISOR', 'EMERGENCY_COORDINATOR')
  let refused = 0
  for (const state of orderStates) {
    for (const type of Object.keys(lifeCycle) as OrderEventType[]) {
      if (lifeCycle[type].from.includes(state)) continue
      t.equal(outcome(order({ state }), events[type], everybody), 'transition-not-allowed', `${state} ${type}`)
      refused++
    }
  }
  t.ok(refused > 350)
  t.equal(
    orderStates.filter(s => ['ANSWERED', 'REJECTED', 'MERGED'].includes(s))
      .flatMap(state => possibleSteps(order({ state }), everybody))
      .filter(s => s !== 'call.link' && s !== 'case.note').length,
    0,
    'what is over stays over'
  )
})

t.test('a step is offered to nobody to whom it is refused whatever he says', async t => {
  const operator = who('T02', 'SUBCENTRE_OPERATOR')
  const rows: Array<[string, OrderFacts, Actor, OrderEventType, boolean]> = [
    ['help of the sub-centre', order({ state: 'COORDINATING', level: 1 }), operator, 'help.resolve', true],
    ['help of the district', order({ state: 'COORDINATING', level: 2 }), operator, 'help.resolve', false],
    ['which the Centre gives', order({ state: 'COORDINATING', level: 2 }), dispatcher, 'help.resolve', true],
    ['an agent, an ordinary order', order({ state: 'FILED' }), who(null, 'AGENT'), 'case.dispatch', false],
    ['an agent, a critical one', order({ state: 'FILED', urgency: 'critical' }), who(null, 'AGENT'), 'case.dispatch', true],
    ['praise is not dispatched', order({ state: 'FILED', requestType: 'PRAISE' }), dispatcher, 'case.dispatch', false],
    ['but forwarded', order({ state: 'FILED', requestType: 'PRAISE' }), dispatcher, 'praise.forward', true],
    ['a complaint is not', order({ state: 'FILED' }), dispatcher, 'praise.forward', false],
    ['closing, while the callback waits', order({ state: 'VERIFYING', callbackStatus: 'PENDING', verificationStatus: 'PASSED' }),
      dispatcher, 'case.close', false],
    ['closing, all answered', order({ state: 'VERIFYING', callbackStatus: 'CONFIRMED', verificationStatus: 'PASSED' }), dispatcher,
      'case.close', true]
  ]
  for (const [name, facts, actor, type, offered] of rows) {
    t.equal(possibleSteps(facts, actor, actor.unitId === null ? [] : [actor.unitId]).includes(type), offered, name)
  }
})

t.test('who may', async t => {
  const rows: Array<[string, OrderFacts, OrderEvent, Actor, string]> = [
    ['a role that has no part', order(), events['assignment.sign'], who('T02-JSB', 'AGENT'), 'not-allowed'],
    ['a leader only reads', order({ state: 'FILED' }), events['case.dispatch'], who(null, 'LEADER'), 'not-allowed'],
    ['a note by the unit complained about', order({ state: 'FILED', aboutUnit: T02 }), events['case.note'],
      who('T02', 'SUBCENTRE_OPERATOR'), 'other-units-order'],
    ['nor by its people at the Centre', order({ state: 'FILED', aboutUnit: T02 }), events['case.note'],
      who('T02', 'AGENT', 'SHIFT_LEADER', 'DISPATCHER'), 'other-units-order'],
    ['who took it in still writes it down', order({ state: 'DRAFT', aboutUnit: T02, createdBy: 'somebody' }), events['case.file'],
      who('T02', 'SUBCENTRE_OPERATOR'), 'FILED'],
    ['but does not answer it himself', order({ state: 'RECEIVED', aboutUnit: T02, createdBy: 'somebody' }), events['intake.answer'],
      who('T02', 'SUBCENTRE_OPERATOR'), 'other-units-order'],
    ['a report accepted by the unit complained about',
      order({ state: 'REPORTED', aboutUnit: T02, assignments: [hop({ unit: D11, state: 'reported' })] }), events['report.accept'],
      who('T02', 'SUBCENTRE_OPERATOR'), 'other-units-order'],
    ['another unit', order(), events['assignment.sign'], who('D11', 'HANDLER'), 'other-units-order'],
    ['the sub-centre for its office', order(), events['assignment.sign'], who('T02', 'SUBCENTRE_OPERATOR'), 'SIGNED'],
    ['a handler of the town is not the office', order(), events['assignment.sign'], who('T02', 'HANDLER'), 'other-units-order'],
    ['another town', order({ state: 'REPORTED' }), events['report.accept'], who('T01', 'SUBCENTRE_OPERATOR'), 'other-units-order'],
    ['the handler does not accept his own report', order({ state: 'REPORTED' }), events['report.accept'], handler, 'not-allowed'],
    ['the town of the place accepts a department\'s report', order({ state: 'REPORTED', assignments: [hop({ unit: D11 })] }),
      events['report.accept'], who('T02', 'SUBCENTRE_OPERATOR'), 'VERIFYING'],
    ['nobody verifies the own unit\'s work', order({ state: 'VERIFYING' }), events['verification.pass'], who('T02-JSB', 'VERIFIER'),
      'own-units-verification'],
    ['nor the sub-centre above it', order({ state: 'VERIFYING' }), events['verification.pass'], who('T02', 'VERIFIER'),
      'own-units-verification'],
    ['nor a unit that had it earlier',
      order({ state: 'VERIFYING', assignments: [hop({ unit: D11, open: false, state: 'ended' }), hop({ id: 'a2', no: 2 })] }),
      events['verification.pass'], who('D11', 'VERIFIER'), 'own-units-verification'],
    ['an agent does not dispatch an ordinary order', order({ state: 'FILED' }), events['case.dispatch'], who(null, 'AGENT'), 'not-allowed'],
    ['an agent dispatches a critical one', order({ state: 'FILED', urgency: 'critical' }), events['case.dispatch'], who(null, 'AGENT'),
      'DISPATCHED'],
    ['an agent who is a dispatcher too', order({ state: 'FILED' }), events['case.dispatch'], who(null, 'AGENT', 'DISPATCHER'),
      'DISPATCHED'],
    ['a sub-centre to its own office', order({ state: 'FILED' }), { ...events['case.dispatch'], units: [office] } as OrderEvent,
      who('T02', 'SUBCENTRE_OPERATOR'), 'DISPATCHED'],
    ['a sub-centre to a department', order({ state: 'FILED' }), events['case.dispatch'], who('T02', 'SUBCENTRE_OPERATOR'), 'not-allowed'],
    ['a sub-centre with another town\'s order', order({ state: 'FILED' }), { ...events['case.dispatch'], units: [T01] } as OrderEvent,
      who('T01', 'SUBCENTRE_OPERATOR'), 'other-units-order'],
    ['a co-handler signs twice', order({ assignments: [hop(), hop({ id: 'a2', no: 2, role: 'co', unit: D02, state: 'signed' })] }),
      events['co.sign'], who('D02', 'HANDLER'), 'transition-not-allowed'],
    [
      'the second of two co-handlers of one town',
      order({
        assignments: [
          hop({ unit: D11 }),
          hop({ id: 'a2', no: 2, role: 'co', unit: office, state: 'signed' }),
          hop({ id: 'a3', no: 3, role: 'co', unit: unit('T02-PCS', 'station', 'T02') })
        ]
      }),
      events['co.sign'],
      who('T02', 'SUBCENTRE_OPERATOR'),
      'DISPATCHED'
    ],
    ['a co-handler signs its own part', order({ assignments: [hop(), hop({ id: 'a2', no: 2, role: 'co', unit: D02 })] }), events['co.sign'],
      who('D02', 'HANDLER'), 'DISPATCHED'],
    ['a co-handler does not sign for the lead', order({ assignments: [hop(), hop({ id: 'a2', no: 2, role: 'co', unit: D02 })] }),
      events['assignment.sign'], who('D02', 'HANDLER'), 'other-units-order'],
    ['a stranger\'s note', order(), events['case.note'], who('D02', 'HANDLER'), 'other-units-order'],
    ['an outside system\'s own order', order({ state: 'RECEIVED', createdBy: 'somebody' }), events['case.file'], who(null, 'INTEGRATION'),
      'FILED'],
    ['an outside system and another\'s order', order({ state: 'RECEIVED' }), events['case.file'], who(null, 'INTEGRATION'),
      'other-units-order'],
    ['the service does not sign', order(), events['assignment.sign'], systemActor, 'not-allowed']
  ]
  for (const [name, o, event, actor, expected] of rows) t.equal(outcome(o, event, actor), expected, name)
})

t.test('conditions', async t => {
  const dispatch = (over: Record<string, unknown>): OrderEvent => ({ ...events['case.dispatch'], ...over }) as OrderEvent
  const filed = order({ state: 'FILED', assignments: [] })
  const returned = (over: Partial<OrderFacts>): OrderFacts =>
    order({ state: 'RETURN_REQUESTED', assignments: [hop({ unit: D11 })], ...over })
  const tried = ['D01', 'D03', 'D11'].map(
    (id, i) => hop({ id, no: i + 1, unit: unit(id, 'department'), open: id === 'D11', state: id === 'D11' ? 'signed' : 'ended' })
  )
  const approve = (over: Record<string, unknown>): OrderEvent => ({ ...events['return.approve'], ...over }) as OrderEvent
  const filing = (over: Record<string, unknown>): OrderEvent => ({ ...events['case.file'], ...over }) as OrderEvent
  const agent = who(null, 'AGENT')
  const amend = (over: Record<string, unknown>): OrderEvent => ({ ...events['case.amend'], ...over }) as OrderEvent
  const taken = (over: Partial<OrderFacts>): OrderFacts =>
    order({ state: 'RECEIVED', confidential: true, requestType: 'REPORT_OF_WRONG', assignments: [], ...over })
  const verifying = (callbackStatus: OrderFacts['callbackStatus'], verificationStatus: OrderFacts['verificationStatus']): OrderFacts =>
    order({ state: 'VERIFYING', callbackStatus, verificationStatus })
  const rows: Array<[string, OrderFacts, OrderEvent, Actor, string]> = [
    ['help asked again of the same rung', order({ state: 'COORDINATING', level: 1 }), events['help.request'], handler, 'guard-not-met'],
    [
      'help asked of a higher rung',
      order({ state: 'COORDINATING', level: 1 }),
      { type: 'help.request', reason: '协调不了', level: 2 },
      handler,
      'COORDINATING'
    ],
    [
      'the sub-centre pulls its own together',
      order({ state: 'COORDINATING', level: 1 }),
      { type: 'help.resolve', units: [office], coUnits: [unit('T02-PCS', 'station', 'T02')], basis: 'statutory', evidence: '' },
      who('T02', 'SUBCENTRE_OPERATOR'),
      'DISPATCHED'
    ],
    [
      'the sub-centre calls others in',
      order({ state: 'COORDINATING', level: 1 }),
      events['help.resolve'],
      who('T02', 'SUBCENTRE_OPERATOR'),
      'not-allowed'
    ],
    [
      'the sub-centre decides for the district',
      order({ state: 'COORDINATING', level: 2 }),
      { type: 'help.resolve', units: [office], coUnits: [], basis: 'statutory', evidence: '' },
      who('T02', 'SUBCENTRE_OPERATOR'),
      'not-allowed'
    ],
    [
      'urged only just now',
      order(),
      { type: 'case.urge', lastByThisPerson: new Date(now.getTime() - 599_000) },
      dispatcher,
      'urged-just-now'
    ],
    [
      'a third extension',
      order({ state: 'HANDLING' }),
      { type: 'extension.request', reason: '等材料', wanted: later(2), clock: { due: later(1), latest: later(3), granted: 2 } },
      handler,
      'extension-used-up'
    ],
    [
      'a photo by who returned it',
      order({ assignments: [hop({ state: 'ended', open: false }), hop({ id: 'a2', no: 2, unit: D02 })] }),
      events['photo.add'],
      handler,
      'other-units-order'
    ],
    [
      'a photo by who comes later',
      order({ assignments: [hop({ unit: D02 }), hop({ id: 'a2', no: 2, state: 'waiting' })] }),
      events['photo.add'],
      handler,
      'other-units-order'
    ],
    [
      'a photo by a co-handler',
      order({ assignments: [hop({ unit: D02 }), hop({ id: 'a2', no: 2, role: 'co', state: 'reported' })] }),
      events['photo.add'],
      handler,
      'DISPATCHED'
    ],
    ['an extension nobody asked for', order({ state: 'HANDLING' }), events['extension.grant'], dispatcher, 'guard-not-met'],
    [
      'filed without a category',
      order({ state: 'RECEIVED' }),
      filing({ matter: { requestType: 'COMPLAINT', categoryCode: null, title: '标题' } }),
      dispatcher,
      'guard-not-met'
    ],
    [
      'filed without a title',
      order({ state: 'RECEIVED' }),
      filing({ matter: { requestType: 'COMPLAINT', categoryCode: '1106', title: '  ' } }),
      dispatcher,
      'guard-not-met'
    ],
    ['any agent lifts what protects', taken({}), filing({ lifts: true, reason: '误点' }), agent, 'not-allowed'],
    ['any agent lifts it of a filed order', taken({ state: 'FILED' }), amend({ lifts: true, reason: '误点' }), agent, 'not-allowed'],
    [
      'any agent lifts it of a draft',
      taken({ state: 'DRAFT' }),
      { ...events['draft.save'], lifts: true, reason: '误点' } as OrderEvent,
      agent,
      'not-allowed'
    ],
    ['who took it in lifts it without a reason', taken({ createdBy: 'somebody' }), filing({ lifts: true }), agent, 'guard-not-met'],
    ['who took it in lifts it', taken({ createdBy: 'somebody' }), filing({ lifts: true, reason: '误点' }), agent, 'FILED'],
    [
      'who types the draft unticks it',
      taken({ state: 'DRAFT', createdBy: 'somebody' }),
      { ...events['draft.save'], lifts: true } as OrderEvent,
      agent,
      'DRAFT'
    ],
    ['who took it in, once it is dispatched', order({ createdBy: 'somebody' }), amend({ lifts: true, reason: '误点' }), agent, 'not-allowed'],
    ['the shift leader lifts it', taken({}), amend({ lifts: true, reason: '误点' }), who(null, 'SHIFT_LEADER'), 'RECEIVED'],
    ['a town files what it does not read', taken({}), events['case.file'], who('T02', 'SUBCENTRE_OPERATOR'), 'not-allowed'],
    ['a town answers what it does not read', taken({}), events['intake.answer'], who('T02', 'SUBCENTRE_OPERATOR'), 'not-allowed'],
    ['a coordinator files what he does not read', taken({}), events['case.file'], who(null, 'EMERGENCY_COORDINATOR'), 'not-allowed'],
    [
      'an agent makes praise of a complaint',
      order({ state: 'FILED', assignments: [] }),
      amend({ praises: true, reason: '是表扬' }),
      agent,
      'not-allowed'
    ],
    [
      'or files it as praise',
      order({ state: 'RECEIVED', assignments: [] }),
      filing({ praises: true, reason: '是表扬' }),
      agent,
      'not-allowed'
    ],
    ['a dispatcher makes praise of it without a reason', filed, amend({ praises: true }), dispatcher, 'guard-not-met'],
    ['a dispatcher makes praise of it', filed, amend({ praises: true, reason: '是表扬' }), dispatcher, 'FILED'],
    [
      'praise to the unit complained about',
      order({ state: 'FILED', requestType: 'PRAISE', aboutUnit: D02 }),
      events['praise.forward'],
      dispatcher,
      'guard-not-met'
    ],
    ['answered without words', order({ state: 'RECEIVED' }), { type: 'intake.answer', reply: ' ' }, dispatcher, 'guard-not-met'],
    [
      'merged into itself',
      order({ state: 'RECEIVED' }),
      { type: 'case.merge', target: { id: 'o1', state: 'FILED' } },
      dispatcher,
      'guard-not-met'
    ],
    [
      'merged into a closed one',
      order({ state: 'RECEIVED' }),
      { type: 'case.merge', target: { id: 'o2', state: 'CLOSED' } },
      dispatcher,
      'guard-not-met'
    ],
    ['praise for a complaint', order({ state: 'FILED' }), events['praise.forward'], dispatcher, 'guard-not-met'],
    ['praise is not dispatched', order({ state: 'FILED', requestType: 'PRAISE' }), events['case.dispatch'], dispatcher, 'guard-not-met'],
    ['nobody to lead', filed, dispatch({ units: [] }), dispatcher, 'guard-not-met'],
    ['single to two', filed, dispatch({ units: [D11, D02] }), dispatcher, 'guard-not-met'],
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

t.test('首接负责: a unit answers until another has signed', async t => {
  const leads = (...hops: Array<Partial<AssignmentFacts>>): OrderFacts =>
    order({ assignments: hops.map((h, i) => hop({ id: `a${i}`, no: i + 1, ...h })) })
  t.equal(answerable(leads({ unit: D11, signedAt: now, open: false, state: 'ended' }, { unit: office }))?.unit.id, 'D11',
    'sent on, not yet signed')
  t.equal(answerable(leads({ unit: D11, signedAt: now, open: false, state: 'ended' }, { unit: office, signedAt: now }))?.unit.id, 'T02-JSB')
  t.equal(answerable(leads({ unit: D11, open: false, state: 'ended' }, { unit: office }))?.unit.id, 'D11',
    'nobody signed: who had it first')
  t.equal(answerable(leads({ unit: D11 }, { unit: D02, state: 'waiting' }))?.unit.id, 'D11')
})

t.test('rework starts its own clock', async t => {
  const effects = (state: OrderState): readonly string[] => {
    const d = decide(order({ state, assignments: [] }), events['case.dispatch'], dispatcher, now)
    return 'effects' in d ? d.effects : []
  }
  t.ok(effects('FILED').includes('start-unit-clocks'))
  t.ok(effects('REWORK').includes('start-rework-clock'))
  t.notOk(effects('REWORK').includes('start-unit-clocks'))
})
