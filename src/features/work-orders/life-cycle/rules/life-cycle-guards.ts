import type { UnitFacts } from '../../../../domain/people/unit-tree.ts'
import { holds, type Actor } from '../../../../domain/people/roles.ts'
import { says } from '../../../../domain/text/words.ts'
import { ruleAt, type Rule, type RulePolicies } from '../../../../policy/rules/rule-policy.ts'
import { nextInSequence, openLead, unitsTried, type OrderEvent, type OrderFacts } from '../../rules/order-facts.ts'

interface Question { order: OrderFacts, event: OrderEvent, actor: Actor, now: Date, service: boolean, rules: RulePolicies }

/** A condition's refusal; default `guard-not-met`, else a code the page can explain. */
export type GuardCode = 'guard-not-met' | 'not-allowed' | 'other-units-order' | 'urged-just-now' | 'extension-too-late'
  | 'extension-too-long' | 'extension-used-up' | 'objection-used-up' | 'own-answer' | 'own-decision'
  | 'park-too-long' | 'parks-used-up' | 'own-parking' | 'outcome-needs-leader' | 'outcome-incomplete'

/** Null when the condition is met, else why not, and by which of the city's rules. */
export type Guard = (question: Question) => { why: string, code?: GuardCode, rule?: Rule } | null

const text = (event: OrderEvent, ...names: string[]): boolean =>
  names.some(
    name => typeof (event as Record<string, unknown>)[name] === 'string' && says((event as Record<string, unknown>)[name] as string)
  )

const addressees = (event: OrderEvent): readonly UnitFacts[] => {
  switch (event.type) {
    case 'case.dispatch': case 'help.resolve': return [...event.units, ...event.coUnits]
    case 'assignment.forward': case 'return.approve': case 'praise.forward': case 'objection.uphold': return [event.unit]
    default: return []
  }
}

/** Nothing ends without an answer to the person. */
export const replied: Guard = ({ event }) => text(event, 'reply') ? null : { why: 'the answer to the citizen is required' }

/** An answer is reviewed by another person than its author, under whatever role. */
export const notOwnAnswer: Guard = ({ order, actor }) => order.answerDraftedBy === actor.id
  ? { why: 'an answer is reviewed by somebody other than its author', code: 'own-answer' }
  : null

/** Whom the answer goes to, it does not say: it is read out, sent on and shown. */
export const namesNobody: Guard = ({ event }) => event.type === 'answer.review' && event.identifies.length > 0
  ? { why: `the answer holds a complainant's ${event.identifies.join(' and ')}` }
  : null

/** 答复内容 is reviewed before it goes out, so before the order is closed. */
export const answerReviewed: Guard = ({ order }) =>
  order.answerDraftedBy === null ? null : { why: 'the answer to the citizen waits for its review' }

export const reasoned: Guard = ({ event }) =>
  text(event, 'reason', 'remarks', 'decision') ? null : { why: 'a reason is needed' }

export const reported: Guard = ({ event }) => text(event, 'report') ? null : { why: 'a report is required' }

export const mergesIntoOpen: Guard = ({ order, event }) => {
  if (event.type !== 'case.merge') return null
  if (event.target.id === order.id) return { why: 'an order cannot be merged into itself' }
  return ['DRAFT', 'ANSWERED', 'REJECTED', 'MERGED', 'CLOSED'].includes(event.target.state)
    ? { why: 'the order to merge into is not open' }
    : null
}

/** Merges are taken back the last first. */
export const mergedLast: Guard = ({ event }) => event.type === 'case.unmerge' && event.intoState === 'MERGED'
  ? { why: 'the order it is merged into was merged itself since; that is taken back first' }
  : null

/**
 * The citizen's protection is lifted by the shift leader, or before dispatch by the person who took the order in, with a reason. The
 * author of a draft may untick it again.
 */
