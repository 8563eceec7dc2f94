import { DateTime } from 'luxon'
import { DomainError } from '../../domain/errors.ts'

interface Span { from: number, to: number }

const minutes = (hour: string, minute: string): number => Number(hour) * 60 + Number(minute)

/**
 * Reads `09:00-12:00,13:30-20:00`; a span may run over midnight (`22:00-06:00`). Empty means always.
 * @throws DomainError `invalid-input`
 */
function spans (windows: string): Span[] {
  return windows.split(',').map(part => part.trim()).filter(part => part !== '').flatMap(part => {
    const match = /^([01]\d|2[0-3]):([0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d|24:00)$/.exec(part)
    if (!match?.[1] || !match[2] || !match[3]) throw new DomainError('invalid-input', 'allowed hours are written 09:00-12:00,13:30-20:00')
    const [hour, minute] = match[3].split(':') as [string, string]
    const from = minutes(match[1], match[2])
    const to = minutes(hour, minute)
    if (from === to) throw new DomainError('invalid-input', 'allowed hours must not be empty')
    return from < to ? [{ from, to }] : [{ from, to: 1440 }, { from: 0, to }]
  })
}

/** @throws DomainError `invalid-input` when the text is not a list of hours */
export function checkWindows (windows: string): void {
  spans(windows)
}

/** Whether the text names no hours: then every moment is allowed. @throws DomainError `invalid-input` as `checkWindows` */
export const isAlways = (windows: string): boolean => spans(windows).length === 0

/**
 * The first moment not before `at` that lies within the allowed hours of the time zone; `at` itself when it does.
 * The end of a span is outside. A bound of two days: longer than any change of the clocks.
 */
export function nextAllowed (windows: string, timeZone: string, at: Date): Date {
  const list = spans(windows)
  if (list.length === 0) return at
  const local = DateTime.fromJSDate(at, { zone: timeZone })
  const now = local.hour * 60 + local.minute
  if (list.some(span => now >= span.from && now < span.to)) return at
  const starts = [0, 1, 2].flatMap(days => list.map(span => {
    const day = local.startOf('day').plus({ days })
    return day.set({ hour: Math.floor(span.from / 60), minute: span.from % 60 })
  }))
  const next = starts.filter(start => start > local).sort((a, b) => a.toMillis() - b.toMillis())[0]
  return next?.toJSDate() ?? local.plus({ days: 1 }).toJSDate()
}
