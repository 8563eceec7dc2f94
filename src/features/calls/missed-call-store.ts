import type { Queryable, Tx } from '../../db/database.ts'

/** Of these numbers: which are being rung back already, and when each was last answered since this time; `at` null: is being rung. */
export async function returnsAndAnswers (
  q: Queryable, hashes: readonly Buffer[], since: Date
): Promise<Array<{ hash: string, at: Date | null }>> {
  return await q.query<{ hash: string, at: Date | null }>(`
    select encode(number_hash, 'hex') hash, null::timestamptz at from missed_call_return where state = 'open' and number_hash = any($1)
    union all select encode(number_hash, 'hex'), max(answered_at) from call where number_hash = any($1) and answered_at >= $2
      and (answered_by is not null or purpose = 'manual')
    group by number_hash`, [hashes, since])
}

/** `requestId` null: the dialler does not ring this number */
export function insertReturn (tx: Tx, { callId, numberHash, requestId, at }: {
  callId: string, numberHash: Buffer, requestId: string | null, at: Date
}): void {
  tx.write(`insert into missed_call_return (call_id, number_hash, request_id, state, requested_at) values ($1, $2, $3, $4, $5)
    on conflict (call_id) do update set request_id = excluded.request_id, state = excluded.state, requested_at = excluded.requested_at,
      finished_at = null, by_person_since = null where missed_call_return.state <> 'open'`,
  [callId, numberHash, requestId, requestId === null ? 'not-dialled' : 'open', at])
}

/** These callers found nobody once more: an open return is asked for anew, and no talk before that settles it. */
export function renewReturns (tx: Tx, missed: ReadonlyArray<{ numberHash: Buffer, at: Date }>): void {
  tx.write(`update missed_call_return m set requested_at = r.at from unnest($1::bytea[], $2::timestamptz[]) r(hash, at)
    where m.number_hash = r.hash and m.state = 'open' and m.requested_at < r.at`, [missed.map(m => m.numberHash), missed.map(m => m.at)])
}

/** These callers are with us, or called again. @returns the requests of their returns */
export async function settleReturns (
  tx: Tx, calls: ReadonlyArray<{ numberHash: Buffer, at: Date, calledAgain: boolean }>
): Promise<string[]> {
  const settled = await tx.query<{ requestId: string | null }>(`
    update missed_call_return m set state = case when s.again then 'called-again' else 'reached' end, finished_at = s.at
    from (select distinct on (hash) * from unnest($1::bytea[], $2::timestamptz[], $3::boolean[]) s(hash, at, again) order by hash, at) s
    where m.number_hash = s.hash and m.state = 'open' and m.requested_at <= s.at returning m.request_id "requestId"`,
  [calls.map(c => c.numberHash), calls.map(c => c.at), calls.map(c => c.calledAgain)])
  return settled.flatMap(s => s.requestId ?? [])
}

/**
 * Ends this number's open returns: it is turned away and not dialled, or it does not exist and is not reached.
 * @returns the machine's requests of them
 */
export async function endReturns (
  tx: Tx, numberHashes: readonly Buffer[], state: 'not-dialled' | 'not-reached', at: Date
): Promise<string[]> {
  const ended = await tx.query<{ requestId: string | null }>(`update missed_call_return set state = $2, finished_at = $3
    where number_hash = any($1::bytea[]) and state = 'open' returning request_id "requestId"`, [numberHashes, state, at])
  return ended.flatMap(e => e.requestId ?? [])
}

export interface OpenReturn { callId: string, numberSealed: Buffer | null, numberHash: Buffer, requestId: string, inVain: number }

export async function openReturns (q: Queryable, requestIds: readonly string[]): Promise<OpenReturn[]> {
  return await q.query<OpenReturn>(`
    select m.call_id "callId", c.number_sealed "numberSealed", m.number_hash "numberHash", m.request_id "requestId", m.in_vain "inVain"
      from missed_call_return m join call c on c.id = m.call_id where m.request_id = any($1::uuid[]) and m.state = 'open'`, [requestIds])
}

/** The machine rings no more: the return stays open for a person. */
export function leaveReturnToPerson (tx: Tx, { callId, inVain, since }: { callId: string, inVain: number, since: Date }): void {
  tx.write('update missed_call_return set request_id = null, in_vain = $3, by_person_since = $2 where call_id = $1',
    [callId, since, inVain])
}

/** A person has rung this citizen, who answered: from now on the return is a person's. @returns the request that the machine had made */
export async function giveReturnToPerson (tx: Tx, numberHash: Buffer, since: Date): Promise<{ callId: string, requestId: string } | null> {
  const [given] = await tx.query<{ callId: string, requestId: string }>(`
    with machines as (select call_id, request_id from missed_call_return
        where number_hash = $1 and state = 'open' and request_id is not null for update)
    update missed_call_return m set request_id = null, by_person_since = $2 from machines o where m.call_id = o.call_id
    returning m.call_id "callId", o.request_id "requestId"`, [numberHash, since])
  return given ?? null
}

/** The call whose caller waits for a return; null: none does. */
export async function callToReturn (q: Queryable, numberHash: Buffer): Promise<string | null> {
  const [open] = await q.query<{ callId: string }>(
    'select call_id "callId" from missed_call_return where number_hash = $1 and state = \'open\'', [numberHash])
  return open?.callId ?? null
}

export function markNotDialled (tx: Tx, callId: string, at: Date): void {
  tx.write('update missed_call_return set state = \'not-dialled\', finished_at = $2 where call_id = $1', [callId, at])
}

/** Another request rings this caller. */
export function ringAgain (tx: Tx, callId: string, requestId: string): void {
  tx.write('update missed_call_return set request_id = $2, in_vain = in_vain + 1 where call_id = $1', [callId, requestId])
}

/** The dialler rang in vain. */
export function markNotReached (tx: Tx, over: ReadonlyArray<{ requestId: string, at: Date }>): void {
  tx.write(`update missed_call_return m set state = 'not-reached', finished_at = f.at
    from unnest($1::uuid[], $2::timestamptz[]) f(request_id, at)
    where m.request_id = f.request_id and m.state = 'open'`,
  [over.map(f => f.requestId), over.map(f => f.at)])
}

/** Returns left to a person more than these days ago end as not reached. */
export async function endReturnsOfPersons (q: Queryable, now: Date, days: number): Promise<void> {
  await q.query(`update missed_call_return set state = 'not-reached', finished_at = $1
    where state = 'open' and by_person_since < $1::timestamptz - make_interval(days => $2)`, [now, days])
}
