import { stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Logger } from 'pino'
import type { Database, Queryable } from '../../db/database.ts'
import { DomainError } from '../../domain/errors.ts'
import { generationsOf } from './generations.ts'

/** Below this share of free disk the journal's next line matters more than a second copy of old ones. */
const scarce = 0.1

/**
 * Records that a backup of the database succeeded. Recorded twice, it counts once.
 * @param begunAt its start: later commits may be missing in it
 * @throws DomainError `invalid-input` when that time is still to come
 */
export async function noteBackup (db: Queryable, begunAt: Date, now: Date): Promise<void> {
  if (!(begunAt <= now)) {
    throw new DomainError('invalid-input', 'a backup\'s start is a past moment, written like 2026-11-28T02:00:00Z')
  }
  await db.query('insert into database_backup (begun_at, told_at) values ($1, $2) on conflict do nothing', [begunAt, now])
}

/** Start of the newest backup on record; null when there is none. */
export async function lastBackup (db: Queryable): Promise<Date | null> {
  const [row] = await db.query<{ at: Date | null }>('select max(begun_at) at from database_backup')
  return row?.at ?? null
}

export interface PruneOptions {
  db: Database
  /** the live file */
  file: string
  node: string
  log: Logger
  /** least time since a file was carried over, ms */
  keepMs: number
  /** share of a folder's disk that is free, 0 to 1 */
  freeShare: (folder: string) => Promise<number>
}

/**
 * Deletes journal files that were carried over long ago and are in a backup of the database. Without a backup none goes,
 * except when the disk is nearly full: then the age alone decides, and the log says so.
 * @returns how many were deleted
 */
export async function pruneJournal ({ db, file, node, log, keepMs, freeShare }: PruneOptions): Promise<number> {
  const free = await freeShare(dirname(file)).catch(() => null)
  // The folder is away: its files may come back, and health tells of the disk.
  if (free === null) return 0
  const candidates = await db.query<{ generation: number, position: number, kept: boolean }>(
    `select generation, position, coalesce(completed_at < (select max(begun_at) from database_backup), false) kept from journal_file
     where node = $1 and complete and deleted_at is null and completed_at < $2 order by generation`, [node, new Date(Date.now() - keepMs)])
  const generations = generationsOf(file)
  let deleted = 0
  for (const { generation, position, kept } of candidates) {
    if (!kept && free >= scarce) continue
    const path = generations.path(generation)
    const size = await stat(path).then(s => s.size, () => null)
    // it holds a line that was never carried over
    if (size !== null && size > position) continue
    if (!kept) {
      log.warn({ node, generation, freePercent: Math.round(free * 100) },
        'the disk is nearly full: a journal file goes that is in no backup anybody told of')
    }
    if (size !== null) await unlink(path)
    await db.query('update journal_file set deleted_at = now() where node = $1 and generation = $2', [node, generation])
    deleted++
  }
  return deleted
}
