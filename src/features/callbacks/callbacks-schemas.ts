import Type from 'typebox'
import { Id, Moment, Nullable, OneOf, Reason } from '../../http/kit/schema-words.ts'
import { askingStatuses, solvedWords } from '../../domain/asked-order.ts'
import { legOutcomes } from '../../domain/telephone/legs.ts'
import { attemptWays, dissatisfactionReasons } from './callback-types.ts'
import { byPersonReasons } from './rules/by-person-reason.ts'

export const CallbackSchema = Type.Object({
  id: Id(),
  orderId: Id('the work order'),
  orderNumber: Type.String(),
  title: Type.String({ description: 'of the order' }),
  cycle: Type.Integer({ description: '1, and one more with each rework' }),
  coComplainantId: Nullable(Id()),
  status: OneOf(askingStatuses),
  byPerson: Type.Boolean({ description: 'a person rings, not the machine' }),
  byPersonReason: Nullable(OneOf(byPersonReasons)),
  confidential: Type.Boolean(),
  categoryCode: Nullable(Type.String()),
  townId: Nullable(Type.String()),
  number: Nullable(Type.String({
    description:
      'masked; in full for callback officers looking at one callback; null for roles that may not know a confidential order\'s complainant'
  })),
  contacted: Nullable(Type.Boolean()),
  solved: Nullable(OneOf(solvedWords)),
  grade: Nullable(Type.Integer({ description: '5 best … 1' })),
  freeWords: Nullable(Type.String()),
  postponedHow: Nullable(Type.String({ description: 'how it was known, without a call, that the citizen wants another time' })),
  reason: Nullable(OneOf(dissatisfactionReasons)),
  explanation: Nullable(Type.String()),
  policySince: Nullable(Type.String({ description: 'first day of the attempt policy by which it was last decided' })),
  attempts: Type.Integer(),
  unanswered: Type.Integer(),
  incomplete: Type.Integer(),
  technical: Type.Integer(),
  dueAt: Moment(),
  officer: Nullable(Type.String()),
  officerDueAt: Nullable(Moment('re-opens by itself then')),
  smsSentAt: Nullable(Moment()),
  cancelReason: Nullable(Type.String()),
  revision: Type.Integer(),
  createdAt: Moment(),
  finishedAt: Nullable(Moment())
})

export const AttemptSchema = Type.Object({
  attempt: Type.Integer(),
  way: OneOf(attemptWays),
  actor: Type.String(),
  callId: Nullable(Type.String()),
  legId: Nullable(Type.String()),
  startedAt: Moment(),
  policySince: Nullable(Type.String({ description: 'first day of the attempt policy by which it was made' })),
  endedAt: Nullable(Moment()),
  answered: Type.Boolean(),
  person: Type.Boolean({ description: '0 was pressed' }),
  outcome: Nullable(OneOf(legOutcomes)),
  answers: Type.Object({
    contacted: Type.Optional(Nullable(Type.Boolean())),
    solved: Type.Optional(Nullable(OneOf(solvedWords))),
    grade: Type.Optional(Nullable(Type.Integer()))
  })
})

export const Result = Type.Object({ id: Id(), status: OneOf(askingStatuses), revision: Type.Integer() })
export const Decision = Type.Object({ reason: OneOf(dissatisfactionReasons), explanation: Reason({ minLength: 1, maxLength: 1000 }) })
