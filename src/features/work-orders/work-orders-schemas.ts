import Type, { type Static, type TObject, type TSchema } from 'typebox'
import {
  bases, callbackStatuses, channels, closingResults, orderStates, photoPurposes, requestTypes, urgencies, verificationStatuses
} from '../../domain/work-order.ts'
import { tasks } from './rules/order-facts.ts'
import { Id, Moment, MomentInput, Nullable, OneOf, PhoneText, SafeLine, SafeText, ShortId } from '../../http/kit/schema-words.ts'

/** Fields of a body. */
export type Properties = Record<string, TSchema>
/** The input of a command on an order: the body of its route, and the order's id. */
export type Input<P extends Properties> = Static<TObject<typeof Version & P>> & { orderId: string }

/** The answer to every write on an order. */
export const Ref = Type.Object(
  { id: Id(), number: Type.String({ description: '20261122-000123' }), version: Type.Integer(), state: OneOf(orderStates) },
  { description: 'the order as it stands after this' }
)

/** The version the caller has seen; after another's change the write is refused with `version-conflict`. */
export const Version = {
  version: Type.Integer({
    minimum: 1,
    description: 'the version you have seen; stale: 409 version-conflict, its details carry the current one'
  })
}

/** What may be known of a matter. */
export const fields = {
  requestType: Type.Optional(Nullable(OneOf(requestTypes, '咨询 求助 投诉 举报 建议 表扬 报告 报警'))),
  categoryCode: Type.Optional(Nullable(ShortId('小类, four digits'))),
  urgency: Type.Optional(OneOf(urgencies, '一般 紧急 特急; the category\'s unless told')),
  title: Type.Optional(SafeLine()),
  description: Type.Optional(SafeText({ maxLength: 10_000 })),
  unitText: Type.Optional(SafeText({ description: '派单内容: what a unit reads of a confidential order instead of title and description' })),
  place: Type.Optional(Nullable(SafeLine({ maxLength: 400 }))),
  townId: Type.Optional(Nullable(ShortId('街镇; guessed from the place unless told'))),
  longitude: Type.Optional(Nullable(Type.Number({ minimum: -180, maximum: 180 }))),
  latitude: Type.Optional(Nullable(Type.Number({ minimum: -90, maximum: 90 }))),
  occurred: Type.Optional(SafeLine({ description: 'when it happened, in words' })),
  complainantName: Type.Optional(Nullable(SafeLine())),
  complainantNumber: Type.Optional(Nullable(PhoneText())),
  anonymous: Type.Optional(Type.Boolean()),
  confidential: Type.Optional(Type.Boolean({ description: '保密; default: true for 举报' })),
  wantsCallback: Type.Optional(Type.Boolean()),
  marks: Type.Optional(Type.Array(SafeLine({ maxLength: 40 }),
    { maxItems: 10, description: 'elderly, dialect, injured: a person calls these back' })),
  aboutUnitId: Type.Optional(Nullable(ShortId('the unit complained about; it never gets the order')))
}

export const source = {
  channel: OneOf(channels),
  sourceNumber: Type.Optional(Nullable(SafeLine({
    maxLength: 64,
    description: 'number in the source\'s own books; the same twice is one order'
  }))),
  callId: Type.Optional(Nullable(Type.String({ maxLength: 100, pattern: '^[\\w.-]+$', description: 'the call it came from' }))),
  receivedAt: Type.Optional(MomentInput('when the source received it; now unless told'))
}

export const basisFields = {
  basis: OneOf(bases, '法定 商定 指定'),
  evidence: Type.Optional(SafeText({ description: 'minutes or designation order; needed unless statutory' }))
}

const When = Nullable(Moment())
const Words = Type.String()
export const NamedUnit = Type.Object({ id: Words, name: Words })

