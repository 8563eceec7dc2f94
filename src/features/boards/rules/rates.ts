import { recordOf } from '../../../domain/properties.ts'

/** Sums over a set of orders and of their callbacks; all of one and the same set, so that no rate exceeds 1. */
export interface Tally {
  /** 受理: everything but drafts */
  received: number
  /** 立案; a duplicate that was merged is not counted again */
  filed: number
  dispatched: number
  /** of those: within the Centre's own time */
  dispatchedOnTime: number
  /** 办结 */
  closed: number
  open: number
  /** 超时: the unit's on-site or handling clock, the citizen's or the dispatcher's ran out; the flag never disappears */
  overtime: number
  /** filed, and closed or past the citizen's deadline */
  due: number
  /** of those: closed without overtime */
  closedOnTime: number
  /** filed, and the unit spoke with the citizen in time */
  firstContact: number
  returned: number
  reworked: number
  /** filed orders whose complainant confirms a contact, or where a call by the unit is known */
  contacted: number
  /** callbacks tried at least once */
  called: number
  /** callbacks in which a person gave an answer */
  calledBack: number
  /** complainants whose last word says whether it is solved */
  asked: number
  solved: number
  /** complainants with a grade: after a rework their last one counts */
  graded: number
  /** of those: from the city's grade on */
  satisfied: number
  /** the same for their first one */
  firstGraded: number
  firstSatisfied: number
  /** its number is its caller's, or came from another system; one typed in by hand does not count */
  numbered: number
  /** of those: the same number complained of the same subclass within thirty days before */
  repeated: number
}

export const tallyFields = [
  'received', 'filed', 'dispatched', 'dispatchedOnTime', 'closed', 'open', 'overtime', 'due', 'closedOnTime', 'firstContact', 'returned',
  'reworked', 'contacted', 'called', 'calledBack', 'asked', 'solved', 'graded', 'satisfied', 'firstGraded', 'firstSatisfied', 'numbered',
  'repeated'
] as const satisfies ReadonlyArray<keyof Tally>

export const noTally = (): Tally => recordOf(tallyFields, () => 0)

export const sumOf = (parts: readonly Tally[]): Tally => {
  const sum = noTally()
  for (const part of parts) for (const field of tallyFields) sum[field] += part[field]
  return sum
}

/** The trade's rates, in the order of the page. */
export const rateKeys = [
  'filing', 'closure', 'on-time', 'satisfaction', 'first-satisfaction', 'dispatch-on-time', 'response', 'solution', 'first-contact',
  'reached', 'return', 'rework', 'repeat', 'handling'
] as const
export type RateKey = typeof rateKeys[number]

/** A rate with what it counts; `value` is null when nothing was counted, which is not the same as none. */
export interface Figure {
  key: RateKey
  name: string
  nameEn: string
  formula: string
  formulaEn: string
  numerator: number
  denominator: number
  /** 0 to 1 */
  value: number | null
  /** the figures above and below the line: each opens the list it counts */
  over: FigureOf
  under: FigureOf
}

export type FigureOf = keyof Tally | keyof InHand

interface Definition {
  key: RateKey
  name: string
  nameEn: string
  formula: string
  formulaEn: string
  over: keyof Tally
  under: keyof Tally
}

