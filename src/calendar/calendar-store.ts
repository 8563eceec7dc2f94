import type { Queryable, Tx } from '../db/database.ts'
import type { CalendarDay } from './rules/year-days.ts'

/** One edition of a year. */
export interface CalendarEdition { year: number, edition: number, basis: string, enteredAt: Date, enteredBy: string }

/** Every edition, the newest of a year first. */
export async function editionsOf (db: Queryable, year: number | null): Promise<CalendarEdition[]> {
  return await db.query<CalendarEdition>(`select year, edition, basis, entered_at as "enteredAt", entered_by as "enteredBy"
    from calendar_year
    where $1::int is null or year = $1 order by year, edition desc`, [year])
}

/** The days of the editions that stand, of one year or all. */
export async function daysThatStand (db: Queryable, year: number | null): Promise<CalendarDay[]> {
  return await db.query<CalendarDay>(`select to_char(d.day, 'YYYY-MM-DD') as day, d.working, d.name from calendar_day d
    join (select year, max(edition) as edition from calendar_year group by year) y using (year, edition)
    where $1::int is null or d.year = $1 order by d.day`, [year])
}

/** Two people who enter one year at the same time: the second sees the first one's edition. */
export async function lockYear (tx: Tx, year: number): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1, $2)', [calendarLock, year])
}
const calendarLock = 962_019

export function insertEdition (
  tx: Tx, { year, edition, basis, enteredAt, enteredBy }: CalendarEdition, days: readonly CalendarDay[]
): void {
  tx.write('insert into calendar_year (year, edition, basis, entered_at, entered_by) values ($1, $2, $3, $4, $5)',
    [year, edition, basis, enteredAt, enteredBy])
  tx.write(`insert into calendar_day (year, edition, day, working, name)
    select $1, $2, d.day, d.working, d.name from unnest($3::date[], $4::boolean[], $5::text[]) d (day, working, name)`,
  [year, edition, days.map(d => d.day), days.map(d => d.working), days.map(d => d.name)])
}
