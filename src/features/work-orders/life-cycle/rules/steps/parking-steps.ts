import type { OrderEventType } from '../../../rules/order-facts.ts'
import { reasoned } from '../life-cycle-guards.ts'
import { leaderOfLine, notOwnParking, oneLevelUp, parksLeft, parkWithin, planned } from '../parking-guards.ts'
import type { Step } from '../step.ts'
import { centre, handling, parkable, parked, parkedStates, parkingAsked } from './states-and-roles.ts'

/** They decide one level above the unit. */
const deciders = ['SUPERVISOR', 'SUBCENTRE_OPERATOR'] as const

/** 挂账: a record beside the state. The unit asks, the level above decides, and its day brings the order back. */
export const parkingSteps = {
  'park.ask': {
    from: parkable,
    to: 'same',
    who: handling,
    scope: 'lead',
    when: order => !parkingAsked(order),
    guards: [planned, leaderOfLine, parkWithin, parksLeft],
    effects: []
  },
  'park.approve': {
    from: parkable,
    to: 'same',
    who: deciders,
    scope: 'above',
    when: parkingAsked,
    guards: [oneLevelUp, notOwnParking, parkWithin],
    effects: ['pause-handling-clock']
  },
  'park.refuse': {
    from: parkedStates,
    to: 'same',
    who: deciders,
    scope: 'above',
    when: parkingAsked,
    guards: [oneLevelUp, notOwnParking, reasoned],
    effects: []
  },
  // The citizen objects to it at the Centre; that the order goes on at once is decided apart.
  'park.object': {
    from: parkedStates,
    to: 'same',
    who: [...centre, 'AGENT', 'CALLBACK_OFFICER', 'SUPERVISOR'],
    scope: 'any',
    when: parked,
    guards: [reasoned],
    effects: []
  },
  'park.end': {
    from: parkedStates,
    to: 'same',
    who: deciders,
    service: true,
    scope: 'above',
    when: parked,
    guards: [oneLevelUp, reasoned],
    effects: ['end-parking']
  }
} satisfies Partial<Record<OrderEventType, Step>>
