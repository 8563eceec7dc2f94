import './action-words.ts'
import { holds, type WhoAmI } from '../../api/session.tsx'
import type { Order } from '../orders.ts'

export type PhotoPurpose = Order['photos'][number]['purpose']

export type Answers = Record<string, string | string[] | number | boolean | undefined>

export interface Ask {
  name: string
  kind: 'text' | 'choice' | 'unit' | 'units' | 'person' | 'position' | 'moment' | 'photos'
  needed?: boolean
  /** its word, where it is another than its name's */
  word?: string
  /** of units: outside the Centre, only one's own and those below */
  below?: true
  /** of photos */
  purpose?: PhotoPurpose
  /** of a moment: from when to when */
  span?: (order: Order) => { after: string | null, latest: string | null }
  choices?: readonly string[]
  /** where the choices' words are; `choice` unless told */
  words?: string
  when?: (answers: Answers) => boolean
}

/** A step of an order's life as a button: the route it calls and what has to be said first. */
export interface Action {
  /** as the service names it in `steps` */
  step: string
  /** its own, whatever else is possible: what a hand has learnt stays true. Figures with Alt are the telephone's */
  keys: string
  path: 'dispatch' | 'forward' | 'sign' | 'return' | 'approve-return' | 'refuse-return' | 'arrive' | 'start' | 'request-help'
    | 'resolve-help' | 'report' | 'accept-report' | 'send-back' | 'co-sign' | 'co-arrive' | 'co-report' | 'verify' | 'close' | 'rework'
    | 'reopen' | 'urge' | 'request-extension' | 'grant-extension' | 'refuse-extension' | 'checks'
  asks: readonly Ask[]
  begin?: (order: Order, who: WhoAmI) => Answers
  body: (answers: Answers, order: Order) => object
  /** of a decision: when what it decides was asked or reported */
  about?: (order: Order) => string
  /** the route asks for no version: nothing of what others decide on is changed */
  unversioned?: true
}

const said = (answers: Answers, ...names: string[]): object =>
  Object.fromEntries(names.filter(n => answers[n] !== undefined && answers[n] !== '').map(n => [n, answers[n]]))

const basis: readonly Ask[] = [
  { name: 'basis', kind: 'choice', needed: true, choices: ['statutory', 'agreed', 'designated'], words: 'order:basis' },
  { name: 'evidence', kind: 'text', needed: true, when: a => a.basis !== 'statutory' }
]
const reason: Ask = { name: 'reason', kind: 'text', needed: true }
const photos = (purpose: PhotoPurpose): Ask => ({ name: 'photos', kind: 'photos', purpose })
const extensionSpan: Ask['span'] = ({ extension }) => ({ after: extension.due, latest: extension.latest })
const lastOf = (kind: string) => (order: Order): string => order.timeline.findLast(e => e.kind === kind)?.at ?? ''
const askedAt = (order: Order): string => order.extension.asked?.requestedAt ?? ''
const statutory = (): Answers => ({ basis: 'statutory' })

