import type { Queryable, Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { Dialler, LegEvent, LegListener } from '../../dialler/dialler-types.ts'
import { bind } from '../../domain/bind.ts'
import { DomainError } from '../../domain/errors.ts'
import { legPriority } from '../../domain/telephone/legs.ts'
import { attemptPolicyAt, named, type AttemptPolicies, type PolicyOf } from '../../policy/rules/attempt-policy.ts'
import type { MissedCall, SettledCall } from './calls-events.ts'
import { appendEntries } from './calls-store.ts'
import type { CallEntry } from './rules/call.ts'

// The returned citizen is handed to an agent: the bound is a long conversation's, not a script's.
const talkSeconds = 7200

export interface MissedCallsOptions {
  dialler: Pick<Dialler, 'request' | 'cancel'>
  sealing: Sealing
  attempts: () => Promise<AttemptPolicies>
}

/**
 * Missed-call return (漏接回拨): a citizen whom nobody answered, or who was left waiting, is rung back until a person speaks with him, or as
 * often as the attempt policy says. A round in which he pressed 1 and found nobody is ours, and none of his; after as many of these as the
 * policy has attempts the machine rings no more, and a person is to ring (待人工回拨).
 */
export interface MissedCalls {
  /** Asks the dialler to ring these callers back; leaves out callers who already wait for it or were answered since. */
  request: (tx: Tx, missed: readonly MissedCall[]) => Promise<CallEntry[]>
  /** These citizens need no return any more. */
  settle: (tx: Tx, calls: readonly SettledCall[]) => Promise<void>
  /** This number is turned away: nor do we ring it. */
  withdraw: (tx: Tx, numberHash: Buffer, at: Date) => Promise<void>
  listener: LegListener
}

type Policy = PolicyOf<'missed-call'>

const willBeRung = (callId: string, request: string, policy: Policy, at: Date): CallEntry =>
  ({ callId, at, kind: 'missed-call-return', actor: 'system', detail: { request, ...named(policy) }, row: null })

/** @param before the return in which he found nobody */
async function dial (
  { dialler, sealing }: MissedCallsOptions, tx: Tx, call: MissedCall, policy: Policy, before?: Pick<LegEvent, 'requestId' | 'attempt'>
): Promise<string | null> {
  const delay = before ? policy.gapSeconds : call.lost ? 0 : policy.delaySeconds
  try {
    const [request] = await dialler.request(tx, {
      key: `missed-call-${before ? `after-${before.requestId}` : call.callId}`,
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
  const done = await tx.query<{ hash: string, at: Date | null }>(`
    select encode(number_hash, 'hex') hash, null::timestamptz at from missed_call_return where state = 'open' and number_hash = any($1)
    union all select encode(number_hash, 'hex'), max(answered_at) from call where number_hash = any($1) and answered_at >= $2
      and (answered_by is not null or purpose = 'manual')
    group by number_hash`,
  [hashes, missed.reduce((first, m) => m.at < first ? m.at : first, missed[0]?.at ?? new Date(0))])
  const taken = new Set(done.filter(d => d.at === null).map(d => d.hash))
  const answered = new Map(done.flatMap(({ hash, at }) => at === null ? [] : [[hash, at] as const]))
  const entries: CallEntry[] = []
  const policies = await context.attempts()
  for (const call of missed) {
    const hash = call.numberHash.toString('hex')
    const spoke = answered.get(hash)
    if (taken.has(hash) || (spoke && spoke >= call.at)) continue
    taken.add(hash)
    const policy = attemptPolicyAt(policies, 'missed-call', call.at)
    const requestId = await dial(context, tx, call, policy)
    tx.write(`insert into missed_call_return (call_id, number_hash, request_id, state, requested_at) values ($1, $2, $3, $4, $5)
      on conflict (call_id) do nothing`,
    [call.callId, call.numberHash, requestId, requestId === null ? 'not-dialled' : 'open', call.at])
    if (requestId !== null) entries.push(willBeRung(call.callId, requestId, policy, call.at))
  }
  return entries
}

async function settle ({ dialler }: MissedCallsOptions, tx: Tx, calls: readonly SettledCall[]): Promise<void> {
  const settled = await tx.query<{ requestId: string | null }>(`
    update missed_call_return m set state = case when s.again then 'called-again' else 'reached' end, finished_at = s.at
    from (select distinct on (hash) * from unnest($1::bytea[], $2::timestamptz[], $3::boolean[]) s(hash, at, again) order by hash, at) s
    where m.number_hash = s.hash and m.state = 'open' and m.requested_at <= s.at returning m.request_id "requestId"`,
  [calls.map(c => c.numberHash), calls.map(c => c.at), calls.map(c => c.calledAgain)])
  const requests = settled.flatMap(s => s.requestId ?? [])
  if (requests.length > 0) await dialler.cancel(tx, requests, 'the caller is with us, or has been answered')
}

async function withdraw ({ dialler }: MissedCallsOptions, tx: Tx, numberHash: Buffer, at: Date): Promise<void> {
  const open = await tx.query<{ requestId: string | null }>(`update missed_call_return set state = 'not-dialled', finished_at = $2
    where number_hash = $1 and state = 'open' returning request_id "requestId"`, [numberHash, at])
  const requests = open.flatMap(o => o.requestId ?? [])
  if (requests.length > 0) await dialler.cancel(tx, requests, 'the number is turned away')
}

/** The machine rings no more: the return stays open for a person. */
function leaveToPerson (tx: Tx, callId: string, policy: Policy, at: Date): void {
  tx.write('update missed_call_return set request_id = null, in_vain = in_vain + 1, by_person_since = $2 where call_id = $1', [callId, at])
  appendEntries(tx, [{ callId, at, kind: 'missed-call-return', actor: 'system', detail: { byPerson: true, ...named(policy) }, row: null }])
}

/** He pressed 1, and nobody has spoken with him: he has heard that we ring back. */
async function dialAgain (context: MissedCallsOptions, tx: Tx, pressed: ReadonlyArray<LegEvent & { kind: 'finished' }>): Promise<void> {
  const open = await tx.query<{
    callId: string, numberSealed: Buffer | null, numberHash: Buffer, requestId: string, inVain: number
  }>(`
    select m.call_id "callId", c.number_sealed "numberSealed", m.number_hash "numberHash", m.request_id "requestId", m.in_vain "inVain"
      from missed_call_return m join call c on c.id = m.call_id where m.request_id = any($1::uuid[]) and m.state = 'open'`,
  [pressed.map(e => e.requestId)])
  if (open.length === 0) return
  const policies = await context.attempts()
  for (const { requestId: asked, numberSealed, inVain, ...call } of open) {
    const before = pressed.find(e => e.requestId === asked)
    if (!before) continue
    const policy = attemptPolicyAt(policies, 'missed-call', before.at)
    if (inVain + 1 >= policy.attempts) {
      leaveToPerson(tx, call.callId, policy, before.at)
      continue
    }
    const requestId = numberSealed === null
      ? null
      : await dial(context, tx, { ...call, numberSealed, lost: false, at: before.at }, policy, before)
    if (requestId === null) {
      tx.write('update missed_call_return set state = \'not-dialled\', finished_at = $2 where call_id = $1', [call.callId, before.at])
      continue
    }
    tx.write('update missed_call_return set request_id = $2, in_vain = in_vain + 1 where call_id = $1', [call.callId, requestId])
    appendEntries(tx, [willBeRung(call.callId, requestId, policy, before.at)])
  }
}

/** The dialler says how the returns ended. */
async function hear (context: MissedCallsOptions, tx: Tx, events: readonly LegEvent[]): Promise<void> {
  const finished = events.filter((e): e is LegEvent & { kind: 'finished' } => e.kind === 'finished')
  const pressed = finished.filter(f => f.outcome === 'confirmed' && !f.takenBack)
  if (pressed.length > 0) await dialAgain(context, tx, pressed)
  const over = finished.filter(f => !pressed.includes(f))
  if (over.length === 0) return
  tx.write(`update missed_call_return m set state = 'not-reached', finished_at = f.at
    from unnest($1::uuid[], $2::timestamptz[]) f(request_id, at)
    where m.request_id = f.request_id and m.state = 'open'`,
  [over.map(f => f.requestId), over.map(f => f.at)])
}

/** Days for which a return is left to a person; then it ends as not reached. */
export const personsDays = 7

/** Ends returns that no person has made in that time. */
export async function endOldReturns (q: Queryable, now: Date): Promise<void> {
  await q.query(`update missed_call_return set state = 'not-reached', finished_at = $1
    where state = 'open' and by_person_since < $1::timestamptz - make_interval(days => $2)`, [now, personsDays])
}

export function createMissedCalls (context: MissedCallsOptions): MissedCalls {
  return { ...bind(context, { request, settle, withdraw }), listener: { purpose: 'missed-call', ...bind(context, { hear }) } }
}
