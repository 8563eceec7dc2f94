import type { Tx } from '../../db/database.ts'
import type { AskedOrder, Solved } from '../../domain/asked-order.ts'
import type { Basis, BasisKind, CallbackStatus, Channel, OrderState, Urgency, VerificationStatus } from '../../domain/work-order.ts'
import type { Position } from '../../domain/place/coordinates.ts'
import type { PhoneNumber } from '../../domain/telephone/phone-number.ts'
import type { UnitTree } from '../../domain/people/unit-tree.ts'
import type { OrderKind } from '../../access/rules/visibility.ts'
import type { Rule } from '../../policy/rules/rule-policy.ts'
import type { CheckDecision, DispatchMode, OrderFacts } from './rules/order-facts.ts'
import type { OrderFields } from './work-orders-schemas.ts'

/** The result of every command. */
export interface OrderRef { id: string, number: string, version: number, state: OrderState }

/** An order and the version the caller has seen; without a version the command takes the order as it is (the service itself). */
export interface VersionedRef { orderId: string, version?: number }

/** What is corrected. `reason`: needed where it lifts what protects the citizen, or makes praise of it. */
export interface Corrections extends OrderFields { reason?: string }

/** Another person's request about the same, with the own words and protection, as on an order of their own. */
export interface NewComplainant
  extends Pick<OrderFields, 'requestType' | 'confidential' | 'marks' | 'complainantKind' | 'creditCode'> {
  name?: string | null
  number?: string | null
  callId?: string | null
  wantsCallback?: boolean
  /** what this person said, in their own words */
  words?: string
}

export interface NewOrder extends OrderFields {
  channel: Channel
  /** number in the source's own books (12345, 110 …); the same one twice is one order */
  sourceNumber?: string | null
  /** the call it came from */
  callId?: string | null
  receivedAt?: Date
}

export interface DispatchInput extends VersionedRef {
  mode: DispatchMode
  /** lead, or the units of a sequence in order */
  unitIds: string[]
  coUnitIds?: string[]
  personId?: string | null
  basis: Basis
  evidence?: string
}

export interface ChecksDecision { verification?: CheckDecision, callback?: CheckDecision, reason: string }

export interface CallbackResult {
  orderId: string
  /** the round of the order it belongs to; an answer to an earlier round is refused (`guard-not-met`) */
  cycle: number
  /** where all callbacks of the order stand now; a final one may close the order */
  status: CallbackStatus
  /** whose answer it is; null: nobody's, as where nobody could be asked */
  requestId?: string | null
  contacted?: boolean | null
  solved?: Solved | null
  /** 5 best … 1 */
  grade?: number | null
  reason?: string | null
  callId?: string | null
  legId?: string | null
  /** the city's rule by which the grade was judged */
  rule?: Rule
}

/** An order with what is asked about it, and how far the asking has come. */
export interface OrderForCallback extends AskedOrder {
  callbackStatus: CallbackStatus
}

/** The person an order's text message goes to. */
export interface Responsible { id: string, mobile: PhoneNumber | null }

/** What orders need of the directory; fits the directory feature. */
export interface OrderDirectory {
  tree: () => Promise<UnitTree>
  units: () => Promise<DirectoryUnit[]>
  /** @throws DomainError `unknown-unit` */
  unit: (id: string) => Promise<DirectoryUnit>
  /** @throws DomainError `unknown-category` */
  category: (code: string) => Promise<DirectoryCategory>
  categories: () => Promise<DirectoryCategory[]>
  /** @throws DomainError `unknown-person` */
  person: (id: string) => Promise<Responsible & { unitId: string | null, name: string }>
  responsibleOf: (unitId: string) => Promise<Responsible | null>
  guessTown: (place: string) => Promise<DirectoryUnit | null>
}

/** What orders need of the district's areas. */
export interface OrderPlaces {
  /** @param day default today */
  at: (position: Position, day?: string) => Promise<{
    where: 'inside' | 'border' | 'outside' | 'no-areas'
    cell: { id: string } | null
    townId: string | null
  }>
  /** which change of the areas `at` goes by; 0 before the first */
  revision: () => Promise<number>
}

/** A row of the dispatch catalogue, as the suggestion names it. */
export interface NamedRow {
  id: string
  validFrom: string
  place: string | null
  object: string | null
  backstop: boolean
  basisKind: BasisKind
  basisText: string
}

/** What orders need of the dispatch catalogue (派单目录). */
export interface OrderCatalogue {
  /** Who leads such an order today. `words`: its title and more; `position`: WGS-84; `aboutUnitId`: the unit complained about. */
  lead: (asked: {
    category: Pick<DirectoryCategory, 'code' | 'kind' | 'leadUnitId'> | null
    townId: string | null
    place: string
    words: string
    position: Position | null
    aboutUnitId: string | null
  }) => Promise<DecidedLead>
}

/** `row` null: by the class's own unit, or by the town. A conflict: rows of one rank name several units. */
export type DecidedLead =
  | {
    kind: 'lead'
    unitId: string
    coUnits: string[]
    row: NamedRow | null
    basis: Basis
    why: 'row' | 'owner' | 'category' | 'territory'
    alternative: string | null
  }
  | { kind: 'conflict', rows: NamedRow[], unitIds: string[] }
  | { kind: 'none' }

export interface DirectoryUnit {
  id: string
  kind: 'centre' | 'town' | 'department' | 'utility' | 'office' | 'station'
  parentId: string | null
  name: string
}

export interface DirectoryCategory {
  code: string
  /** first day on which it reads like this */
  validFrom: string
  className: string
  name: string
  kind: 'component' | 'event'
  leadUnitId: string | null
  urgency: Urgency
  onSiteMinutes: number | null
  handlingMinutes: number
  calendar: 'clock' | 'working'
  verification: 'on-site' | 'callback-only'
}

/** A step that an order has taken. */
export interface OrderStep {
  /** as on the feed: `case.close`, `overtime` */
  what: string
  at: Date
  order: Pick<OrderFacts, 'id' | 'state' | 'categoryCode' | 'townId' | 'urgency' | 'aboutUnit'> & {
    number: string
    version: number
    kind: OrderKind
  }
  /** the newest line of its timeline: of two steps of one order, the later one has the larger number */
  line: () => Promise<number>
}

/**
 * Listens, in the order's own transaction, to its steps and to its complainants: when they are to be asked (回访), and when no longer.
 */
export interface OrderListener {
  /** The order has taken a step, and its row says so. */
  stepped: (tx: Tx, step: OrderStep) => Promise<void>
  /** The report was accepted, or a person joined after it: complainants not asked yet are to be, from the day after `from` on. */
  askingBegins: (tx: Tx, order: OrderForCallback, from: Date) => Promise<void>
  /** These requests belong to the order no more: their people are not asked about it. */
  askingLeaves: (tx: Tx, order: OrderForCallback, requestIds: readonly string[]) => Promise<void>
  /** The round ended otherwise (closed, reworked): nothing more is to be asked about it. */
  askingEnds: (tx: Tx, orderId: string, cycle: number, reason: string) => Promise<void>
}

export type { VerificationStatus }
