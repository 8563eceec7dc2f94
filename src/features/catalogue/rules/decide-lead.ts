import type { UnitFacts } from '../../../domain/people/unit-tree.ts'
import { validOn } from '../../../domain/time/valid-on.ts'
import type { Basis } from '../../../domain/work-order.ts'
import { basisOf, folded, wordsOf, type CatalogueRow } from './catalogue-row.ts'

/** Who leads by right: the thing's owner (权属), a department's line (条), the town (块). */
export const leadGrounds = ['owner', 'line', 'territory'] as const
export type LeadGround = typeof leadGrounds[number]

/** The orders in which the three may go, by the figure of the city's rule `LEAD_PRECEDENCE`, 1 to 6. */
export const precedences: ReadonlyArray<readonly LeadGround[]> = [
  ['owner', 'line', 'territory'],
  ['owner', 'territory', 'line'],
  ['line', 'owner', 'territory'],
  ['line', 'territory', 'owner'],
  ['territory', 'owner', 'line'],
  ['territory', 'line', 'owner']
]

/** What an order is about, as far as it is known. */
export interface LeadFacts {
  category: { code: string, kind: 'component' | 'event', leadUnitId: string | null } | null
  townId: string | null
  place: string
  /** title and words */
  words: string
  /** the owner of the nearest thing of this kind, or null */
  ownerOf: (componentKind: string) => string | null
  /** the unit complained about, with all above and below: none of them is given it */
  excluded: ReadonlySet<string>
  /** a unit that stands on the day, or null */
  unit: (id: string) => UnitFacts | null
}

/** A row that fits and does not decide, and why. */
export interface PassedRow { row: CatalogueRow, why: 'ended' | 'about-them' | 'no-owner' | 'no-town' }

/** `row` null: by the class's own unit (`owner` of a thing, `category` by law) or, without one, by the town: 以块为主. */
export interface Lead {
  kind: 'lead'
  unitId: string
  coUnits: string[]
  row: CatalogueRow | null
  /** 三定 */
  basis: Basis
  why: 'row' | 'owner' | 'category' | 'territory'
  /** the town, where it does not lead; null: none */
  alternative: string | null
  passed: PassedRow[]
}

export type LeadDecision =
  | Lead
  /** rows of the same rank that name several units: a person decides */
  | { kind: 'conflict', rows: CatalogueRow[], unitIds: string[], passed: PassedRow[] }
  | { kind: 'none', passed: PassedRow[] }

/** All rows of all days, by their class. */
export type Catalogue = ReadonlyMap<string, readonly CatalogueRow[]>
export const catalogueOf = (rows: readonly CatalogueRow[]): Catalogue => Map.groupBy(rows, row => row.categoryCode)

/** `路1` is not said by `路11`. */
function says (text: string, words: string): boolean {
  const at = text.indexOf(words)
  if (at < 0) return false
  const next = text[at + words.length] ?? ''
  return !(/\d$/.test(words) && /\d/.test(next)) || says(text.slice(at + 1), words)
}

const fits = (row: CatalogueRow, townId: string | null, place: string, words: string): boolean =>
  (row.townId === null || row.townId === townId) &&
  (row.place === null || says(place, folded(row.place))) &&
  (row.object === null || wordsOf(row.object).some(word => words.includes(word)))

/** An exact place goes before a town, a town before anywhere; then what speaks of an object; a backstop is the last. */
const rankOf = ({ backstop, place, townId, object }: CatalogueRow): number =>
  (backstop ? 0 : 8) + (place !== null ? 4 : townId !== null ? 2 : 0) + (object !== null ? 1 : 0)

const isTownLine = ({ kind, path }: UnitFacts, unit: LeadFacts['unit']): boolean =>
  kind === 'town' || path.some(id => unit(id)?.kind === 'town')

type Resolved = { unitId: string, ground: LeadGround } | PassedRow['why']

function resolve (row: CatalogueRow, { townId, ownerOf, excluded, unit }: LeadFacts): Resolved {
  const id = row.lead === 'unit' ? row.leadUnit : row.lead === 'town' ? townId : ownerOf(row.componentKind ?? '')
  if (id === null) return row.lead === 'town' ? 'no-town' : 'no-owner'
  const found = unit(id)
  if (!found) return 'ended'
  if (excluded.has(id)) return 'about-them'
  const ground = row.lead === 'owner' ? 'owner' : isTownLine(found, unit) ? 'territory' : 'line'
  return { unitId: id, ground }
}

/**
 * Who leads an order of that day. Rows that fit decide by their rank, those of one rank by `precedence`. Without a row the class's own unit
 * leads, and without that the town of the place. A unit that has ended or is complained about is passed over. (国办函〔2025〕66号)
 */
export function decideLead (catalogue: Catalogue, facts: LeadFacts, precedence: readonly LeadGround[], day: string): LeadDecision {
  const { category, excluded, unit } = facts
  const [place, words] = [folded(facts.place), folded(facts.words)]
  const passed: PassedRow[] = []
  const found: Array<{ row: CatalogueRow, unitId: string, order: readonly [number, number] }> = []
  for (const row of catalogue.get(category?.code ?? '') ?? []) {
    if (!validOn(row, day) || !fits(row, facts.townId, place, words)) continue
    const resolved = resolve(row, facts)
    if (typeof resolved === 'string') passed.push({ row, why: resolved })
    else found.push({ row, unitId: resolved.unitId, order: [rankOf(row), precedence.indexOf(resolved.ground)] })
  }
  const may = (id: string | null | undefined): id is string => typeof id === 'string' && unit(id) !== null && !excluded.has(id)
  const town = may(facts.townId) ? facts.townId : null
  const best = found.reduce<typeof found>((top, one) => {
    const [first] = top
    const less = first === undefined ? -1 : first.order[0] - one.order[0] || one.order[1] - first.order[1]
    return less < 0 ? [one] : less === 0 ? [...top, one] : top
  }, [])
  const [first] = best
  if (first) {
    const unitIds = [...new Set(best.map(one => one.unitId))]
    if (unitIds.length > 1) return { kind: 'conflict', rows: best.map(one => one.row), unitIds, passed }
    const coUnits = first.row.coUnits.filter(id => may(id) && id !== first.unitId)
    const alternative = town === first.unitId ? null : town
    const { unitId, row } = first
    return { kind: 'lead', unitId, coUnits, row, basis: basisOf[row.basisKind], why: 'row', alternative, passed }
  }
  if (may(category?.leadUnitId)) {
    const why = category.kind === 'component' ? 'owner' : 'category'
    const alternative = town === category.leadUnitId ? null : town
    return { kind: 'lead', unitId: category.leadUnitId, coUnits: [], row: null, basis: 'statutory', why, alternative, passed }
  }
  return town === null
    ? { kind: 'none', passed }
    : { kind: 'lead', unitId: town, coUnits: [], row: null, basis: 'statutory', why: 'territory', alternative: null, passed }
}
