import type { UnitKind } from '../../../domain/people/unit-tree.ts'
import { dayBefore } from '../../../domain/time/day-before.ts'
import { validOn } from '../../../domain/time/valid-on.ts'
import { folded, keyOf, wordsOf, type CatalogueRow } from './catalogue-row.ts'

export const rowFaults = [
  'days', 'begun', 'twice', 'incomplete', 'helper-leads', 'unknown-category', 'unknown-unit', 'unknown-town', 'town-without-list',
  'backstop-not-designated'
] as const
export type RowFault = typeof rowFaults[number]

/** What is wrong with a row of the file; `line` counts from 1, `other` is the class or unit it is about. */
export interface FoundFault { line: number, fault: RowFault, other: string | null }

/** What becomes of the catalogue by a file: rows that are new or replaced, rows that get a last day, and how many stand already. */
export interface RowPlan { saved: CatalogueRow[], ended: CatalogueRow[], known: number, faults: FoundFault[] }

/** The district on a row's first day. */
export interface District {
  categories: (day: string) => ReadonlySet<string>
  units: (day: string) => ReadonlyMap<string, UnitKind>
}

/** All of a row but its id, in one spelling. */
const whole = (row: CatalogueRow): string => JSON.stringify([
  keyOf(row), row.validFrom, row.validTo, row.leadUnit, row.componentKind, [...row.coUnits].sort(), row.basisKind, row.basisText
])

const startOf = (row: CatalogueRow): string => `${keyOf(row)} ${row.validFrom}`

/** Papers by which a town may lead: what is a department's by law, duties or list of powers never goes to a town. */
const townPapers: ReadonlySet<CatalogueRow['basisKind']> = new Set(['town-list', 'minutes', 'designation'])

function faultsOf (row: CatalogueRow, { categories, units }: District): Array<[RowFault, string | null]> {
  const { validFrom, validTo, categoryCode, townId, place, object, backstop, lead, leadUnit, componentKind, coUnits, basisKind } = row
  const standing = units(validFrom)
  const found: Array<[RowFault, string | null]> = []
  if (validTo !== null && validTo < validFrom) found.push(['days', null])
  const said = [place === null ? null : folded(place), object === null ? null : wordsOf(object).join('')]
  if ((lead === 'unit') !== (leadUnit !== null) || (lead === 'owner') !== (componentKind !== null) || said.includes('')) {
    found.push(['incomplete', null])
  }
  if (new Set(coUnits).size !== coUnits.length || (leadUnit !== null && coUnits.includes(leadUnit))) found.push(['helper-leads', null])
  if (!categories(validFrom).has(categoryCode)) found.push(['unknown-category', categoryCode])
  for (const id of [leadUnit, ...coUnits]) {
    const kind = id === null ? 'town' : standing.get(id)
    if (kind === undefined || kind === 'centre') found.push(['unknown-unit', id])
  }
  if (townId !== null && standing.get(townId) !== 'town') found.push(['unknown-town', townId])
  const townLeads = lead === 'town' || (leadUnit !== null && standing.get(leadUnit) === 'town')
  if (townLeads && !townPapers.has(basisKind)) found.push(['town-without-list', leadUnit])
  if (backstop && basisKind !== 'designation') found.push(['backstop-not-designated', null])
  return found
}

/**
 * Of one key one row stands on a day: a new one ends the one before it. A row that has begun is never changed; one that has not is replaced
 * by the same key and first day. @param today the last day that has begun
 */
export function enterRows (
  standing: readonly CatalogueRow[], incoming: readonly CatalogueRow[], district: District, today: string
): RowPlan {
  const before = new Map(standing.map(row => [startOf(row), row]))
  const after = new Map(before)
  const given = new Set<string>()
  const faults: FoundFault[] = []
  let known = 0
  for (const [i, row] of incoming.entries()) {
    const start = startOf(row)
    const was = before.get(start)
    // Without a last day the file says nothing of the one that a row was given since.
    const same = was !== undefined && whole(was) === whole({ ...row, validTo: row.validTo ?? was.validTo })
    const found = faultsOf(row, district)
    if (given.has(start)) found.push(['twice', null])
    else if (row.validFrom <= today && !same) found.push(['begun', null])
    faults.push(...found.map(([fault, other]) => ({ line: i + 1, fault, other })))
    if (same) known++
    else after.set(start, { ...row, id: was?.id ?? row.id })
    given.add(start)
  }
  endEarlier(after, new Set(incoming.map(keyOf)))
  const changed = [...after].filter(([start, row]) => {
    const was = before.get(start)
    return was === undefined || whole(row) !== whole(was)
  }).map(([, row]) => row)
  const saved = changed.filter(row => given.has(startOf(row)))
  return { saved, ended: changed.filter(row => !given.has(startOf(row))), known, faults }
}

/** Of each of these keys, a row ends at the latest the day before the next begins. `rows` are changed in place. */
function endEarlier (rows: Map<string, CatalogueRow>, keys: ReadonlySet<string>): void {
  const touched = [...rows.values()].filter(row => keys.has(keyOf(row)))
  for (const spans of Map.groupBy(touched, keyOf).values()) {
    const inOrder = spans.toSorted((a, b) => a.validFrom < b.validFrom ? -1 : 1)
    for (const [i, span] of inOrder.entries()) {
      const next = inOrder[i + 1]
      if (next && (span.validTo === null || span.validTo >= next.validFrom)) {
        rows.set(startOf(span), { ...span, validTo: dayBefore(next.validFrom) })
      }
    }
  }
}

/** A class without a row for anywhere, and without a unit of its own: its orders go by the town alone, or to nobody. */
export const coverage = (
  rows: readonly CatalogueRow[], categories: ReadonlyArray<{ code: string, leadUnitId: string | null }>, day: string
): string[] => {
  const covered = new Set(rows
    .filter(row => validOn(row, day) && row.townId === null && row.place === null && row.object === null && row.lead !== 'owner')
    .map(row => row.categoryCode))
  return categories.filter(({ code, leadUnitId }) => leadUnitId === null && !covered.has(code)).map(({ code }) => code)
}
