import type { Tx } from '../../../db/database.ts'
import { insertTextRows, type TextRows } from '../../../db/text-rows.ts'
import { newId } from '../../../domain/ids.ts'

const types = {
  id: 'uuid',
  name: 'text',
  name_en: 'text',
  owner_unit_id: 'text',
  contact: 'text',
  direction: 'text',
  law_basis: 'text',
  cycle: 'text',
  schema_version: 'text',
  share_type: 'text',
  sample: 'boolean',
  changed_by: 'text',
  changed_at: 'timestamptz'
}

/** Interfaces of a district's file, each marked as invented. Nothing is sent by them: they have no endpoint. */
export async function loadInterfaces (tx: Tx, rows: TextRows): Promise<void> {
  const now = new Date().toISOString()
  await insertTextRows(tx, 'interface', types,
    rows.map(row => ({ ...row, id: newId(), sample: 'true', changed_by: 'system', changed_at: now })))
}
