import type { Queryable } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { LegOutcome, LegPurpose, LegState } from '../../domain/telephone/legs.ts'
import { callNumberSight, shownNumber, type LinkedOrder } from '../../access/rules/visibility.ts'
import type { ReaderUnit } from '../../domain/people/reader-unit.ts'
import type { Actor } from '../../domain/people/roles.ts'

/** One outbound call as the dialler's roles see it: the number masked, or hidden where its orders hide it. */
export interface LegView {
  id: string
  purpose: LegPurpose
  /** its owner, `callback:<id>`; without the id where the number is hidden */
  subject: string
  attempt: number
  /** empty: hidden */
  number: string
  trunk: string
  state: LegState
  outcome: LegOutcome | null
  /** counts as one of the callee's attempts; null until it has ended */
  theirs: boolean | null
  cause: number | null
  sip: number | null
  channelState: string | null
  placedAt: Date
  answeredAt: Date | null
  endedAt: Date | null
}

export interface LegFilter { purpose?: LegPurpose, outcome?: LegOutcome, living?: boolean }

export interface LegQueries {
  /** At most `limit`, newest first. */
  list: (
    db: Queryable, reader: { actor: Actor, ownUnit: ReaderUnit }, filter: LegFilter,
    page: { after: readonly [Date, string] | null, limit: number }
  ) => Promise<LegView[]>
}

export const createLegQueries = ({ sealing }: { sealing: Sealing }): LegQueries => ({
  async list (db, { actor, ownUnit }, { purpose, outcome, living }, { after, limit }) {
    const rows = await db.query<Omit<LegView, 'number'> & {
      sealed: Buffer,
      orders: LinkedOrder[]
    }>(`
      select id, purpose, subject, attempt, number_sealed as sealed, trunk_id as trunk, state, outcome, theirs, cause, sip,
        channel_state as "channelState", placing_at as "placedAt", answered_at as "answeredAt", ended_at as "endedAt",
             (select coalesce(jsonb_agg(jsonb_build_object('about', o.about_unit_id, 'kind', o.kind)), '[]')
                from work_order_read o where o.id in (
                  select case when l.subject ~ '^order:[0-9a-f-]{36}$' then substr(l.subject, 7)::uuid end
                  union all select k.order_id from callback_read k
                  where k.id = case when l.subject ~ '^callback:[0-9a-f-]{36}$' then substr(l.subject, 10)::uuid end
                  union all select w.order_id from call_work_order_read w
                  where l.subject like 'call:%' and w.call_id = substr(l.subject, 6))) as orders
        from leg l
       where ($1::text is null or purpose = $1) and ($2::text is null or outcome = $2) and ($3::boolean is null or (state <> 'ended') = $3)
         and ($4::timestamptz is null or (placing_at, id) < ($4, $5))
       order by placing_at desc, id desc limit $6`,
    [purpose ?? null, outcome ?? null, living ?? null, after?.[0] ?? null, after?.[1] ?? null, limit])
    return rows.map(({ sealed, orders, ...leg }) => {
      const sight = orders.length === 0 ? 'masked' : callNumberSight(actor, { onOwnLine: false, orders, ownUnit })
      const subject = sight === 'hidden' ? leg.subject.replace(/:.*$/, ':') : leg.subject
      return { ...leg, subject, number: shownNumber(sealing.open(sealed), sight) ?? '' }
    })
  }
})
