import Type from 'typebox'
import { unitKinds } from '../../domain/people/unit-tree.ts'
import { urgencies } from '../../domain/work-order.ts'
import { staff } from '../../http/kit/routes.ts'
import { placeKinds, findReasons } from './rules/addresses.ts'
import { Nullable, OneOf, SafeLine, ShortId } from '../../http/kit/schema-words.ts'

/*
 * The columns of `unit`, `category` and `person`, defined once as the API has them; the rows' types and the lists of SQL follow.
 */

export const Day = (description?: string) => Type.String({ format: 'date', maxLength: 10, ...(description ? { description } : {}) })
const dated = { validFrom: Day('first day'), validTo: Nullable(Day('last day; null: open')) }
const number = (description: string) => Nullable(Type.String({ maxLength: 60, description }))

export const unitFields = {
  kind: OneOf(unitKinds),
  parentId: Nullable(ShortId('the unit above')),
  name: SafeLine({ minLength: 1 }),
  nameEn: SafeLine(),
  government: Type.Boolean({ description: 'false: a property manager or contractor, who reads the text for the unit alone' }),
  areaCode: Nullable(SafeLine({ maxLength: 20 })),
  dutyNumber: number('duty desk'),
  ...dated
}
export const unitColumns = { id: ShortId(), ...unitFields }
export const UnitSchema = Type.Object(unitColumns)

export const categoryFields = {
  className: SafeLine({ minLength: 1 }),
  classNameEn: SafeLine(),
  name: SafeLine({ minLength: 1 }),
  nameEn: SafeLine(),
  kind: OneOf(['component', 'event'] as const, '部件 a thing, 事件 an act or state'),
  leadUnitId: Nullable(ShortId('who leads by law; null: the town of the place')),
  urgency: OneOf(urgencies),
  onSiteMinutes: Nullable(Type.Integer({ minimum: 1, maximum: 100_000, description: 'null: no visit is needed' })),
  handlingMinutes: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  calendar: OneOf(['clock', 'working'] as const),
  verification: OneOf(['on-site', 'callback-only'] as const),
  searchWords: SafeLine({ maxLength: 400, description: 'other words people say for it, separated by spaces' })
}
export const Code = Type.String({ pattern: '^\\d{4}$' })
export const categoryColumns = { code: Code, classCode: Type.String({ pattern: '^\\d{2}$' }), ...categoryFields, ...dated }
export const CategorySchema = Type.Object(categoryColumns)

export const personFields = {
  name: SafeLine({ minLength: 1, maxLength: 60 }),
  title: SafeLine(),
  unitId: Nullable(ShortId()),
  mobile: number('masked but for coordinators, shift leaders and administrators'),
  office: number('masked but for coordinators, shift leaders and administrators'),
  deputyId: Nullable(ShortId()),
  responsible: Type.Boolean({ description: '责任人: gets the unit\'s orders by text message' }),
  ...dated
}
export const personColumns = { id: ShortId(), ...personFields }
export const PersonSchema = Type.Object(personColumns)

const placeName = { name: SafeLine({ minLength: 1, maxLength: 60 }), townId: ShortId() }
export const PlaceKey = Type.Object(placeName)
const Degrees = (limit: number, description: string) => Type.Number({ minimum: -limit, maximum: limit, description })
const kind = OneOf(placeKinds, '路 小区 居村委')
/** As it stands. */
export const PlaceNameRow = Type.Object({
  ...placeName, kind, longitude: Nullable(Degrees(180, 'WGS-84')), latitude: Nullable(Degrees(90, 'WGS-84'))
})
/** As it is entered. */
export const PlaceNameSchema = Type.Object({
  ...placeName,
  kind: Type.Optional(kind),
  longitude: Type.Optional(Degrees(180, 'with the latitude')),
  latitude: Type.Optional(Degrees(90, 'with the longitude'))
})
export const AddressSchema = Type.Object({
  text: Type.String({ description: 'what the place reads once this is taken' }),
  place: PlaceNameRow,
  score: Type.Number(),
  why: OneOf(findReasons)
})

export const LastDay = Type.Object({ lastDay: Day() })
export const DayQuery = { day: Type.Optional(Day('as it stands on this day; otherwise today')) }
export const list = <T extends Parameters<typeof Type.Array>[0]>(item: T) => Type.Object({ items: Type.Array(item) })
export const administrators = ['ADMINISTRATOR'] as const
export const readers = [...staff, 'INTEGRATION'] as const
export const tags = ['directory']
