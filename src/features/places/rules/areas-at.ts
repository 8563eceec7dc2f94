import Flatbush from 'flatbush'
import inPolygon from 'point-in-polygon-hao'
import { metresPerDegree, type Position } from '../../../domain/place/coordinates.ts'
import { validOn } from '../../../domain/time/valid-on.ts'
import { areaLevels, type Area, type AreaFacts } from './area.ts'
import { metresToOutline } from './shape.ts'

/** So near to another town's border a place may be either's, m. */
export const borderMetres = 30

/**
 * What a position lies in on a day. `border`: in a town, and another is within 30 m; `outside`: in no town; `no-areas`: no town is drawn on
 * that day.
 */
export interface Located {
  where: 'inside' | 'border' | 'outside' | 'no-areas'
  /** the smallest area, community before street */
  cell: AreaFacts | null
  townId: string | null
  /** other towns within 30 m; for a place outside, every one */
  near: string[]
}

/** Areas found by place; made once for each change of them. */
export interface AreaIndex { areas: readonly Area[], boxes: Flatbush | null }

export function areaIndex (areas: readonly Area[]): AreaIndex {
  if (areas.length === 0) return { areas, boxes: null }
  const boxes = new Flatbush(areas.length)
  for (const { outline } of areas) boxes.add(...outline.box)
  boxes.finish()
  return { areas, boxes }
}

/** Areas on that day whose box comes within the border's width of a position. */
function around ({ areas, boxes }: AreaIndex, [x, y]: Position, day: string): Area[] {
  const [dx, dy] = [borderMetres / metresPerDegree / Math.cos(y * Math.PI / 180), borderMetres / metresPerDegree]
  return (boxes?.search(x - dx, y - dy, x + dx, y + dy) ?? []).flatMap(i => areas[i] ?? []).filter(area => validOn(area, day))
}

// A place on a side lies in both areas of that side; the first by id has it, so that every process says the same.
const holds = ({ outline }: Area, p: Position): boolean =>
  outline.shape.some(polygon => inPolygon([...p], polygon as unknown as number[][][]) !== false)

const smallestFirst = (a: Area, b: Area): number => fineness(b) - fineness(a) || (a.id < b.id ? -1 : 1)
const fineness = ({ level }: Area): number => level === 'street' ? areaLevels.indexOf('community') - 0.5 : areaLevels.indexOf(level)

const factsOf = ({ outline: _outline, ...facts }: Area): AreaFacts => facts

export function areasAt (index: AreaIndex, position: Position, day: string): Located {
  const near = around(index, position, day)
  const holding = near.filter(area => holds(area, position)).sort(smallestFirst)
  const town = holding.filter(area => area.level === 'town').at(0)
  const others = near.filter(area => area.level === 'town' && area !== town && area.townId !== town?.townId &&
    (holding.includes(area) || metresToOutline(area.outline, position, borderMetres) <= borderMetres))
  const towns = [...new Set(others.flatMap(area => area.townId ?? []))].sort()
  if (!town) {
    const drawn = index.areas.some(area => area.level === 'town' && validOn(area, day))
    return { where: drawn ? 'outside' : 'no-areas', cell: null, townId: null, near: towns }
  }
  const cell = holding.find(area => area.townId === town.townId) ?? town
  return { where: towns.length > 0 ? 'border' : 'inside', cell: factsOf(cell), townId: town.townId, near: towns }
}
