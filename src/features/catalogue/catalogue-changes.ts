import type { Tx } from '../../db/database.ts'
import { bind } from '../../domain/bind.ts'
import { DomainError, type ErrorCode } from '../../domain/errors.ts'
import { newId } from '../../domain/ids.ts'
import { holds, type Actor } from '../../domain/people/roles.ts'
import type { UnitKind } from '../../domain/people/unit-tree.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { DispatchCatalogue } from './catalogue.ts'
import { allRows, catalogueRevision, lockCatalogue, saveEnd, saveRow, type EnteredRow } from './catalogue-store.ts'
import type { CatalogueRow } from './rules/catalogue-row.ts'
import { enterRows, type District, type FoundFault, type RowFault, type RowPlan } from './rules/enter-rows.ts'

export type NewRow = Omit<CatalogueRow, 'id'>

/** What a file does, or would do. */
export interface RowsOutcome { saved: number, ended: number, known: number, faults: FoundFault[] }

/** What an administrator may change. Rows are never removed: they end on a day. */
export interface CatalogueChanges {
  /** Says what the rows would do; changes nothing. */
  check: (tx: Tx, actor: Actor, rows: readonly NewRow[]) => Promise<RowsOutcome>
  /** All of them or none. @throws DomainError `unknown-category`, `unknown-unit`, `unknown-town`, `invalid-input` with the row's line */
  enter: (tx: Tx, actor: Actor, rows: readonly NewRow[]) => Promise<RowsOutcome>
  /** @throws DomainError `not-found`, `invalid-input`, `already-done` for a row that ended before today */
  end: (tx: Tx, actor: Actor, input: { id: string, lastDay: string }) => Promise<EnteredRow>
}

export interface CatalogueChangesContext {
  clock: Clock
  catalogue: Pick<DispatchCatalogue, 'forget'>
  directory: {
    today: () => string
    units: (filter: { day: string }) => Promise<ReadonlyArray<{ id: string, kind: UnitKind }>>
    categories: (day: string) => Promise<ReadonlyArray<{ code: string }>>
  }
}

/** The code of a fault; the others are `invalid-input` with the fault as guard. */
const codes: Partial<Record<RowFault, ErrorCode>> = {
  'unknown-category': 'unknown-category', 'unknown-unit': 'unknown-unit', 'unknown-town': 'unknown-town'
}

/** Before anything is read: what it says stands until the command is over. */
async function begin (tx: Tx, actor: Actor): Promise<void> {
  if (!holds(actor, 'ADMINISTRATOR')) throw new DomainError('not-allowed', 'only an administrator changes the catalogue')
  await lockCatalogue(tx)
}

/** The district on each of these days. */
async function districtOn ({ directory }: CatalogueChangesContext, days: Iterable<string>): Promise<District> {
  const known = new Map(await Promise.all([...new Set(days)].map(async day => {
    const [units, categories] = await Promise.all([directory.units({ day }), directory.categories(day)])
    return [day, { units: new Map(units.map(u => [u.id, u.kind])), categories: new Set(categories.map(c => c.code)) }] as const
  })))
  return {
    units: day => known.get(day)?.units ?? new Map(),
    categories: day => known.get(day)?.categories ?? new Set()
  }
}

async function planOf (
  context: CatalogueChangesContext, tx: Tx, actor: Actor, rows: readonly NewRow[]
): Promise<{ plan: RowPlan, standing: EnteredRow[] }> {
  await begin(tx, actor)
  const [standing, district] = await Promise.all([allRows(tx), districtOn(context, rows.map(row => row.validFrom))])
  const plan = enterRows(standing, rows.map(row => ({ ...row, id: newId() })), district, context.directory.today())
  return { plan, standing }
}

const outcome = ({ saved, ended, known, faults }: RowPlan): RowsOutcome =>
  ({ saved: saved.length, ended: ended.length, known, faults })

async function check (context: CatalogueChangesContext, tx: Tx, actor: Actor, rows: readonly NewRow[]): Promise<RowsOutcome> {
  return outcome((await planOf(context, tx, actor, rows)).plan)
}

async function enter (context: CatalogueChangesContext, tx: Tx, actor: Actor, rows: readonly NewRow[]): Promise<RowsOutcome> {
  const { plan } = await planOf(context, tx, actor, rows)
  const [first] = plan.faults
  if (first) {
    const { fault, line, other } = first
    throw new DomainError(codes[fault] ?? 'invalid-input', 'these rows cannot be entered as they are',
      { guard: fault, line, other, faults: plan.faults.length })
  }
  if (plan.saved.length + plan.ended.length > 0) {
    const revision = await catalogueRevision(tx) + 1
    const by = { enteredBy: actor.id, enteredAt: context.clock.now() }
    for (const { id, validTo } of plan.ended) if (validTo !== null) saveEnd(tx, id, validTo, revision)
    for (const row of plan.saved) saveRow(tx, { ...row, ...by }, revision)
    context.catalogue.forget(tx)
  }
  return outcome(plan)
}

async function end (
  context: CatalogueChangesContext, tx: Tx, actor: Actor, { id, lastDay }: { id: string, lastDay: string }
): Promise<EnteredRow> {
  await begin(tx, actor)
  const row = (await allRows(tx)).find(r => r.id === id)
  if (!row) throw new DomainError('not-found', 'there is no such row of the catalogue', { what: 'row' })
  const today = context.directory.today()
  if (row.validTo !== null && row.validTo < today) throw new DomainError('already-done', 'this row has ended', { guard: 'rowEnded' })
  if (lastDay < today || lastDay < row.validFrom) {
    throw new DomainError('invalid-input', 'the last day is today or later, and not before the first', { field: 'lastDay' })
  }
  // It was ended by the row that follows it: longer it does not last.
  if (row.validTo !== null && lastDay > row.validTo) {
    throw new DomainError('invalid-input', 'a row never lasts longer than was entered', { field: 'lastDay' })
  }
  saveEnd(tx, id, lastDay, await catalogueRevision(tx) + 1)
  context.catalogue.forget(tx)
  return { ...row, validTo: lastDay }
}

export const createCatalogueChanges = (context: CatalogueChangesContext): CatalogueChanges => bind(context, { check, enter, end })
