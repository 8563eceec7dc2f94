import type { Queryable, Tx } from '../db/database.ts'
import type { AttemptPolicy, EnteredAttemptPolicy } from './rules/attempt-policy.ts'

const columns = `purpose, to_char(valid_from, 'YYYY-MM-DD') as "validFrom", attempts, gap_seconds as "gapSeconds",
  delay_seconds as "delaySeconds", ring_seconds as "ringSeconds", windows, failures, unspoken_failures as "unspokenFailures",
  failure_gap_seconds as "failureGapSeconds", max_postponed_days as "maxPostponedDays", reply_days as "replyDays",
  entered_by as "enteredBy", entered_at as "enteredAt"`

export async function attemptPolicyRows (db: Queryable): Promise<EnteredAttemptPolicy[]> {
  return await db.query<EnteredAttemptPolicy>(`select ${columns} from attempt_policy order by purpose, valid_from desc`)
}

/** Puts a row in place of one of the same purpose and day. */
const put = `insert into attempt_policy (purpose, valid_from, attempts, gap_seconds, delay_seconds, ring_seconds, windows, failures,
    unspoken_failures, failure_gap_seconds, max_postponed_days, reply_days, entered_by, entered_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
  on conflict (purpose, valid_from) do update set attempts = excluded.attempts, gap_seconds = excluded.gap_seconds,
    delay_seconds = excluded.delay_seconds, ring_seconds = excluded.ring_seconds, windows = excluded.windows,
    failures = excluded.failures, unspoken_failures = excluded.unspoken_failures, failure_gap_seconds = excluded.failure_gap_seconds,
    max_postponed_days = excluded.max_postponed_days, reply_days = excluded.reply_days, entered_by = excluded.entered_by,
    entered_at = excluded.entered_at`

const valuesOf = (row: AttemptPolicy, entered: { by: string, at: Date }): unknown[] =>
  [row.purpose, row.validFrom, row.attempts, row.gapSeconds, row.delaySeconds, row.ringSeconds, row.windows, row.failures,
    row.unspokenFailures, row.failureGapSeconds, row.maxPostponedDays, row.replyDays, entered.by, entered.at]

export async function putAttemptPolicy (
  tx: Tx, row: AttemptPolicy, entered: { by: string, at: Date }
): Promise<EnteredAttemptPolicy> {
  const [entry] = await tx.query<EnteredAttemptPolicy>(`${put} returning ${columns}`, valuesOf(row, entered))
  if (!entry) throw new Error('insert returned nothing')
  return entry
}

/** No settings are for a day to come: such a row is of a process whose clock was ahead, and would end an administrator's row. */
export async function removeComingBySettings (db: Queryable, today: string): Promise<void> {
  await db.query('delete from attempt_policy where entered_by = \'settings\' and valid_from > $1', [today])
}

/** What the settings say of a day. A row that a person entered for it stays, also one that is being entered. */
export async function layBySettings (db: Queryable, row: AttemptPolicy, at: Date): Promise<void> {
  await db.query(`${put} where attempt_policy.entered_by = 'settings'`, valuesOf(row, { by: 'settings', at }))
}
