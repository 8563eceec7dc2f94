import { addWords } from '../words/words.ts'
import type { Order } from './orders.ts'

export type Answers = Record<string, string | string[] | number | boolean | undefined>

export interface Ask {
  name: string
  kind: 'text' | 'choice' | 'unit' | 'units' | 'position'
  needed?: boolean
  choices?: readonly string[]
  /** where the choices' words are; `choice` unless told */
  words?: string
  when?: (answers: Answers) => boolean
}

/** A step of an order's life as a button: the route it calls and what has to be said first. */
export interface Action {
  /** as the service names it in `steps` */
  step: string
  path: 'dispatch' | 'forward' | 'sign' | 'return' | 'approve-return' | 'refuse-return' | 'arrive' | 'start' | 'request-help' | 'resolve-help' | 'report' | 'accept-report' | 'send-back' | 'co-sign' | 'co-arrive' | 'co-report' | 'verify' | 'close' | 'rework' | 'reopen'
  asks: readonly Ask[]
  begin?: (order: Order) => Answers
  body: (answers: Answers, order: Order) => object
}

const said = (answers: Answers, ...names: string[]): object =>
  Object.fromEntries(names.filter(n => answers[n] !== undefined && answers[n] !== '').map(n => [n, answers[n]]))

const basis: readonly Ask[] = [
  { name: 'basis', kind: 'choice', needed: true, choices: ['statutory', 'agreed', 'designated'], words: 'order:basis' },
  { name: 'evidence', kind: 'text', needed: true, when: a => a.basis !== 'statutory' }
]
const reason: Ask = { name: 'reason', kind: 'text', needed: true }
const statutory = (): Answers => ({ basis: 'statutory' })

/** In the order they are shown: the next step first, the way out last. */
export const actions: readonly Action[] = [
  {
    step: 'case.dispatch',
    path: 'dispatch',
    asks: [
      { name: 'mode', kind: 'choice', needed: true, choices: ['single', 'comprehensive', 'sequence'], words: 'order:mode' },
      { name: 'unitId', kind: 'unit', needed: true, when: a => a.mode !== 'sequence' },
      { name: 'unitIds', kind: 'units', needed: true, when: a => a.mode === 'sequence' },
      { name: 'coUnitIds', kind: 'units', needed: true, when: a => a.mode === 'comprehensive' },
      ...basis
    ],
    begin: () => ({ mode: 'single', basis: 'statutory' }),
    body: a => ({
      mode: a.mode, unitIds: a.mode === 'sequence' ? a.unitIds : [a.unitId], ...(a.mode === 'comprehensive' ? { coUnitIds: a.coUnitIds } : {}), ...said(a, 'basis', 'evidence')
    })
  },
  { step: 'assignment.sign', path: 'sign', asks: [], body: () => ({}) },
  { step: 'handling.arrive', path: 'arrive', asks: [{ name: 'position', kind: 'position' }], body: a => said(a, 'longitude', 'latitude') },
  {
    step: 'handling.start',
    path: 'start',
    asks: [{ name: 'stage', kind: 'choice', choices: ['service', 'management', 'enforcement'], words: 'stage' }, { name: 'noVisitReason', kind: 'text' }],
    body: a => said(a, 'stage', 'noVisitReason')
  },
  {
    step: 'handling.report',
    path: 'report',
    asks: [{ name: 'text', kind: 'text', needed: true }, { name: 'result', kind: 'choice', choices: ['SOLVED', 'EXPLAINED', 'NOT_SOLVABLE_NOW', 'UNREACHABLE'], words: 'order:result' }],
    begin: () => ({ result: 'SOLVED' }),
    body: a => said(a, 'text', 'result')
  },
  { step: 'assignment.hand-over', path: 'report', asks: [{ name: 'text', kind: 'text', needed: true }], body: a => said(a, 'text') },
  { step: 'return.approve', path: 'approve-return', asks: [{ name: 'unitId', kind: 'unit', needed: true }, ...basis, { name: 'decision', kind: 'text' }], begin: statutory, body: a => said(a, 'unitId', 'basis', 'evidence', 'decision') },
  { step: 'return.refuse', path: 'refuse-return', asks: [{ name: 'decision', kind: 'text', needed: true }], body: a => said(a, 'decision') },
  { step: 'help.resolve', path: 'resolve-help', asks: [{ name: 'unitId', kind: 'unit', needed: true }, { name: 'coUnitIds', kind: 'units' }, ...basis, { name: 'decision', kind: 'text' }], begin: statutory, body: a => said(a, 'unitId', 'coUnitIds', 'basis', 'evidence', 'decision') },
  { step: 'report.accept', path: 'accept-report', asks: [{ name: 'remark', kind: 'text' }], body: a => said(a, 'remark') },
  { step: 'report.send-back', path: 'send-back', asks: [reason], body: a => said(a, 'reason') },
  { step: 'assignment.forward', path: 'forward', asks: [{ name: 'unitId', kind: 'unit', needed: true }, { name: 'remark', kind: 'text' }], body: a => said(a, 'unitId', 'remark') },
  { step: 'help.request', path: 'request-help', asks: [reason], body: (a, order) => ({ ...said(a, 'reason'), level: Math.min(3, order.level + 1) }) },
  { step: 'assignment.return', path: 'return', asks: [reason, { name: 'evidence', kind: 'text' }], body: a => said(a, 'reason', 'evidence') },
  { step: 'co.sign', path: 'co-sign', asks: [], body: () => ({}) },
  { step: 'co.arrive', path: 'co-arrive', asks: [], body: () => ({}) },
  { step: 'co.report', path: 'co-report', asks: [{ name: 'text', kind: 'text', needed: true }], body: a => said(a, 'text') },
  { step: 'verification.pass', path: 'verify', asks: [{ name: 'remarks', kind: 'text' }], body: a => ({ ...said(a, 'remarks'), passed: true }) },
  { step: 'verification.fail', path: 'verify', asks: [{ name: 'remarks', kind: 'text', needed: true }], body: a => ({ ...said(a, 'remarks'), passed: false }) },
  { step: 'case.close', path: 'close', asks: [{ name: 'result', kind: 'choice', choices: ['SOLVED', 'EXPLAINED', 'NOT_SOLVABLE_NOW', 'UNREACHABLE'], words: 'order:result' }, { name: 'reply', kind: 'text' }], body: a => said(a, 'result', 'reply') },
  { step: 'case.rework', path: 'rework', asks: [reason], body: a => said(a, 'reason') },
  { step: 'case.reopen', path: 'reopen', asks: [reason], body: a => said(a, 'reason') }
]

