import Flatbush from 'flatbush'
import { metresPerDegree, toWgs84, type Datum, type Position } from '../../../domain/place/coordinates.ts'

export type Ring = readonly Position[]
/** Polygons, each its outer ring and its holes; rings end where they begin. */
export type Shape = ReadonlyArray<readonly Ring[]>

/** A geometry of GeoJSON (RFC 7946), as a file has it. */
export interface Geometry { type: 'Polygon' | 'MultiPolygon', coordinates: unknown }

/** One side of a ring. `ring` and `no` say where it stands: two sides of one ring with neighbouring numbers share a corner. */
export interface Edge { a: Position, b: Position, ring: number, no: number, last: number }

/** A shape ready to be asked: its sides, found by place. */
export interface Outline {
  shape: Shape
  edges: readonly Edge[]
  /** west, south, east, north */
  box: readonly [number, number, number, number]
  /** Sides whose box meets this one. */
  near: (west: number, south: number, east: number, north: number) => Edge[]
}

/** The shape of a geometry in WGS-84: corners repeated in a row are one, and outer rings run against the clock (RFC 7946, 3.1.6). */
export function shapeOf ({ type, coordinates }: Geometry, from: Datum = 'wgs84'): Shape {
  const polygons = (type === 'Polygon' ? [coordinates] : coordinates) as number[][][][]
  return polygons.map(rings => rings.map((ring, i) => {
    const all = ring.map(([longitude = NaN, latitude = NaN]): Position =>
      toWgs84([longitude, latitude], from))
    const corners = all.filter((p, n) => n === 0 || !samePlace(p, all[n - 1] ?? p))
    return (turning(corners) > 0) === (i === 0) ? corners : corners.toReversed()
  }))
}

export const geometryOf = (shape: Shape): Geometry =>
  shape.length === 1 ? { type: 'Polygon', coordinates: shape[0] } : { type: 'MultiPolygon', coordinates: shape }

export const samePlace = (a: Position, b: Position): boolean => a[0] === b[0] && a[1] === b[1]

/** Twice the area, positive against the clock. */
function turning (ring: Ring): number {
  let sum = 0
  for (const [i, a] of ring.entries()) {
    const b = ring[(i + 1) % ring.length] ?? a
    sum += a[0] * b[1] - b[0] * a[1]
  }
  return sum
}

export function outlineOf (shape: Shape): Outline {
  const edges = shape.flat().flatMap((corners, ring) =>
    corners.slice(1).map((b, no): Edge => ({ a: corners[no] ?? b, b, ring, no, last: corners.length - 2 })))
  if (edges.length === 0) return { shape, edges, box: [0, 0, 0, 0], near: () => [] }
  const index = new Flatbush(edges.length)
  for (const { a, b } of edges) index.add(Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1]))
  index.finish()
  return {
    shape,
    edges,
    box: [index.minX, index.minY, index.maxX, index.maxY],
    near: (...box) => index.search(...box).map(i => edges[i] as Edge)
  }
}

/** Metres from a position to the outline, or Infinity where it is further than `within`. `enough`: no nearer place is looked for. */
export function metresToOutline (outline: Outline, [x, y]: Position, within: number, enough = 0): number {
  const wide = Math.cos(y * Math.PI / 180)
  const [dx, dy] = [within / metresPerDegree / wide, within / metresPerDegree]
  let least = Infinity
  for (const { a, b } of outline.near(x - dx, y - dy, x + dx, y + dy)) {
    const [ax, ay, bx, by] = [(a[0] - x) * wide, a[1] - y, (b[0] - x) * wide, b[1] - y]
    const [ex, ey] = [bx - ax, by - ay]
    const t = Math.max(0, Math.min(1, -(ax * ex + ay * ey) / (ex * ex + ey * ey)))
    least = Math.min(least, metresPerDegree * Math.hypot(ax + t * ex, ay + t * ey))
    if (least <= enough) return least
  }
  return least <= within ? least : Infinity
}

/** Whether a position that is not on a side lies within: sides to the east of it are counted. */
export function isWithin (outline: Outline, [x, y]: Position): boolean {
  let inside = false
  for (const { a, b } of outline.near(x, y, Math.max(x, outline.box[2]), y)) {
    if ((a[1] > y) !== (b[1] > y) && x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0]) inside = !inside
  }
  return inside
}
