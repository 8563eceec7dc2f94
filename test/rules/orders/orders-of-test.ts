// An order, people and one event of each kind, for the rules of its life.
import type { Actor, Role } from '../../../src/domain/people/roles.ts'
import { decide } from '../../../src/features/work-orders/life-cycle/rules/life-cycle.ts'
import type { AssignmentFacts, OrderEvent, OrderEventType, OrderFacts } from '../../../src/features/work-orders/rules/order-facts.ts'
import { asShipped } from '../../../src/policy/rules/rule-policy.ts'
import type { UnitFacts } from '../../../src/domain/people/unit-tree.ts'

export const now = new Date('2026-11-23T09:00:00+08:00')
export const unit = (id: string, kind: UnitFacts['kind'], ...above: string[]): UnitFacts =>
  ({ id, kind, path: [id, ...above], government: true })
export const T01 = unit('T01', 'town')
export const T02 = unit('T02', 'town')
export const office = unit('T02-JSB', 'office', 'T02')
export const D11 = unit('D11', 'department')
export const D02 = unit('D02', 'department')
export const contractor: UnitFacts = { ...unit('U07', 'utility'), government: false }
export const C00 = unit('C00', 'centre')

export const hop = (over: Partial<AssignmentFacts> = {}): AssignmentFacts => ({
  id: 'a1', no: 1, role: 'lead', unit: office, cycle: 1, state: 'dispatched', dispatchedAt: now, signedAt: null, open: true, ...over
})
export const order = (over: Partial<OrderFacts> = {}): OrderFacts => ({
  id: 'o1',
  state: 'DISPATCHED',
  restricted: false,
  confidential: false,
  requestType: 'COMPLAINT',
  categoryCode: '1106',
  urgency: 'normal',
  title: '标题',
  unitText: '',
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
  answerDraftedBy: null,
  objectionAsked: false,
  parkingAsked: false,
  parked: false,
  createdBy: '8001',
  assignments: [hop()],
  ...over
})
export const who = (unitId: string | null, ...roles: Role[]): Actor => ({ id: 'somebody', roles, unitId, extension: null, personId: null })
export const handler = who('T02-JSB', 'HANDLER')
export const dispatcher = who(null, 'DISPATCHER')

export const later = (days: number): Date => new Date(now.getTime() + days * 86_400_000)

/** One event of each kind, its conditions met. */
export const events: Record<OrderEventType, OrderEvent> = {
  'draft.save': { type: 'draft.save', lifts: false, praises: false, reason: '' },
  'draft.abandon': { type: 'draft.abandon' },
  'intake.receive': { type: 'intake.receive', lifts: false, praises: false, reason: '' },
  'intake.answer': { type: 'intake.answer', outcome: 'direct-answer', reason: null, body: '', evidence: '', reply: '已答复' },
  'intake.reject': { type: 'intake.reject', outcome: 'statutory-way', reason: 'litigation', body: '', evidence: '', reply: '已告知' },
  'case.merge': { type: 'case.merge', target: { id: 'o2', state: 'FILED' } },
  'case.unmerge': { type: 'case.unmerge', reason: '不是同一件事', before: 'FILED', intoState: 'DISPATCHED' },
  'complainant.add': { type: 'complainant.add' },
  'complainant.leave': { type: 'complainant.leave' },
  'case.file': {
    type: 'case.file', lifts: false, praises: false, reason: '', matter: { requestType: 'COMPLAINT', categoryCode: '1106', title: '标题' }
  },
  'praise.forward': { type: 'praise.forward', unit: D02 },
  'case.amend': {
    type: 'case.amend', lifts: false, praises: false, reason: '', matter: { requestType: 'COMPLAINT', categoryCode: '1106', title: '标题' }
  },
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
  'answer.draft': { type: 'answer.draft', reply: '已清理' },
  'answer.review': { type: 'answer.review', identifies: [] },
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
  'extension.refuse': { type: 'extension.refuse', decision: '抓紧办' },
  'objection.ask': { type: 'objection.ask', reason: '不属本单位职责', evidence: '权责清单第 12 项', earlier: 0 },
  'objection.uphold': { type: 'objection.uphold', unit: D11, basis: 'statutory', evidence: '', concerned: [] },
  'objection.refuse': { type: 'objection.refuse', decision: '目录明确', concerned: [] },
  'park.ask': { type: 'park.ask', plan: '列入明年大修', until: later(90), leaderUnit: 'T02', earlier: 0 },
  'park.approve': { type: 'park.approve', until: later(90), askedBy: 'another' },
  'park.refuse': { type: 'park.refuse', decision: '现在就能修', askedBy: 'another' },
  'park.object': { type: 'park.object', reason: '等不了一年' },
  'park.end': { type: 'park.end', reason: '材料已到' }
}

export const outcome = (o: OrderFacts, event: OrderEvent, actor: Actor): string => {
  const d = decide(o, event, actor, now, { rules: asShipped })
  return 'refused' in d ? d.refused : d.to
}
