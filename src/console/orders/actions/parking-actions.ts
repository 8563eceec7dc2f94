import { api } from '../../api/client.ts'
import { wordOf } from '../../api/closed-lists.ts'
import { parkingReasons } from '../order-lists.ts'
import { lastOf, of, sendDecision, sendReason, type Action } from './action.ts'
import { needed, text, texts } from './answers.ts'
import { reason } from './asks.ts'

/** 挂账: a unit asks, the level above it decides, a complainant objects at the Centre. */
export const parkingActions: readonly Action[] = [
  {
    step: 'park.approve',
    keys: 'Alt+Shift+V',
    about: lastOf('park.ask'),
    asks: [{ name: 'decision', kind: 'text' }],
    send: async (order, a) => await api.POST('/api/work-orders/{id}/approve-parking', {
      params: of(order),
      body: { version: order.version, ...texts(a, 'decision') }
    })
  },
  {
    step: 'park.refuse',
    keys: 'Alt+Shift+F',
    about: lastOf('park.ask'),
    asks: [{ name: 'decision', kind: 'text', needed: true }],
    send: sendDecision('refuse-parking')
  },
  {
    step: 'park.end',
    keys: 'Alt+Shift+W',
    asks: [reason],
    send: sendReason('end-parking')
  },
  {
    step: 'park.object',
    keys: 'Alt+Shift+C',
    asks: [{ ...reason, word: 'parkingObjection' }],
    send: sendReason('object-to-parking')
  },
  {
    step: 'park.ask',
    keys: 'Alt+Shift+Z',
    asks: [
      { name: 'reason', kind: 'choice', needed: true, choices: parkingReasons, words: 'order:parking', word: 'parkingReason' },
      { name: 'plan', kind: 'text', needed: true },
      { name: 'unitId', kind: 'unit', needed: true, word: 'leaderUnit' },
      { name: 'personId', kind: 'person', needed: true, word: 'leader' },
      { name: 'until', kind: 'moment', needed: true, word: 'parkedUntil' }
    ],
    begin: order => ({ unitId: order.lead?.id }),
    send: async (order, a) => await api.POST('/api/work-orders/{id}/park', {
      params: of(order),
      body: {
        version: order.version,
        reason: needed(wordOf(parkingReasons, a.reason)),
        plan: text(a.plan),
        leaderId: text(a.personId),
        until: text(a.until)
      }
    })
  }
]
