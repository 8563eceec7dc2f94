import { addTime, type WorkingCalendar } from '../../../../calendar/rules/working-time.ts'
import type { Cycle } from '../../registry/rules/interface-words.ts'

const hour = 60
const day = 24 * hour

/**
 * How long nothing may come, minutes: the cycle, and what a sender may be late. What is sent at once comes when something happens: a whole
 * day without anything is worth a look. `on-demand` is never silent.
 */
const quiet: Record<Cycle, { minutes: number, kind: 'clock' | 'working' } | null> = {
  'at-once': { minutes: day, kind: 'clock' },
  hourly: { minutes: 2 * hour, kind: 'clock' },
  daily: { minutes: day + 2 * hour, kind: 'clock' },
  'working-day': { minutes: day + 2 * hour, kind: 'working' },
  weekly: { minutes: 7 * day + 2 * hour, kind: 'clock' },
  monthly: { minutes: 31 * day + 2 * hour, kind: 'clock' },
  'on-demand': null
}

/**
 * Since when nothing has come although it should have; null: it is in time. On holidays no working-day sender is missed.
 * @param last when something came last, or when receiving began
 */
export function silentSince (cycle: Cycle, last: Date, calendar: WorkingCalendar, now: Date): Date | null {
  const may = quiet[cycle]
  if (may === null) return null
  return addTime(last, may.minutes, may.kind, calendar) < now ? last : null
}
