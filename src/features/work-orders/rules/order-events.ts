import type { OrderEventType } from './order-facts.ts'
import type { DeadlineKind } from '../clocks/rules/deadlines.ts'

/** What happens to an order by a step of its life cycle. */
type StepKind = OrderEventType
/** What its clocks say of themselves. */
type ClockKind = `${DeadlineKind}.${'half' | 'late' | 'expire'}`

/** Every kind of line on an order's timeline; the same stands in the table's CHECK. */
export const orderEventKinds = [
  'draft.open', 'draft.save', 'draft.abandon', 'intake.receive', 'intake.answer', 'intake.reject', 'answer.text', 'answer.draft',
  'answer.review', 'case.file',
  'case.merge', 'case.unmerge', 'case.amend', 'case.note', 'case.dispatch', 'case.urge', 'case.rework', 'case.reopen', 'case.close',
  'checks.decide', 'complainant.add', 'complainant.leave', 'call.link', 'call.tried', 'praise.forward', 'dispatch.notified',
  'dispatch.nobody-to-notify', 'assignment.forward', 'assignment.sign', 'assignment.return', 'assignment.hand-over', 'return.approve',
  'return.refuse', 'handling.arrive', 'handling.start', 'handling.report', 'help.request', 'help.resolve', 'co.sign', 'co.arrive',
  'co.report', 'photo.add', 'photo.remove', 'photo.verify', 'attachment.add', 'attachment.remove', 'attachment.infected', 'report.accept',
  'report.send-back', 'verification.pass', 'verification.fail',
  'callback.result', 'extension.request', 'extension.grant', 'extension.refuse', 'objection.ask', 'objection.uphold',
  'objection.refuse', 'objection.late', 'park.ask', 'park.approve', 'park.refuse', 'park.object', 'park.end', 'park.review',
  'clocks.reckoned-again',
  'dispatch.half', 'dispatch.late', 'dispatch.expire', 'sign.half', 'sign.late', 'sign.expire', 'first-contact.half', 'first-contact.late',
  'first-contact.expire', 'on-site.half', 'on-site.late', 'on-site.expire', 'handling.half', 'handling.late', 'handling.expire',
  'citizen.half', 'citizen.late', 'citizen.expire'
] as const
export type OrderEventKind = typeof orderEventKinds[number]

/** Each step of the life cycle and each word of a clock is on the list; the compiler says so. */
export type Complete = Exclude<StepKind | ClockKind, OrderEventKind> extends never ? true : never
