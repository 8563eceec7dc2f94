import type { Logger } from 'pino'
import type { Database } from '../../db/database.ts'
import type { Sweep } from '../../queue/alarms.ts'

/** A channel that still lives according to the journal. */
export interface BelievedChannel { uniqueId: string, linkedId: string, name: string }

export interface LostChannelsOptions {
  db: Database
  node: string
  /** channels of this node without a reported end */
  believed: () => Promise<BelievedChannel[]>
  switchboard: { livingChannels: () => Promise<ReadonlyArray<{ uniqueId: string }>> }
  /** whether there is a link to the PBX */
  isUp: () => boolean
  /** ships and handles the journal up to its present end; rejects when it could not: nothing may be concluded then */
  catchUpJournal: () => Promise<void>
  log: Logger
}

/** Between two looks, ms: a row is in the journal's file a second after its channel's end, also when hundreds end at once. */
const paceMs = 5000

/**
 * A full journal disk loses the ends of channels. A channel the PBX does not know at two looks, with the journal read to its end
 * after the second, is ended by a CHANNEL_LOST row: each handler then acts as after a restart of the PBX.
 */
export function createLostChannels ({ db, node, believed, switchboard, isUp, catchUpJournal, log }: LostChannelsOptions): Sweep {
  let suspects = new Set<string>()
  let next = 0

  /** Believed first, listed then: a channel that begins in between is in the list alone. */
  async function missing (): Promise<BelievedChannel[]> {
    const channels = await believed()
    if (channels.length === 0) return []
    const living = new Set((await switchboard.livingChannels()).map(c => c.uniqueId))
    return channels.filter(c => !living.has(c.uniqueId))
  }

  return {
    name: `lost-channels of ${node}`,
    pace: 'ordinary',
    async run (now) {
      if (!isUp()) suspects.clear()
      if (!isUp() || performance.now() < next) return
      next = performance.now() + paceMs
      const gone = await missing()
      const again = new Set(gone.map(c => c.uniqueId).filter(id => suspects.has(id)))
      suspects = new Set(gone.map(c => c.uniqueId))
      if (again.size === 0) return
      await catchUpJournal()
      const ended = await journalLostChannels(db, node, (await believed()).filter(c => again.has(c.uniqueId)), now)
      if (ended > 0) {
        log.warn({ channels: ended }, 'the PBX knows these channels no more, their ends are not in the journal: they are ended as lost')
      }
    }
  }
}

/**
 * One row per channel, however often it is missed.
 * @returns how many of them were new
 */
async function journalLostChannels (db: Database, node: string, channels: readonly BelievedChannel[], at: Date): Promise<number> {
  if (channels.length === 0) return 0
  const rows = await db.query(
    `insert into pbx_journal (node, generation, line, event, at, unique_id, linked_id, channel, num, dnid, exten, context, app, app_data,
      peer, extra)
     select $1, 0, -(hashtextextended(c.unique_id, 0) & 9223372036854775807), 'CHANNEL_LOST', $2, c.unique_id, c.linked_id, c.name,
       '', '', '', '', '', '', '', ''
       from unnest($3::text[], $4::text[], $5::text[]) c (unique_id, linked_id, name)
     on conflict (node, generation, line) do nothing returning 1`,
    [node, at, channels.map(c => c.uniqueId), channels.map(c => c.linkedId), channels.map(c => c.name)])
  if (rows.length > 0) db.wake('pbx_journal')
  return rows.length
}
