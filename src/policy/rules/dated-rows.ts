/** A row that holds from a local day on, `2026-01-01`, until another begins. */
interface Dated { validFrom: string }

/** The row that stands on a day; null on a day before all of them. */
export const standingOn = <R extends Dated>(rows: readonly R[], day: string): R | null =>
  rows.reduce<R | null>((found, row) => row.validFrom > day || (found && found.validFrom > row.validFrom) ? found : row, null)

/** The row that began first; null without any. */
export const firstOf = <R extends Dated>(rows: readonly R[]): R | null =>
  rows.reduce<R | null>((found, row) => found && found.validFrom <= row.validFrom ? found : row, null)

/** The row that stands on a day, the first on a day before all of them; null without any. */
export const standingOrFirst = <R extends Dated>(rows: readonly R[], day: string): R | null => standingOn(rows, day) ?? firstOf(rows)
