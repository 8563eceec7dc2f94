import type { Basis, BasisKind } from '../../../domain/work-order.ts'

/**
 * How a row names the lead: `unit` by its id; `town` the town of the place; `owner` the unit whose thing stands there (权属).
 */
export const leadKinds = ['unit', 'town', 'owner'] as const
export type LeadKind = typeof leadKinds[number]

/** 三定: which of the three determinations each kind of paper is. */
export const basisOf: Readonly<Record<BasisKind, Basis>> = {
  law: 'statutory',
  duties: 'statutory',
  'power-list': 'statutory',
  'town-list': 'statutory',
  minutes: 'agreed',
  designation: 'designated'
}

/** A row of the dispatch catalogue (派单目录): who leads a class of orders, somewhere or about something, in a span of days. */
export interface CatalogueRow {
  id: string
  validFrom: string
  validTo: string | null
  categoryCode: string
  /** only in this town; null: anywhere */
  townId: string | null
  /** only where the order's place has these words; null: anywhere */
  place: string | null
  /** only where the order speaks of one of these words, blanks between them; null: of anything */
  object: string | null
  /** 托底: decides only where no other row does */
  backstop: boolean
  lead: LeadKind
  /** of `unit` alone */
  leadUnit: string | null
  /** of `owner` alone: the kind of thing (部件) whose owner leads */
  componentKind: string | null
  coUnits: readonly string[]
  basisKind: BasisKind
  /** the paper with its article or number, as a unit is told it */
  basisText: string
}

/** Without spaces, full-width signs and capitals: two spellings of one place are one. */
export const folded = (text: string): string => text.normalize('NFKC').replace(/\s+/gu, '').toLowerCase()

/** The words of an object, each folded, in a fixed order. */
export const wordsOf = (object: string): string[] =>
  [...new Set(object.normalize('NFKC').toLowerCase().split(/\s+/u))].filter(Boolean).sort()

/** What a row is about. Of one key, one row stands on a day. */
export const keyOf = (row: Omit<CatalogueRow, 'id' | 'validFrom' | 'validTo'>): string => JSON.stringify([
  row.categoryCode, row.townId, row.place === null ? null : folded(row.place), row.object === null ? null : wordsOf(row.object),
  row.backstop, row.lead
])
