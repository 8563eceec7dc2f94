import { moment } from '../../moments/moments.tsx'
import type { Order } from '../order-types.ts'

type Deadline = Order['deadlines'][number]

const origins: Record<Deadline['explanation']['from'], string> = {
  receipt: 'receipt',
  dispatch: 'dispatch',
  return: 'return and re-assignment',
  'hand-over': 'hand-over',
  rework: 'rework'
}

/** A working day counts as 1440 minutes. */
function amount (minutes: number, { calendar }: Deadline['explanation']): string {
  if (calendar === 'working') return `${Math.round(minutes / 144) / 10} working day(s)`
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.round(minutes)} min`
}

/** Why a deadline is due when it is. The service explains it in Chinese; in English the page does so from the same facts. */
export function explained ({ explanation: e, explained: inChinese }: Deadline, language: string): string {
  if (language !== 'en') return inChinese
  const extended = e.extended ?? 0
  const first = e.rule === 'until-end-of-day' ? 'By the end of the day' : amount(e.minutes - extended, e)
  return `${first} from ${origins[e.from]} at ${moment(e.began)}` +
    (extended > 0 ? `, extended by ${amount(extended, e)}` : '') +
    (e.runningSince === e.began ? '' : `; ${Math.round(e.used)} min used, going on since ${moment(e.runningSince)}`) +
    (e.days?.awaitsYear ? `; the holidays of ${e.days.awaitsYear} are not entered yet: Monday to Friday for now, reckoned again then` : '')
}
