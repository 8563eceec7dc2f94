import Type from 'typebox'
import { Id, Nullable, OneOf, Reason } from '../../http/kit/schema-words.ts'
import { askingStatuses, solvedWords } from '../../domain/asked-order.ts'
import { dissatisfactionReasons, officersPolicy, shownOfAttempt, shownOfCallback } from './callback-columns.ts'

export const CallbackSchema = Type.Object({
  ...shownOfCallback,
  ...officersPolicy,
  orderNumber: Type.String(),
  title: Type.String({ description: 'of the order' }),
  confidential: Type.Boolean(),
  categoryCode: Nullable(Type.String()),
  townId: Nullable(Type.String()),
  number: Nullable(Type.String({
    description:
      'masked; in full for callback officers looking at one callback; null for roles that may not know a confidential order\'s complainant'
  }))
})

export const AttemptSchema = Type.Object({
  ...shownOfAttempt,
  answers: Type.Object({
    contacted: Type.Optional(Nullable(Type.Boolean())),
    solved: Type.Optional(Nullable(OneOf(solvedWords))),
    grade: Type.Optional(Nullable(Type.Integer()))
  })
})

export const Result = Type.Object({ id: Id(), status: OneOf(askingStatuses), revision: Type.Integer() })
export const Decision = Type.Object({ reason: OneOf(dissatisfactionReasons), explanation: Reason({ minLength: 1, maxLength: 1000 }) })
