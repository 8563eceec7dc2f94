import { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { createComplaints, type Complaints } from './complaints.ts'

/** Faults of a server that answers nothing. */
export const complainer = (log: Logger, what: string): Complaints => createComplaints({
  say: error => { log.warn({ err: error }, `${what} does not answer, tries again`) },
  over: awayMs => { log.info({ awayMs }, `${what} answers again`) }
})

/** Reconnects for ever, after 50 ms at first and 2 s at most. */
const again = (times: number): number => Math.min(2000, 25 * 2 ** Math.min(times, 7))

/** For handing jobs over: fails at once when Redis is away, since the outbox keeps the rows. */
export const handingOver = {
  retryStrategy: again, enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 5000, connectTimeout: 3000
}

/** For workers: waits without limit. */
export const waiting = { retryStrategy: again, maxRetriesPerRequest: null, connectTimeout: 3000 }

export function connectRedis (url: string, options: typeof handingOver | typeof waiting, log: Logger): Redis {
  const redis = new Redis(url, options)
  const { wrong, well } = complainer(log, 'Redis')
  redis.on('error', wrong)
  redis.on('ready', well)
  return redis
}
