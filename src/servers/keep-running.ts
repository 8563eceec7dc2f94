import type { ServerProcess } from './server-process.ts'

/** A server that is started again whenever it is found dead. */
export interface KeptServer {
  /** ends it, and keeps it ended; waits for a start that is under way */
  stop: () => Promise<void>
}

export interface KeepOptions {
  /** its name in messages: `Redis` */
  name: string
  server: ServerProcess
  /** starts it again where it was: same folder, same address */
  start: () => Promise<ServerProcess>
  /** receives the messages: it ended, it runs again, it could not be started and why */
  say: (line: string) => void
  /** time between two checks, ms */
  everyMs?: number
}

/** A server that lived this long had started well: its next death counts as a first one. ms */
const livedWell = 60_000
const maxPauseMs = 30_000

/** Keeps one server running: restarts it at once when it died, then after 1, 2, 4 … 30 s while that does not help. */
export function keepRunning ({ name, server: first, start, say, everyMs = 500 }: KeepOptions): KeptServer {
  let server = first
  let since = performance.now()
  let deaths = 0
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let starting: Promise<void> = Promise.resolve()

  async function startAgain (diedAt: number): Promise<void> {
    try {
      server = await start()
      since = performance.now()
      say(`${name} runs again, after ${((since - diedAt) / 1000).toFixed(1)} s`)
      later(everyMs)
    } catch (error) {
      const pause = pauseMs(++deaths)
      say(`${name} cannot be started again, tried in ${pause / 1000} s: ${error instanceof Error ? error.message : String(error)}`)
      later(pause, diedAt)
    }
  }

  function later (ms: number, diedAt?: number): void {
    if (stopped) return
    timer = setTimeout(() => {
      if (diedAt !== undefined) starting = startAgain(diedAt)
      else look()
    }, ms)
  }

  function look (): void {
    if (server.alive()) return later(everyMs)
    if (performance.now() - since > livedWell) deaths = 0
    const pause = pauseMs(deaths++)
    say(`${name} (process ${server.pid}) has ended by itself; it is started again ${pause === 0 ? 'now' : `in ${pause / 1000} s`}`)
    later(pause, performance.now())
  }

  later(everyMs)
  return {
    async stop () {
      stopped = true
      clearTimeout(timer)
      await starting
      await server.stop().catch(async () => await server.kill())
    }
  }
}

const pauseMs = (deaths: number): number => deaths === 0 ? 0 : Math.min(maxPauseMs, 1000 * 2 ** (deaths - 1))
