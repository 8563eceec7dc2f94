import type { AskingStatus } from '../../../domain/asked-order.ts'
import type { CallbackStatus } from '../../../domain/work-order.ts'

/**
 * How far the asking of one order's complainants is. One bad answer keeps the order with the officer;
 * one content complainant is enough when others were not reached.
 */
export function orderCallbackStatus (callbacks: readonly AskingStatus[]): CallbackStatus {
  const any = (...statuses: AskingStatus[]): boolean => callbacks.some(c => statuses.includes(c))
  if (any('REWORK')) return 'REWORK'
  if (any('OFFICER')) return 'OFFICER'
  if (any('SCHEDULED', 'DIALLING')) return 'PENDING'
  if (any('EXPLAINED')) return 'DISSATISFIED_EXPLAINED'
  if (any('CONFIRMED')) return 'CONFIRMED'
  return any('UNREACHABLE') ? 'UNREACHABLE' : 'NOT_REQUIRED'
}
