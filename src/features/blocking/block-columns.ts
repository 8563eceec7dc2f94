import Type from 'typebox'
import { Id, Moment, Nullable } from '../../http/kit/schema-words.ts'

const Words = Type.String()
const WordsOrNone = Nullable(Words)
const When = Nullable(Moment())

/** Columns of `number_block` that stand in the API as they are. */
export const shownOfBlock = {
  id: Id(),
  reason: Words,
  evidence: Words,
  callId: WordsOrNone,
  blockedBy: Words,
  blockedAt: Moment(),
  endsAt: Moment('the end that was asked for'),
  confirmedBy: WordsOrNone,
  confirmedAt: When,
  freedBy: WordsOrNone,
  freedAt: When,
  freedReason: WordsOrNone,
  objection: WordsOrNone,
  objectionBy: WordsOrNone,
  objectionAt: When,
  objectionDecidedBy: WordsOrNone,
  objectionDecidedAt: When,
  objectionAnswer: WordsOrNone
}

/** The columns of a decision, defined once: the row's type and the SELECT list follow. What the PBX was told stands beside them. */
export const blockColumns = { ...shownOfBlock, numberSealed: Type.Unsafe<Buffer>({}), numberHash: Type.Unsafe<Buffer>({}) }
