import type { Queryable } from '../db/database.ts'
import type { Sealing } from '../db/sealing.ts'
import type { LegOutcome, LegPurpose, LegState } from '../domain/legs.ts'
import { maskNumber } from '../domain/phone-number.ts'

/** One outbound call as who runs the dialler sees it; the number masked. */
export interface LegView {
  id: string
  purpose: LegPurpose
  /** what it belongs to, `callback:<id>` */
  subject: string
  attempt: number
  number: string
  trunk: string
  state: LegState
  outcome: LegOutcome | null
  /** an attempt of the callee's own; null until it has ended */
  theirs: boolean | null
  cause: number | null
  sip: number | null
  channelState: string | null
  placedAt: Date
  answeredAt: Date | null
  endedAt: Date | null
}

export interface LegFilter { purpose?: LegPurpose, outcome?: LegOutcome, living?: boolean }

export interface LegList {
  /** At most `limit`, newest first. */
  list: (db: Queryable, filter: LegFilter, page: { after: readonly [Date, string] | null, limit: number }) => Promise<LegView[]>
}

export const createLegList = ({ sealing }: { sealing: Sealing }): LegList => ({
  async list (db, { purpose, outcome, living }, { after, limit }) {
    const rows = await db.query<LegView & { sealed: Buffer }>(`
      select id, purpose, subject, attempt, number_sealed as sealed, trunk_id as trunk, state, outcome, theirs, cause, sip, channel_state as "channelState",
             placing_at as "placedAt", answered_at as "answeredAt", ended_at as "endedAt"
        from leg
       where ($1::text is null or purpose = $1) and ($2::text is null or outcome = $2) and ($3::boolean is null or (state <> 'ended') = $3)
         and ($4::timestamptz is null or (placing_at, id) < ($4, $5))
       order by placing_at desc, id desc limit $6`,
    [purpose ?? null, outcome ?? null, living ?? null, after?.[0] ?? null, after?.[1] ?? null, limit])
    return rows.map(({ sealed, ...leg }) => ({ ...leg, number: maskNumber(sealing.open(sealed)) }))
  }
})