addWords('action', {
  zh: {
    actions: '可以做的',
    optional: '（可不填）',
    takePosition: '取当前位置',
    noPosition: '取不到位置',
    noPositionYet: '未取位置也可到场',
    callCitizen: '联系市民',
    callPlaced: '正在呼叫：先接起您的话机',
    note: '备注',
    addNote: '写备注',
    noted: '已记入经过',
    conflict: '别人刚刚改过这张工单',
    seen: '您看到的',
    now: '现在',
    understood: '知道了，按现在的办',
    'case.dispatch': '派遣',
    'assignment.sign': '签收',
    'handling.arrive': '到场',
    'handling.start': '开始处置',
    'handling.report': '反馈',
    'assignment.hand-over': '交后手',
    'return.approve': '同意退单并改派',
    'return.refuse': '驳回退单',
    'help.resolve': '协调决定',
    'report.accept': '采纳反馈',
    'report.send-back': '退回补充',
    'assignment.forward': '转派下级',
    'help.request': '请求协调',
    'assignment.return': '申请退单',
    'co.sign': '协办签收',
    'co.arrive': '协办到场',
    'co.report': '协办反馈',
    'verification.pass': '核查通过',
    'verification.fail': '核查不通过',
    'case.close': '结案',
    'case.rework': '返工重办',
    'case.reopen': '复核重启',
    'ask.mode': '派单方式',
    'ask.unitId': '单位',
    'ask.unitIds': '前后手单位（按先后）',
    'ask.coUnitIds': '协办单位',
    'ask.basis': '依据',
    'ask.evidence': '依据材料（会商纪要、指定文号）',
    'ask.position': '位置',
    'ask.stage': '介入阶段',
    'ask.noVisitReason': '不到场的理由',
    'ask.text': '办理情况',
    'ask.result': '结果',
    'ask.decision': '决定',
    'ask.remark': '说明',
    'ask.remarks': '核查情况',
    'ask.reason': '理由',
    'ask.reply': '答复市民',
    'stage.service': '服务',
    'stage.management': '管理',
    'stage.enforcement': '执法'
  },
  en: {
    actions: 'Possible now',
    optional: ' (optional)',
    takePosition: 'Take position',
    noPosition: 'No position',
    noPositionYet: 'arrival works without it',
    callCitizen: 'Call the citizen',
    callPlaced: 'Calling: answer your own telephone first',
    note: 'Note',
    addNote: 'Add a note',
    noted: 'Noted',
    conflict: 'Somebody has just changed this order',
    seen: 'You saw',
    now: 'Now',
    understood: 'Go on with how it is now',
    'case.dispatch': 'Dispatch',
    'assignment.sign': 'Sign',
    'handling.arrive': 'On site',
    'handling.start': 'Begin',
    'handling.report': 'Report',
    'assignment.hand-over': 'Hand over',
    'return.approve': 'Agree and reassign',
    'return.refuse': 'Refuse return',
    'help.resolve': 'Decide',
    'report.accept': 'Accept report',
    'report.send-back': 'Send back',
    'assignment.forward': 'Forward',
    'help.request': 'Ask for coordination',
    'assignment.return': 'Ask for return',
    'co.sign': 'Sign (co)',
    'co.arrive': 'On site (co)',
    'co.report': 'Report (co)',
    'verification.pass': 'Passed',
    'verification.fail': 'Failed',
    'case.close': 'Close',
    'case.rework': 'Rework',
    'case.reopen': 'Reopen',
    'ask.mode': 'Mode',
    'ask.unitId': 'Unit',
    'ask.unitIds': 'Units one after the other',
    'ask.coUnitIds': 'Co-handlers',
    'ask.basis': 'Basis',
    'ask.evidence': 'Evidence (minutes, designation)',
    'ask.position': 'Position',
    'ask.stage': 'Stage',
    'ask.noVisitReason': 'Why nobody goes there',
    'ask.text': 'What was done',
    'ask.result': 'Result',
    'ask.decision': 'Decision',
    'ask.remark': 'Remark',
    'ask.remarks': 'What was found',
    'ask.reason': 'Reason',
    'ask.reply': 'Reply to the citizen',
    'stage.service': 'Service',
    'stage.management': 'Management',
    'stage.enforcement': 'Enforcement'
  }
})
