import type { Tx } from '../db/database.ts'
import type { District, Table } from './read-district.ts'
import { enterMissingYears } from '../calendar/calendar.ts'
import { parseTypedNumber, withExtension } from '../domain/phone-number.ts'

function spelled (cell: string | null | undefined): string | null {
  if (!cell) return null
  const { number, extension } = parseTypedNumber(cell)
  return withExtension(number, extension)
}

/**
 * Inserts rows of text cells into a table, a column a value list. Rows that are there are left alone: what an
 * administrator changed stays changed when the sample is loaded again.
 */
async function insert (tx: Tx, into: string, types: Record<string, string>, rows: Table): Promise<void> {
  const columns = Object.keys(types)
  if (rows.length === 0) return
  const lists = columns.map((_, i) => `$${i + 1}::text[]`)
  const picked = columns.map(column => `x.${column}::${types[column]}`)
  await tx.query(`insert into ${into} (${columns.join(', ')}) select ${picked.join(', ')}
    from unnest(${lists.join(', ')}) as x(${columns.join(', ')}) on conflict do nothing`,
  columns.map(column => rows.map(row => row[column] ?? null)))
}

const unitTypes = {
  id: 'text',
  kind: 'text',
  parent_id: 'text',
  name: 'text',
  name_en: 'text',
  area_code: 'text',
  duty_number: 'text',
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

const sampleUnits = (units: Table): Table => units.map(row => ({ ...row, duty_number: spelled(row.duty_number), sample: 'true' }))

/** The Centre alone: what a district needs before its own units are entered. */
export async function loadCentre (tx: Tx, district: District): Promise<void> {
  await insert(tx, 'unit', unitTypes, sampleUnits(district.units.filter(row => row.kind === 'centre')))
  await insert(tx, 'service_line', { did: 'text', name: 'text', unit_id: 'text', kind: 'text' },
    district.serviceLines.filter(row => row.kind !== 'service'))
}

/** Units, categories, people, old lines, place names, days off, plans and articles; again and again without harm. */
export async function loadDistrict (tx: Tx, district: District): Promise<void> {
  await insert(tx, 'unit', unitTypes, sampleUnits(district.units))
  await insert(tx, 'category', categoryTypes, district.categories)
  await insert(tx, 'person', personTypes,
    district.people.map(row => ({ ...row, mobile: spelled(row.mobile), office: spelled(row.office), sample: 'true' })))
  await insert(tx, 'service_line', { did: 'text', name: 'text', unit_id: 'text', kind: 'text' }, district.serviceLines)
  await insert(tx, 'place_name', { name: 'text', town_id: 'text' }, district.placeNames)
  await enterMissingYears(tx,
    district.workingDays.map(({ day, working, name }) => ({ day: day ?? '', working: working === 'true', name: name ?? '' })), new Date())
  await loadPlans(tx, district)
  await loadArticles(tx, district)
}

async function loadArticles (tx: Tx, { articles }: District): Promise<void> {
  for (const { id, ...text } of articles) {
    const fresh = await tx.query(`insert into article (id, version, title, body, short_answer, keywords, basis, category_codes, unit_id,
      valid_from, valid_to, changed_by, changed_at)
      values ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'system', now()) on conflict do nothing returning id`,
    [id, text.title, text.body, text.shortAnswer, text.keywords, text.basis, text.categoryCodes, text.unitId, text.validFrom, text.validTo])
    if (fresh.length === 0) continue
    tx.write(`insert into article_version (article_id, version, at, by, changed, note, content)
      values ($1, 1, now(), 'system', '{}', '', $2)`, [id, JSON.stringify(text)])
  }
}

async function loadPlans (tx: Tx, { plans }: District): Promise<void> {
  for (const plan of plans) {
    const fresh = await tx.query(`insert into plan (code, name, name_en, kind, event_type, levels, start_when, status, last_drill,
      keywords, town_id)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing returning code`,
    [
      plan.code, plan.name, plan.nameEn, plan.kind, plan.eventType, plan.levels, plan.startWhen, plan.status, plan.lastDrill, plan.keywords,
      plan.townId
    ])
    if (fresh.length === 0) continue
    for (const m of plan.members) {
      tx.write('insert into plan_member (plan_code, call_order, role, person_id, commander, must_answer) values ($1, $2, $3, $4, $5, $6)',
        [plan.code, m.callOrder, m.role, m.personId, m.commander, m.mustAnswer])
    }
  }
}