export const protectionKept: Guard = ({ order, event, actor }) => {
  if (!('lifts' in event) || !event.lifts) return null
  const own = order.createdBy === actor.id
  if (own && order.state === 'DRAFT') return null
  if (!holds(actor, 'SHIFT_LEADER') && !(own && order.assignments.length === 0)) {
    return { why: 'only the shift leader lifts confidentiality, or before dispatch the person who took the order in', code: 'not-allowed' }
  }
  return !says(event.reason) ? { why: 'a reason is needed' } : null
}

/** Praise needs no answer: another type becomes praise only by decision of a shift leader or dispatcher, with a reason. */
export const praiseDecided: Guard = ({ event, actor }) => {
  if (!('praises' in event) || !event.praises) return null
  if (!holds(actor, 'SHIFT_LEADER', 'DISPATCHER')) {
    return { why: 'only a shift leader or dispatcher makes an order praise', code: 'not-allowed' }
  }
  return !says(event.reason) ? { why: 'a reason is needed' } : null
}

/** A check is waived only while it waits, and required only where none was; a bad answer is never waived. */
export const checkCanChange: Guard = ({ order, event }) => {
  if (event.type !== 'checks.decide') return null
  const { verification, callback } = event
  if (verification === null && callback === null) return { why: 'verification or callback is required' }
  const standing = { waived: 'PENDING', required: 'NOT_REQUIRED' } as const
  if (verification !== null && order.verificationStatus !== standing[verification]) {
    return { why: `the verification is ${order.verificationStatus}` }
  }
  return callback !== null && order.callbackStatus !== standing[callback] ? { why: `the callback is ${order.callbackStatus}` } : null
}

/** 立案 needs type, category and title; once filed, an order keeps all three. */
export const complete: Guard = ({ order, event }) => {
  if (event.type !== 'case.file' && event.type !== 'case.amend') return null
  if (event.type === 'case.amend' && (order.state === 'DRAFT' || order.state === 'RECEIVED')) return null
  const { requestType, categoryCode, title } = event.matter
  const missing = [
    requestType === null && 'requestType',
    categoryCode === null && 'categoryCode',
    title.trim() === '' && 'title'
  ].filter(Boolean)
  return missing.length > 0 ? { why: `still missing: ${missing.join(', ')}` } : null
}

export const isPraise: Guard = ({ order }) => order.requestType === 'PRAISE' ? null : { why: 'only praise is closed without dispatch' }
export const notPraise: Guard = ({ order }) => order.requestType === 'PRAISE' ? { why: 'praise is forwarded, not dispatched' } : null

/** Agents dispatch what cannot wait; a dispatcher reviews afterwards. */
export const agentOnlyCritical: Guard = ({ order, actor, service }) =>
  service || holds(actor, 'DISPATCHER', 'SHIFT_LEADER', 'EMERGENCY_COORDINATOR') || !holds(actor, 'AGENT') || order.urgency === 'critical'
    ? null
    : { why: 'an agent dispatches critical orders only', code: 'not-allowed' }

/** A sub-centre opens and settles small matters itself, with its own units. */
export const operatorOnlyOwn: Guard = ({ event, actor, service }) =>
  service || holds(actor, 'DISPATCHER', 'SHIFT_LEADER', 'EMERGENCY_COORDINATOR', 'AGENT', 'SUPERVISOR') ||
    addressees(event).every(u => actor.unitId !== null && u.path.includes(actor.unitId))
    ? null
    : { why: 'a sub-centre dispatches to its own units only', code: 'not-allowed' }

/** An order with the district or a leader is not decided by the sub-centre. */
export const operatorFirstRung: Guard = ({ order, actor }) =>
  order.level <= 1 || holds(actor, 'DISPATCHER', 'SHIFT_LEADER', 'EMERGENCY_COORDINATOR', 'SUPERVISOR')
    ? null
    : { why: 'the order is with the district centre now', code: 'not-allowed' }

/** A unit that is being helped already asks a higher rung. */
export const higherLevel: Guard = ({ order, event }) =>
  event.type === 'help.request' && order.state === 'COORDINATING' && event.level <= order.level
    ? { why: 'the order is on this level already' }
    : null

