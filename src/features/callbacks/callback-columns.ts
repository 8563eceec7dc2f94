import Type, { type Static, type TObject } from 'typebox'
import { askingStatuses, solvedWords } from '../../domain/asked-order.ts'
import { legOutcomes } from '../../domain/telephone/legs.ts'
import { Id, Moment, Nullable, OneOf } from '../../http/kit/schema-words.ts'
import type { OfficerReckoning } from './rules/after-attempt.ts'
import type { Answers } from './rules/callback-answers.ts'
import { byPersonReasons } from './rules/by-person-reason.ts'

/** Why a complainant is not content (回访不满意原因): 态度 速度 结果 反馈不实 超出政策. */
export const dissatisfactionReasons = ['attitude', 'speed', 'result', 'untrue-report', 'beyond-policy'] as const
export type DissatisfactionReason = typeof dissatisfactionReasons[number]

/** How a person was asked (回访方式): by the machine, an officer's call, the person who took over after 0, ringing us back, by text. */
const attemptMethods = ['machine', 'officer', 'person', 'called-in', 'sms'] as const
export type AttemptMethod = typeof attemptMethods[number]

/*
 * The columns of `callback` and `callback_attempt`, defined once: name, content, and by the group whether they are changed and shown. The
 * rows' types, the lists of SQL and the schemas of the API follow.
 */

const Words = Type.String()
const WordsOrNone = Nullable(Words)
const When = Nullable(Moment())

const begun = {
  id: Id(),
  orderId: Id('the work order'),
  cycle: Type.Integer({ description: '1, and one more with each rework' }),
  requestId: Id('the request (诉求) whose person is asked'),
  revision: Type.Integer(),
  createdAt: Moment()
}

const asked = {
  status: OneOf(askingStatuses),
  byPerson: Type.Boolean({ description: 'a person rings, not the machine' }),
  byPersonReason: Nullable(OneOf(byPersonReasons)),
  contacted: Nullable(Type.Boolean()),
  solved: Nullable(OneOf(solvedWords)),
  grade: Nullable(Type.Integer({ description: '5 best … 1' })),
  freeWords: WordsOrNone,
  postponedHow: Nullable(Type.String({ description: 'how it was known, without a call, that the citizen wants another time' })),
  reason: Nullable(OneOf(dissatisfactionReasons)),
  explanation: WordsOrNone,
  attempts: Type.Integer(),
  unanswered: Type.Integer(),
  incomplete: Type.Integer(),
  technical: Type.Integer(),
  dueAt: Moment(),
  officer: WordsOrNone,
  officerDueAt: Nullable(Moment('re-opens by itself then')),
  smsSentAt: When,
  cancelReason: WordsOrNone,
  finishedAt: When
}

/** Days, which SQL reads as text. */
const decidedBy = { policySince: Nullable(Type.String({ description: 'first day of the attempt policy by which it was last decided' })) }
const madeBy = { policySince: Nullable(Type.String({ description: 'first day of the attempt policy by which it was made' })) }

/** Shown instead of an officer's whole reckoning. */
export const officersPolicy = {
  officerPolicySince: Nullable(Type.String({ description: 'first day of the `OFFICER_DECISION` deadline policy that set `officerDueAt`' }))
}

const unshown = { nextAt: When, dialRequestId: Nullable(Id()), officerReckoning: Type.Unsafe<OfficerReckoning | null>({}) }

/** Columns of a callback that stand in the API as they are. */
export const shownOfCallback = { ...begun, ...asked, ...decidedBy }
/** Columns that change while a complainant is asked. */
export const savable = { ...asked, ...decidedBy, ...unshown }
/** Columns that SQL reads as they stand, all but the day. */
export const plainOfCallback = { ...begun, ...asked, ...unshown, numberSealed: Type.Unsafe<Buffer>({}) }

/** One complainant to be asked about one order in one cycle of it (回访). */
export type Callback = Static<TObject<typeof plainOfCallback & typeof decidedBy>>

const tried = {
  attempt: Type.Integer(),
  method: OneOf(attemptMethods),
  actor: Words,
  callId: WordsOrNone,
  legId: WordsOrNone,
  startedAt: Moment(),
  endedAt: When,
  answered: Type.Boolean(),
  person: Type.Boolean({ description: '0 was pressed' }),
  outcome: Nullable(OneOf(legOutcomes))
}

/** Columns of an attempt that stand in the API as they are. */
export const shownOfAttempt = { ...tried, ...madeBy }
export const plainOfAttempt = {
  ...tried,
  id: Id(),
  callbackId: Id(),
  dialRequestId: Nullable(Id()),
  answers: Type.Unsafe<Partial<Answers>>({})
}

/** One try at a callback. */
export type Attempt = Static<TObject<typeof plainOfAttempt & typeof madeBy>>
