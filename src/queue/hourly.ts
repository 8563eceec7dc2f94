import type { Sweep } from './alarms.ts'

const hourMs = 3_600_000

/** Cleaning once an hour, first at the first sweep; a failed run waits for the next hour. */
export function hourly (name: string, run: Sweep['run']): Sweep {
  let next = 0
  return {
    name,
    pace: 'ordinary',
    async run (now) {
      if (now.getTime() < next) return
      next = now.getTime() + hourMs
      await run(now)
    }
  }
}
