import type { Queryable } from '../../db/database.ts'
import type { AgentState } from '../../domain/people/agents.ts'
import { timesInStates } from './agents-store.ts'
import { pausedFor, type PausedFor } from './rules/agent-state.ts'

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
  const rows = await timesInStates(db, { from, to })
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
