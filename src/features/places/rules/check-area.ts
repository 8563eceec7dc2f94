import { metresPerDegree, type Position } from '../../../domain/place/coordinates.ts'
import { crossingPoint, selfCrossing } from './crossing.ts'
import { isWithin, metresToOutline, samePlace, type Edge, type Outline } from './shape.ts'

/** What can be wrong with the drawing of an area. */
export const areaFaults = ['not-closed', 'too-large', 'not-here', 'crosses-itself', 'outside-parent', 'overlaps'] as const
export type AreaFault = typeof areaFaults[number]

/** Where it is wrong, and with which other area. */
export interface Fault { fault: AreaFault, at: Position | null, other: string | null }

/** Corners an area may have. */
export const maxCorners = 10_000
/** Neighbours drawn apart or into each other by so much are neighbours, m. */
const toleranceMetres = 2
/** Roughly China, degrees: axes exchanged, metres or another country stand outside. */
const [west, south, east, north] = [73, 3, 136, 54]

interface Named { id: string, outline: Outline }

/**
 * What is wrong with an area: beside itself, within those above it, and apart from others of its level. Each kind of fault once; a shape
 * that is none is not compared.
 */
export function checkArea (outline: Outline, { siblings, parents }: { siblings: readonly Named[], parents: readonly Named[] }): Fault[] {
  const alone = wrongAlone(outline)
  if (alone) return [alone]
  const found: Fault[] = []
  for (const { id, outline: parent } of parents) {
    const at = stickingOut(outline, parent)
    if (at) found.push({ fault: 'outside-parent', at, other: id })
  }
  for (const { id, outline: sibling } of siblings) {
    const at = shared(outline, sibling)
    if (at) found.push({ fault: 'overlaps', at, other: id })
  }
  return found
}

function wrongAlone (outline: Outline): Fault | null {
  const rings = outline.shape.flat()
  const fault = (fault: AreaFault, at: Position | null): Fault => ({ fault, at, other: null })
  const corners = rings.flat()
  if (corners.length > maxCorners) return fault('too-large', null)
  const open = rings.find(ring => ring.length < 4 || !samePlace(ring[0] as Position, ring.at(-1) as Position))
  if (rings.length === 0 || outline.shape.some(polygon => polygon.length === 0) || open) return fault('not-closed', open?.[0] ?? null)
  const away = corners.find(([x, y]) => !(x >= west && x <= east && y >= south && y <= north))
  if (away) return fault('not-here', away)
  const crossed = selfCrossing(outline)
  return crossed ? fault('crosses-itself', crossed) : null
}

/** A place of the area deeper outside the parent than the tolerance, or null. */
function stickingOut (area: Outline, parent: Outline): Position | null {
  const isOut = (p: Position): boolean => !isOnBorder(parent, p) && !isWithin(parent, p)
  return first(samples(area.edges, parent), isOut) ?? first(samples(parent.near(...area.box), area), p => isDeepIn(area, p))
}

/** A place deeper within both than the tolerance, or null. */
function shared (one: Outline, other: Outline): Position | null {
  const [aw, as, ae, an] = one.box
  const [bw, bs, be, bn] = other.box
  if (aw > be || bw > ae || as > bn || bs > an) return null
  const ofOther = (p: Position): boolean => isDeepIn(other, p)
  const ofOne = (p: Position): boolean => isDeepIn(one, p)
  return first(samples(one.near(...other.box), other), ofOther) ?? first(samples(other.near(...one.box), one), ofOne) ??
    first(innermost(one), ofOther) ?? first(innermost(other), ofOne)
}

function first (places: Iterable<Position>, which: (p: Position) => boolean): Position | null {
  for (const p of places) if (which(p)) return p
  return null
}

const isOnBorder = (outline: Outline, p: Position): boolean =>
  metresToOutline(outline, p, toleranceMetres, toleranceMetres) <= toleranceMetres
const isDeepIn = (outline: Outline, p: Position): boolean => !isOnBorder(outline, p) && isWithin(outline, p)

/** Three places of each piece into which the sides of `other` cut these sides. */
function * samples (edges: readonly Edge[], other: Outline): Generator<Position> {
  for (const edge of edges) {
    const near = besides(edge, other)
    // A side that both share runs along the border in all its length.
    if (near.some(({ a, b }) => (samePlace(a, edge.a) && samePlace(b, edge.b)) || (samePlace(a, edge.b) && samePlace(b, edge.a)))) continue
    const cuts = [0, ...cutsOf(edge, near), 1].sort((a, b) => a - b)
    for (const [i, from] of cuts.entries()) {
      const to = cuts[i + 1]
      if (to === undefined || to - from < 1e-9) continue
      for (const part of [0.25, 0.5, 0.75]) yield along(edge, from + part * (to - from))
    }
  }
}

const along = ({ a, b }: Edge, t: number): Position => [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]

/** Sides of `other` that cross a side or come close to it. */
function besides ({ a, b }: Edge, other: Outline): Edge[] {
  const margin = toleranceMetres / metresPerDegree * 2
  return other.near(Math.min(a[0], b[0]) - margin, Math.min(a[1], b[1]) - margin, Math.max(a[0], b[0]) + margin,
    Math.max(a[1], b[1]) + margin)
}

/** Where these sides cross a side, and where their corners lie beside it, as parts of its length. */
function cutsOf ({ a, b }: Edge, near: readonly Edge[]): number[] {
  const [ex, ey] = [b[0] - a[0], b[1] - a[1]]
  const part = (p: Position): number => ((p[0] - a[0]) * ex + (p[1] - a[1]) * ey) / (ex * ex + ey * ey)
  return near.flatMap(({ a: c, b: d }) => [part(c), part(d), part(crossingPoint(a, b, c, d))]).filter(t => t > 0 && t < 1)
}

/** The middle of the widest stretch within, halfway up each polygon: a place surely inside. */
function innermost ({ shape }: Outline): Position[] {
  return shape.map(rings => {
    const ys = (rings[0] ?? []).map(p => p[1])
    const y = (Math.min(...ys) + Math.max(...ys)) / 2 + 1e-9
    const xs = rings.flatMap(ring => ring.slice(1).flatMap((b, i) => {
      const a = ring[i] ?? b
      return (a[1] > y) !== (b[1] > y) ? [(b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0]] : []
    })).sort((p, q) => p - q)
    const stretches = xs.flatMap((x, i) => i % 2 === 0 && xs[i + 1] !== undefined ? [[x, xs[i + 1] as number] as const] : [])
    const [from, to] = stretches.toSorted((p, q) => (q[1] - q[0]) - (p[1] - p[0]))[0] ?? [NaN, NaN]
    return [(from + to) / 2, y]
  })
}
