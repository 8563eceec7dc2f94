import { Worker } from 'bullmq'
import type { Logger } from 'pino'
import type { AlarmFamily, AlarmHandler } from './alarms.ts'
import { complainer, connectRedis, waiting } from './redis-connection.ts'

/** Alarms of one family handled at the same time. */
const concurrency = 8

export interface WorkersOptions {
  redisUrl: string
  handlers: readonly AlarmHandler[]
  log: Logger
}

export interface Workers {
  status: () => { connected: boolean, families: AlarmFamily[] }
  /** Lets running alarms finish, at most 5 s. */
  close: () => Promise<void>
}

/** Rings alarms. A failed one is only logged: a sweep decides from the row, and its next alarm has another id. */
export function createWorkers ({ redisUrl, handlers, log }: WorkersOptions): Workers {
  const twice = handlers.find((h, i) => handlers.findIndex(other => other.family === h.family) < i)
  if (twice) throw new Error(`two handlers for alarms of family ${twice.family}`)
  const redis = connectRedis(redisUrl, waiting, log)
  const { wrong, well } = complainer(log, 'the job queue')
  const workers = handlers.map(handler => {
    const worker = new Worker<Record<string, string | number>>(handler.family, async job => {
      await handler.ring(job.data)
    }, { connection: redis, concurrency })
    worker.on('error', wrong)
    worker.on('ready', well)
    worker.on('failed', (job, error) => log.error({ err: error, family: handler.family, job: job?.id }, 'an alarm\'s work failed'))
    return worker
  })
  return {
    status: () => ({ connected: redis.status === 'ready', families: handlers.map(h => h.family) }),
    async close () {
      const patience = new Promise(resolve => setTimeout(resolve, 5000).unref())
      const force = redis.status !== 'ready'
      await Promise.race([Promise.allSettled(workers.map(async w => await w.close(force))), patience])
      redis.disconnect()
    }
  }
}
