import { DateTime } from 'luxon'
import type { Channel } from '../../../../domain/work-order.ts'
import type { DeadlineKind, Explanation } from './deadlines.ts'

const kinds: Record<DeadlineKind, string> = {
  'on-site': '到场', handling: '处置', citizen: '市民时限', dispatch: '派遣', sign: '签收', 'first-contact': '先行联系'
}
const origins: Record<Explanation['from'], string> = { receipt: '受理', dispatch: '派遣', return: '退单改派', 'hand-over': '前后手交接', rework: '返工' }

/** Which row of the policy table it was, where that says more than the kind of clock. */
const policies: Record<string, string> = {
  DEFAULT: '一般件',
  URGENT: '紧急件',
  CRITICAL: '特急件',
  CATEGORY: '按分类',
  CITY_12345_NORMAL: '市热线件',
  CITY_12345_CONSULT: '市热线咨询建议件'
}

const amount = ({ minutes: exactly, calendar, rule }: Explanation): string => {
  const minutes = Math.round(exactly)
  if (rule === 'until-end-of-day') return '当日内'
  if (calendar === 'working') return `${Math.round(minutes / 144) / 10}个工作日`
  return minutes % 60 === 0 ? `${minutes / 60}小时` : `${minutes}分钟`
}

/** Why it is due then, in words: 自2026年11月22日08:12派遣起3小时（自然时，一般件）. `channelName`: a channel's Chinese name of today. */
export function explainDeadline (kind: DeadlineKind, e: Explanation, channelName: (code: Channel) => string): string {
  const at = (iso: string): string => DateTime.fromISO(iso, { zone: e.timeZone }).toFormat('yyyy年M月d日HH:mm')
  const pause = e.runningSince !== e.began ? `；已用${Math.round(e.used)}分钟，自${at(e.runningSince)}续计` : ''
  const first = { ...e, minutes: e.minutes - (e.extended ?? 0) }
  const longer = e.extended ? `；经同意延期${amount({ ...e, minutes: e.extended })}` : ''
  const row = e.policy === 'CATEGORY' && e.category
    ? `按分类${e.category.code}`
    : policies[e.policy] ?? (e.channel && `按来源${channelName(e.channel.code)}`)
  const unknown = e.days?.awaitsYear ? `；${e.days.awaitsYear}年节假日尚未录入，暂按周一至周五计，录入后重算` : ''
  return `${kinds[kind]}：自${at(e.began)}${origins[e.from]}起${amount(first)}（${e.calendar === 'working'
    ? '工作日'
    : '自然时'}${row ? `，${row}` : ''}）${longer}${pause}${unknown}`
}
