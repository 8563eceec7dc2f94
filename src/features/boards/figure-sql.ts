import { overdueClocks } from '../../domain/work-order.ts'

const ranOut = (clock: string): string => `o.${clock}_overtime_at is not null`
/** 超时: one of the clocks that make an order overdue has run out, whatever became of the order since. */
const overdue = `(${overdueClocks.map(ranOut).join(' or ')})`
/** What spoils 按时办结: the Centre's own clock of dispatch does not. */
const lateClosing = `(${overdueClocks.filter(c => c !== 'dispatch').map(ranOut).join(' or ')})`
const isOpen = 'o.state not in (\'CLOSED\', \'ANSWERED\', \'REJECTED\', \'MERGED\')'
/** A duplicate is counted where it was merged into, not twice. */
const filed = 'o.filed_at is not null and o.state <> \'MERGED\''
const closed = `${filed} and o.state = 'CLOSED'`
/**
 * Its number is the caller's of its first call, or came with another system's own order. One that a person has typed may be a guess, which
 * the figure would answer; so may one that was changed.
 */
const heard = (order: 'o' | 'e'): string => `${order}.number_hash is not null and not ${order}.number_changed
  and (${order}.created_by like 'integration:%'
  or exists (select from call_read k where k.id = ${order}.origin_call_id and k.number_hash = ${order}.number_hash))`
const dispatched = `${filed} and o.dispatched_at is not null`

/**
 * What each figure of a board counts among the orders received in its span: one condition on `work_order o`, `$now` the moment of counting.
 * The same condition counts the figure and finds the list it counts.
 */
export const orderFigures = {
  received: 'true',
  filed,
  dispatched,
  dispatchedOnTime: `${dispatched} and o.dispatch_overtime_at is null`,
  closed,
  open: isOpen,
  overtime: overdue,
  due: `${filed} and (o.state = 'CLOSED' or o.citizen_due_at <= $now or ${lateClosing})`,
  closedOnTime: `${closed} and not ${lateClosing}`,
  firstContact: `${filed} and o.first_contact_at is not null and o.first_contact_overtime_at is null`,
  returned: `${dispatched} and o.return_count > 0`,
  reworked: `${dispatched} and o.rework_count > 0`,
  contacted: `${filed} and (o.first_contact_at is not null
    or exists (select from callback_read c where c.order_id = o.id and c.contacted))`,
  numbered: heard('o'),
  // A protected order never counts as the earlier one: a person who tries numbers would learn whose it is.
  repeated: `${heard('o')} and exists (select from work_order_read e
    where e.number_hash = o.number_hash and e.category_code = o.category_code and e.state <> 'DRAFT'
    and not e.restricted and not e.confidential and e.about_unit_id is null
    and e.received_at < o.received_at and e.received_at >= o.received_at - interval '30 days' and ${heard('e')})`
} as const

/** An earlier or later callback of the same complainant that has this answer. */
const another = (cycle: '<' | '>', answer: 'grade' | 'solved'): string => `exists (select from callback_read n where n.order_id = c.order_id
  and n.request_id = c.request_id and n.cycle ${cycle} c.cycle and n.${answer} is not null)`
const answered = 'c.solved is not null or c.grade is not null'
const lastGrade = `c.grade is not null and not ${another('>', 'grade')}`
const firstGrade = `c.grade is not null and not ${another('<', 'grade')}`
const lastWord = `c.solved is not null and not ${another('>', 'solved')}`

/**
 * The same for the callbacks of those orders, conditions on `callback c`; `$satisfied` the grade that satisfies. After a rework the second
 * rating counts; the first has a rate of its own.
 */
export const callbackFigures = {
  // A citizen who rang back, or answered by text, is reached without having been called.
  called: `c.attempts > 0 or ${answered}`,
  calledBack: answered,
  asked: lastWord,
  solved: `${lastWord} and c.solved = 'yes'`,
  graded: lastGrade,
  satisfied: `${lastGrade} and c.grade >= $satisfied`,
  firstGraded: firstGrade,
  firstSatisfied: `${firstGrade} and c.grade >= $satisfied`
} as const

/** Figures over another set than the orders received in the span; `$from` and `$to` are the span. */
export const spanFigures = {
  /** open at some time of the span, carried over ones too */
  inHand: 'o.filed_at < $to and (o.closed_at is null or o.closed_at >= $from) and o.state not in (\'ANSWERED\', \'REJECTED\', \'MERGED\')',
  /** of those: reported or closed by its end */
  handled: `o.filed_at < $to and (o.closed_at is null or o.closed_at >= $from) and o.state not in ('ANSWERED', 'REJECTED', 'MERGED')
    and (o.reported_at < $to or o.closed_at < $to)`,
  /** 结案 in the span, whenever received */
  closedInSpan: 'o.state = \'CLOSED\' and o.closed_at >= $from and o.closed_at < $to',
  /** open now */
  openNow: `${isOpen} and o.received_at < $to`,
  /** open now, and overdue */
  overdueNow: `${isOpen} and o.received_at < $to and ${overdue}`
} as const

export type OrderFigure = keyof typeof orderFigures
export type CallbackFigure = keyof typeof callbackFigures
export type SpanFigure = keyof typeof spanFigures
export type FigureName = OrderFigure | CallbackFigure | SpanFigure
export const figureNames = [...Object.keys(orderFigures), ...Object.keys(callbackFigures), ...Object.keys(spanFigures)] as FigureName[]

export const isCallbackFigure = (name: FigureName): name is CallbackFigure => name in callbackFigures
export const isSpanFigure = (name: FigureName): name is SpanFigure => name in spanFigures
