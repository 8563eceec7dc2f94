import { api } from '../../api/client.ts'
import { wordOf } from '../../api/closed-lists.ts'
import { objectionCodes } from '../order-lists.ts'
import { basisOf, lastOf, of, sendDecision, statutory, type Action } from './action.ts'
import { needed, text } from './answers.ts'
import { basis, reason } from './asks.ts'

/** 派单异议: a unit objects to having the order, and another than the dispatcher decides. */
export const objectionActions: readonly Action[] = [
  {
    step: 'objection.uphold',
    keys: 'Alt+Shift+Y',
    about: lastOf('objection.ask'),
    asks: [{ name: 'unitId', kind: 'unit', needed: true }, ...basis, { name: 'decision', kind: 'text', needed: true }],
    begin: statutory,
    send: async (order, a) => await api.POST('/api/work-orders/{id}/uphold-objection', {
      params: of(order),
      body: { version: order.version, unitId: text(a.unitId), ...basisOf(a), decision: text(a.decision) }
    })
  },
  {
    step: 'objection.refuse',
    keys: 'Alt+Shift+K',
    about: lastOf('objection.ask'),
    asks: [{ name: 'decision', kind: 'text', needed: true }],
    send: sendDecision('refuse-objection')
  },
  {
    step: 'objection.ask',
    keys: 'Alt+Shift+I',
    asks: [
      { name: 'code', kind: 'choice', needed: true, choices: objectionCodes, words: 'order:objection', word: 'objectionCode' },
      reason,
      { name: 'evidence', kind: 'text', needed: true, word: 'objectionEvidence' }
    ],
    send: async (order, a) => await api.POST('/api/work-orders/{id}/object', {
      params: of(order),
      body: {
        version: order.version, code: needed(wordOf(objectionCodes, a.code)), reason: text(a.reason), evidence: text(a.evidence)
      }
    })
  }
]
