import type { Logger } from 'pino'
import type { Clock } from '../domain/time/clock.ts'
import type { Sweep } from './alarms.ts'
import { createComplaints, type Complaints } from './complaints.ts'

export interface SweeperOptions {
  sweeps: readonly Sweep[]
  clock: Clock
  log: Logger
  /** ms between two runs of a sweep */
  paceMs: { ordinary: number, emergency: number }
}

export interface SweepStatus { name: string, lastRanAt: Date | null, failures: number }

/** Runs every sweep at its pace, each by itself: a slow or failing sweep delays no other and never overlaps itself. */
export interface Sweeper {
  /** Runs every sweep once now, in the order given; for a test that has advanced the clock. Rejects with the sweeps that failed. */
  runOnce: () => Promise<void>
  status: () => SweepStatus[]
  close: () => Promise<void>
}

interface Turn {
  sweep: Sweep
  running: Promise<void> | null
  timer: NodeJS.Timeout | undefined
  status: SweepStatus
  complaints: Complaints
}

export function createSweeper ({ sweeps, clock, log, paceMs }: SweeperOptions): Sweeper {
  let stopped = false
  const turns = sweeps.map((sweep): Turn => {
    const status: SweepStatus = { name: sweep.name, lastRanAt: null, failures: 0 }
    const complaints = createComplaints({
      say: error => { log.error({ err: error, sweep: sweep.name, failures: status.failures }, 'sweep failed, runs again') },
      over: () => { log.info({ sweep: sweep.name }, 'sweep works again') }
    })
    return { sweep, running: null, timer: undefined, status, complaints }
  })

  /** Runs behind the run that is under way, if any. */
  function run (turn: Turn): Promise<void> {
    const before = turn.running ?? Promise.resolve()
    const mine = before.catch(() => {}).then(async () => await once(turn)).finally(() => {
      if (turn.running === mine) turn.running = null
    })
    turn.running = mine
    return mine
  }

  async function once (turn: Turn): Promise<void> {
    try {
      await turn.sweep.run(clock.now())
      turn.complaints.well()
      turn.status.failures = 0
      turn.status.lastRanAt = clock.now()
    } catch (error) {
      turn.status.failures++
      turn.complaints.wrong(error)
      throw error
    }
  }

  function later (turn: Turn): void {
    if (stopped) return
    turn.timer = setTimeout(() => {
      run(turn).catch(() => {}).finally(() => later(turn))
    }, paceMs[turn.sweep.pace])
  }
  turns.forEach(later)

  return {
    async runOnce () {
      for (const turn of turns) await run(turn)
    },
    status: () => turns.map(turn => turn.status),
    async close () {
      stopped = true
      for (const turn of turns) clearTimeout(turn.timer)
      await Promise.allSettled(turns.map(turn => turn.running))
    }
  }
}
