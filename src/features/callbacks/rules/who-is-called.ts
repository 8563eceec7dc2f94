import type { RequestType } from '../../../domain/work-order.ts'

/** Why a person rings and not the machine. */
export type ByPersonReason = 'elderly' | 'dialect' | 'injured' | 'report-of-wrong' | 'after-rework' | 'pressed-zero' | 'postponed-by-person' | 'machine-failed'

export interface AskedOrder {
  requestType: RequestType | null
  reworkCount: number
  cycle: number
}

/**
 * The machine rings unless the citizen is marked elderly, speaks dialect or was hurt, the matter is a report of a wrong (举报),
 * or it is the second asking after rework.
 */
export function whyAPerson (order: AskedOrder, marks: readonly string[]): ByPersonReason | null {
  for (const mark of ['injured', 'elderly', 'dialect'] as const) if (marks.includes(mark)) return mark
  if (order.requestType === 'REPORT_OF_WRONG') return 'report-of-wrong'
  return order.reworkCount > 0 || order.cycle > 1 ? 'after-rework' : null
}
