import type { Basis } from '../../../../domain/work-order.ts'

export interface RoutableCategory { code: string, name: string, kind: 'component' | 'event', leadUnitId: string | null }
export interface RoutableUnit { id: string, kind: string, name: string }

/** The unit that should have it, and why. `alternative` is the next unit when it is not theirs. */
export interface Suggestion {
  unitId: string
  basis: Basis
  /** `owner`: the thing's owner; `category`: leads this category by law; `territory`: the town of the place */
  why: 'owner' | 'category' | 'territory'
  reason: string
  alternative: string | null
}

/**
 * 归口办理 with 条块结合、以块为主. A thing (部件) goes to its owner first, then to the town; a matter (事件) to the town first unless the
 * law names the leading unit. A unit complained about is never suggested.
 */
export function suggestRoute ({ category, town, excluded }: {
  category: RoutableCategory | null
  town: RoutableUnit | null
  /** the unit the complaint is about, with all above and below */
  excluded: ReadonlySet<string>
}, unitName: (id: string) => string): Suggestion | null {
  const lead = category?.leadUnitId && !excluded.has(category.leadUnitId) ? category.leadUnitId : null
  const local = town && !excluded.has(town.id) ? town.id : null
  if (lead !== null && category) {
    return {
      unitId: lead,
      basis: 'statutory',
      why: category.kind === 'component' ? 'owner' : 'category',
      reason: category.kind === 'component' ? `部件类“${category.name}”先权属后属地：${unitName(lead)}` : `“${category.name}”法定主管：${unitName(lead)}`,
      alternative: local
    }
  }
  if (local === null) return null
  return {
    unitId: local,
    basis: 'statutory',
    why: 'territory',
    reason: category?.kind === 'component' ? `部件权属不明，按属地：${unitName(local)}` : `事件类以块为主，按属地：${unitName(local)}`,
    alternative: null
  }
}
