import type { Position } from '../../../src/domain/place/coordinates.ts'
import { outlineOf, shapeOf, type Geometry } from '../../../src/features/places/rules/shape.ts'
import type { Area, AreaLevel } from '../../../src/features/places/rules/area.ts'

// Drawings by hand on a grid of 0.01°: some 950 m east, 1113 m north. Corner (0, 0) lies at 121.40° E, 31.10° N.

const at = ([x, y]: Position): Position => [Number((121.4 + x / 100).toFixed(7)), Number((31.1 + y / 100).toFixed(7))]
export const position = (x: number, y: number): Position => at([x, y])

/** A polygon of rings on the grid, closed by itself. */
export const polygon = (...rings: Position[][]): Geometry =>
  ({ type: 'Polygon', coordinates: rings.map(ring => [...ring, ring[0] as Position].map(at)) })

/** A square by its south-west corner and its side. */
export const corners = (x: number, y: number, side = 1): Position[] => [[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
export const square = (x: number, y: number, side = 1): Geometry => polygon(corners(x, y, side))

export const outlined = (geometry: Geometry) => outlineOf(shapeOf(geometry))

/** An area of this drawing; a district without parent, others as named. */
export function area (
  level: AreaLevel, id: string, geometry: Geometry, over: Partial<Omit<Area, 'id' | 'level' | 'outline'>> = {}
): Area {
  return {
    id,
    level,
    parentId: level === 'district' ? null : level === 'town' ? 'D' : 'A',
    townId: level === 'district' ? null : level === 'town' ? id : 'A',
    name: id,
    validFrom: '2020-01-01',
    validTo: null,
    source: 'test',
    illustration: false,
    ...over,
    outline: outlined(geometry)
  }
}
