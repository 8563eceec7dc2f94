import { Queue } from 'bullmq'
import type { Logger } from 'pino'
import type { Database } from '../db/database.ts'
import type { Clock } from '../domain/time/clock.ts'
import { within } from '../domain/time/within.ts'
import type { AlarmFamily } from './alarms.ts'
import { createPump } from './pump.ts'
import { complainer, connectRedis, handingOver } from './redis-connection.ts'

export interface RelayOptions {
  db: Database
  redisUrl: string
  clock: Clock
  log: Logger
  /** poll of the outbox without a wake, ms */
  pollMs?: number
  /** most rows handed over in one transaction */
  batch?: number
}

/** Carries alarms from the outbox to BullMQ; any number of processes may run one. */
export interface Relay {
  wake: () => void
  /** Hands over the rows in the outbox now; resolves also when Redis is away. */
  settled: () => Promise<void>
  /** Whether Redis answers within a second: a hung one keeps its connection. */
  answers: () => Promise<boolean>
  close: () => Promise<void>
}

interface OutboxRow { id: number, family: AlarmFamily, job_id: string, run_at: Date, payload: Record<string, string | number> }

/** An answer that takes longer than this counts as none; the rows are then handed over again under the same ids. */
const patienceMs = 8000
const pingMs = 1000

export function createRelay ({ db, redisUrl, clock, log, pollMs = 1000, batch = 500 }: RelayOptions): Relay {
  const redis = connectRedis(redisUrl, handingOver, log)
  const { wrong } = complainer(log, 'the job queue')
  const queues = new Map<AlarmFamily, Queue>()

  function queue (family: AlarmFamily): Queue {
    let found = queues.get(family)
    if (!found) {
      found = new Queue(family, { connection: redis })
      found.on('error', wrong)
      queues.set(family, found)
    }
    return found
  }

  async function handOver (rows: readonly OutboxRow[]): Promise<void> {
    const now = clock.now().getTime()
    for (const [family, alarms] of Map.groupBy(rows, row => row.family)) {
      await queue(family).addBulk(alarms.map(alarm => ({
        name: family,
        data: alarm.payload,
        // Removed when done, whatever the result: the row decides whether there is another, under another id.
        opts: { jobId: alarm.job_id, delay: Math.max(0, alarm.run_at.getTime() - now), removeOnComplete: true, removeOnFail: true }
      })))
    }
  }

  async function work (): Promise<boolean> {
    // Not an error of this round: the connection reports by itself that it is away, and wakes us when it is back.
    if (redis.status !== 'ready') return false
    return await db.tx(async tx => {
      const rows = await tx.query<OutboxRow>(
        'select id, family, job_id, run_at, payload from outbox order by id limit $1 for update skip locked',
        [batch]
      )
      if (rows.length === 0) return false
      await within(patienceMs, handOver(rows))
      tx.write('delete from outbox where id = any($1::bigint[])', [rows.map(row => row.id)])
      return rows.length === batch
    })
  }

  const pump = createPump({ name: 'alarm relay', work, pollMs, log })
  redis.on('ready', pump.wake)
  const listening = db.listen('outbox', pump.wake)

  return {
    wake: pump.wake,
    settled: pump.settled,
    answers: async () => redis.status === 'ready' && await within(pingMs, redis.ping()).then(() => true, () => false),
    async close () {
      await (await listening)()
      await pump.stop()
      await Promise.all([...queues.values()].map(async q => await within(1000, q.close()).catch(() => {})))
      redis.disconnect()
    }
  }
}
