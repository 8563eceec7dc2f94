import type { Queryable, Tx } from '../../db/database.ts'
import type { PlaceName } from './directory-types.ts'
import type { FoundPlace } from './rules/addresses.ts'

export async function allPlaceNames (db: Queryable): Promise<FoundPlace[]> {
  return await db.query<FoundPlace>(
    'select name, town_id as "townId", kind, longitude, latitude, pinyin from place_name order by name, town_id')
}

/** What changes with every change of the names: each change gives a row a greater revision, or there are fewer. */
export async function stateOfPlaceNames (db: Queryable): Promise<string> {
  const [row] = await db.query<{ state: string }>(
    'select count(*)::text || \'-\' || coalesce(max(revision), 0)::text as state from place_name')
  return row?.state ?? ''
}

/** Names that are there already get what is said of their place on the map, if anything is. */
export async function putPlaceNames (tx: Tx, places: readonly FoundPlace[]): Promise<{ added: number, moved: number }> {
  const rows = await tx.query<{ added: boolean }>(`insert into place_name (name, town_id, kind, longitude, latitude, pinyin)
    select distinct on (x.name, x.town_id) * from unnest($1::text[], $2::text[], $3::text[], $4::float8[], $5::float8[], $6::text[])
      as x(name, town_id, kind, longitude, latitude, pinyin)
    on conflict (name, town_id) do update set kind = excluded.kind, longitude = excluded.longitude, latitude = excluded.latitude,
      revision = default
    where excluded.longitude is not null and (place_name.kind, place_name.longitude, place_name.latitude)
      is distinct from (excluded.kind, excluded.longitude, excluded.latitude)
    returning xmax = 0 as added`,
  [
    places.map(p => p.name), places.map(p => p.townId), places.map(p => p.kind), places.map(p => p.longitude), places.map(p => p.latitude),
    places.map(p => p.pinyin)
  ])
  const added = rows.filter(row => row.added).length
  return { added, moved: rows.length - added }
}

export async function deletePlaceName (tx: Tx, { name, townId }: Pick<PlaceName, 'name' | 'townId'>): Promise<boolean> {
  return (await tx.query('delete from place_name where name = $1 and town_id = $2 returning name', [name, townId])).length > 0
}

/** Names from before their letters were kept. */
export async function unreadPlaceNames (db: Queryable): Promise<string[]> {
  return (await db.query<{ name: string }>('select distinct name from place_name where pinyin = \'\'')).map(row => row.name)
}

export async function savePinyin (db: Queryable, name: string, pinyin: string): Promise<void> {
  await db.query('update place_name set pinyin = $2, revision = default where name = $1', [name, pinyin])
}
