import { dayBefore } from '../../../domain/time/day-before.ts'

interface Dated { id: string, validFrom: string, validTo: string | null }

/** A row of something dated: its id with its first day. */
export const rowKey = ({ id, validFrom }: Dated): string => `${id} ${validFrom}`

/** Of each of these ids, a row ends at the latest the day before the next one begins. `rows` by their keys are changed in place. */
export function endEarlier<T extends Dated> (rows: Map<string, T>, ids: ReadonlySet<string>): void {
  for (const spans of Map.groupBy([...rows.values()].filter(row => ids.has(row.id)), row => row.id).values()) {
    const inOrder = spans.toSorted((a, b) => a.validFrom < b.validFrom ? -1 : 1)
    for (const [i, span] of inOrder.entries()) {
      const next = inOrder[i + 1]
      if (next && (span.validTo === null || span.validTo >= next.validFrom)) {
        rows.set(rowKey(span), { ...span, validTo: dayBefore(next.validFrom) })
      }
    }
  }
}
