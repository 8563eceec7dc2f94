import type { Database } from '../../db/database.ts'

/**
 * Notes that a PBX node started: a crashed one has written no ends, so handlers end what is older than this row. Call
 * it whenever a login shows the start time, after the shipper has caught up. One row per start time, however often.
 * @param startedAt as the PBX reports it (CoreStatus), whole seconds
 * @param offsetMs what a test's clock is ahead; the row's time gets it, its identity does not
 * @returns whether this start was new
 */
export async function journalNodeRestart (db: Database, node: string, startedAt: Date, offsetMs = 0): Promise<boolean> {
  const at = new Date(startedAt.getTime() + offsetMs)
  const isNew = await db.tx(async tx => {
    const rows = await tx.query(
      `insert into pbx_journal (node, generation, line, event, at, unique_id, linked_id, channel, num, dnid, exten, context, app, app_data, peer, extra)
       values ($1, 0, $2, 'NODE_RESTART', $3, '', '', '', '', '', '', '', '', '', '', '')
       on conflict (node, generation, line) do nothing returning 1`, [node, startedAt.getTime(), at])
    tx.write(
      `insert into pbx_node (node, started_at, seen_at) values ($1, $2, $2)
       on conflict (node) do update set started_at = greatest(pbx_node.started_at, excluded.started_at)`, [node, at])
    return rows.length > 0
  })
  if (isNew) db.wake('pbx_journal')
  return isNew
}
