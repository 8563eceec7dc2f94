import type { OrderEventType } from '../../../rules/order-facts.ts'
import * as guards from '../life-cycle-guards.ts'
import type { Step } from '../step.ts'
import { answerWaits, centre, toBeAnswered, toBeSeen } from './states-and-roles.ts'

/** From the accepted report to 结案, and back to work. */
export const closingSteps = {
  'report.accept': {
    from: ['REPORTED'],
    to: 'VERIFYING',
    who: [...centre, 'SUBCENTRE_OPERATOR'],
    scope: 'above',
    guards: [],
    effects: ['open-verification', 'schedule-callback', 'close-if-complete']
  },
  'report.send-back': {
    from: ['REPORTED'],
    to: 'HANDLING',
    who: [...centre, 'SUBCENTRE_OPERATOR'],
    scope: 'above',
    guards: [guards.reasoned],
    effects: ['resume-handling-clock']
  },
  'answer.draft': {
    from: toBeAnswered,
    to: 'same',
    who: [...centre, 'SUBCENTRE_OPERATOR'],
    scope: 'above',
    reads: true,
    guards: [guards.replied],
    effects: []
  },
  'answer.review': {
    from: toBeAnswered,
    to: 'same',
    who: [...centre, 'CALLBACK_OFFICER', 'SUBCENTRE_OPERATOR'],
    scope: 'above',
    reads: true,
    when: answerWaits,
    guards: [guards.notOwnAnswer, guards.namesNobody],
    effects: ['close-if-complete']
  },
  'verification.pass': {
    from: ['VERIFYING'], to: 'same', who: ['VERIFIER'], scope: 'outside', when: toBeSeen, guards: [], effects: ['close-if-complete']
  },
  'verification.fail': {
    from: ['VERIFYING'], to: 'same', who: ['VERIFIER'], scope: 'outside', when: toBeSeen, guards: [guards.reasoned], effects: ['rework']
  },
  'callback.result': {
    from: ['VERIFYING'],
    to: 'same',
    who: ['CALLBACK_OFFICER', 'AGENT', 'SHIFT_LEADER'],
    service: true,
    scope: 'any',
    guards: [guards.sameCycle],
    effects: ['close-if-complete']
  },
  // What must be there before closing is settled with the report; changing it is a decision of its own.
  'checks.decide': {
    from: ['REPORTED', 'VERIFYING'],
    to: 'same',
    who: ['SHIFT_LEADER', 'SUPERVISOR'],
    scope: 'any',
    guards: [guards.reasoned, guards.checkCanChange],
    effects: ['close-if-complete']
  },
  'case.close': {
    from: ['VERIFYING'],
    to: 'CLOSED',
    who: [...centre, 'CALLBACK_OFFICER'],
    service: true,
    scope: 'any',
    guards: [guards.answeredAndVerified, guards.answerReviewed],
    effects: ['stop-all-clocks']
  },
  'case.rework': {
    from: ['VERIFYING'],
    to: 'REWORK',
    who: [...centre, 'CALLBACK_OFFICER', 'SUPERVISOR'],
    service: true,
    scope: 'any',
    guards: [guards.reasoned],
    effects: ['stop-unit-clocks', 'next-cycle', 'redispatch']
  },
  'case.reopen': {
    from: ['CLOSED'],
    to: 'REWORK',
    who: [...centre, 'CALLBACK_OFFICER', 'SUPERVISOR'],
    service: true,
    scope: 'any',
    guards: [guards.reasoned],
    effects: ['next-cycle', 'redispatch']
  }
} satisfies Partial<Record<OrderEventType, Step>>
