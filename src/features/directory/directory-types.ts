import type { UnitKind } from '../../domain/unit-tree.ts'

/** A day of the calendar in the service's time zone, `2026-11-22`. Compares as text. */
export type Day = string

/** A span of days; both ends count, an open end is null. */
export interface Dated { validFrom: Day, validTo: Day | null }

/** A body that can be responsible: the Centre, a town (街镇分中心), a department (委办局), a utility, or an office or station below a town. */
export interface Unit extends Dated {
  id: string
  kind: UnitKind
  parentId: string | null
  name: string
  nameEn: string
  areaCode: string | null
  /** E.164 */
  dutyNumber: string | null
}

/** A subclass (小类) with its class (大类). `component` 部件 is a thing, `event` 事件 an act or a state. */
export interface Category extends Dated {
  code: string
  classCode: string
  className: string
  classNameEn: string
  name: string
  nameEn: string
  kind: 'component' | 'event'
  /** the unit that leads by law (法定); null: the town of the place */
  leadUnitId: string | null
  urgency: 'normal' | 'urgent' | 'critical'
  /** null: nobody has to go there */
  onSiteMinutes: number | null
  handlingMinutes: number
  calendar: 'clock' | 'working'
  verification: 'on-site' | 'callback-only'
  /** other words people say for it, separated by spaces */
  searchWords: string
}

/** A person who works for a unit. Numbers are E.164. */
export interface Person extends Dated {
  id: string
  name: string
  title: string
  unitId: string | null
  mobile: string | null
  office: string | null
  deputyId: string | null
  /** 责任人: gets the unit's orders by text message */
  responsible: boolean
}

/** A road, estate or quarter by which a town is guessed; it may run through several. */
export interface PlaceName { name: string, townId: string }

/** An old service line (服务专线) or number of the Centre, by the digits the carrier sends. */
export interface ServiceLine { did: string, name: string, unitId: string | null, kind: 'hotline' | 'service' | 'duty' }

/** The whole directory as of one moment. */
export interface Snapshot {
  units: Unit[]
  categories: Category[]
  people: Person[]
  placeNames: PlaceName[]
  serviceLines: ServiceLine[]
}
