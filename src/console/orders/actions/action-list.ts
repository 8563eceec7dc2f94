import './action-words.ts'
import { api } from '../../api/client.ts'
import { wordOf } from '../../api/closed-lists.ts'
import { holds } from '../../api/session.tsx'
import { checkDecisions, closingResults, dispatchModes, handlingStages } from '../order-lists.ts'
import {
  basisOf, lastOf, of, sendAnswer, sendDecision, sendNothing, sendReason, sendText, statutory, type Action
} from './action.ts'
import { chosen, needed, numbers, text, texts, words } from './answers.ts'
import { askExtension, extensionDecisions } from './extension-actions.ts'
import { objectionActions } from './objection-actions.ts'
import { parkingActions } from './parking-actions.ts'
import { basis, photos, reason } from './asks.ts'

/** In the order they are shown: steps that go on before steps that go back. */
export const actions: readonly Action[] = [
  {
    step: 'case.dispatch',
    keys: 'Alt+Shift+D',
    asks: [
      { name: 'mode', kind: 'choice', needed: true, choices: dispatchModes, words: 'order:mode' },
      { name: 'unitId', kind: 'unit', needed: true, when: a => a.mode !== 'sequence' },
      { name: 'unitIds', kind: 'units', needed: true, when: a => a.mode === 'sequence' },
      { name: 'coUnitIds', kind: 'units', needed: true, when: a => a.mode === 'comprehensive' },
      ...basis
    ],
    begin: () => ({ mode: 'single', basis: 'statutory' }),
    send: async (order, a) => await api.POST('/api/work-orders/{id}/dispatch', {
      params: of(order),
      body: {
        version: order.version,
        mode: needed(wordOf(dispatchModes, a.mode)),
        unitIds: a.mode === 'sequence' ? chosen(a.unitIds) : [text(a.unitId)],
        ...(a.mode === 'comprehensive' ? { coUnitIds: chosen(a.coUnitIds) } : {}),
        ...basisOf(a)
      }
    })
  },
  {
    step: 'assignment.sign',
    keys: 'Alt+Shift+S',
    asks: [],
    send: sendNothing('sign')
  },
  {
    step: 'handling.arrive',
    keys: 'Alt+Shift+A',
    asks: [{ name: 'position', kind: 'position' }, photos('arrival')],
    send: async (order, a) => await api.POST('/api/work-orders/{id}/arrive', {
      params: of(order),
      body: { version: order.version, ...numbers(a, 'longitude', 'latitude') }
    })
  },
  {
    step: 'handling.start',
    keys: 'Alt+Shift+B',
    asks: [
      { name: 'stage', kind: 'choice', choices: handlingStages, words: 'stage' },
      { name: 'noVisitReason', kind: 'text' }
    ],
    send: async (order, a) => await api.POST('/api/work-orders/{id}/start', {
      params: of(order),
      body: { version: order.version, ...words(a, handlingStages, 'stage'), ...texts(a, 'noVisitReason') }
    })
  },
  {
    step: 'handling.report',
    keys: 'Alt+Shift+R',
    asks: [
      { name: 'text', kind: 'text', needed: true },
      { name: 'result', kind: 'choice', choices: closingResults, words: 'order:result' },
      { name: 'reply', kind: 'text' },
      photos('report')
    ],
    begin: () => ({ result: 'SOLVED' }),
    send: async (order, a) => await api.POST('/api/work-orders/{id}/report', {
      params: of(order),
      body: { version: order.version, text: text(a.text), ...words(a, closingResults, 'result'), ...texts(a, 'reply') }
    })
  },
  {
    step: 'assignment.hand-over',
    keys: 'Alt+Shift+H',
    asks: [{ name: 'text', kind: 'text', needed: true }, photos('report')],
    send: sendText('report')
  },
  {
    step: 'return.approve',
    keys: 'Alt+Shift+Y',
    about: lastOf('assignment.return'),
    asks: [{ name: 'unitId', kind: 'unit', needed: true }, ...basis, { name: 'decision', kind: 'text' }],
    begin: statutory,
    send: async (order, a) => await api.POST('/api/work-orders/{id}/approve-return', {
      params: of(order),
      body: { version: order.version, unitId: text(a.unitId), ...basisOf(a), ...texts(a, 'decision') }
    })
  },
  {
    step: 'return.refuse',
    keys: 'Alt+Shift+N',
    about: lastOf('assignment.return'),
    asks: [{ name: 'decision', kind: 'text', needed: true }],
    send: sendDecision('refuse-return')
  },
  {
    step: 'help.resolve',
    keys: 'Alt+Shift+O',
    about: lastOf('help.request'),
    asks: [
      { name: 'unitId', kind: 'unit', needed: true, below: true },
      { name: 'coUnitIds', kind: 'units', below: true },
      ...basis,
      { name: 'decision', kind: 'text' }
    ],
    begin: statutory,
    send: async (order, a) => await api.POST('/api/work-orders/{id}/resolve-help', {
      params: of(order),
      body: {
        version: order.version,
        unitId: text(a.unitId),
        ...(a.coUnitIds === undefined ? {} : { coUnitIds: chosen(a.coUnitIds) }),
        ...basisOf(a),
        ...texts(a, 'decision')
      }
    })
  },
  ...extensionDecisions,
  ...objectionActions,
  ...parkingActions,
  {
    step: 'report.accept',
    keys: 'Alt+Shift+C',
    about: lastOf('handling.report'),
    asks: [{ name: 'remark', kind: 'text' }],
    send: async (order, a) => await api.POST('/api/work-orders/{id}/accept-report', {
      params: of(order),
      body: { version: order.version, ...texts(a, 'remark') }
    })
  },
  {
    step: 'report.send-back',
    keys: 'Alt+Shift+K',
    about: lastOf('handling.report'),
    asks: [reason],
    send: sendReason('send-back')
  },
  {
    step: 'answer.review',
    keys: 'Alt+Shift+N',
    asks: [],
    send: sendNothing('review-answer')
  },
  {
    step: 'answer.draft',
    keys: 'Alt+Shift+D',
    asks: [{ name: 'reply', kind: 'text', needed: true }],
    begin: order => ({ reply: order.reply ?? '' }),
    send: sendAnswer
  },
  {
    step: 'assignment.forward',
    keys: 'Alt+Shift+F',
    asks: [
      { name: 'unitId', kind: 'unit', needed: true, below: true },
      { name: 'personId', kind: 'person' },
      { name: 'remark', kind: 'text' }
    ],
    send: async (order, a) => await api.POST('/api/work-orders/{id}/forward', {
      params: of(order),
      body: { version: order.version, unitId: text(a.unitId), ...texts(a, 'personId', 'remark') }
    })
  },
  {
    step: 'help.request',
    keys: 'Alt+Shift+P',
    asks: [{ name: 'level', kind: 'choice', needed: true, choices: ['1', '2', '3'], words: 'level' }, reason],
    // A sub-centre asks the district; an order that is being coordinated goes to the next higher level.
    begin: (order, who) => ({
      level: String(Math.min(3, Math.max(holds(who, 'SUBCENTRE_OPERATOR') ? 2 : 1, order.state === 'COORDINATING' ? order.level + 1 : 1)))
    }),
    send: async (order, a) => await api.POST('/api/work-orders/{id}/request-help', {
      params: of(order),
      body: { version: order.version, reason: text(a.reason), level: Number(a.level) }
    })
  },
  askExtension,
  {
    step: 'assignment.return',
    keys: 'Alt+Shift+T',
    asks: [reason, { name: 'evidence', kind: 'text', word: 'returnEvidence' }, photos('return')],
    send: async (order, a) => await api.POST('/api/work-orders/{id}/return', {
      params: of(order),
      body: { version: order.version, reason: text(a.reason), ...texts(a, 'evidence') }
    })
  },
  {
    step: 'co.sign',
    keys: 'Alt+Shift+L',
    asks: [],
    send: sendNothing('co-sign')
  },
  {
    step: 'co.arrive',
    keys: 'Alt+Shift+M',
    asks: [photos('arrival')],
    send: sendNothing('co-arrive')
  },
  {
    step: 'co.report',
    keys: 'Alt+Shift+Q',
    asks: [{ name: 'text', kind: 'text', needed: true }, photos('report')],
    send: sendText('co-report')
  },
  {
    step: 'verification.pass',
    keys: 'Alt+Shift+V',
    asks: [photos('verification'), { name: 'remarks', kind: 'text' }],
    send: async (order, a) => await api.POST('/api/work-orders/{id}/verify', {
      params: of(order),
      body: { version: order.version, ...texts(a, 'remarks'), passed: true }
    })
  },
  {
    step: 'verification.fail',
    keys: 'Alt+Shift+X',
    asks: [photos('verification'), { name: 'remarks', kind: 'text', needed: true }],
    send: async (order, a) => await api.POST('/api/work-orders/{id}/verify', {
      params: of(order),
      body: { version: order.version, ...texts(a, 'remarks'), passed: false }
    })
  },
  {
    step: 'case.close',
    keys: 'Alt+Shift+Z',
    asks: [{ name: 'result', kind: 'choice', choices: closingResults, words: 'order:result' }],
    send: async (order, a) => await api.POST('/api/work-orders/{id}/close', {
      params: of(order),
      body: { version: order.version, ...words(a, closingResults, 'result') }
    })
  },
  {
    step: 'checks.decide',
    keys: 'Alt+Shift+0',
    asks: [
      { name: 'verification', kind: 'choice', choices: checkDecisions, words: 'check' },
      { name: 'callback', kind: 'choice', choices: checkDecisions, words: 'check' },
      reason
    ],
    send: async (order, a) => await api.POST('/api/work-orders/{id}/checks', {
      params: of(order),
      body: { version: order.version, ...words(a, checkDecisions, 'verification', 'callback'), reason: text(a.reason) }
    })
  },
  {
    step: 'case.rework',
    keys: 'Alt+Shift+W',
    asks: [reason],
    send: sendReason('rework')
  },
  {
    step: 'case.reopen',
    keys: 'Alt+Shift+I',
    asks: [reason],
    send: sendReason('reopen')
  },
  {
    step: 'case.unmerge',
    keys: 'Alt+Shift+B',
    asks: [reason],
    send: sendReason('unmerge')
  },
  {
    step: 'case.urge',
    keys: 'Alt+Shift+U',
    asks: [reason],
    send: async (order, a) => await api.POST('/api/work-orders/{id}/urge', { params: of(order), body: { reason: text(a.reason) } })
  }
]
