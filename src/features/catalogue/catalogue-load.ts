import type { Tx } from '../../db/database.ts'
import { insertTextRows, type TextRows } from '../../db/text-rows.ts'
import { newId } from '../../domain/ids.ts'

const types = {
  id: 'uuid',
  valid_from: 'date',
  valid_to: 'date',
  category_code: 'text',
  town_id: 'text',
  place: 'text',
  object: 'text',
  backstop: 'boolean',
  lead: 'text',
  lead_unit: 'text',
  component_kind: 'text',
  co_units: 'text[]',
  basis_kind: 'text',
  basis_text: 'text',
  entered_by: 'text',
  entered_at: 'timestamptz',
  revision: 'int'
}

/** The rows of a district's file. One that stands already stays as an administrator left it. */
export async function loadCatalogue (tx: Tx, rows: TextRows): Promise<void> {
  const now = new Date().toISOString()
  await insertTextRows(tx, 'dispatch_rule', types,
    rows.map(row => ({ ...row, id: newId(), entered_by: 'system', entered_at: now, revision: '1' })))
}
