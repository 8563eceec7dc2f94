import { DateTime } from 'luxon'
import { hideNumbers } from '../../../access/rules/hide-numbers.ts'
import { titleWithoutWords } from '../../../access/rules/visibility.ts'

export interface MessageFacts {
  number: string
  title: string
  categoryName: string | null
  place: string | null
  /** whether the unit it goes to reads the words */
  words: boolean
  timeZone: string
}

const when = (at: Date, timeZone: string): string => DateTime.fromJSDate(at, { zone: timeZone }).toFormat('M月d日HH:mm')

/** What the matter is called in a text message: words that the unit may not read stay here, and so do all numbers. */
const subject = ({ title, categoryName, words }: MessageFacts): string =>
  words ? hideNumbers(title || categoryName || '') : titleWithoutWords(categoryName)

/** To the person responsible when an order is handed over. */
export function dispatchMessage (facts: MessageFacts, onSiteDue: Date | null, handlingDue: Date | null): string {
  const place = facts.place ? `，${hideNumbers(facts.place)}` : ''
  const arrive = onSiteDue ? `请于${when(onSiteDue, facts.timeZone)}前到场` : ''
  const handle = handlingDue ? `${arrive ? '，' : '请于'}${when(handlingDue, facts.timeZone)}前办结` : ''
  return `工单${facts.number}：${subject(facts)}${place}。${arrive}${handle}${arrive || handle ? '。' : ''}`
}

/** 转达表扬: to the person responsible of the unit that is praised. */
export const praiseMessage = (facts: MessageFacts): string =>
  `工单${facts.number}：您单位收到市民表扬：${subject(facts)}${facts.place ? `，${hideNumbers(facts.place)}` : ''}。`

/** 催办: to the unit that has the order. */
export const urgeMessage = (facts: MessageFacts, times: number): string =>
  `工单${facts.number}被催办（第${times}次）：${subject(facts)}。请抓紧办理并反馈。`

/** How many order numbers a text message names. */
const numbersNamed = 5

/** 批量催办: one message about all the orders a contact has. */
export function urgesMessage (orders: ReadonlyArray<{ number: string, overtime: boolean }>): string {
  const late = orders.filter(o => o.overtime).length
  const named = orders.slice(0, numbersNamed).map(o => o.number).join('、')
  return `您单位有${orders.length}件工单被催办${late > 0 ? `，其中超时${late}件` : ''}：${named}${orders.length > numbersNamed ? '等' : ''}。请抓紧办理并反馈。`
}

/** 延期: to the citizen; the order's number alone. */
export const extensionMessage = (number: string, until: Date, timeZone: string): string =>
  `您反映的工单${number}情况较复杂，办理时限延长至${when(until, timeZone)}，敬请谅解。`

/** 挂账: to a complainant; the number to ask by alone, and how to object. */
export const parkingMessage = (number: string, until: Date, timeZone: string): string =>
  `您反映的事项（编号${number}）因客观条件暂时不能办结，计划于${DateTime.fromJSDate(until, { zone: timeZone }).toFormat('yyyy年M月d日')}前继续办理。` +
    '如有异议，请拨打962000。'

/** 3 天 2 小时, 45 分钟. */
export function remaining (from: Date, to: Date): string {
  const minutes = Math.max(0, Math.round((to.getTime() - from.getTime()) / 60_000))
  const days = Math.floor(minutes / 1440)
  const hours = Math.floor((minutes % 1440) / 60)
  if (days > 0) return hours > 0 ? `${days}天${hours}小时` : `${days}天`
  return hours > 0 ? `${hours}小时${minutes % 60 > 0 ? `${minutes % 60}分钟` : ''}` : `${minutes}分钟`
}

/** A reminder or an overtime notice about one clock; null: no text message. */
export function clockMessage (
  facts: MessageFacts,
  kind: 'on-site' | 'handling' | 'sign',
  step: 'half' | 'late' | 'expire',
  now: Date,
  due: Date
): string {
  if (kind === 'sign') return `工单${facts.number}尚未签收，请尽快签收处理。`
  const what = kind === 'on-site' ? '到场' : '处置'
  const act = kind === 'on-site' ? '请尽快到场并登记' : '请抓紧办理并反馈'
  return step === 'expire' ? `工单${facts.number}已超过${what}时限，${act}。` : `工单${facts.number}距${what}时限还有${remaining(now, due)}，${act}。`
}
