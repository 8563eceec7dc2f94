import type { AskedOrder } from '../../../domain/asked-order.ts'
import { hotlineName } from '../../../domain/text/hotline-name.ts'
import { DateTime } from 'luxon'

const spokenDigits: Record<string, string> = { 0: '零', 1: '幺', 2: '二', 3: '三', 4: '四', 5: '五', 6: '六', 7: '七', 8: '八', 9: '九' }

/** An order number as it is read out: digit by digit, 1 as 幺 like a telephone number; letters and marks are left out. */
export const spokenNumber = (number: string): string => Array.from(number, c => spokenDigits[c] ?? '').join('')

/** The spoken facts of a person's matter; null for category and day: nothing but the number. */
export interface SpokenOrder { number: string, categoryName: string | null, receivedAt: Date | null }

/** The matter as this person is told it. A person the order no longer names hears its number alone. */
export function spokenTo (order: Pick<AskedOrder, 'number' | 'complainants'>, requestId: string): SpokenOrder {
  const { number, complainants } = order
  const one = complainants.find(c => c.requestId === requestId)
  if (!one) return { number, categoryName: null, receivedAt: null }
  return one.confidential ? { number: one.told.number, categoryName: null, receivedAt: null } : one.told
}

/**
 * The first words of an automatic callback; the questions that follow are fixed prompts of the dialplan. Another person may pick up:
 * never the free-text title, and of a confidential matter nothing but its number.
 */
export function firstWords (order: SpokenOrder, timeZone: string): string {
  const day = order.receivedAt && DateTime.fromJSDate(order.receivedAt, { zone: timeZone })
  const about = day === null || order.categoryName === null
    ? `您的工单，编号${spokenNumber(order.number)}`
    : `您${day.month}月${day.day}日反映的${order.categoryName.replaceAll('、', '，')}问题`
  return `您好，这里是${hotlineName.spoken}。${about}，承办单位已反馈办理情况。`
}

/** The last try, when nobody could be reached: the number only, and a reply of one key. */
export const lastTryText = (orderNumber: string): string =>
  `您反映的工单${orderNumber}承办单位已反馈办理情况，我们多次致电未能联系到您。请回复1解决、2部分解决、3未解决。`
