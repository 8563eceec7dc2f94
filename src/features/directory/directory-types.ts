import type { Static, TObject } from 'typebox'
import type { PhoneNumber } from '../../domain/telephone/phone-number.ts'
import type { categoryColumns, personColumns, PlaceNameSchema, unitColumns } from './directory-schemas.ts'
import type { FoundPlace } from './rules/addresses.ts'

/** A day of the calendar in the service's time zone, `2026-11-22`. Compares as text. */
export type Day = string

/** A span of days; both ends count, an open end is null. */
export interface Dated { validFrom: Day, validTo: Day | null }

/** A row whose numbers are in their one spelling. */
type WithNumbers<T, N extends keyof T> = Omit<T, N> & Record<N, PhoneNumber | null>

/** A body that can be responsible: the Centre, a town (街镇分中心), a department (委办局), a utility, or an office or station below a town. */
export type Unit = WithNumbers<EnteredUnit, 'dutyNumber'>
/** The same as an administrator enters it: numbers in any spelling. */
export type EnteredUnit = Static<TObject<typeof unitColumns>>

/** A subclass (小类) with its class (大类). `component` 部件 is a thing, `event` 事件 an act or a state. */
export type Category = Static<TObject<typeof categoryColumns>>

/** A person who works for a unit. */
export type Person = WithNumbers<EnteredPerson, 'mobile' | 'office'>
export type EnteredPerson = Static<TObject<typeof personColumns>>

/** A road, estate or committee by which a town is guessed; it may run through several, with a place on the map in each. */
export type PlaceName = Omit<FoundPlace, 'pinyin'>
/** The same as it is entered: coordinates may be missing, its kind is in its name. */
export type EnteredPlaceName = Static<typeof PlaceNameSchema>

/** An old service line (服务专线) or number of the Centre, by the digits the carrier sends. */
export interface ServiceLine { did: string, name: string, unitId: string | null, kind: 'hotline' | 'service' | 'duty' }

/** The whole directory as of one moment. */
export interface Snapshot {
  units: Unit[]
  categories: Category[]
  people: Person[]
  serviceLines: ServiceLine[]
}
