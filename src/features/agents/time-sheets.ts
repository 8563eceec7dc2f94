import type { Queryable } from '../../db/database.ts'
import type { AgentState } from '../../domain/people/agents.ts'
import { pausedFor, type AgentReason, type PausedFor } from './rules/agent-state.ts'

/** Seconds an agent spent in each state. */
export interface AgentTimes {
  extension: string
  displayName: string
  seconds: Partial<Record<AgentState, number>>
  pauses: Partial<Record<PausedFor, number>>
  signedInAt: Date | null
}

/** Time sheets between two moments. */
export async function timeSheets (db: Queryable, { from, to }: { from: Date, to: Date }): Promise<AgentTimes[]> {
  const rows = await db.query<{
    extension: string,
    displayName: string,
    state: AgentState,
    reason: AgentReason | null,
    seconds: number,
    signedInAt: Date | null
  }>(`
    with span as (
      select extension, state, reason, at, lead(at, 1, $2::timestamptz) over (partition by extension order by at, id) until
        from agent_event where at < $2
    )
    select a.extension, a.display_name "displayName", s.state, s.reason,
      sum(extract(epoch from least(s.until, $2) - greatest(s.at, $1)))::float8 seconds,
      min(s.at) filter (where s.state <> 'out' and s.at >= $1) "signedInAt"
    from span s join agent a using (extension) where s.until > $1 group by 1, 2, 3, 4 order by 1`, [from, to])
  const sheets = new Map<string, AgentTimes>()
  for (const row of rows) {
    const sheet = sheets.get(row.extension) ??
      { extension: row.extension, displayName: row.displayName, seconds: {}, pauses: {}, signedInAt: null }
    sheet.seconds[row.state] = (sheet.seconds[row.state] ?? 0) + row.seconds
    if (row.state === 'paused') {
      const reason = pausedFor.find(known => known === row.reason) ?? 'other'
      sheet.pauses[reason] = (sheet.pauses[reason] ?? 0) + row.seconds
    }
    if (row.signedInAt && (sheet.signedInAt === null || row.signedInAt < sheet.signedInAt)) sheet.signedInAt = row.signedInAt
    sheets.set(row.extension, sheet)
  }
  return [...sheets.values()]
}