export const fitsMode: Guard = ({ event }) => {
  if (event.type !== 'case.dispatch' && event.type !== 'help.resolve') return null
  if (event.units.length === 0) return { why: 'a lead unit is required' }
  const all = addressees(event).map(u => u.id)
  if (new Set(all).size !== all.length) return { why: 'a unit is named twice' }
  if (addressees(event).some(u => u.kind === 'centre')) return { why: 'the Centre does not dispatch to itself' }
  if (event.type === 'help.resolve') return event.units.length === 1 ? null : { why: 'exactly one unit leads' }
  switch (event.mode) {
    case 'single': return event.units.length === 1 && event.coUnits.length === 0 ? null : { why: 'single dispatch goes to one unit' }
    case 'comprehensive':
      return event.units.length === 1 && event.coUnits.length > 0 ? null : { why: 'comprehensive dispatch has one lead and co-handlers' }
    case 'sequence':
      return event.units.length > 1 && event.coUnits.length === 0
        ? null
        : { why: 'a sequence names two or more units, one after the other' }
    default: return event.mode satisfies never
  }
}

/** 三定: by law needs no paper, an agreement its minutes, a designation its order. */
export const evidenced: Guard = ({ event }) =>
  'basis' in event && event.basis !== 'statutory' && !says(event.evidence)
    ? { why: 'an agreed or designated responsibility needs its evidence' }
    : null

/** A complaint about a unit goes neither to that unit nor to one above or below it. */
export const notAboutThem: Guard = ({ order, event }) => {
  const about = order.aboutUnit
  if (!about) return null
  return addressees(event).some(u => u.path.includes(about.id) || about.path.includes(u.id))
    ? { why: 'a complaint about a unit never goes to its own line' }
    : null
}

/** A property manager or contractor reads the text for the unit alone, so it is written before such a unit has the order. */
export const unitTextWritten: Guard = ({ order, event }) => addressees(event).every(u => u.government) || says(order.unitText)
  ? null
  : { why: 'a unit that is not government reads the text for the unit alone: it is to be written first' }

/** Units that take turns returning it come to an end: after some returns 商定, after some units 指定. */
export const ladder: Guard = ({ order, event, rules, now }) => {
  if (!('basis' in event)) return null
  const returns = order.returnCount + (event.type === 'return.approve' || event.type === 'objection.uphold' ? 1 : 0)
  if (returns === 0 || order.state === 'REWORK') return null
  const [units, agreed] = [ruleAt(rules, 'UNITS_UNTIL_DESIGNATED', now), ruleAt(rules, 'RETURNS_UNTIL_AGREED', now)]
  if (unitsTried(order) >= units.value && event.basis !== 'designated') {
    return { why: `after ${units.value} units the Centre designates one`, rule: units }
  }
  return returns >= agreed.value && event.basis === 'statutory'
    ? { why: `after ${agreed.value} returns the responsibility is agreed or designated`, rule: agreed }
    : null
}

export const notBackToSender: Guard = ({ order, event }) =>
  (event.type === 'return.approve' || event.type === 'objection.uphold') && openLead(order)?.unit.id === event.unit.id
    ? { why: 'this unit gives the order away; refuse that instead' }
    : null

/**
 * Level by level: to an office or station below, or to a person of the unit itself. A department may also choose the sub-centre of the
 * place, and what is below that. Never to an equal, nor into another town. A sub-centre may choose another of its own.
 */
export const downwards: Guard = ({ order, event, actor }) => {
  if (event.type !== 'assignment.forward') return null
  const from = openLead(order)?.unit
  const to = event.unit
  if (from?.id === to.id) return event.personId === null ? { why: 'the order is with this unit already' } : null
  if (from && from.path.includes(to.id)) return { why: 'a forward goes downwards; upwards it is a return' }
  const sender = from && holds(actor, 'SUBCENTRE_OPERATOR') && actor.unitId !== null && from.path.includes(actor.unitId)
    ? actor.unitId
    : from?.id
  if (sender !== undefined && to.path.includes(sender)) return null
  if (from?.kind === 'department' && order.townId !== null && to.path.includes(order.townId)) return null
  return { why: 'a forward goes to a unit below; to any other the order is returned' }
}

