import type { Queryable, Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { Dialler, LegEvent, LegListener } from '../../dialler/dialler-types.ts'
import { bind } from '../../domain/bind.ts'
import { DomainError } from '../../domain/errors.ts'
import { legPriority } from '../../domain/telephone/legs.ts'
import { attemptPolicyAt, named, type AttemptPolicies, type PolicyOf } from '../../policy/rules/attempt-policy.ts'
import type { MissedCall, SettledCall } from './calls-events.ts'
import { appendEntries } from './calls-store.ts'
import {
  endReturns, endReturnsOfPersons, insertReturn, leaveReturnToPerson, markNotDialled, markNotReached, openReturns, renewReturns,
  returnsAndAnswers, ringAgain, settleReturns, type OpenReturn
} from './missed-call-store.ts'
import { afterReturn } from './rules/after-return.ts'
import type { CallEntry } from './rules/call.ts'

// The returned citizen is handed to an agent: the bound is a long conversation's, not a script's.
const talkSeconds = 7200

export interface MissedCallsOptions {
  dialler: Pick<Dialler, 'request' | 'cancel'>
  sealing: Sealing
  attempts: () => Promise<AttemptPolicies>
}

/**
 * Missed-call return (漏接回拨): we ring back a citizen who was not answered or was left waiting. It ends when a person speaks with them, or
 * with the attempts of the policy. A round in which the citizen pressed 1 and found nobody is our fault, and no attempt. After as many of
 * these as the policy has attempts the machine rings no more, and a person is to ring (待人工回拨). So it is where each call of a return
 * failed on our side.
 */
export interface MissedCalls {
  /** Asks the dialler to ring these callers back; leaves out callers who already wait for it or were answered since. */
  request: (tx: Tx, missed: readonly MissedCall[]) => Promise<CallEntry[]>
  /** These citizens need no return any more. */
  settle: (tx: Tx, calls: readonly SettledCall[]) => Promise<void>
  /** This number is turned away: nor do we ring it. */
  withdraw: (tx: Tx, numberHashes: readonly Buffer[], at: Date) => Promise<void>
  listener: LegListener
}

type Policy = PolicyOf<'missed-call'>

const willBeRung = (callId: string, request: string, policy: Policy, at: Date): CallEntry =>
  ({ callId, at, kind: 'missed-call-return', actor: 'system', detail: { request, ...named(policy) }, row: null })

/** @param before the return in which the citizen found nobody */
async function dial (
  { dialler, sealing }: MissedCallsOptions, tx: Tx, call: MissedCall, policy: Policy, before?: Pick<LegEvent, 'requestId' | 'attempt'>
): Promise<string | null> {
  const delay = before ? policy.gapSeconds : call.lost ? 0 : policy.delaySeconds
  try {
    const [request] = await dialler.request(tx, {
      // A call that went on after all may end with nobody once more.
      key: `missed-call-${before ? `after-${before.requestId}` : `${call.callId}-${call.at.getTime()}`}`,
      purpose: 'missed-call',
      priority: legPriority.automated,
      // A caller we cut off goes first, and at once: it was not the caller who hung up.
      order: call.lost ? -1 : 0,
      subject: `call:${call.callId}`,
      numbers: [sealing.openNumber(call.numberSealed)],
      attempts: Math.max(1, policy.attempts - (before ? before.attempt - 1 : 0)),
      gapSeconds: policy.gapSeconds,
      ringSeconds: policy.ringSeconds,
      talkSeconds,
      script: { name: 'return', variables: {} },
      notBefore: new Date(call.at.getTime() + delay * 1000),
      windows: policy.windows
    })
    return request?.requestId ?? null
  } catch (error) {
    // A caller who asked never to be rung: the journal goes on.
    if (error instanceof DomainError) return null
    throw error
  }
}

async function request (context: MissedCallsOptions, tx: Tx, missed: readonly MissedCall[]): Promise<CallEntry[]> {
  const hashes = missed.map(m => m.numberHash)
  const done = await returnsAndAnswers(tx, hashes, missed.reduce((first, m) => m.at < first ? m.at : first, missed[0]?.at ?? new Date(0)))
  const taken = new Set(done.filter(d => d.at === null).map(d => d.hash))
  const answered = new Map(done.flatMap(({ hash, at }) => at === null ? [] : [[hash, at] as const]))
  const entries: CallEntry[] = []
  const again: MissedCall[] = []
  const policies = await context.attempts()
  for (const call of missed) {
    const hash = call.numberHash.toString('hex')
    const spoke = answered.get(hash)
    if (taken.has(hash)) again.push(call)
    if (taken.has(hash) || (spoke && spoke >= call.at)) continue
    taken.add(hash)
    const policy = attemptPolicyAt(policies, 'missed-call', call.at)
    const requestId = await dial(context, tx, call, policy)
    insertReturn(tx, { ...call, requestId })
    if (requestId !== null) entries.push(willBeRung(call.callId, requestId, policy, call.at))
  }
  if (again.length > 0) renewReturns(tx, again)
  return entries
}

async function settle ({ dialler }: MissedCallsOptions, tx: Tx, calls: readonly SettledCall[]): Promise<void> {
  const requests = await settleReturns(tx, calls)
  if (requests.length > 0) await dialler.cancel(tx, requests, 'the caller is with us, or has been answered')
}

async function withdraw ({ dialler }: MissedCallsOptions, tx: Tx, numberHashes: readonly Buffer[], at: Date): Promise<void> {
  const requests = await endReturns(tx, numberHashes, 'not-dialled', at)
  if (requests.length > 0) await dialler.cancel(tx, requests, 'the number is turned away')
}

/** The machine rings no more: the return stays open for a person. `inVain`: returns in which the citizen found nobody. */
function leaveToPerson (tx: Tx, { callId, inVain }: Pick<OpenReturn, 'callId' | 'inVain'>, policy: Policy, at: Date): void {
  leaveReturnToPerson(tx, { callId, inVain, since: at })
  appendEntries(tx, [{ callId, at, kind: 'missed-call-return', actor: 'system', detail: { byPerson: true, ...named(policy) }, row: null }])
}

type Finished = LegEvent & { kind: 'finished' }

/** The citizens pressed 1, and nobody has spoken with them: they have heard that we ring back. */
async function dialAgain (context: MissedCallsOptions, tx: Tx, pressed: readonly Finished[]): Promise<void> {
  const open = await openReturns(tx, pressed.map(e => e.requestId))
  if (open.length === 0) return
  const policies = await context.attempts()
  for (const { requestId: asked, numberSealed, inVain, ...call } of open) {
    const before = pressed.find(e => e.requestId === asked)
    if (!before) continue
    const policy = attemptPolicyAt(policies, 'missed-call', before.at)
    if (inVain + 1 >= policy.attempts) {
      leaveToPerson(tx, { callId: call.callId, inVain: inVain + 1 }, policy, before.at)
      continue
    }
    const requestId = numberSealed === null
      ? null
      : await dial(context, tx, { ...call, numberSealed, lost: false, at: before.at }, policy, before)
    if (requestId === null) {
      markNotDialled(tx, call.callId, before.at)
      continue
    }
    ringAgain(tx, call.callId, requestId)
    appendEntries(tx, [willBeRung(call.callId, requestId, policy, before.at)])
  }
}

/** Each call failed on our side, as often as the policy has rounds: the citizens were promised a call. */
async function leaveToPersons (context: MissedCallsOptions, tx: Tx, failed: readonly Finished[]): Promise<void> {
  const open = await openReturns(tx, failed.map(e => e.requestId))
  if (open.length === 0) return
  const policies = await context.attempts()
  for (const of of open) {
    const at = failed.find(e => e.requestId === of.requestId)?.at
    if (at) leaveToPerson(tx, of, attemptPolicyAt(policies, 'missed-call', at), at)
  }
}

/** The dialler says how the returns ended. */
async function hear (context: MissedCallsOptions, tx: Tx, events: readonly LegEvent[]): Promise<void> {
  const finished = events.filter((e): e is Finished => e.kind === 'finished')
  const { again = [], person = [], over = [] } = Object.groupBy(finished, afterReturn)
  if (again.length > 0) await dialAgain(context, tx, again)
  if (person.length > 0) await leaveToPersons(context, tx, person)
  if (over.length > 0) markNotReached(tx, over)
}

/** Days for which a return is left to a person; then it ends as not reached. */
export const personsDays = 7

/** Ends returns that no person has made in that time. */
export async function endOldReturns (q: Queryable, now: Date): Promise<void> {
  await endReturnsOfPersons(q, now, personsDays)
}

export function createMissedCalls (context: MissedCallsOptions): MissedCalls {
  return { ...bind(context, { request, settle, withdraw }), listener: { purpose: 'missed-call', ...bind(context, { hear }) } }
}
