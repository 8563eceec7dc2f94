import type { Database, Tx } from '../db/database.ts'
import type { Clock } from '../domain/time/clock.ts'
import { DomainError } from '../domain/errors.ts'
import { keptFor } from '../domain/kept.ts'
import { holds, type Actor } from '../domain/people/roles.ts'
import { daysThatStand, editionsOf, insertEdition, lockYear, type CalendarEdition } from './calendar-store.ts'
import { publishedDays } from './published-days.ts'
import { dateOf, type WorkingCalendar } from './rules/working-time.ts'
import { checkYear, coverage, sameDays, wholeYears, type CalendarDay } from './rules/year-days.ts'

/** A year as it stands, its editions, and a first draft. */
export interface CalendarYear {
  year: number
  /** null: nobody has entered it */
  edition: number | null
  days: CalendarDay[]
  /** newest first */
  editions: CalendarEdition[]
  /** as the State Council published it, as a first draft; null: not known here */
  published: CalendarDay[] | null
}

/** A year as a person enters it; `seen`: the edition on their screen, `basis`: the publication it follows. */
export interface EnteredYear { year: number, seen: number | null, basis: string, days: readonly CalendarDay[] }

/** The working calendar (工作日历): the only place that knows a holiday. */
export interface Calendar {
  /** The editions that stand; another process's change is seen within five seconds. */
  standing: () => Promise<WorkingCalendar>
  /** Until when every day is known without a gap; a year is known once all its holidays are entered. `years`: all years entered. */
  coverage: () => Promise<{ endsOn: string | null, daysLeft: number, years: number[] }>
  year: (year: number) => Promise<CalendarYear>
  /**
   * Enters a year, as a new edition; the same days again are no new one. Times computed with an earlier edition keep it; times that
   * waited for this year are computed again.
   * @throws DomainError `version-conflict` when `seen` is not the edition that stands, `invalid-input`
   */
  enter: (tx: Tx, actor: Actor, input: EnteredYear) => Promise<{ year: number, edition: number }>
}

const keptMs = 5000

export function createCalendar ({ db, clock, timeZone }: { db: Database, clock: Clock, timeZone: string }): Calendar {
  async function load (): Promise<WorkingCalendar> {
    const [editions, days] = await Promise.all([editionsOf(db, null), daysThatStand(db, null)])
    const newest = new Map<number, number>()
    for (const { year, edition } of editions) if (!newest.has(year)) newest.set(year, edition)
    return { timeZone, editions: newest, exceptions: new Map(days.map(d => [d.day, d.working])) }
  }

  const { get: standing, forget } = keptFor(keptMs, load)

  return {
    standing,

    async coverage () {
      const { editions, exceptions } = await standing()
      return { ...coverage(wholeYears(exceptions), dateOf(clock.now(), timeZone)), years: [...editions.keys()] }
    },

    async year (year) {
      const [editions, days] = await Promise.all([editionsOf(db, year), daysThatStand(db, year)])
      return { year, edition: editions[0]?.edition ?? null, days, editions, published: publishedDays(year) }
    },

    async enter (tx, actor, { year, seen, basis, days }) {
      if (!holds(actor, 'ADMINISTRATOR')) throw new DomainError('not-allowed', 'only an administrator enters the calendar')
      const checked = checkYear(year, days)
      await lockYear(tx, year)
      const [[newest], before] = await Promise.all([editionsOf(tx, year), daysThatStand(tx, year)])
      const stands = newest?.edition ?? null
      if (stands !== seen) throw new DomainError('version-conflict', 'somebody else has entered this year since', { edition: stands })
      if (stands !== null && sameDays(before, checked)) return { year, edition: stands }
      const edition = (stands ?? 0) + 1
      insertEdition(tx, { year, edition, basis, enteredAt: clock.now(), enteredBy: actor.id }, checked)
      tx.afterCommit(forget)
      return { year, edition }
    }
  }
}

/** Enters a district's own years where nobody has entered any; part of loading its files. */
export async function enterMissingYears (tx: Tx, days: readonly CalendarDay[], now: Date): Promise<void> {
  const byYear = Map.groupBy(days, d => Number(d.day.slice(0, 4)))
  for (const [year, its] of byYear) {
    await lockYear(tx, year)
    if ((await editionsOf(tx, year)).length > 0) continue
    insertEdition(tx, { year, edition: 1, basis: '', enteredAt: now, enteredBy: 'system' }, checkYear(year, its))
  }
}
