import type { Queryable } from '../../db/database.ts'

/** What is known of one PBX, from whichever process heard it. */
export interface NodeReach {
  node: string
  /** since then no process has had a link to it; null: one has */
  unreachableSince: Date | null
  /** its calls were ended, `by` the login of an administrator or `system`; null: it is not lost */
  lostAt: Date | null
  lostBy: string | null
  lostReason: string | null
}

/** Each process with a link writes it down every second: after three without, none has one. A PBX never linked has no row. */
export async function nodeReach (q: Queryable): Promise<NodeReach[]> {
  return await q.query<NodeReach>(`
    select node, lost_at "lostAt", lost_by "lostBy", lost_reason "lostReason",
      case when linked_at <= clock_timestamp() - interval '3 seconds' then linked_at end "unreachableSince"
    from node_reach where linked_at is not null order by node`)
}
