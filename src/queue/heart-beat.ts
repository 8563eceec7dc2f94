import type { Database } from '../db/database.ts'
import type { Sweep } from './alarms.ts'

/** State of the parts that only a worker sees. */
export interface WorkerReport {
  /** Redis answers */
  redis: boolean
  /** rounds in a row in which the journal's reader failed */
  journalFailures: number
  /** sweeps whose last run failed */
  failing: string[]
}

/** Reports now and then that this worker lives, with the state of its parts. A hung worker reports nothing. */
export const createHeartBeat = ({ db, report }: { db: Database, report: () => Promise<WorkerReport> }): Sweep => ({
  name: 'heart-beat',
  pace: 'ordinary',
  async run () {
    await db.query(`insert into heart_beat (part, at, report) values ('worker', clock_timestamp(), $1)
      on conflict (part) do update set at = excluded.at, report = excluded.report`, [JSON.stringify(await report())])
  }
})

/** The worker's last report and its age, ms by the database's clock; null when there has never been one. */
export async function lastHeartBeat (db: Database): Promise<{ ageMs: number, report: WorkerReport } | null> {
  const [row] = await db.query<{ ageMs: number, report: WorkerReport }>(
    'select round(extract(epoch from clock_timestamp() - at) * 1000)::int "ageMs", report from heart_beat where part = \'worker\'')
  return row ?? null
}
