import type { Database } from '../../db/database.ts'
import { keptFor } from '../../domain/kept.ts'
import { syllables } from '../../domain/text/spelling.ts'
import type { PlaceName } from './directory-types.ts'
import { allPlaceNames, savePinyin, stateOfPlaceNames, unreadPlaceNames } from './place-name-store.ts'
import { addresses, addressIndex, plain, type Address } from './rules/addresses.ts'

/** Roads, estates and committees, ready to be found. */
export interface PlaceNames {
  all: () => Promise<readonly PlaceName[]>
  find: (typed: string, towns: ReadonlyArray<{ id: string, name: string }>) => Promise<Address[]>
  /** the next answer goes by what has just been written */
  forget: () => void
}

/** The index is made again once the names have changed; whether they have is asked after `cacheMs`. */
export function createPlaceNames (db: Database, cacheMs: number): PlaceNames {
  let last: { state: string, all: PlaceName[], index: ReturnType<typeof addressIndex> } | null = null
  const { get, forget } = keptFor(cacheMs, async () => {
    const state = await stateOfPlaceNames(db)
    if (last?.state !== state) {
      const rows = await allPlaceNames(db)
      last = { state, all: rows.map(({ pinyin: _pinyin, ...place }) => place), index: addressIndex(rows) }
    }
    return last
  })
  return {
    all: async () => (await get()).all,
    find: async (typed, towns) => addresses((await get()).index, { text: typed, syllables: syllables(plain(typed)) }, towns),
    forget
  }
}

/** Reads the names that were there before their letters were kept. */
export async function readUnread (db: Database): Promise<void> {
  for (const name of await unreadPlaceNames(db)) await savePinyin(db, name, syllables(name).join(' '))
}