const summary = {
  id: Id(),
  number: Words,
  version: Type.Integer(),
  state: OneOf(orderStates),
  channel: OneOf(channels),
  requestType: Nullable(OneOf(requestTypes)),
  categoryCode: Nullable(Words),
  categoryName: Nullable(Words),
  urgency: OneOf(urgencies),
  title: Words,
  townId: Nullable(Words),
  place: Nullable(Type.String({ description: 'in a list for units and verifiers only' })),
  confidential: Type.Boolean(),
  problem: Type.Boolean({ description: '问题工单' }),
  level: Type.Integer({ description: '0 one unit, 1 sub-centre, 2 district centre, 3 a leader' }),
  reworkCount: Type.Integer(),
  lead: Nullable(NamedUnit),
  receivedAt: Moment(),
  closedAt: When,
  dueAt: When,
  nextDueAt: Moment('the clock that runs out next for whoever has it now: the dispatcher\'s, the unit\'s, else the citizen\'s'),
  citizenDueAt: When,
  urgeCount: Type.Integer({ description: '催办: how often' }),
  urgedAt: When,
  extensionAskedAt: Nullable(Moment('an extension 延期 waits for a decision')),
  overtime: Type.Object(
    { onSite: When, handling: When, citizen: When, dispatch: When, firstContact: When },
    { description: 'set once, never cleared' }
  )
}
export const Summary = Type.Object(summary)

const Assignment = Type.Object({
  id: Id(),
  no: Type.Integer(),
  role: Words,
  unit: NamedUnit,
  personId: Nullable(Words),
  basis: Words,
  evidence: Words,
  cycle: Type.Integer(),
  state: Words,
  dispatchedAt: When,
  notifiedAt: When,
  signedAt: When,
  arrivedAt: When,
  arrivedLongitude: Nullable(Type.Number({ description: 'where arrival was reported' })),
  arrivedLatitude: Nullable(Type.Number()),
  reportedAt: When,
  report: Nullable(Words),
  endedAt: When,
  endReason: Nullable(Words)
})

const DaysUsed = Type.Object({
  exceptions: Type.Record(Type.String(), Type.Boolean(), { description: 'passed days that are not what their weekday says' }),
  editions: Type.Record(Type.String(), Type.Integer(), { description: 'year → edition of the calendar' }),
  awaitsYear: Nullable(Type.Integer({ description: 'a passed year not entered yet: Monday to Friday until then, then computed again' }))
}, { description: 'working calendar: the days it rests on' })