const definitions: readonly Definition[] = [
  {
    key: 'filing',
    name: '立案率',
    nameEn: 'Filing rate',
    formula: '立案数 ÷ 受理数',
    formulaEn: 'filed ÷ received',
    over: 'filed',
    under: 'received'
  },
  {
    key: 'closure',
    name: '办结率',
    nameEn: 'Closure rate',
    formula: '办结数 ÷ 立案数',
    formulaEn: 'closed ÷ filed',
    over: 'closed',
    under: 'filed'
  },
  {
    key: 'on-time',
    name: '按时办结率',
    nameEn: 'On-time closure',
    formula: '未超时办结数 ÷ 应办结数（已办结或市民时限已到）',
    formulaEn: 'closed without overtime ÷ due (closed, or past the citizen\'s deadline)',
    over: 'closedOnTime',
    under: 'due'
  },
  {
    key: 'satisfaction',
    name: '满意率',
    nameEn: 'Satisfaction',
    formula: '最后一次评价{from}–5分 ÷ 有评价的诉求人（返工后以第二次为准，联系不上的不计）',
    formulaEn: 'last grade {from}–5 ÷ complainants with a grade (after a rework the second counts; unreachable left out)',
    over: 'satisfied',
    under: 'graded'
  },
  {
    key: 'first-satisfaction',
    name: '首次满意率',
    nameEn: 'First satisfaction',
    formula: '第一次评价{from}–5分 ÷ 有评价的诉求人',
    formulaEn: 'first grade {from}–5 ÷ complainants with a grade',
    over: 'firstSatisfied',
    under: 'firstGraded'
  },
  {
    key: 'dispatch-on-time',
    name: '派单及时率',
    nameEn: 'Dispatched in time',
    formula: '派遣时限内派遣的工单 ÷ 派遣数',
    formulaEn: 'dispatched within the Centre\'s own time ÷ dispatched',
    over: 'dispatchedOnTime',
    under: 'dispatched'
  },
  {
    key: 'response',
    name: '响应率',
    nameEn: 'Response rate',
    formula: '已联系市民的工单 ÷ 立案数',
    formulaEn: 'orders whose citizen was contacted ÷ filed',
    over: 'contacted',
    under: 'filed'
  },
  {
    key: 'solution',
    name: '解决率',
    nameEn: 'Solution rate',
    formula: '最后一次答“已解决” ÷ 已作答的诉求人',
    formulaEn: 'last word "solved" ÷ complainants who said',
    over: 'solved',
    under: 'asked'
  },
  {
    key: 'first-contact',
    name: '先行联系率',
    nameEn: 'First contact',
    formula: '一个工作日内联系市民的工单 ÷ 立案数',
    formulaEn: 'contacted within one working day ÷ filed',
    over: 'firstContact',
    under: 'filed'
  },
  {
    key: 'reached',
    name: '回访到达率',
    nameEn: 'Callbacks reached',
    formula: '本人作答的回访 ÷ 已拨回访',
    formulaEn: 'callbacks answered by a person ÷ callbacks tried',
    over: 'calledBack',
    under: 'called'
  },
  {
    key: 'return',
    name: '退单率',
    nameEn: 'Return rate',
    formula: '退过单的工单 ÷ 派遣数',
    formulaEn: 'returned at least once ÷ dispatched',
    over: 'returned',
    under: 'dispatched'
  },
  {
    key: 'rework',
    name: '发回重办率',
    nameEn: 'Rework rate',
    formula: '返工重办的工单 ÷ 派遣数',
    formulaEn: 'reworked at least once ÷ dispatched',
    over: 'reworked',
    under: 'dispatched'
  },
  {
    key: 'repeat',
    name: '重复投诉率',
    nameEn: 'Repeat complaints',
    formula: '30天内同一来电号码就同一小类再次反映的工单（前一件为保密件、限定渠道件（如党务信箱）或投诉单位件的不计）÷ ' +
      '有来电号码的工单（手工录入的号码不计）',
    formulaEn: 'the same number about the same subclass again within thirty days, the earlier order neither confidential, ' +
      'of a restricted channel (as the Party mailbox) nor a complaint about a unit ÷ orders whose number called ' +
      '(a number typed in by hand does not count)',
    over: 'repeated',
    under: 'numbered'
  }
]

export const ratio = (numerator: number, denominator: number): number | null => denominator === 0 ? null : numerator / denominator

/** Orders that were open at some time of a span, and those of them handled by its end; carried over from before it too. */
export interface InHand { inHand: number, handled: number }

/** 处置率: the share handled of what a month had in hand. Its set differs from the other rates': not only what the span received. */
const handling = ({ inHand, handled }: InHand): Figure => ({
  key: 'handling',
  name: '处置率',
  nameEn: 'Handling rate',
  formula: '期末前已反馈或已办结 ÷ 期间在办（含上期结转）',
  formulaEn: 'reported or closed by the end of the span ÷ open at some time in it (carried over ones too)',
  numerator: handled,
  denominator: inHand,
  value: ratio(handled, inHand),
  over: 'handled',
  under: 'inHand'
})

/** The trade's rates over one set of orders (formulas: the district's handbook of rates). `satisfiedFrom`: the grade that satisfies. */
export const ratesOf = (tally: Tally, inHand: InHand, satisfiedFrom: number): Figure[] => [
  ...definitions.map(({ over, under, formula, formulaEn, ...said }) => ({
    ...said,
    formula: formula.replace('{from}', String(satisfiedFrom)),
    formulaEn: formulaEn.replace('{from}', String(satisfiedFrom)),
    over,
    under,
    numerator: tally[over],
    denominator: tally[under],
    value: ratio(tally[over], tally[under])
  })),
  handling(inHand)
]
