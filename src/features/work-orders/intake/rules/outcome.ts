import type { IntakeOutcome, RejectOutcome } from '../../../../domain/work-order.ts'
import type { RejectReason } from '../../rules/order-facts.ts'

/** Numbers to which a call is handed live (即时转接); the agent stays until it is taken. */
export const liveNumbers = ['110', '119', '120', '122'] as const

/** What an outcome is not told without, and whether the shift leader alone decides on it. */
export interface OutcomeNeeds { leader: boolean, reason: boolean, body: boolean, evidence: boolean }

const needs: Record<IntakeOutcome, OutcomeNeeds> = {
  'direct-answer': { leader: false, reason: false, body: false, evidence: false },
  'live-transfer': { leader: false, reason: false, body: true, evidence: false },
  'statutory-way': { leader: false, reason: true, body: false, evidence: false },
  explained: { leader: true, reason: true, body: false, evidence: false },
  transferred: { leader: true, reason: false, body: true, evidence: false },
  clue: { leader: true, reason: false, body: true, evidence: true }
}

export const outcomeNeeds = (outcome: IntakeOutcome): OutcomeNeeds => needs[outcome]

/** 告知法定途径, where the law has another way; 解释说明, where the matter itself forbids it. */
const ofReason: Record<RejectReason, RejectOutcome> = {
  litigation: 'statutory-way',
  arbitration: 'statutory-way',
  'discipline-inspection': 'statutory-way',
  'administrative-reconsideration': 'statutory-way',
  'information-disclosure': 'statutory-way',
  'petition-under-way': 'statutory-way',
  'state-secret': 'explained',
  'commercial-secret': 'explained',
  privacy: 'explained',
  'against-public-order': 'explained'
}

export const outcomeOf = (reason: RejectReason): RejectOutcome => ofReason[reason]