const Deadline = Type.Object({
  kind: Words,
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

export const Detail = Type.Object({
  ...summary,
  description: Words,
  wordsWithheld: Type.Boolean({ description: 'title, description and notes are kept from you; the class stands for the title' }),
  unitText: Type.String({ description: '派单内容' }),
  occurred: Words,
  longitude: Nullable(Type.Number()),
  latitude: Nullable(Type.Number()),
  complainant: Type.Object(
    { name: Nullable(Words), number: Nullable(Words), anonymous: Type.Boolean(), wantsCallback: Type.Boolean() },
    { description: 'as much of it as you may see' }
  ),
  coComplainants: Type.Integer(),
  marks: Type.Array(Words),
  aboutUnit: Nullable(NamedUnit),
  sourceNumber: Nullable(Words),
  originCallId: Nullable(Words),
  cycle: Type.Integer(),
  returnCount: Type.Integer(),
  callbackStatus: OneOf(callbackStatuses),
  callbackReason: Nullable(Words),
  verificationStatus: OneOf(verificationStatuses),
  result: Nullable(OneOf(closingResults)),
  reply: Nullable(Words),
  mergedInto: Nullable(Id()),
  createdBy: Words,
  filedAt: When,
  dispatchedAt: When,
  firstContactAt: When,
  reportedAt: When,
  answerable: Nullable(NamedUnit),
  assignments: Type.Array(Assignment),
  deadlines: Type.Array(Deadline),
  timeline: Type.Array(Type.Object(
    { at: Moment(), kind: Words, actor: Words, actorUnit: Nullable(Words), from: Nullable(Words), to: Nullable(Words), detail: Free }
  )),
  calls: Type.Array(Type.Object({ callId: Words, role: Words, at: Moment(), recorded: Type.Boolean() })),
  callbacks: Type.Array(Type.Object({
    cycle: Type.Integer(),
    status: Words,
    byPerson: Type.Boolean(),
    contacted: Nullable(
      Type.Boolean()
    ),
    solved: Nullable(Words),
    grade: Nullable(Type.Integer()),
    attempts: Type.Integer(),
    nextAt: When,
    finishedAt: When
  })),
  verifications: Type.Array(Type.Object(
    { cycle: Type.Integer(), status: Words, verifier: Nullable(Words), remarks: Nullable(Words), photo: Nullable(Words), decidedAt: When }
  )),
  photos: Type.Array(Type.Object({
    id: Id(),
    purpose: OneOf(photoPurposes),
    cycle: Type.Integer(),
    at: Moment(),
    by: Words,
    unit: Nullable(NamedUnit),
    width: Type.Integer(),
    height: Type.Integer()
  })),
  extension: Type.Object({
    asked: Nullable(Type.Object({ reason: Words, dueBefore: Moment(), wantedAt: Moment(), requestedBy: Words, requestedAt: Moment() })),
    due: When,
    latest: Nullable(Moment('the furthest the running clock could be moved')),
    granted: Type.Integer({ description: 'in this round; at most 2' })
  }, { description: '延期' }),
  steps: Type.Array(Words, { description: 'what you could do now' })
}, { description: 'one order, whole' })

const Flag = Type.Optional(Type.Boolean())
export const filterQuery = {
  ids: Type.Optional(Type.String({
    maxLength: 3699,
    pattern: '^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(,|$))+$',
    description: 'none but these, by commas; a hundred at most'
  })),
  state: Type.Optional(Type.String({ maxLength: 300, pattern: '^[A-Z_,]+$', description: 'one or several states, by commas' })),
  unitId: Type.Optional(ShortId('with it or with a unit below it')),
  townId: Type.Optional(ShortId()),
  category: Type.Optional(Type.String({ pattern: '^(\\d{2}|\\d{4})$', description: 'a subclass, or a class by its two digits' })),
  channel: Type.Optional(OneOf(channels)),
  requestType: Type.Optional(OneOf(requestTypes)),
  urgency: Type.Optional(OneOf(urgencies)),
  problem: Flag,
  overtime: Flag,
  extension: Type.Optional(Type.Boolean({ description: 'an extension waits for a decision' })),
  filed: Type.Optional(Type.Boolean({ description: 'filed as a case, and not as a duplicate' })),
  task: Type.Optional(OneOf(tasks, 'where the part of one\'s own unit stands, whatever the order\'s state')),
  verification: Type.Optional(OneOf(verificationStatuses, 'where the spot check stands')),
  urged: Type.Optional(Type.Boolean({ description: '被催办过' })),
  from: Type.Optional(MomentInput('received at or after')),
  to: Type.Optional(MomentInput('received before')),
  number: Type.Optional(Type.String({ pattern: '^[\\d-]{1,30}$', description: 'an order\'s number or its beginning' })),
  createdBy: Type.Optional(ShortId())
}

const Figures = Type.Record(Words, Type.Integer())
export const Counts = Type.Object(
  { asOf: Moment(), total: Type.Integer(), byState: Figures, byTown: Figures, byUnit: Figures, overtime: Type.Integer(), byTask: Figures }
)

export const Similar = Type.Object({
  ...summary,
  open: Type.Boolean(),
  why: Type.Array(OneOf(['caller', 'place', 'near', 'category-and-town']))
})

export const RouteSuggestion = Type.Object({
  unitId: Words,
  unit: NamedUnit,
  basis: OneOf(bases),
  why: OneOf(['owner', 'category', 'territory']),
  reason: Words,
  alternative: Nullable(Words)
})
