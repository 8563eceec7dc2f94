import type { Queryable, Tx } from '../../db/database.ts'
import { lockNamed } from '../../db/lock-store.ts'
import type { CatalogueRow } from './rules/catalogue-row.ts'

/** A row with who entered it; `enteredBy`: an administrator's login. */
export type EnteredRow = CatalogueRow & { enteredBy: string, enteredAt: Date }

/** Every row of every day. */
export async function allRows (db: Queryable): Promise<EnteredRow[]> {
  return await db.query<EnteredRow>(`select id, valid_from as "validFrom", valid_to as "validTo", category_code as "categoryCode",
      town_id as "townId", place, object, backstop, lead, lead_unit as "leadUnit", component_kind as "componentKind",
      co_units as "coUnits", basis_kind as "basisKind", basis_text as "basisText", entered_by as "enteredBy", entered_at as "enteredAt"
    from dispatch_rule order by category_code, valid_from, town_id, place collate "C", object collate "C", id`)
}

/** Which change of the catalogue was the last; 0 before the first. */
export async function catalogueRevision (db: Queryable): Promise<number> {
  const [row] = await db.query<{ revision: number }>('select coalesce(max(revision), 0) as revision from dispatch_rule')
  return row?.revision ?? 0
}

/** One change of the catalogue at a time; the next waits until the transaction ends. */
export async function lockCatalogue (tx: Tx): Promise<void> {
  await lockNamed(tx, 'dispatch-catalogue')
}

export function saveRow (tx: Tx, row: EnteredRow, revision: number): void {
  tx.write(`insert into dispatch_rule (id, valid_from, valid_to, category_code, town_id, place, object, backstop, lead, lead_unit,
      component_kind, co_units, basis_kind, basis_text, entered_by, entered_at, revision)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
    on conflict (id) do update set valid_to = excluded.valid_to, place = excluded.place, object = excluded.object,
      lead_unit = excluded.lead_unit, component_kind = excluded.component_kind, co_units = excluded.co_units,
      basis_kind = excluded.basis_kind, basis_text = excluded.basis_text, entered_by = excluded.entered_by,
      entered_at = excluded.entered_at, revision = excluded.revision`,
  [
    row.id, row.validFrom, row.validTo, row.categoryCode, row.townId, row.place, row.object, row.backstop, row.lead, row.leadUnit,
    row.componentKind, row.coUnits, row.basisKind, row.basisText, row.enteredBy, row.enteredAt, revision
  ])
}

/** A row is over after that day. */
export function saveEnd (tx: Tx, id: string, lastDay: string, revision: number): void {
  tx.write('update dispatch_rule set valid_to = $2, revision = $3 where id = $1', [id, lastDay, revision])
}
