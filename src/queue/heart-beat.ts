import type { Database } from '../db/database.ts'
import type { Sweep } from './alarms.ts'

/** How the parts do that only a worker sees. */
export interface WorkerReport {
  /** Redis answers */
  redis: boolean
  /** rounds of reader or shipper that failed in a row, at most */
  journalFailures: number
  /** bytes the PBX has written and nobody has carried yet */
  behindBytes: number
  /** sweeps whose last run failed */
  failing: string[]
}

/** Says every now and then that this worker lives, and how its parts do. A worker that hangs says nothing. */
export const createHeartBeat = ({ db, report }: { db: Database, report: () => Promise<WorkerReport> }): Sweep => ({
  name: 'heart-beat',
  pace: 'ordinary',
  async run () {
    await db.query(`insert into heart_beat (part, at, report) values ('worker', clock_timestamp(), $1)
      on conflict (part) do update set at = excluded.at, report = excluded.report`, [JSON.stringify(await report())])
  }
})

/** What the worker said last and how long ago, ms by the database's clock; null when there has never been one. */
export async function lastHeartBeat (db: Database): Promise<{ ageMs: number, report: WorkerReport } | null> {
  const [row] = await db.query<{ ageMs: number, report: WorkerReport }>(
    'select round(extract(epoch from clock_timestamp() - at) * 1000)::int "ageMs", report from heart_beat where part = \'worker\'')
  return row ?? null
}
