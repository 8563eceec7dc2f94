import type { Queryable } from '../../db/database.ts'
import type { TryOutcome } from './rules/return-by-hand.ts'

/** A person rang the citizen in vain. `by`: their login; `seconds`: how long both were on the line, null: nobody answered */
export interface ReturnTry { by: string, at: Date, outcome: TryOutcome, seconds: number | null }

/** `takenBy`: the login of the person who rings the citizen now */
export interface ReturnNow { takenBy: string | null, lastTry: ReturnTry | null }

/** Since when a person is to ring the caller of call `c` back (待人工回拨); null: nobody is. */
export const byHand = '(select m.by_person_since from missed_call_return m where m.call_id = c.id and m.state = \'open\')'

/** Whether the caller of call `c` is on the line with us now. */
export const onTheLine = `exists (select 1 from call l
  where l.number_hash = c.number_hash and l.ended_at is null and l.answered_at is not null)`

/** Who rings the callers of these calls now, and who rang them last. */
export async function returnsNow (q: Queryable, callIds: readonly string[]): Promise<(callId: string) => ReturnNow> {
  const [takers, tries] = await Promise.all([
    q.query<{ callId: string, login: string }>(
      `select c.id "callId", m.login from call c join manual_call_read m on m.number_hash = c.number_hash
        where c.id = any($1) order by m.requested_at`, [callIds]),
    q.query<ReturnTry & { callId: string }>(`
      select distinct on (call_id) call_id "callId", actor "by", at, detail->>'outcome' outcome, (detail->>'seconds')::int seconds
      from call_event where call_id = any($1) and kind = 'missed-call-return' and detail ? 'outcome' order by call_id, id desc`, [callIds])
  ])
  const lastTries = new Map(tries.map(({ callId, ...last }) => [callId, last]))
  return callId => ({ takenBy: takers.find(taker => taker.callId === callId)?.login ?? null, lastTry: lastTries.get(callId) ?? null })
}
