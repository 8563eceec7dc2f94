import type { OrderEventType } from '../../../rules/order-facts.ts'
import * as guards from '../life-cycle-guards.ts'
import type { Step } from '../step.ts'
import { centre, extensionAsked, handled, handling, inHand, open, toBeSeen } from './states-and-roles.ts'

/** What moves the order nowhere: co-handlers' parts, 催办, 延期 and photos. */
export const besideSteps = {
  'co.sign': { from: handled, to: 'same', who: handling, scope: 'co', co: ['dispatched'], guards: [], effects: [] },
  'co.arrive': { from: handled, to: 'same', who: handling, scope: 'co', co: ['dispatched', 'signed'], guards: [], effects: [] },
  'co.report': {
    from: handled, to: 'same', who: handling, scope: 'co', co: ['dispatched', 'signed', 'on-site', 'handling'], guards: [], effects: []
  },

  // 催办 moves nothing: it is counted, shown, and told to the unit that has the order.
  'case.urge': {
    from: open.filter(s => s !== 'DRAFT'),
    to: 'same',
    who: [...centre, 'AGENT', 'SUPERVISOR', 'CALLBACK_OFFICER', 'SUBCENTRE_OPERATOR'],
    scope: 'above',
    guards: [guards.notJustUrged],
    effects: []
  },
  // 延期
  'extension.request': {
    from: inHand,
    to: 'same',
    who: handling,
    scope: 'lead',
    when: order => !extensionAsked(order),
    guards: [guards.reasoned, guards.extensionPossible],
    effects: []
  },
  'extension.grant': {
    from: inHand,
    to: 'same',
    who: [...centre, 'SUPERVISOR'],
    scope: 'any',
    when: extensionAsked,
    guards: [guards.extensionWithin],
    effects: ['extend-handling-clock']
  },
  'extension.refuse': {
    from: inHand, to: 'same', who: [...centre, 'SUPERVISOR'], scope: 'any', when: extensionAsked, guards: [guards.reasoned], effects: []
  },
  'photo.add': { from: [...handled, 'REPORTED'], to: 'same', who: handling, scope: 'part', guards: [], effects: [] },
  'photo.verify': { from: ['VERIFYING'], to: 'same', who: ['VERIFIER'], scope: 'outside', when: toBeSeen, guards: [], effects: [] }
} satisfies Partial<Record<OrderEventType, Step>>
