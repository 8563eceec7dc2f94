import type { Queryable } from '../db/database.ts'

/** Telephones of the shift leaders who may sign in, in order; two at most. */
export async function shiftLeaderTelephones (q: Queryable): Promise<string[]> {
  const leaders = await q.query<{ extension: string }>(`select extension from user_account
    where 'SHIFT_LEADER' = any(roles) and extension is not null and disabled_at is null order by extension limit 2`)
  return leaders.map(leader => leader.extension)
}
