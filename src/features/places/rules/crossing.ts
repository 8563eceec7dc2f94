import { rounded, type Position } from '../../../domain/place/coordinates.ts'
import { samePlace, type Edge, type Outline } from './shape.ts'

// Whole numbers of 1 cm: products of a district's differences are exact below 2^53, so that touching is no guess.
const cm = (degrees: number): number => Math.round(degrees * 1e7)
const side = (a: Position, b: Position, c: Position): number =>
  Math.sign((cm(b[0]) - cm(a[0])) * (cm(c[1]) - cm(a[1])) - (cm(b[1]) - cm(a[1])) * (cm(c[0]) - cm(a[0])))

const between = (a: Position, b: Position, p: Position): boolean =>
  Math.min(a[0], b[0]) <= p[0] && p[0] <= Math.max(a[0], b[0]) && Math.min(a[1], b[1]) <= p[1] && p[1] <= Math.max(a[1], b[1])

/** How two sides meet: `cross` through each other or along each other, `touch` in a point, or not at all. */
function meeting ({ a, b }: Edge, { a: c, b: d }: Edge): { how: 'cross' | 'touch', at: Position } | null {
  const [abc, abd, cda, cdb] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)]
  if (abc * abd < 0 && cda * cdb < 0) return { how: 'cross', at: crossingPoint(a, b, c, d) }
  const touching = [abc === 0 && between(a, b, c) && c, abd === 0 && between(a, b, d) && d, cda === 0 && between(c, d, a) && a,
    cdb === 0 && between(c, d, b) && b].filter(p => p !== false)
  const [at, ...others] = touching
  if (at === undefined) return null
  // In one line and with two places in common they run along each other.
  return { how: abc === 0 && abd === 0 && others.some(p => !samePlace(p, at)) ? 'cross' : 'touch', at }
}

export function crossingPoint (a: Position, b: Position, c: Position, d: Position): Position {
  const [rx, ry, sx, sy] = [b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]]
  const t = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx) / (rx * sy - ry * sx)
  return [rounded(a[0] + t * rx), rounded(a[1] + t * ry)]
}

const neighbours = (one: Edge, other: Edge): boolean =>
  one.ring === other.ring && (Math.abs(one.no - other.no) === 1 || Math.abs(one.no - other.no) === one.last)

/**
 * Where a shape crosses itself, or null. Sides of one ring may meet in their shared corner alone; those of two rings may touch in a point
 * (OGC simple features, 6.1.11).
 */
export function selfCrossing (outline: Outline): Position | null {
  const order = new Map(outline.edges.map((edge, i) => [edge, i]))
  for (const [i, edge] of outline.edges.entries()) {
    const { a, b } = edge
    const met = outline.near(Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1]))
    for (const other of met) {
      if ((order.get(other) ?? 0) <= i) continue
      const meets = meeting(edge, other)
      if (meets === null) continue
      if (meets.how === 'cross' || (edge.ring === other.ring && !neighbours(edge, other))) return meets.at
    }
  }
  return null
}
