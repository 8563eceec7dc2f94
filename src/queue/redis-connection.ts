import { Redis } from 'ioredis'
import type { Logger } from 'pino'

/** Logs a fault when it begins, then at most every 30 s, and once when it is over: an absent server is no log storm. */
export function complainer (log: Logger, what: string): { wrong: (error: unknown) => void, well: () => void } {
  let since = 0
  let said = 0
  return {
    wrong (error) {
      since ||= Date.now()
      if (Date.now() - said < 30_000) return
      said = Date.now()
      log.warn({ err: error }, `${what} does not answer, tries again`)
    },
    well () {
      if (since > 0) log.info({ awayMs: Date.now() - since }, `${what} answers again`)
      since = said = 0
    }
  }
}

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
