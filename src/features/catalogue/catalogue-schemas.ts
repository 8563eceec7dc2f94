import Type from 'typebox'
import { basisKinds } from '../../domain/work-order.ts'
import { Id, Moment, Nullable, OneOf, ReasonLine, ShortId } from '../../http/kit/schema-words.ts'
import { leadKinds } from './rules/catalogue-row.ts'
import { rowFaults } from './rules/enter-rows.ts'

export const Day = (description: string) => Type.String({ format: 'date', maxLength: 10, description })
const Code = Type.String({ pattern: '^\\d{4}$', description: 'the class (小类)' })
const Place = ReasonLine({ minLength: 1, maxLength: 60, description: 'only where the order\'s place has these words' })
const Words = ReasonLine({ minLength: 1, maxLength: 100, description: 'only where the order speaks of one of these words, blanks between' })
const Thing = ReasonLine({ minLength: 1, maxLength: 40, description: '部件: the owner of the nearest one leads' })

const decided = {
  validFrom: Day('first day'),
  categoryCode: Code,
  lead: OneOf(leadKinds, 'the unit named, the town of the place, or the owner of the thing'),
  basisKind: OneOf(basisKinds, '法律 部门职能规定 权责清单 街镇履职事项清单 会议纪要 指定'),
  basisText: ReasonLine({ minLength: 1, description: 'the paper, with article or number' })
}

export const RowSchema = Type.Object({
  id: Id(),
  ...decided,
  validTo: Nullable(Day('last day; null: open')),
  townId: Nullable(ShortId('only in this town')),
  place: Nullable(Place),
  object: Nullable(Words),
  backstop: Type.Boolean({ description: '托底: decides only where no other row does' }),
  leadUnit: Nullable(ShortId()),
  componentKind: Nullable(Thing),
  coUnits: Type.Array(Type.String(), { description: '协办' }),
  enteredBy: Type.String(),
  enteredAt: Moment()
})

/** A row as it is entered: what is missing is null or nothing. */
export const NewRowSchema = Type.Object({
  ...decided,
  validTo: Type.Optional(Nullable(Day('last day'))),
  townId: Type.Optional(Nullable(ShortId())),
  place: Type.Optional(Nullable(Place)),
  object: Type.Optional(Nullable(Words)),
  backstop: Type.Optional(Type.Boolean()),
  leadUnit: Type.Optional(Nullable(ShortId('of lead `unit`'))),
  componentKind: Type.Optional(Nullable(Thing)),
  coUnits: Type.Optional(Type.Array(ShortId(), { maxItems: 20 }))
})
export const RowsSchema = Type.Object({ rows: Type.Array(NewRowSchema, { minItems: 1, maxItems: 5000 }) })

export const OutcomeSchema = Type.Object({
  saved: Type.Integer({ description: 'rows new or replaced' }),
  ended: Type.Integer({ description: 'rows that get a last day, since a later one begins' }),
  known: Type.Integer({ description: 'rows that stand already as they are' }),
  faults: Type.Array(Type.Object({
    line: Type.Integer({ description: 'which row of the file, from 1' }),
    fault: OneOf(rowFaults),
    other: Nullable(Type.String({ description: 'the class or unit it is about' }))
  }))
})
