import Type, { type Static } from 'typebox'
import { askingStatuses, solvedWords } from '../../../domain/asked-order.ts'
import { keysOf } from '../../../domain/properties.ts'
import {
  bases, basisKinds, callOrderRoles, complainantKinds, orderStates, photoPurposes, verificationStatuses, type Channel, type OrderState,
  type RequestType, type Urgency, type VerificationStatus
} from '../../../domain/work-order.ts'
import { ForEach, Id, Moment, Nullable, OneOf } from '../../../http/kit/schema-words.ts'
import { assignmentOnPage } from '../assignment/assignment-columns.ts'
import { deadlineKinds } from '../clocks/rules/deadlines.ts'
import { lifeCycle } from '../life-cycle/rules/life-cycle-steps.ts'
import { RequestOnPage } from '../requests/requests-on-page.ts'
import { inLists, inWords, onPage } from '../order-columns.ts'
import { orderEventKinds } from '../rules/order-events.ts'
import { tasks, type Task } from '../rules/order-facts.ts'

/** What is read of orders: each schema is the type as well. */

const When = Nullable(Moment())
const Words = Type.String()
const UnitWithName = Type.Object({ id: Words, name: Words })
export type NamedUnit = Static<typeof UnitWithName>

const summary = {
  ...inLists,
  title: Words,
  categoryName: Nullable(Words),
  place: Nullable(Type.String({ description: 'in a list for units and verifiers only' })),
  lead: Nullable(UnitWithName),
  dueAt: Nullable(Moment('the unit\'s running clock that ends first')),
  nextDueAt: Moment('the next clock to run out: the dispatcher\'s, the unit\'s, else the citizen\'s'),
  overtime: Type.Object(
    { onSite: When, handling: When, citizen: When, dispatch: When, firstContact: When },
    { description: 'set once, never cleared' }
  )
}
/** One line of a list. */
export const Summary = Type.Object(summary)
export type OrderSummary = Static<typeof Summary>

const Assignment = Type.Object({ ...assignmentOnPage, unit: UnitWithName, evidence: Words, report: Nullable(Words) })

const DaysUsed = Type.Object({
  exceptions: Type.Record(Type.String(), Type.Boolean(), { description: 'passed days that are not what their weekday says' }),
  editions: Type.Record(Type.String(), Type.Integer(), { description: 'year → edition of the calendar' }),
  awaitsYear: Nullable(Type.Integer({ description: 'a passed year not entered yet: Monday to Friday until then, then computed again' }))
}, { description: 'working calendar: the days it rests on' })

const Deadline = Type.Object({
  kind: OneOf(deadlineKinds),
  cycle: Type.Integer(),
  startedAt: Moment(),
  dueAt: Moment(),
  stoppedAt: When,
  expiredAt: When,
  explanation: Type.Object({
    policy: Type.String({ description: 'row of the policy table: DEFAULT, URGENT …; CATEGORY: the category\'s own times' }),
    since: Type.Optional(Type.String({ description: 'since when that row reads so' })),
    category: Type.Optional(Type.Object(
      { code: Type.String(), validFrom: Type.String() },
      { description: 'the category whose limits were used, and since when they read so' }
    )),
    channel: Type.Optional(Type.Object(
      { code: Type.String(), since: Type.String() },
      { description: 'the channel whose policy says to go by this row, and since when it says so' }
    )),
    from: OneOf(['receipt', 'dispatch', 'return', 'hand-over', 'rework'] as const, 'what set it going'),
    calendar: OneOf(['clock', 'working'] as const, 'hours of the clock, or of working days'),
    rule: OneOf(['minutes', 'until-end-of-day'] as const),
    minutes: Type.Number(),
    extended: Type.Optional(Type.Number({ description: 'of these, minutes added by extensions 延期' })),
    used: Type.Number({ description: 'minutes used when it went on after a pause' }),
    runningSince: Type.String(),
    began: Type.String(),
    timeZone: Type.String(),
    days: Type.Optional(DaysUsed)
  }, { description: 'from these alone the deadline can be computed again' }),
  explained: Type.String({ description: 'why it is due then, in words' })
})

const Free = Type.Record(Words, Type.Unknown())

