import type { Queryable, Tx } from '../../db/database.ts'
import type { Category, Person, PlaceName, ServiceLine, Snapshot, Unit } from './directory-types.ts'

const unitColumns = `id, kind, parent_id as "parentId", name, name_en as "nameEn", area_code as "areaCode", duty_number as "dutyNumber",
  valid_from as "validFrom", valid_to as "validTo"`
const categoryColumns = `code, class_code as "classCode", class_name as "className", class_name_en as "classNameEn", name,
  name_en as "nameEn", kind, lead_unit_id as "leadUnitId", urgency, on_site_minutes as "onSiteMinutes",
  handling_minutes as "handlingMinutes", calendar, verification, search_words as "searchWords", valid_from as "validFrom",
  valid_to as "validTo"`
const personColumns = `id, name, title, unit_id as "unitId", mobile, office, deputy_id as "deputyId", responsible,
  valid_from as "validFrom", valid_to as "validTo"`

/** Everything, in the order lists show it. A district is some hundreds of rows. */
export async function loadSnapshot (db: Queryable): Promise<Snapshot> {
  const [units, categories, people, placeNames, serviceLines] = await Promise.all([
    db.query<Unit>(`select ${unitColumns} from unit order by id`),
    db.query<Category>(`select ${categoryColumns} from category order by code, valid_from`),
    db.query<Person>(`select ${personColumns} from person order by id`),
    db.query<PlaceName>('select name, town_id as "townId" from place_name order by name, town_id'),
    db.query<ServiceLine>('select did, name, unit_id as "unitId", kind from service_line order by did')
  ])
  return { units, categories, people, placeNames, serviceLines }
}

export async function lockUnit (tx: Tx, id: string): Promise<Unit | null> {
  return (await tx.query<Unit>(`select ${unitColumns} from unit where id = $1 for update`, [id]))[0] ?? null
}

export async function lockPerson (tx: Tx, id: string): Promise<Person | null> {
  return (await tx.query<Person>(`select ${personColumns} from person where id = $1 for update`, [id]))[0] ?? null
}

/** Every span of the category's days, oldest first. */
export async function lockCategory (tx: Tx, code: string): Promise<Category[]> {
  return await tx.query<Category>(`select ${categoryColumns} from category where code = $1 order by valid_from for update`, [code])
}

export function saveUnit (tx: Tx, u: Unit): void {
  tx.write(`insert into unit (id, kind, parent_id, name, name_en, area_code, duty_number, valid_from, valid_to)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    on conflict (id) do update set kind = excluded.kind, parent_id = excluded.parent_id, name = excluded.name, name_en = excluded.name_en,
      area_code = excluded.area_code, duty_number = excluded.duty_number, valid_from = excluded.valid_from, valid_to = excluded.valid_to`,
  [u.id, u.kind, u.parentId, u.name, u.nameEn, u.areaCode, u.dutyNumber, u.validFrom, u.validTo])
}

export function saveCategory (tx: Tx, c: Category): void {
  tx.write(`insert into category (code, class_code, class_name, class_name_en, name, name_en, kind, lead_unit_id, urgency, on_site_minutes,
      handling_minutes, calendar, verification, search_words, valid_from, valid_to)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
    on conflict (code, valid_from) do update set class_code = excluded.class_code, class_name = excluded.class_name,
      class_name_en = excluded.class_name_en, name = excluded.name, name_en = excluded.name_en, kind = excluded.kind,
      lead_unit_id = excluded.lead_unit_id, urgency = excluded.urgency, on_site_minutes = excluded.on_site_minutes,
      handling_minutes = excluded.handling_minutes, calendar = excluded.calendar, verification = excluded.verification,
      search_words = excluded.search_words, valid_to = excluded.valid_to`,
  [c.code, c.classCode, c.className, c.classNameEn, c.name, c.nameEn, c.kind, c.leadUnitId, c.urgency, c.onSiteMinutes,
    c.handlingMinutes, c.calendar, c.verification, c.searchWords, c.validFrom, c.validTo])
}

export function savePerson (tx: Tx, p: Person): void {
  tx.write(`insert into person (id, name, title, unit_id, mobile, office, deputy_id, responsible, valid_from, valid_to)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    on conflict (id) do update set name = excluded.name, title = excluded.title, unit_id = excluded.unit_id, mobile = excluded.mobile,
      office = excluded.office, deputy_id = excluded.deputy_id, responsible = excluded.responsible, valid_from = excluded.valid_from,
      valid_to = excluded.valid_to`,
  [p.id, p.name, p.title, p.unitId, p.mobile, p.office, p.deputyId, p.responsible, p.validFrom, p.validTo])
}

export async function townIds (tx: Tx): Promise<Set<string>> {
  return new Set((await tx.query<{ id: string }>('select id from unit where kind = \'town\'')).map(u => u.id))
}

/** Returns how many were new. */
export async function insertPlaceNames (tx: Tx, places: readonly PlaceName[]): Promise<number> {
  return (await tx.query(
    'insert into place_name (name, town_id) select * from unnest($1::text[], $2::text[]) on conflict do nothing returning name',
    [places.map(p => p.name), places.map(p => p.townId)]
  )).length
}

export async function deletePlaceName (tx: Tx, { name, townId }: PlaceName): Promise<boolean> {
  return (await tx.query('delete from place_name where name = $1 and town_id = $2 returning name', [name, townId])).length > 0
}
