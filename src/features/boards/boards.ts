import { DateTime } from 'luxon'
import type { Queryable } from '../../db/database.ts'
import { bind } from '../../domain/bind.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { Actor } from '../../domain/people/roles.ts'
import type { Channel, OrderState, RequestType, Urgency } from '../../domain/work-order.ts'
import { unknownChannel } from '../../policy/rules/channel-policy.ts'
import { ruleAt, type RulePolicies } from '../../policy/rules/rule-policy.ts'
import { boardSheet } from './board-sheet.ts'
import type { Board, CallRates, WallBoard } from './board-types.ts'
import {
  countCells, countDays, countOfSpan, listFigure, type BoardFilter, type Condition, type Counted, type Counting
} from './boards-store.ts'
import type { FigureName } from './figure-sql.ts'
import { countsOf, type Names } from './rules/counts.ts'
import { paragraphOf } from './rules/paragraph.ts'
import { ratesOf } from './rules/rates.ts'

export interface BoardsOptions {
  db: Queryable
  clock: Clock
  timeZone: string
  /** orders this person may see */
  visible: (actor: Actor) => Promise<Condition>
  callFigures: (span: { from: Date, to: Date }) => Promise<CallRates>
  rules: () => Promise<RulePolicies>
  /** towns by id, classes by their two digits and channels by their codes, as they stand today */
  names: () => Promise<BoardNames>
}

interface BoardNames extends Names { categories: ReadonlyMap<string, string>, channels: ReadonlyMap<Channel, string> }

const stateWords: Record<OrderState, string> = {
  DRAFT: '草稿',
  RECEIVED: '已受理',
  ANSWERED: '直接答复',
  REJECTED: '不予受理',
  MERGED: '并单',
  FILED: '待派遣',
  DISPATCHED: '待签收',
  SIGNED: '已签收',
  RETURN_REQUESTED: '申请退单',
  ON_SITE: '已到场',
  HANDLING: '处置中',
  COORDINATING: '协调中',
  REPORTED: '已反馈',
  VERIFYING: '核查回访',
  REWORK: '返工重办',
  CLOSED: '已结案'
}
const typeWords: Record<RequestType, string> = {
  CONSULTATION: '咨询',
  HELP: '求助',
  COMPLAINT: '投诉',
  REPORT_OF_WRONG: '举报',
  SUGGESTION: '建议',
  PRAISE: '表扬',
  FIND: '报告',
  ALARM: '报警'
}
const urgencyWords: Record<Urgency, string> = { normal: '一般', urgent: '紧急', critical: '特急' }

export type Boards = ReturnType<typeof createBoards>

/** Spans that are asked for by name; a day is the district's, wherever the asker's clock stands. */
export const spans = ['today', 'yesterday', 'week', 'month'] as const
export type Span = typeof spans[number]

/** Statistics (统计分析): counted from the rows at every request; no stored figure can disagree with them. */
export const createBoards = (options: BoardsOptions) => bind(options, { board, figure, spanOf, sheet, wall })

const localText = ({ timeZone }: BoardsOptions, at: Date, format: string): string =>
  DateTime.fromJSDate(at, { zone: timeZone }).toFormat(format)

/** A figure goes by the rule of the last day of its span: what is entered later changes no figure of before. */
async function countedBy ({ clock, rules }: BoardsOptions, { to }: Pick<BoardFilter, 'to'>): Promise<Counting> {
  const asOf = clock.now()
  const lastDay = new Date(Math.min(asOf.getTime(), to.getTime() - 1))
  return { asOf, satisfiedFrom: ruleAt(await rules(), 'SATISFIED_FROM', lastDay).value }
}

async function board (options: BoardsOptions, filter: BoardFilter): Promise<Board> {
  const { db, names } = options
  const by = await countedBy(options, filter)
  const { asOf } = by
  const [cells, known, ofSpan] = await Promise.all([countCells(db, filter, by), names(), countOfSpan(db, filter, by)])
  const wholeDistrict = filter.townId === undefined && filter.unitId === undefined
  const counts = countsOf(cells, known, wholeDistrict)
  const rates = ratesOf(counts.total, ofSpan, by.satisfiedFrom)
  const words = filterWords(filter, known)
  const asOfText = localText(options, asOf, 'yyyy年L月d日HH:mm')
  const from = localText(options, filter.from, 'yyyy年L月d日HH:mm')
  const to = localText(options, filter.to < asOf ? filter.to : asOf, 'yyyy年L月d日HH:mm')
  return {
    asOf,
    asOfText,
    from: filter.from,
    to: filter.to,
    ...counts,
    rates,
    scope: [`${from} — ${to}`, ...words].join('，'),
    paragraph: paragraphOf({ from, to, words, asOf: asOfText }, counts, rates)
  }
}