/** In the order they are shown: the next step first, the way out last. */
export const actions: readonly Action[] = [
  {
    step: 'case.dispatch',
    keys: 'Alt+Shift+D',
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
      mode: a.mode,
      unitIds: a.mode === 'sequence' ? a.unitIds : [a.unitId],
      ...(a.mode === 'comprehensive' ? { coUnitIds: a.coUnitIds } : {}),
      ...said(a, 'basis', 'evidence')
    })
  },
  { step: 'assignment.sign', keys: 'Alt+Shift+S', path: 'sign', asks: [], body: () => ({}) },
  {
    step: 'handling.arrive',
    keys: 'Alt+Shift+A',
    path: 'arrive',
    asks: [{ name: 'position', kind: 'position' }, photos('arrival')],
    body: a => said(a, 'longitude', 'latitude')
  },
  {
    step: 'handling.start',
    keys: 'Alt+Shift+B',
    path: 'start',
    asks: [
      { name: 'stage', kind: 'choice', choices: ['service', 'management', 'enforcement'], words: 'stage' },
      { name: 'noVisitReason', kind: 'text' }
    ],
    body: a => said(a, 'stage', 'noVisitReason')
  },
  {
    step: 'handling.report',
    keys: 'Alt+Shift+R',
    path: 'report',
    asks: [
      { name: 'text', kind: 'text', needed: true },
      { name: 'result', kind: 'choice', choices: ['SOLVED', 'EXPLAINED', 'NOT_SOLVABLE_NOW', 'UNREACHABLE'], words: 'order:result' },
      photos('report')
    ],
    begin: () => ({ result: 'SOLVED' }),
    body: a => said(a, 'text', 'result')
  },
  {
    step: 'assignment.hand-over',
    keys: 'Alt+Shift+H',
    path: 'report',
    asks: [{ name: 'text', kind: 'text', needed: true }, photos('report')],
    body: a => said(a, 'text')
  },
  {
    step: 'return.approve',
    keys: 'Alt+Shift+Y',
    path: 'approve-return',
    about: lastOf('assignment.return'),
    asks: [{ name: 'unitId', kind: 'unit', needed: true }, ...basis, { name: 'decision', kind: 'text' }],
    begin: statutory,
    body: a => said(a, 'unitId', 'basis', 'evidence', 'decision')
  },
  {
    step: 'return.refuse',
    keys: 'Alt+Shift+N',
    path: 'refuse-return',
    about: lastOf('assignment.return'),
    asks: [{ name: 'decision', kind: 'text', needed: true }],
    body: a => said(a, 'decision')
  },
  {
    step: 'help.resolve',
    keys: 'Alt+Shift+O',
    path: 'resolve-help',
    about: lastOf('help.request'),
    asks: [
      { name: 'unitId', kind: 'unit', needed: true, below: true },
      { name: 'coUnitIds', kind: 'units', below: true },
      ...basis,
      { name: 'decision', kind: 'text' }
    ],
    begin: statutory,
    body: a => said(a, 'unitId', 'coUnitIds', 'basis', 'evidence', 'decision')
  },
  {
    step: 'extension.grant',
    keys: 'Alt+Shift+G',
    path: 'grant-extension',
    about: askedAt,
    asks: [{ name: 'until', kind: 'moment', needed: true, span: extensionSpan }, { name: 'decision', kind: 'text' }],
    begin: order => ({ until: order.extension.asked?.wantedAt }),
    body: a => said(a, 'until', 'decision')
  },
  {
    step: 'extension.refuse',
    keys: 'Alt+Shift+J',
    path: 'refuse-extension',
    about: askedAt,
    asks: [{ name: 'decision', kind: 'text', needed: true }],
    body: a => said(a, 'decision')
  },
  {
    step: 'report.accept',
    keys: 'Alt+Shift+C',
    path: 'accept-report',
    about: lastOf('handling.report'),
    asks: [{ name: 'remark', kind: 'text' }],
    body: a => said(a, 'remark')
  },
  {
    step: 'report.send-back',
    keys: 'Alt+Shift+K',
    path: 'send-back',
    about: lastOf('handling.report'),
    asks: [reason],
    body: a => said(a, 'reason')
  },
  {
    step: 'assignment.forward',
    keys: 'Alt+Shift+F',
    path: 'forward',
    asks: [
      { name: 'unitId', kind: 'unit', needed: true, below: true },
      { name: 'personId', kind: 'person' },
      { name: 'remark', kind: 'text' }
    ],
    body: a => said(a, 'unitId', 'personId', 'remark')
  },
  {
    step: 'help.request',
    keys: 'Alt+Shift+P',
    path: 'request-help',
    asks: [{ name: 'level', kind: 'choice', needed: true, choices: ['1', '2', '3'], words: 'level' }, reason],
    // A sub-centre asks the district; whoever is helped already asks a rung higher.
    begin: (order, who) => ({
      level: String(Math.min(3, Math.max(holds(who, 'SUBCENTRE_OPERATOR') ? 2 : 1, order.state === 'COORDINATING' ? order.level + 1 : 1)))
    }),
    body: a => ({ ...said(a, 'reason'), level: Number(a.level) })
  },
  {
    step: 'extension.request',
    keys: 'Alt+Shift+E',
    path: 'request-extension',
    asks: [{ name: 'until', kind: 'moment', needed: true, span: extensionSpan }, reason],
    body: a => said(a, 'until', 'reason')
  },
  {
    step: 'assignment.return',
    keys: 'Alt+Shift+T',
    path: 'return',
    asks: [reason, { name: 'evidence', kind: 'text', word: 'returnEvidence' }, photos('return')],
    body: a => said(a, 'reason', 'evidence')
  },
  { step: 'co.sign', keys: 'Alt+Shift+L', path: 'co-sign', asks: [], body: () => ({}) },
  { step: 'co.arrive', keys: 'Alt+Shift+M', path: 'co-arrive', asks: [photos('arrival')], body: () => ({}) },
  {
    step: 'co.report',
    keys: 'Alt+Shift+Q',
    path: 'co-report',
    asks: [{ name: 'text', kind: 'text', needed: true }, photos('report')],
    body: a => said(a, 'text')
  },
  {
    step: 'verification.pass',
    keys: 'Alt+Shift+V',
    path: 'verify',
    asks: [photos('verification'), { name: 'remarks', kind: 'text' }],
    body: a => ({ ...said(a, 'remarks'), passed: true })
  },
  {
    step: 'verification.fail',
    keys: 'Alt+Shift+X',
    path: 'verify',
    asks: [photos('verification'), { name: 'remarks', kind: 'text', needed: true }],
    body: a => ({ ...said(a, 'remarks'), passed: false })
  },
  {
    step: 'case.close',
    keys: 'Alt+Shift+Z',
    path: 'close',
    asks: [
      { name: 'result', kind: 'choice', choices: ['SOLVED', 'EXPLAINED', 'NOT_SOLVABLE_NOW', 'UNREACHABLE'], words: 'order:result' },
      { name: 'reply', kind: 'text' }
    ],
    body: a => said(a, 'result', 'reply')
  },
  {
    step: 'checks.decide',
    keys: 'Alt+Shift+0',
    path: 'checks',
    asks: [
      { name: 'verification', kind: 'choice', choices: ['waived', 'required'], words: 'check' },
      { name: 'callback', kind: 'choice', choices: ['waived', 'required'], words: 'check' },
      reason
    ],
    body: a => said(a, 'verification', 'callback', 'reason')
  },
  { step: 'case.rework', keys: 'Alt+Shift+W', path: 'rework', asks: [reason], body: a => said(a, 'reason') },
  { step: 'case.reopen', keys: 'Alt+Shift+I', path: 'reopen', asks: [reason], body: a => said(a, 'reason') },
  { step: 'case.urge', keys: 'Alt+Shift+U', path: 'urge', asks: [reason], body: a => said(a, 'reason'), unversioned: true }
]
