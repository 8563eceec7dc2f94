// A drawing of an area is taken or refused for what it is: crossings, overlaps, holes, open rings, exchanged axes.
import t from 'tap'
import type { Position } from '../../../src/domain/place/coordinates.ts'
import { checkArea, maxCorners } from '../../../src/features/places/rules/check-area.ts'
import type { Geometry } from '../../../src/features/places/rules/shape.ts'
import { corners, outlined, polygon, position, square } from './drawn.ts'

const exchanged: Geometry = { type: 'Polygon', coordinates: [[[31.1, 121.4], [31.1, 121.5], [31.2, 121.5], [31.1, 121.4]]] }
const open: Geometry = { type: 'Polygon', coordinates: [[[121.4, 31.1], [121.5, 31.1], [121.5, 31.2], [121.4, 31.2]]] }
const circle = (n: number): Position[] =>
  Array.from({ length: n }, (_, i) => [Math.cos(i / n * 2 * Math.PI) * 20, Math.sin(i / n * 2 * Math.PI) * 20])

const alone: Array<[string, Geometry, string | null]> = [
  ['a square', square(0, 0), null],
  ['the same, drawn with the clock', polygon(corners(0, 0).toReversed()), null],
  ['a bow tie', polygon([[0, 0], [1, 1], [1, 0], [0, 1]]), 'crosses-itself'],
  ['an eight that touches itself in one corner', polygon([[0, 0], [1, 1], [2, 0], [2, 2], [1, 1], [0, 2]]), 'crosses-itself'],
  ['a spike that turns back on itself', polygon([[0, 0], [1, 0], [1, 2], [1, 1], [0, 1]]), 'crosses-itself'],
  ['a corner given twice in a row', polygon([[0, 0], [1, 0], [1, 0], [1, 1], [0, 1]]), null],
  ['a hole', polygon(corners(0, 0, 3), corners(1, 1)), null],
  ['a hole that touches the outer ring in a corner', polygon([[0, 0], [3, 0], [3, 3], [0, 3]], [[0, 0], [2, 1], [1, 2]]), null],
  ['a hole across the outer ring', polygon(corners(0, 0, 3), corners(2, 1, 2)), 'crosses-itself'],
  ['a hole along the outer ring', polygon(corners(0, 0, 3), corners(0, 1)), 'crosses-itself'],
  ['two parts apart', { type: 'MultiPolygon', coordinates: [square(0, 0).coordinates, square(3, 0).coordinates] }, null],
  ['two parts in each other', { type: 'MultiPolygon', coordinates: [square(0, 0, 2).coordinates, square(1, 1, 2).coordinates] },
    'crosses-itself'],
  ['a ring without its end', open, 'not-closed'],
  ['two corners', polygon([[0, 0], [1, 0]]), 'not-closed'],
  ['nothing', { type: 'MultiPolygon', coordinates: [] }, 'not-closed'],
  ['axes exchanged', exchanged, 'not-here'],
  ['metres of another grid', { type: 'Polygon', coordinates: [[[3000, 4000], [3100, 4000], [3100, 4100], [3000, 4000]]] }, 'not-here'],
  ['nine thousand corners', polygon(circle(9000)), null],
  ['a corner too many', polygon(circle(maxCorners)), 'too-large']
]
for (const [what, geometry, fault] of alone) {
  t.same(checkArea(outlined(geometry), { siblings: [], parents: [] }).map(f => f.fault), fault === null ? [] : [fault], what)
}
t.same(checkArea(outlined(polygon([[0, 0], [2, 2], [2, 0], [0, 2]])), { siblings: [], parents: [] })[0]?.at, position(1, 1),
  'where a bow tie crosses')

const beside: Array<[string, Geometry, Geometry, boolean]> = [
  ['the neighbour on the other side of a street', square(0, 0), square(1, 0), false],
  ['a neighbour whose side has more corners', square(0, 0), polygon([[1, 0], [2, 0], [2, 1], [1, 1], [1, 0.7], [1, 0.2]]), false],
  ['one that touches in a corner', square(0, 0), square(1, 1), false],
  ['one drawn 1 m into it', square(0, 0), square(0.999, 0), false],
  ['one drawn 5 m into it', square(0, 0), square(0.995, 0), true],
  ['one half over it', square(0, 0), square(0.5, 0.5), true],
  ['one across it, without a corner in it', polygon([[0, 1], [3, 1], [3, 2], [0, 2]]), polygon([[1, 0], [2, 0], [2, 3], [1, 3]]), true],
  ['one within it', square(0, 0, 3), square(1, 1), true],
  ['itself', square(0, 0), square(0, 0), true],
  ['one in its hole', polygon(corners(0, 0, 3), corners(1, 1)), square(1, 1), false],
  ['one over its hole', polygon(corners(0, 0, 3), corners(1, 1)), square(0.8, 0.8, 1.4), true],
  ['one far away', square(0, 0), square(50, 50), false]
]
for (const [what, one, other, overlap] of beside) {
  for (const [a, b, way] of [[one, other, ''], [other, one, ', the other way round']] as const) {
    t.same(checkArea(outlined(a), { siblings: [{ id: 'S', outline: outlined(b) }], parents: [] }).map(f => [f.fault, f.other]),
      overlap ? [['overlaps', 'S']] : [], what + way)
  }
}

const within: Array<[string, Geometry, Geometry, boolean]> = [
  ['in the middle', square(1, 1), square(0, 0, 3), false],
  ['in the corner', square(0, 0), square(0, 0, 3), false],
  ['the whole', square(0, 0, 3), square(0, 0, 3), false],
  ['1 m out', square(-0.0009, 0), square(0, 0, 3), false],
  ['half out', square(-0.5, 0), square(0, 0, 3), true],
  ['elsewhere', square(5, 5), square(0, 0, 3), true],
  ['larger than its parent', square(-1, -1, 5), square(0, 0, 3), true],
  ['over the hole of its parent', square(0.5, 0.5, 2), polygon(corners(0, 0, 3), corners(1, 1)), true],
  ['from one arm of its parent to the other', polygon([[0, 2], [3, 2], [3, 3], [0, 3]]),
    polygon([[0, 0], [3, 0], [3, 3], [2, 3], [2, 1], [1, 1], [1, 3], [0, 3]]), true]
]
for (const [what, one, parent, out] of within) {
  t.same(checkArea(outlined(one), { siblings: [], parents: [{ id: 'P', outline: outlined(parent) }] }).map(f => [f.fault, f.other]),
    out ? [['outside-parent', 'P']] : [], what)
}
