import type { Database, Tx } from '../../db/database.ts'
import { keptFor } from '../../domain/kept.ts'
import type { Position } from '../../domain/place/coordinates.ts'
import { areaIndex, areasAt, type AreaIndex, type Located } from './rules/areas-at.ts'
import { componentIndex, ownerOf, type Component, type ComponentIndex } from './rules/component-owner.ts'
import { allAreas, allComponents, areasRevision, componentsRevision } from './places-store.ts'

/** Where something is: which town and cell a position lies in, and whose a thing in the street is. */
export interface Places {
  /** @param day of the district's calendar; default today */
  at: (position: Position, day?: string) => Promise<Located>
  /** The nearest thing of that kind within 25 m, or null. */
  ownerOf: (position: Position, kind: string, day?: string) => Promise<{ component: Component, metres: number } | null>
  areas: () => Promise<AreaIndex['areas']>
  /** Which change of the areas `at` goes by; 0 before the first. */
  revision: () => Promise<number>
  /** The next answer goes by what has just been written. */
  forget: (tx: Tx) => void
}

export interface PlacesOptions {
  db: Database
  /** today in the district's time zone */
  today: () => string
}

/** Longest delay until a change by another process is seen, ms. */
const keepMs = 5000

export function createPlaces ({ db, today }: PlacesOptions): Places {
  const areas = following(async () => await areasRevision(db), async () => areaIndex(await allAreas(db)))
  const components = following(async () => await componentsRevision(db), async () => componentIndex(await allComponents(db)))
  return {
    at: async (position, day = today()) => areasAt((await areas.get()).made, position, day),
    ownerOf: async (position, kind, day = today()) => ownerOf((await components.get()).made, position, kind, day),
    areas: async () => (await areas.get()).made.areas,
    revision: async () => (await areas.get()).revision,
    forget: tx => { tx.afterCommit(() => { areas.forget(); components.forget() }) }
  }
}

/** Made again once the revision of its rows has changed: asking for that is cheap, reading them all is not. */
function following<T extends AreaIndex | ComponentIndex> (revisionOf: () => Promise<number>, make: () => Promise<T>) {
  let last: { revision: number, made: T } | null = null
  return keptFor(keepMs, async () => {
    const revision = await revisionOf()
    if (last?.revision !== revision) last = { revision, made: await make() }
    return last
  })
}