/** @throws DomainError `unknown-channel` */
function channelName ({ channels }: Pick<BoardNames, 'channels'>, code: Channel): string {
  const name = channels.get(code)
  if (name === undefined) throw unknownChannel(code)
  return name
}

/** The filter in words, without its time. */
function filterWords (
  { townId, unitId, categoryCode, state, channel, requestType, urgency, overtime }: BoardFilter,
  known: BoardNames
): string[] {
  return [
    townId === undefined ? '' : known.towns.get(townId) ?? townId,
    unitId === undefined ? '' : `${known.units.get(unitId) ?? unitId}承办`,
    categoryCode === undefined ? '' : known.classes.get(categoryCode) ?? known.categories.get(categoryCode) ?? categoryCode,
    state === undefined ? '' : stateWords[state],
    channel === undefined ? '' : `${channelName(known, channel)}来源`,
    requestType === undefined ? '' : typeWords[requestType],
    urgency === undefined ? '' : urgencyWords[urgency],
    overtime === undefined ? '' : overtime ? '超时' : '未超时'
  ].filter(w => w !== '')
}

/**
 * The list a figure of a board counts, newest first: under the same filter, or one line of a table, as many rows as the figure
 * says, less those this person may not see (`notShown`). `department`: what it leads or led last, with all below it.
 */
async function figure (
  options: BoardsOptions,
  actor: Actor, filter: BoardFilter & { department?: string }, name: FigureName, page: { after: [Date, string] | null, limit: number }
): Promise<{ rows: Counted[], notShown: number }> {
  const { db, names, visible } = options
  const { department, ...more } = filter
  const known = await names()
  if (more.channel !== undefined) channelName(known, more.channel)
  const leaders = department === undefined ? null : [...known.departments].filter(([, top]) => top === department).map(([unit]) => unit)
  const by = await countedBy(options, filter)
  return await listFigure(db, leaders === null ? more : { ...more, leaders }, name, by, await visible(actor), page)
}

/** 今天, 昨天, 近7天, 本月: from midnight to midnight of the district. */
function spanOf ({ clock, timeZone }: BoardsOptions, span: Span): { from: Date, to: Date } {
  const midnight = DateTime.fromJSDate(clock.now(), { zone: timeZone }).startOf('day')
  const from = {
    today: midnight,
    yesterday: midnight.minus({ days: 1 }),
    week: midnight.minus({ days: 6 }),
    month: midnight.startOf('month')
  }[span]
  return { from: from.toJSDate(), to: (span === 'yesterday' ? midnight : midnight.plus({ days: 1 })).toJSDate() }
}

/** The same as a workbook. */
async function sheet (options: BoardsOptions, filter: BoardFilter): Promise<{ file: Buffer, name: string }> {
  const counted = await board(options, filter)
  return {
    file: await boardSheet(counted, state => stateWords[state]),
    name: `tongji-${localText(options, counted.asOf, 'yyyyMMdd-HHmm')}.xlsx`
  }
}

/** The wall board: the day so far. */
async function wall (options: BoardsOptions): Promise<WallBoard> {
  const { db, clock, timeZone, callFigures } = options
  const asOf = clock.now()
  const midnight = DateTime.fromJSDate(asOf, { zone: timeZone }).startOf('day')
  const from = midnight.toJSDate()
  const to = midnight.plus({ days: 1 }).toJSDate()
  const [today, month, calls, days, ofDay] = await Promise.all([
    board(options, { from, to }), board(options, { from: midnight.minus({ days: 29 }).toJSDate(), to }), callFigures({ from, to }),
    countDays(db, midnight.minus({ days: 13 }).toJSDate(), to, timeZone), countOfSpan(db, { from, to }, await countedBy(options, { to }))
  ])
  const { closedInSpan: closed, openNow: open, overdueNow: overtime } = ofDay
  return { asOf, day: { received: today.total.received, closed, open, overtime }, today, month, calls, days }
}
