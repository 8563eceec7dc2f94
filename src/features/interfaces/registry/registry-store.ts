import type { Queryable, Tx } from '../../../db/database.ts'
import type { Cycle, Direction, ShareType } from './rules/interface-words.ts'

/** What a person enters of an interface. */
export interface InterfaceFields {
  name: string
  nameEn: string
  ownerUnitId: string
  contact: string
  direction: Direction
  lawBasis: string
  cycle: Cycle
  schemaVersion: string
  shareType: ShareType
}

export interface InterfaceRow extends InterfaceFields {
  id: string
  sample: boolean
  version: number
}

/** Every interface, by name. */
export const allInterfaces = async (q: Queryable): Promise<InterfaceRow[]> => await q.query<InterfaceRow>(`
  select id, name, name_en as "nameEn", owner_unit_id as "ownerUnitId", contact, direction, law_basis as "lawBasis", cycle,
      schema_version as "schemaVersion", share_type as "shareType", sample, version
    from interface order by name collate "C"`)

export async function lockInterface (tx: Tx, id: string): Promise<InterfaceRow | null> {
  const [row] = await tx.query<InterfaceRow>(`
    select id, name, name_en as "nameEn", owner_unit_id as "ownerUnitId", contact, direction, law_basis as "lawBasis", cycle,
        schema_version as "schemaVersion", share_type as "shareType", sample, version
      from interface where id = $1 for update`, [id])
  return row ?? null
}

/** @returns false: the name is taken */
export async function insertInterface (tx: Tx, id: string, f: InterfaceFields, by: string, at: Date): Promise<boolean> {
  return (await tx.query(`
    insert into interface (id, name, name_en, owner_unit_id, contact, direction, law_basis, cycle, schema_version, share_type, changed_by,
        changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
      on conflict (name) do nothing returning 1`,
  [id, f.name, f.nameEn, f.ownerUnitId, f.contact, f.direction, f.lawBasis, f.cycle, f.schemaVersion, f.shareType, by, at])).length > 0
}

/** @returns false: another one has the name */
export async function updateInterface (tx: Tx, id: string, f: InterfaceFields, by: string, at: Date): Promise<boolean> {
  return (await tx.query(`
    update interface set name = $2, name_en = $3, owner_unit_id = $4, contact = $5, direction = $6, law_basis = $7, cycle = $8,
        schema_version = $9, share_type = $10, sample = false, changed_by = $11, changed_at = $12, version = version + 1
      where id = $1 and not exists (select from interface o where o.name = $2 and o.id <> $1) returning 1`,
  [id, f.name, f.nameEn, f.ownerUnitId, f.contact, f.direction, f.lawBasis, f.cycle, f.schemaVersion, f.shareType, by, at])).length > 0
}
