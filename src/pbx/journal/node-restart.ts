import type { Database } from '../../db/database.ts'

export interface NodeRestartOptions {
  /** ms a test's clock is ahead; added to the row's time, not to its identity */
  offsetMs?: number
  /** unique ids of the channels the PBX has now: these survive of all that began in the second of its start */
  living?: readonly string[]
  /** ms the PBX's clock is ahead of the service's; negative: behind */
  aheadMs?: number
  /** the service's time at the login: channels that began later belong to this run of the PBX, listed or not */
  loginAt?: Date
}

/** Clocks that differ by less are taken for equal: the PBX tells its start in whole seconds. ms */
const equalMs = 2000

/** The start of a PBX by the service's own clock, with which the service's times can be compared. */
export const inOurTime = (startedAt: Date, aheadMs: number): Date =>
  new Date(startedAt.getTime() - (Math.abs(aheadMs) < equalMs ? 0 : Math.round(aheadMs)))

/**
 * Records the start of a PBX node: a crashed one has written no ends, so handlers end channels older than this row. Call
 * it whenever a login shows the start time, after the shipper has caught up. One row per start time, however often.
 * @param startedAt as the PBX reports it (CoreStatus), whole seconds
 * @returns whether this start was new
 */
export async function journalNodeRestart (
  db: Database, node: string, startedAt: Date, { offsetMs = 0, aheadMs = 0, living = [], loginAt }: NodeRestartOptions = {}
): Promise<boolean> {
  const second = new Date(startedAt.getTime() + offsetMs)
  const ours = inOurTime(second, aheadMs)
  const login = loginAt === undefined ? Infinity : loginAt.getTime() + (second.getTime() - ours.getTime())
  const isNew = await db.tx(async tx => {
    // A PBX is back within half a second: lost channels may have begun in the very second of its start.
    const [first] = await tx.query<{ at: Date | null }>(
      'select min(at) at from pbx_journal where node = $1 and event = \'CHAN_START\' and unique_id = any($2) and at >= $3',
      [node, living, second])
    const sure = Math.min(first?.at?.getTime() ?? Infinity, login) - 1
    const at = new Date(Math.max(second.getTime(), Math.min(second.getTime() + 999, sure)))
    const rows = await tx.query(
      `insert into pbx_journal (node, generation, line, event, at, unique_id, linked_id, channel, num, dnid, exten, context, app, app_data,
        peer, extra)
       values ($1, 0, $2, 'NODE_RESTART', $3, '', '', '', '', '', '', '', '', '', '', '')
       on conflict (node, generation, line) do nothing returning 1`, [node, startedAt.getTime(), at])
    tx.write(
      `insert into pbx_node (node, started_at, seen_at) values ($1, $2, $2)
       on conflict (node) do update set started_at = greatest(pbx_node.started_at, excluded.started_at)`, [node, ours])
    return rows.length > 0
  })
  if (isNew) db.wake('pbx_journal')
  return isNew
}
