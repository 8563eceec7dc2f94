import { api } from '../../api/client.ts'
import { askedAt, of, sendDecision, type Action } from './action.ts'
import { text, texts } from './answers.ts'
import { extensionSpan, reason } from './asks.ts'

/** 延期: the unit asks for more time. */
export const askExtension: Action = {
  step: 'extension.request',
  keys: 'Alt+Shift+E',
  asks: [{ name: 'until', kind: 'moment', needed: true, span: extensionSpan }, reason],
  send: async (order, a) => await api.POST('/api/work-orders/{id}/request-extension', {
    params: of(order),
    body: { version: order.version, until: text(a.until), reason: text(a.reason) }
  })
}

/** What is decided about it. */
export const extensionDecisions: readonly Action[] = [
  {
    step: 'extension.grant',
    keys: 'Alt+Shift+G',
    about: askedAt,
    asks: [{ name: 'until', kind: 'moment', needed: true, span: extensionSpan }, { name: 'decision', kind: 'text' }],
    begin: order => ({ until: order.extension.asked?.wantedAt }),
    send: async (order, a) => await api.POST('/api/work-orders/{id}/grant-extension', {
      params: of(order),
      body: { version: order.version, ...texts(a, 'until', 'decision') }
    })
  },
  {
    step: 'extension.refuse',
    keys: 'Alt+Shift+J',
    about: askedAt,
    asks: [{ name: 'decision', kind: 'text', needed: true }],
    send: sendDecision('refuse-extension')
  }
]
