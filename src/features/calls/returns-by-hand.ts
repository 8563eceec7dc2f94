import type { Queryable, Tx } from '../../db/database.ts'
import type { Dialler } from '../../dialler/dialler-types.ts'
import { bind } from '../../domain/bind.ts'
import type { LegOutcome } from '../../domain/telephone/legs.ts'
import { appendEntries, channelsWith, numberOfLeg } from './calls-store.ts'
import { callToReturn, endReturns, giveReturnToPerson } from './missed-call-store.ts'
import type { AnsweredCall } from './calls-events.ts'
import type { MissedCalls } from './missed-calls.ts'
import type { CallEntry } from './rules/call.ts'
import { spokenSeconds, talkOf, tryOutcomeOf, type Talk } from './rules/return-by-hand.ts'

export interface RungByHand {
  legId: string
  /** the person's login */
  by: string
  outcome: LegOutcome
  at: Date
  /** they rang the citizen for a call, not for an order */
  forCall: boolean
}

/** A citizen has answered a person's call. */
export interface AnsweredByHand {
  legId: string
  /** the person's telephone of the exchange; null: one of their own */
  extension: string | null
  at: Date
  forCall: boolean
}

/**
 * What a person's call to a citizen makes of the citizen's open return (漏接回拨). Once it is answered the machine rings no more, nor into
 * the talk. Once it is over the return is reached, or stays a person's (待人工回拨) with a trace.
 */
export interface ReturnsByHand {
  answered: (tx: Tx, rung: AnsweredByHand) => Promise<void>
  over: (tx: Tx, rung: RungByHand) => Promise<void>
}

interface ReturnsByHandOptions {
  dialler: Pick<Dialler, 'cancel'>
  settle: MissedCalls['settle']
  /** a person speaks with a citizen about no order yet: what is taken down begins. @returns lines for the call's timeline */
  begun: (tx: Tx, calls: readonly AnsweredCall[]) => Promise<CallEntry[]>
}

async function answered (
  { dialler, begun }: ReturnsByHandOptions, tx: Tx, { legId, extension, at, forCall }: AnsweredByHand
): Promise<void> {
  const number = await numberOfLeg(tx, legId)
  if (number === null) return
  if (forCall && extension !== null) {
    appendEntries(tx, await begun(tx, [{ callId: legId, extension, ...number, did: null, service: null, at }]))
  }
  const given = await giveReturnToPerson(tx, number.numberHash, at)
  if (given === null) return
  appendEntries(tx, [{ callId: given.callId, at, kind: 'missed-call-return', actor: 'system', detail: { byPerson: true }, row: null }])
  await dialler.cancel(tx, [given.requestId], 'a person has rung the caller')
}

async function talkOn (q: Queryable, legId: string, now: Date): Promise<Talk | null> {
  const channels = await channelsWith(q, legId)
  const citizen = channels.find(c => c.uniqueId === legId)
  return citizen ? talkOf(citizen, channels, now) : null
}

async function over ({ dialler, settle }: ReturnsByHandOptions, tx: Tx, { legId, by, outcome, at, forCall }: RungByHand): Promise<void> {
  const number = await numberOfLeg(tx, legId)
  if (number === null) return
  const { numberHash } = number
  const talk = await talkOn(tx, legId, at)
  // Reached since the talk began: left alone after it, the citizen was promised another call.
  if (talk !== null && talk.seconds >= spokenSeconds) await settle(tx, [{ callId: legId, numberHash, at: talk.from, calledAgain: false }])
  const callId = await callToReturn(tx, numberHash)
  if (callId === null) return
  const tried = tryOutcomeOf[outcome]
  if (forCall) {
    const seconds = talk ?? (tried === 'answered' ? { seconds: 0 } : null)
    const detail = { byPerson: true, outcome: tried, ...(seconds && { seconds: Math.round(seconds.seconds) }) }
    appendEntries(tx, [{ callId, at, kind: 'missed-call-return', actor: by, detail, row: null }])
  }
  if (tried !== 'unallocated') return
  const requests = await endReturns(tx, [numberHash], 'not-reached', at)
  if (requests.length > 0) await dialler.cancel(tx, requests, 'there is no such number')
}

export const createReturnsByHand = (context: ReturnsByHandOptions): ReturnsByHand => bind(context, { answered, over })