/** One order with all that belongs to it. */
export const Detail = Type.Object({
  ...summary,
  ...onPage,
  ...inWords,
  wordsWithheld: Type.Boolean({ description: 'title, description and notes are kept from you; the class stands for the title' }),
  occurred: Words,
  complainant: Type.Object(
    {
      name: Nullable(Words),
      number: Nullable(Words),
      kind: OneOf(complainantKinds),
      creditCode: Nullable(Words),
      anonymous: Type.Boolean(),
      wantsCallback: Type.Boolean(),
      confidential: Type.Boolean({ description: '保密 of the request it began with; `confidential` of the order: of any' })
    },
    { description: 'whose request it began with, as much of it as you may see' }
  ),
  coComplainants: Type.Integer({ description: 'how many other requests belong to it, whether you may read them or not' }),
  requests: Type.Array(RequestOnPage, { description: '诉求: what each person said that belongs to it now; for the Centre\'s desks' }),
  aboutUnit: Nullable(UnitWithName),
  answerable: Nullable(Type.Object(UnitWithName.properties, { description: '首接负责: the unit that answers for it now' })),
  assignments: Type.Array(Assignment),
  deadlines: Type.Array(Deadline),
  timeline: Type.Array(Type.Object({
    at: Moment(),
    kind: OneOf(orderEventKinds),
    actor: Words,
    actorUnit: Nullable(Words),
    from: Nullable(OneOf(orderStates)),
    to: Nullable(OneOf(orderStates)),
    detail: Free
  })),
  calls: Type.Array(Type.Object({ callId: Words, role: OneOf(callOrderRoles), at: Moment(), recorded: Type.Boolean() })),
  callbacks: Type.Array(Type.Object({
    cycle: Type.Integer(),
    status: OneOf(askingStatuses),
    byPerson: Type.Boolean(),
    contacted: Nullable(Type.Boolean()),
    solved: Nullable(OneOf(solvedWords)),
    grade: Nullable(Type.Integer()),
    attempts: Type.Integer(),
    nextAt: When,
    finishedAt: When,
    officerDueAt: Nullable(Moment('bad answers: it re-opens by itself then')),
    officerPolicySince: Nullable(Type.String({ description: 'first day of the deadline policy `OFFICER_DECISION` that set it' }))
  })),
  verifications: Type.Array(Type.Object({
    cycle: Type.Integer(),
    status: OneOf(verificationStatuses),
    verifier: Nullable(Words),
    remarks: Nullable(Words),
    photo: Nullable(Words),
    decidedAt: When
  })),
  photos: Type.Array(Type.Object({
    id: Id(),
    purpose: OneOf(photoPurposes),
    cycle: Type.Integer(),
    at: Moment(),
    by: Words,
    unit: Nullable(UnitWithName),
    width: Type.Integer(),
    height: Type.Integer()
  })),
  extension: Type.Object({
    asked: Nullable(Type.Object({ reason: Words, dueBefore: Moment(), wantedAt: Moment(), requestedBy: Words, requestedAt: Moment() })),
    due: When,
    latest: Nullable(Moment('the furthest the running clock could be moved')),
    granted: Type.Integer({ description: 'in this round; at most 2' })
  }, { description: '延期' }),
  steps: Type.Array(OneOf(keysOf(lifeCycle)), { description: 'what you could do now' })
}, { description: 'one order, whole' })
export type OrderDetail = Static<typeof Detail>

const Figures = Type.Record(Words, Type.Integer())
export const Counts = Type.Object({
  asOf: Moment(),
  total: Type.Integer(),
  byState: Type.Partial(ForEach(orderStates, Type.Integer())),
  byTown: Figures,
  byUnit: Figures,
  overtime: Type.Integer(),
  byTask: ForEach(tasks, Type.Integer())
})
export type OrderCounts = Static<typeof Counts>

/** An order that may be about the same: why it is offered. */
export const Similar = Type.Object({
  ...summary,
  open: Type.Boolean(),
  why: Type.Array(OneOf(['caller', 'place', 'near', 'category-and-town']))
})
export type SimilarOrder = Static<typeof Similar>

const NamedRow = Type.Object({
  id: Id(),
  validFrom: Words,
  place: Nullable(Words),
  object: Nullable(Words),
  backstop: Type.Boolean(),
  basisKind: OneOf(basisKinds),
  basisText: Words
}, { description: 'a row of the dispatch catalogue (派单目录)' })

export const RouteSuggestion = Type.Object({
  unitId: Words,
  unit: UnitWithName,
  basis: OneOf(bases),
  why: OneOf(['owner', 'category', 'territory', 'row'], 'the thing\'s owner or who leads the class; the town; a row of the catalogue'),
  reason: Words,
  coUnitIds: Type.Array(Words, { description: 'co-handlers (协办) the row names' }),
  row: Nullable(NamedRow),
  alternative: Nullable(Words)
})

/** Rows of one rank that name several units: a person decides. */
export const RouteConflict = Type.Object({ unitIds: Type.Array(Words), rows: Type.Array(NamedRow) })

export interface OrderFilter {
  /** none but these: what a list asks again when they have changed */
  ids?: readonly string[]
  states?: readonly OrderState[]
  unitId?: string
  townId?: string
  /** a subclass, or the two digits of a class */
  category?: string
  channel?: Channel
  requestType?: RequestType
  urgency?: Urgency
  problem?: boolean
  overtime?: boolean
  /** an extension waits for a decision */
  extension?: boolean
  /** a draft of the answer waits for its review */
  answerWaits?: boolean
  /** filed as a case, and not as a duplicate */
  filed?: boolean
  /** state of the own unit's part in it */
  task?: Task
  /** whether the spot is still to be seen */
  verification?: VerificationStatus
  /** it has been urged */
  urged?: boolean
  from?: Date
  to?: Date
  /** an order's number or its beginning */
  number?: string
  createdBy?: string
}

export interface SimilarQuery {
  /** a call on the own line: orders of its caller */
  callId?: string
  place?: string
  townId?: string
  category?: string
  longitude?: number
  latitude?: number
  /** how far back, hours; closed orders count within this too */
  withinHours?: number
}
