import type { Queryable } from '../../db/database.ts'
import type { TrialLeg } from './rules/trial.ts'

/** The last trial call of a trunk. */
export interface Trial extends TrialLeg {
  trunkId: string
  at: Date
  running: boolean
  /** the far side's last SIP status; 0: none came; null: no leg, or not over */
  sip: number | null
}

export const lastTrials = async (q: Queryable): Promise<Trial[]> => await q.query<Trial>(`
    select distinct on (r.trunk_id) r.trunk_id as "trunkId", r.created_at as at, r.state <> 'finished' as running,
           case when r.state = 'finished' then coalesce(l.outcome, 'cancelled') end as outcome, l.done_result as "doneResult",
           l.answered_at is not null as answered, coalesce(l.keys, '[]') as keys, l.sip
      from dial_request r left join leg l on l.request_id = r.id
     where r.trunk_id is not null order by r.trunk_id, r.seq desc, l.placing_at desc`)

/** Those that have waited since before. */
export const trialsWaiting = async (q: Queryable, before: Date): Promise<string[]> =>
  (await q.query<{ id: string }>('select id from dial_request where trunk_id is not null and state = \'waiting\' and created_at < $1',
    [before])).map(row => row.id)
