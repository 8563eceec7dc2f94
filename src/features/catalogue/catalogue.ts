import type { Database, Tx } from '../../db/database.ts'
import { keptFor } from '../../domain/kept.ts'
import { readerUnit } from '../../domain/people/reader-unit.ts'
import { standingUnit, type UnitTree } from '../../domain/people/unit-tree.ts'
import type { Position } from '../../domain/place/coordinates.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { ruleAt, type RulePolicies } from '../../policy/rules/rule-policy.ts'
import { allRows, catalogueRevision, type EnteredRow } from './catalogue-store.ts'
import { catalogueOf, decideLead, precedences, type Catalogue, type LeadDecision, type LeadFacts } from './rules/decide-lead.ts'

/** What is asked of the catalogue: an order, as far as it is known. */
export interface AskedLead {
  category: LeadFacts['category']
  townId: string | null
  place: string
  /** title and words */
  words: string
  /** WGS-84 */
  position: Position | null
  /** the unit complained about */
  aboutUnitId: string | null
}

/** Who is responsible for what: the dispatch catalogue (派单目录). */
export interface DispatchCatalogue {
  /** Who leads such an order today. */
  lead: (asked: AskedLead) => Promise<LeadDecision>
  /** Every row of every day. */
  rows: () => Promise<readonly EnteredRow[]>
  /** The next answer goes by what has just been written. */
  forget: (tx: Tx) => void
}

export interface CatalogueOptions {
  db: Database
  clock: Clock
  directory: { today: () => string, tree: () => Promise<UnitTree> }
  places: { ownerOf: (position: Position, kind: string) => Promise<{ component: { ownerUnit: string } } | null> }
  rules: () => Promise<RulePolicies>
}

/** Longest delay until a change by another process is seen, ms. */
const keepMs = 5000

interface Read { revision: number, rows: readonly EnteredRow[], catalogue: Catalogue }

export function createDispatchCatalogue ({ db, clock, directory, places, rules }: CatalogueOptions): DispatchCatalogue {
  let last: Read | null = null
  // Asking for the revision is cheap, reading every row is not.
  const kept = keptFor(keepMs, async () => {
    const revision = await catalogueRevision(db)
    if (last?.revision !== revision) {
      const rows = await allRows(db)
      last = { revision, rows, catalogue: catalogueOf(rows) }
    }
    return last
  })
  return {
    async lead ({ aboutUnitId, position, ...asked }) {
      const [{ catalogue }, tree, policies] = await Promise.all([kept.get(), directory.tree(), rules()])
      const kinds = (catalogue.get(asked.category?.code ?? '') ?? []).flatMap(row => row.componentKind ?? [])
      const owners = new Map(position === null
        ? []
        : await Promise.all([...new Set(kinds)].map(async kind =>
          [kind, (await places.ownerOf(position, kind))?.component.ownerUnit ?? null] as const)))
      const precedence = precedences[ruleAt(policies, 'LEAD_PRECEDENCE', clock.now()).value - 1]
      if (!precedence) throw new Error('the rule of precedence is within its bounds')
      return decideLead(catalogue, {
        ...asked,
        ownerOf: kind => owners.get(kind) ?? null,
        excluded: new Set(aboutUnitId === null ? [] : readerUnit(tree, aboutUnitId).line),
        unit: id => standingUnit(tree, id)
      }, precedence, directory.today())
    },
    rows: async () => (await kept.get()).rows,
    forget: tx => { tx.afterCommit(kept.forget) }
  }
}
