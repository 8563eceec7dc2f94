import type { Queryable, Tx } from '../../db/database.ts'
import { lockNamed } from '../../db/lock-store.ts'
import type { Area, AreaFacts } from './rules/area.ts'
import type { Component } from './rules/component-owner.ts'
import { geometryOf, outlineOf, shapeOf, type Geometry } from './rules/shape.ts'

type AreaRow = AreaFacts & { geometry: Geometry }

/** Every area of every day. */
export async function allAreas (db: Queryable): Promise<Area[]> {
  const rows = await db.query<AreaRow>(`select id, level, parent_id as "parentId", town_id as "townId", name, valid_from as "validFrom",
    valid_to as "validTo", source, illustration, geometry from area order by id, valid_from`)
  return rows.map(({ geometry, ...facts }) => ({ ...facts, outline: outlineOf(shapeOf(geometry)) }))
}

/** Which change of the areas was the last; 0 before the first. */
export async function areasRevision (db: Queryable): Promise<number> {
  const [row] = await db.query<{ revision: number }>('select coalesce(max(revision), 0) as revision from area')
  return row?.revision ?? 0
}

export async function componentsRevision (db: Queryable): Promise<number> {
  const [row] = await db.query<{ revision: number }>('select coalesce(max(revision), 0) as revision from component')
  return row?.revision ?? 0
}

/** Every thing of every day. */
export async function allComponents (db: Queryable): Promise<Component[]> {
  return await db.query<Component>(`select id, kind, name, owner_unit as "ownerUnit", longitude, latitude, valid_from as "validFrom",
    valid_to as "validTo" from component order by id, valid_from`)
}

/** One change of the places at a time; the next waits until the transaction ends. */
export async function lockPlaces (tx: Tx): Promise<void> {
  await lockNamed(tx, 'places')
}

export function saveAreas (tx: Tx, areas: readonly Area[], revision: number): void {
  tx.write(`insert into area (id, level, parent_id, town_id, name, valid_from, valid_to, geometry, source, illustration, revision)
    select *, $11::int from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::date[], $8::jsonb[],
      $9::text[], $10::boolean[])
    on conflict (id, valid_from) do update set level = excluded.level, parent_id = excluded.parent_id, town_id = excluded.town_id,
      name = excluded.name, valid_to = excluded.valid_to, geometry = excluded.geometry, source = excluded.source,
      illustration = excluded.illustration, revision = excluded.revision`,
  [
    areas.map(a => a.id), areas.map(a => a.level), areas.map(a => a.parentId), areas.map(a => a.townId), areas.map(a => a.name),
    areas.map(a => a.validFrom), areas.map(a => a.validTo), areas.map(a => JSON.stringify(geometryOf(a.outline.shape))),
    areas.map(a => a.source), areas.map(a => a.illustration), revision
  ])
}

export function saveComponents (tx: Tx, components: readonly Component[], revision: number): void {
  tx.write(`insert into component (id, kind, name, owner_unit, longitude, latitude, valid_from, valid_to, revision)
    select *, $9::int from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::float8[], $6::float8[], $7::date[], $8::date[])
    on conflict (id, valid_from) do update set kind = excluded.kind, name = excluded.name, owner_unit = excluded.owner_unit,
      longitude = excluded.longitude, latitude = excluded.latitude, valid_to = excluded.valid_to, revision = excluded.revision`,
  [
    components.map(c => c.id), components.map(c => c.kind), components.map(c => c.name), components.map(c => c.ownerUnit),
    components.map(c => c.longitude), components.map(c => c.latitude), components.map(c => c.validFrom), components.map(c => c.validTo),
    revision
  ])
}

/** Units that may have areas or things, ended ones too: their rows are of their days. */
export async function unitKinds (tx: Tx): Promise<Map<string, string>> {
  return new Map((await tx.query<{ id: string, kind: string }>('select id, kind from unit_read')).map(u => [u.id, u.kind]))
}
