import { Redis } from 'ioredis'
import type { Test } from 'tap'
import { startRedis, type RedisOptions } from '../../../src/servers/redis.ts'
import { freePort } from './ports.ts'
import { freeze, thaw } from './freezing.ts'
import { temporaryFolder } from './run-folder.ts'

export interface FreshRedis {
  url: string
  /** empties it, as a lost disk would */
  flush: () => Promise<void>
  /** SIGKILL */
  kill: () => Promise<void>
  start: () => Promise<void>
  /** SIGSTOP: connections stay and nothing is answered, until `thaw` */
  freeze: () => void
  thaw: () => void
  pid: () => number
}

/** A Redis of this test's own. */
export async function freshRedis (t: Test): Promise<FreshRedis> {
  const options: RedisOptions = { folder: await temporaryFolder('redis'), port: await freePort(), password: null, dieWithParent: true }
  let server = await startRedis(options)
  t.teardown(async () => await server.kill())
  return {
    url: server.url,
    async flush () {
      const redis = new Redis(server.url, { maxRetriesPerRequest: 1 })
      try {
        await redis.flushall()
      } finally {
        redis.disconnect()
      }
    },
    kill: async () => await server.kill(),
    async start () { server = await startRedis(options) },
    freeze: () => { freeze(server.pid) },
    thaw: () => { thaw(server.pid) },
    pid: () => server.pid
  }
}
