import Type from 'typebox'
import { Id, Moment, Nullable, SafeLine, SafeText, ShortId } from '../../http/kit/schema-words.ts'

/*
 * The columns of `article` and `article_remark`, defined once: what an editor enters with its limits, and the rest. The rows' types, the
 * lists of SQL and the schemas of the API follow.
 */

/** A day of the calendar in the service's time zone, `2026-11-22`. Compares as text. */
const Day = (description: string) => Type.String({ format: 'date', maxLength: 10, description })
export const Code = Type.String({ pattern: '^\\d{4}$', description: '小类' })

/** What an editor writes. */
export const articleText = {
  title: SafeLine({ minLength: 1, maxLength: 120 }),
  body: SafeText({ minLength: 1, maxLength: 4000, description: 'plain text, as it is read out' }),
  shortAnswer: SafeText({ maxLength: 320, description: 'what goes out by text message, without a link; empty: the body' }),
  keywords: SafeLine({ maxLength: 400, description: 'other words people say for it, separated by spaces' }),
  basis: SafeLine({ maxLength: 400, description: '依据: the law or notice it rests on' }),
  categoryCodes: Type.Array(Code, { maxItems: 20, uniqueItems: true }),
  unitId: Nullable(ShortId('who answers for it; null: the Centre')),
  validFrom: Day('first day'),
  validTo: Nullable(Day('last day; null: open'))
}

export const articleColumns = {
  id: Type.String({ description: 'K012' }),
  version: Type.Integer(),
  ...articleText,
  changedBy: Type.String(),
  changedAt: Moment()
}

export const remarkColumns = {
  id: Id(),
  articleId: Nullable(Type.String({ description: 'null: a question no article answers' })),
  text: Type.String(),
  by: Type.String(),
  at: Moment(),
  settledBy: Nullable(Type.String()),
  settledAt: Nullable(Moment())
}
