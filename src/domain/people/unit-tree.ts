export const unitKinds = ['centre', 'town', 'department', 'utility', 'office', 'station'] as const
export type UnitKind = typeof unitKinds[number]

/**
 * A unit with its place in the district: `path` is the unit itself, then every unit above it. `government`: it is one, and so is all above.
 */
export interface UnitFacts {
  id: string
  kind: UnitKind
  path: readonly string[]
  government: boolean
}

/** Every unit by its id. One that has ended stands no more and keeps its place: those above it still move the orders it had. */
export type UnitTree = ReadonlyMap<string, UnitFacts & { stands: boolean }>

interface Listed { id: string, kind: UnitKind, parentId: string | null, government: boolean }

/**
 * The Centre is above all and part of no other unit's path: its people act by their role. A cycle of parents ends where it began.
 * `standing`: those of `list` that exist on the day.
 */
export function unitTree <U extends Listed> (list: readonly U[], standing: readonly U[] = list): UnitTree {
  const stands = new Set(standing.map(u => u.id))
  const units = new Map(list.map(u => [u.id, u]))
  const parentOf = (id: string): string | null => {
    const parent = units.get(units.get(id)?.parentId ?? '')
    return parent === undefined || parent.kind === 'centre' ? null : parent.id
  }
  const pathOf = (id: string): string[] => {
    const path = [id]
    for (let at = parentOf(id); at !== null && !path.includes(at); at = parentOf(at)) path.push(at)
    return path
  }
  return new Map(list.map(u => {
    const path = pathOf(u.id)
    return [u.id, { id: u.id, kind: u.kind, path, government: path.every(id => units.get(id)?.government), stands: stands.has(u.id) }]
  }))
}

/** A unit that something may be given to. */
export function standingUnit (units: UnitTree, id: string): UnitFacts | null {
  const unit = units.get(id)
  return unit?.stands ? unit : null
}

/** A unit that a row names, ended or not. One that this process has not read yet is an office by itself, and not taken for government. */
export const unitIncludingEnded = (units: UnitTree, id: string): UnitFacts =>
  units.get(id) ?? { id, kind: 'office', path: [id], government: false }

/** A unit and every unit above it; empty for null. */
export const ancestorsOf = (units: UnitTree, id: string | null): readonly string[] => id === null ? [] : unitIncludingEnded(units, id).path

/** The unit and every unit below it. */
export const below = (units: UnitTree, id: string): string[] => [...units.values()].filter(u => u.path.includes(id)).map(u => u.id)
