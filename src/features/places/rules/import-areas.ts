import Flatbush from 'flatbush'
import { hasParent, mayStandIn, type Area } from './area.ts'
import { areaFaults, checkArea, type Fault } from './check-area.ts'
import { endEarlier, rowKey } from './dated-rows.ts'

/** What a file may get wrong beside its drawings. */
export const rowFaults = ['days', 'twice', 'no-parent', 'parent-level', 'parent-days', 'unknown-town', 'begun'] as const
export type ImportFault = Omit<Fault, 'fault'> & { fault: Fault['fault'] | typeof rowFaults[number], id: string, validFrom: string }
export const importFaults = [...areaFaults, ...rowFaults] as const

/** What an import makes: rows that are new or changed, rows whose last day it sets, rows that stand already as they are. */
export interface ImportPlan { saved: Area[], ended: Area[], known: number, faults: ImportFault[] }

const meet = (a: Area, b: Area): boolean =>
  (a.validTo === null || b.validFrom <= a.validTo) && (b.validTo === null || a.validFrom <= b.validTo)
const drawing = ({ level, parentId, townId, outline }: Area): string => JSON.stringify([level, parentId, townId, outline.shape])
const whole = (area: Area): string => JSON.stringify([drawing(area), area.name, area.validTo, area.source, area.illustration])

/**
 * What becomes of the areas by a file. An area's earlier row ends the day before the new one begins. A row that has begun keeps its
 * drawing: orders went by it; only its last day, name and source may change. `today` and days in the district's time zone.
 */
export function importAreas (
  standing: readonly Area[], incoming: readonly Area[], { towns, today }: { towns: ReadonlySet<string>, today: string }
): ImportPlan {
  const faults: ImportFault[] = []
  const say = (area: Area, fault: ImportFault['fault'], other: string | null = null): void => {
    faults.push({ fault, id: area.id, validFrom: area.validFrom, at: area.outline.shape[0]?.[0]?.[0] ?? null, other })
  }
  const before = new Map(standing.map(area => [rowKey(area), area]))
  const given = new Map<string, Area>()
  for (const area of incoming) {
    if (given.has(rowKey(area))) say(area, 'twice')
    if (area.validTo !== null && area.validTo < area.validFrom) say(area, 'days')
    else given.set(rowKey(area), area)
    const was = before.get(rowKey(area))
    if (was && was.validFrom < today && drawing(was) !== drawing(area)) say(area, 'begun')
  }
  const after = new Map([...before, ...given])
  endEarlier(after, new Set(incoming.map(area => area.id)))
  const differs = (area: Area): boolean => {
    const was = before.get(rowKey(area))
    return was === undefined || whole(area) !== whole(was)
  }
  const all = [...after.values()]
  const changed = all.filter(area => given.has(rowKey(area)) && differs(area))
  const ended = all.filter(area => !given.has(rowKey(area)) && differs(area))
  const ofId = Map.groupBy(all, area => area.id)
  const near = boxesOf(all)
  const touched = new Set([...changed, ...ended])
  const children = all.filter(area => !touched.has(area) && area.parentId !== null &&
    (ofId.get(area.parentId) ?? []).some(parent => touched.has(parent) && meet(parent, area)))
  for (const area of [...changed, ...children]) {
    const parents = (ofId.get(area.parentId ?? '') ?? []).filter(parent => meet(parent, area))
    const fault = standsWrong(area, parents, towns)
    if (fault) say(area, fault, area.parentId)
    const siblings = touched.has(area)
      ? near(area).filter(other => other.id !== area.id && other.level === area.level && meet(other, area))
      : []
    for (const found of checkArea(area.outline, { siblings, parents: fault ? [] : parents })) {
      faults.push({ ...found, id: area.id, validFrom: area.validFrom })
    }
  }
  return { saved: changed, ended, known: given.size - changed.length, faults }
}

function standsWrong (area: Area, parents: readonly Area[], towns: ReadonlySet<string>): ImportFault['fault'] | null {
  if (!hasParent(area.level)) return area.parentId === null ? null : 'parent-level'
  if (parents.length === 0) return 'no-parent'
  if (parents.some(parent => !mayStandIn(area.level, parent.level))) return 'parent-level'
  const [first, last] = [parents.map(p => p.validFrom).sort()[0] ?? '', parents.some(p => p.validTo === null)]
  if (first > area.validFrom || (area.validTo === null && !last)) return 'parent-days'
  if (area.level === 'town') return area.townId !== null && towns.has(area.townId) ? null : 'unknown-town'
  return parents.some(parent => parent.townId !== area.townId) ? 'unknown-town' : null
}

/** Areas whose boxes meet that of one. */
function boxesOf (areas: readonly Area[]): (area: Area) => Area[] {
  if (areas.length === 0) return () => []
  const boxes = new Flatbush(areas.length)
  for (const { outline } of areas) boxes.add(...outline.box)
  boxes.finish()
  return ({ outline }) => boxes.search(...outline.box).flatMap(i => areas[i] ?? [])
}
