import type { RequestType } from '../../../domain/work-order.ts'

/** Why a person rings and not the machine. */
export const byPersonReasons = [
  'elderly', 'dialect', 'injured', 'report-of-wrong', 'after-rework', 'pressed-zero', 'machine-failed', 'number-unallocated'
] as const
export type ByPersonReason = typeof byPersonReasons[number]

/** One complainant: the own type and marks, and how often the order was re-done. */
export interface AskFacts {
  requestType: RequestType | null
  marks: readonly string[]
  reworkCount: number
  cycle: number
}

/**
 * Null: the machine rings. A person rings citizens who are marked elderly, dialect or injured. A person also rings about a report of a
 * wrong (举报), and at the second asking after rework.
 */
export function byPersonReasonOf ({ requestType, marks, reworkCount, cycle }: AskFacts): ByPersonReason | null {
  for (const mark of ['injured', 'elderly', 'dialect'] as const) if (marks.includes(mark)) return mark
  if (requestType === 'REPORT_OF_WRONG') return 'report-of-wrong'
  return reworkCount > 0 || cycle > 1 ? 'after-rework' : null
}
