import type { Tx } from '../../db/database.ts'
import { insertTextRows, type TextRows } from '../../db/text-rows.ts'
import { syllables } from '../../domain/text/spelling.ts'
import { kindOfName } from './rules/addresses.ts'
import { parseTypedNumber, withExtension } from '../../domain/telephone/phone-number.ts'

function spelled (cell: string | null | undefined): string | null {
  if (!cell) return null
  const { number, extension } = parseTypedNumber(cell)
  return withExtension(number, extension)
}

const unitTypes = {
  id: 'text',
  kind: 'text',
  parent_id: 'text',
  name: 'text',
  name_en: 'text',
  area_code: 'text',
  duty_number: 'text',
  government: 'boolean',
  valid_from: 'date',
  valid_to: 'date',
  sample: 'boolean'
}
const categoryTypes = {
  code: 'text',
  class_code: 'text',
  class_name: 'text',
  class_name_en: 'text',
  name: 'text',
  name_en: 'text',
  kind: 'text',
  lead_unit_id: 'text',
  urgency: 'text',
  on_site_minutes: 'int',
  handling_minutes: 'int',
  calendar: 'text',
  verification: 'text',
  search_words: 'text',
  valid_from: 'date',
  valid_to: 'date'
}
const personTypes = {
  id: 'text',
  name: 'text',
  title: 'text',
  unit_id: 'text',
  mobile: 'text',
  office: 'text',
  deputy_id: 'text',
  responsible: 'boolean',
  valid_from: 'date',
  valid_to: 'date',
  sample: 'boolean'
}

// Sample rows of a district's files, columns as in the tables; telephone numbers as people write them. Again and again without harm.

export async function loadUnits (tx: Tx, rows: TextRows): Promise<void> {
  await insertTextRows(tx, 'unit', unitTypes, rows.map(row => ({ ...row, duty_number: spelled(row.duty_number), sample: 'true' })))
}

export async function loadCategories (tx: Tx, rows: TextRows): Promise<void> {
  await insertTextRows(tx, 'category', categoryTypes, rows)
}

export async function loadPeople (tx: Tx, rows: TextRows): Promise<void> {
  await insertTextRows(tx, 'person', personTypes,
    rows.map(row => ({ ...row, mobile: spelled(row.mobile), office: spelled(row.office), sample: 'true' })))
}

export async function loadServiceLines (tx: Tx, rows: TextRows): Promise<void> {
  await insertTextRows(tx, 'service_line', { did: 'text', name: 'text', unit_id: 'text', kind: 'text' }, rows)
}

export async function loadPlaceNames (tx: Tx, rows: TextRows): Promise<void> {
  const types = { name: 'text', town_id: 'text', kind: 'text', longitude: 'float8', latitude: 'float8', pinyin: 'text' }
  await insertTextRows(tx, 'place_name', types,
    rows.map(({ name = '', ...row }) => ({ ...row, name, kind: kindOfName(name ?? ''), pinyin: syllables(name ?? '').join(' ') })))
}
