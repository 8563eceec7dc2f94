import type { Logger } from 'pino'
import { createComplaints } from './complaints.ts'

/** Repeated work: looked for when woken, and at a poll. */
export interface Pump {
  /** There may be work now; after a running round another one follows. */
  wake: () => void
  /** Resolves when the round that runs now, or the one just asked for, is over. Never rejects. */
  settled: () => Promise<void>
  /** rounds that failed in a row; 0 when the last one succeeded */
  failures: () => number
  stop: () => Promise<void>
}

export interface PumpOptions {
  name: string
  /** One round; `true` asks for the next at once. Rounds never overlap. */
  work: () => Promise<boolean>
  /** longest time between two rounds, ms */
  pollMs: number
  /** asked after each round: for so long no `wake` begins another one, ms. Work of that time is done together */
  restMs?: () => number
  /** after failures the pause doubles up to this, ms */
  maxPauseMs?: number
  log: Logger
}

/**
 * Runs `work` whenever it is woken and at a poll, one round at a time. A failing round is repeated with a doubling
 * pause; the log says so at the first failure, then every 30 s, and once when it works again.
 */
export function createPump ({ name, work, pollMs, restMs = () => 0, maxPauseMs = 2000, log }: PumpOptions): Pump {
  let stopped = false
  let running: Promise<void> | null = null
  let again = false
  /** while it is not 0, a wake begins no round: one is on its way. ms */
  let rest = 0
  let failed = 0
  let timer: NodeJS.Timeout | undefined

  const sleep = (ms: number): void => {
    clearTimeout(timer)
    if (!stopped) timer = setTimeout(start, ms)
  }

  const complaints = createComplaints({
    say: error => { log.warn({ err: error, pump: name, failures: failed }, 'cannot work now, tries again') },
    over: () => { log.info({ pump: name, failures: failed }, 'works again') }
  })

  /** Runs one round; returns whether another follows at once. */
  async function round (): Promise<boolean> {
    again = false
    const more = await work()
    complaints.well()
    failed = 0
    if (stopped) return false
    rest = more ? 0 : restMs()
    return more || (again && rest === 0)
  }

  async function rounds (): Promise<void> {
    try {
      while (await round());
      sleep(rest || pollMs)
    } catch (error) {
      failed++
      rest = 0
      complaints.wrong(error)
      sleep(Math.min(maxPauseMs, 50 * 2 ** Math.min(failed, 10)))
    } finally {
      running = null
    }
  }

  function start (): void {
    if (stopped || running) return
    clearTimeout(timer)
    running = rounds()
  }

  sleep(0)
  return {
    wake () {
      // A failing round keeps its pause: a wake tells of new work, not that the server is back.
      if (running) again = true
      else if (failed === 0 && rest === 0) start()
    },
    async settled () {
      if (!running) start()
      await running
    },
    failures: () => failed,
    async stop () {
      stopped = true
      clearTimeout(timer)
      await running
    }
  }
}
