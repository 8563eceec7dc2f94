import { orderSight, shownNumber } from '../../../access/rules/visibility.ts'
import type { Queryable } from '../../../db/database.ts'
import { pick } from '../../../domain/properties.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import { readerUnit } from '../../../domain/people/reader-unit.ts'
import { ancestorsOf } from '../../../domain/people/unit-tree.ts'
import type { Channel } from '../../../domain/work-order.ts'
import { channelAt } from '../../../policy/rules/channel-policy.ts'
import { assignmentsOf } from '../assignment/assignment-store.ts'
import { deadlinesOf } from '../clocks/deadline-store.ts'
import { extensionClock } from '../clocks/extending.ts'
import { pendingExtension } from '../clocks/extension-store.ts'
import { explainDeadline } from '../clocks/rules/deadline-words.ts'
import { factsOf, type OrderContext } from '../life-cycle/order-context.ts'
import { possibleSteps } from '../life-cycle/rules/life-cycle.ts'
import { isOpen } from '../life-cycle/rules/steps/states-and-roles.ts'
import { assignmentOnPage } from '../assignment/assignment-columns.ts'
import { inWords, isInWords, onPage, withheld } from '../order-columns.ts'
import { noSuchOrder } from '../work-orders-store.ts'
import { answer } from '../requests/request-columns.ts'
import { requestsOf } from '../requests/request-store.ts'
import { requestOnPage } from '../requests/requests-on-page.ts'
import { answerable } from '../rules/order-facts.ts'
import {
  callbacksOf, callsOf, hasCitizenOnLine, photosOf, summaryRow, timelineOf, verificationsOf
} from './order-detail-queries.ts'
import { namesOf, summaryOf } from './order-summary.ts'
import type { OrderDetail } from './order-views.ts'
import { isCentre, isOutside, shownDetail } from './rules/visible.ts'

/** One order with all that belongs to it, as this person sees it. @throws DomainError `not-found`, also where it is hidden */
export async function orderDetail (context: OrderContext, db: Queryable, actor: Actor, id: string): Promise<OrderDetail> {
  const { sealing, clock } = context
  const [
    row, assignments, deadlines, units, names, timeline, calls, callbacks, verifications, photos, asked, calendar, policies, channels,
    requests, inCall
  ] = await rowsOf(context, db, actor, id)
  const notFound = noSuchOrder()
  if (!row) throw notFound
  const facts = factsOf({ row, assignments, units })
  const ownUnit = readerUnit(units, actor.unitId)
  const sight = orderSight(facts, actor, { inCall, ownUnit })
  if (sight === null) throw notFound
  const ownPart = (unit: string | null): boolean => unit !== null && ownUnit.path[0] !== undefined &&
    ancestorsOf(units, unit).includes(ownUnit.path[0])
  // As on the timeline: a person who may not read the order's words reads only what the own unit has written.
  const written = (words: string | null, by: string | null): string | null => sight.words || ownPart(by) ? words : null
  const outside = isOutside(actor)
  const askingUnit = assignments.find(a => a.id === asked?.assignmentId)?.unitId ?? null
  const answers = answerable(facts)
  const channelName = (code: Channel): string => channelAt(channels, code, clock.now())?.name ?? code
  const contents = { open: (words: string): string => sealing.open(Buffer.from(words, 'base64')), ofCitizen: isInWords }
  return {
    ...summaryOf(sealing, actor, row, names, sight),
    ...pick(row, onPage),
    ...(sight.words ? pick(row, inWords) : withheld),
    ...(outside && facts.answerDraftedBy !== null ? pick(withheld, answer) : {}),
    wordsWithheld: !sight.words,
    occurred: sight.words ? row.occurredText : '',
    place: row.placeSealed && sealing.open(row.placeSealed),
    complainant: {
      name: sight.name && row.nameSealed ? sealing.open(row.nameSealed) : null,
      number: shownNumber(row.numberSealed && sealing.open(row.numberSealed), sight.number),
      kind: row.complainantKind,
      creditCode: sight.name && row.creditCodeSealed ? sealing.open(row.creditCodeSealed) : null,
      anonymous: row.anonymous,
      wantsCallback: row.wantsCallback,
      confidential: row.confidential
    },
    coComplainants: requests.filter(r => r.id !== row.requestId).length,
    // The number in full is that of the person on the line alone.
    requests: isCentre(actor) && sight.words
      ? requests.map(r => requestOnPage(sealing, r, r.id === row.requestId ? sight : orderSight(facts, actor, { ownUnit }) ?? sight))
      : [],
    aboutUnit: row.aboutUnitId === null ? null : names.unit(row.aboutUnitId),
    answerable: answers && isOpen(row.state) ? names.unit(answers.unit.id) : null,
    assignments: assignments.map(a => ({
      ...pick(a, assignmentOnPage),
      unit: names.unit(a.unitId),
      evidence: written(a.basisEvidence, null) ?? '',
      report: outside ? null : written(a.report, a.unitId)
    })),
    deadlines: deadlines.map(({ kind, cycle, startedAt, dueAt, stoppedAt, expiredAt, explanation }) => ({
      kind, cycle, startedAt, dueAt, stoppedAt, expiredAt, explanation, explained: explainDeadline(kind, explanation, channelName)
    })),
    timeline: timeline.map(
      e => ({ ...e, detail: shownDetail(e.detail, { sight, own: ownPart(e.actorUnit), centre: isCentre(actor), outside }, contents) })
    ),
    calls: calls.map(call => ({ ...call, recorded: call.recorded && sight.recordings })),
    callbacks,
    verifications: verifications.map(v => v.verifier === actor.id
      ? v
      : { ...v, remarks: written(v.remarks, null), photo: written(v.photo, null) }),
    photos: photos.map(({ unitId, ...p }) => ({ ...p, unit: unitId === null ? null : names.unit(unitId) })),
    extension: {
      asked: asked && { ...asked, reason: written(asked.reason, askingUnit) ?? '' },
      ...extensionClock({ row, deadlines, calendar, policies })
    },
    steps: possibleSteps(facts, actor, ownUnit)
  }
}

/** Whatever is known of the order, in one round trip. */
async function rowsOf (context: OrderContext, db: Queryable, actor: Actor, id: string) {
  return await Promise.all([
    summaryRow(db, id), assignmentsOf(db, id), deadlinesOf(db, id), context.directory.tree(), namesOf(context.directory),
    timelineOf(db, id), callsOf(db, id), callbacksOf(db, id), verificationsOf(db, id), photosOf(db, id), pendingExtension(db, id),
    context.calendar(), context.policies(), context.channels(), requestsOf(db, id), hasCitizenOnLine(db, id, actor)
  ])
}