export const returnInTime: Guard = ({ event, now }) =>
  event.type === 'assignment.return' && event.latest !== null && now > event.latest ? { why: 'the time for a return has passed' } : null

/** An objection comes with its paper. */
export const shown: Guard = ({ event }) => text(event, 'evidence') ? null : { why: 'an objection needs its evidence' }

/** A unit objects once, and once more where the first was refused (职责界定). */
export const instanceLeft: Guard = ({ event }) =>
  event.type === 'objection.ask' && event.earlier >= 2 ? { why: 'both instances have decided', code: 'objection-used-up' } : null

/** The dispatcher of the order, and who decided the first time, do not decide. */
export const decidedByAnother: Guard = ({ event, actor }) =>
  'concerned' in event && event.concerned.includes(actor.id)
    ? { why: 'another person than the dispatcher, and than the first instance, decides', code: 'own-decision' }
    : null

export const visitedOrExplained: Guard = ({ order, event }) =>
  event.type === 'handling.start' && order.state === 'SIGNED' && !says(event.noVisitReason)
    ? { why: 'a reason is required when there was no visit' }
    : null

export const lastInSequence: Guard = ({ order }) =>
  nextInSequence(order) ? { why: 'the next unit of the sequence has not acted yet' } : null
export const somebodyWaits: Guard = ({ order }) => nextInSequence(order) ? null : { why: 'no unit follows in a sequence' }

/** 催办: the same person urges an order once in some minutes; another citizen's call is another urge. */
export const notJustUrged: Guard = ({ event, rules, now }) => {
  if (event.type !== 'case.urge' || event.lastByThisPerson === null) return null
  const rule = ruleAt(rules, 'URGE_MINUTES', now)
  return now.getTime() - event.lastByThisPerson.getTime() < rule.value * 60_000
    ? { why: `the same person urges an order once in ${rule.value} minutes`, code: 'urged-just-now', rule }
    : null
}

/** 延期 is asked for before the time is up, with a later time, and not for ever. */
export const extensionPossible: Guard = ({ event, rules, now }) => {
  if (event.type !== 'extension.request') return null
  const { due, latest, granted } = event.clock
  if (due === null || latest === null) return { why: 'no running clock can be extended' }
  if (now >= due) return { why: 'an extension is asked for before the time is up', code: 'extension-too-late' }
  const rule = ruleAt(rules, 'EXTENSIONS_A_ROUND', now)
  if (granted >= rule.value) return { why: `at most ${rule.value} extensions in one round`, code: 'extension-used-up', rule }
  return within(event.wanted, due, latest)
}

export const extensionWithin: Guard = ({ event, now }) => {
  if (event.type !== 'extension.grant') return null
  const { due, latest } = event.clock
  if (due === null || latest === null) return { why: 'the clock to be extended runs no more' }
  return within(event.until, due > now ? due : now, latest)
}

function within (until: Date, after: Date, latest: Date): ReturnType<Guard> {
  if (until <= after) return { why: 'the new time is not later' }
  return until > latest ? { why: 'an extension cannot go that far', code: 'extension-too-long' } : null
}

export const sameCycle: Guard = ({ order, event }) =>
  event.type === 'callback.result' && event.cycle !== order.cycle ? { why: 'this answer belongs to an earlier round of the order' } : null

/** Closed only when the citizen was answered, or a reason against it is recorded, and the spot was seen or need not be. */
export const answeredAndVerified: Guard = ({ order }) => {
  if (!['CONFIRMED', 'DISSATISFIED_EXPLAINED', 'UNREACHABLE', 'NOT_REQUIRED'].includes(order.callbackStatus)) {
    return { why: `the callback is ${order.callbackStatus}` }
  }
  return order.verificationStatus === 'PASSED' || order.verificationStatus === 'NOT_REQUIRED'
    ? null
    : { why: `the verification is ${order.verificationStatus}` }
}
