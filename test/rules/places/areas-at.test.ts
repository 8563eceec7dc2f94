// A position names its cell and its town on a day, says what is on a border, and what lies outside.
import t from 'tap'
import { metresBetween, toWgs84, type Position } from '../../../src/domain/place/coordinates.ts'
import { areaIndex, areasAt } from '../../../src/features/places/rules/areas-at.ts'
import { componentIndex, ownerOf, type Component } from '../../../src/features/places/rules/component-owner.ts'
import { createChance } from '../../harness/chance.ts'
import { area, corners, polygon, position, square } from './drawn.ts'

// Two towns side by side, a third with a hole, in a district. A has cells, and gives its east half to C in 2024.
const district = area('district', 'D', square(0, 0, 20))
const whole = { ...area('town', 'A', square(0, 0, 4)), validTo: '2023-12-31' }
const half = area('town', 'A', polygon([[0, 0], [2, 0], [2, 4], [0, 4]]), { validFrom: '2024-01-01' })
const east = area('town', 'C', polygon([[2, 0], [4, 0], [4, 4], [2, 4]]), { validFrom: '2024-01-01' })
const b = area('town', 'B', square(4, 0, 4))
const ring = area('town', 'R', polygon(corners(10, 10, 6), corners(12, 12, 2)))
const community = area('community', 'A-1', square(0, 0, 2))
const street = area('street', 'A-s', polygon([[0, 0], [4, 0], [4, 1], [0, 1]]), { validTo: '2023-12-31' })
const block = area('block', 'A-1-2', square(0, 0, 1), { parentId: 'A-1' })
const index = areaIndex([district, whole, half, east, b, ring, community, street, block])

const metre = 1 / 950
const cases: Array<[x: number, y: number, day: string, expected: object, what: string]> = [
  [0.5, 0.5, '2023-06-01', { where: 'inside', townId: 'A', cell: { id: 'A-1-2' }, near: [] }, 'the smallest area'],
  [1.5, 0.5, '2023-06-01', { where: 'inside', townId: 'A', cell: { id: 'A-1' } }, 'a community before a street'],
  [3, 0.5, '2023-06-01', { where: 'inside', townId: 'A', cell: { id: 'A-s' } }, 'a street where there is no community'],
  [3, 3, '2023-12-31', { where: 'inside', townId: 'A', cell: { id: 'A' } }, 'the town where there is no cell'],
  [3, 3, '2024-01-01', { where: 'inside', townId: 'C', cell: { id: 'C' } }, 'a day later it is another town'],
  [3, 3, '2019-12-31', { where: 'no-areas', townId: null, cell: null, near: [] }, 'before any was drawn'],
  [9, 1, '2024-06-01', { where: 'outside', townId: null, cell: null, near: [] }, 'in the district and in no town'],
  [50, 50, '2024-06-01', { where: 'outside', townId: null, near: [] }, 'elsewhere'],
  [13, 13, '2024-06-01', { where: 'outside', townId: null }, 'in a hole'],
  [11, 13, '2024-06-01', { where: 'inside', townId: 'R' }, 'beside the hole'],
  [4 - 20 * metre, 2, '2023-06-01', { where: 'border', townId: 'A', near: ['B'] }, '20 m from the next town'],
  [4 + 20 * metre, 2, '2023-06-01', { where: 'border', townId: 'B', near: ['A'] }, '20 m on the other side'],
  [4 - 40 * metre, 2, '2023-06-01', { where: 'inside', townId: 'A', near: [] }, '40 m from it'],
  [4, 2, '2023-06-01', { where: 'border', townId: 'A', near: ['B'] }, 'on the border itself: the first by id, the other named'],
  [4, 0, '2023-06-01', { where: 'border', townId: 'A', near: ['B'] }, 'on a corner of both'],
  [2, 2, '2024-06-01', { where: 'border', townId: 'A', near: ['C'] }, 'on a border that is new'],
  [2, 2, '2023-06-01', { where: 'inside', townId: 'A', near: [] }, 'where the border was not yet'],
  [8 + 10 * metre, 2, '2023-06-01', { where: 'outside', townId: null, near: ['B'] }, 'just outside']
]
for (const [x, y, day, expected, what] of cases) t.match(areasAt(index, position(x, y), day), expected, what)
t.same(areasAt(areaIndex([]), position(1, 1), '2024-01-01'), { where: 'no-areas', cell: null, townId: null, near: [] })

/** A second opinion: how often the ring turns around the point (winding number), without any index. */
function turns (ring: readonly Position[], [x, y]: Position): number {
  let angle = 0
  for (const [i, a] of ring.entries()) {
    const b = ring[(i + 1) % ring.length] ?? a
    const [from, to] = [Math.atan2(a[1] - y, a[0] - x), Math.atan2(b[1] - y, b[0] - x)]
    const step = to - from
    angle += step > Math.PI ? step - 2 * Math.PI : step < -Math.PI ? step + 2 * Math.PI : step
  }
  return Math.round(angle / (2 * Math.PI))
}

t.test('4000 positions in a star of 60 corners, judged a second way', t => {
  const star = Array.from({ length: 60 }, (_, i): Position => {
    const [angle, radius] = [i / 60 * 2 * Math.PI, i % 2 === 0 ? 5 : 2 + i % 5 / 2]
    return [10 + radius * Math.cos(angle), 10 + radius * Math.sin(angle)]
  })
  const stars = areaIndex([area('district', 'D', square(0, 0, 20)), area('town', 'S', polygon(star))])
  const corner = star.map(([x, y]) => position(x, y))
  const { share: random } = createChance(7)
  let inside = 0
  for (let n = 0; n < 4000; n++) {
    const p = position(random() * 12 + 4, random() * 12 + 4)
    const second = turns(corner, p) !== 0
    if (second) inside++
    if ((areasAt(stars, p, '2024-01-01').townId === 'S') !== second) t.fail(`two opinions at ${p.join()}`)
  }
  t.ok(inside > 800 && inside < 3200, `${inside} of 4000 inside`)
  t.end()
})

t.test('the owner of a thing in the street', t => {
  const [x, y] = position(1, 1)
  const cover = (id: string, east: number, over: Partial<Component> = {}): Component => ({
    id,
    kind: '井盖',
    name: id,
    ownerUnit: `U-${id}`,
    longitude: x + east / 95_320,
    latitude: y,
    validFrom: '2020-01-01',
    validTo: null,
    ...over
  })
  const index = componentIndex([cover('a', 20), cover('b', 10, { validTo: '2023-12-31' }), cover('c', -15, { kind: '路灯' }), cover('d', 30)])
  t.match(ownerOf(index, [x, y], '井盖', '2023-06-01'), { component: { id: 'b' }, metres: metresBetween([x, y], [x + 10 / 95_320, y]) },
    'the nearest')
  t.match(ownerOf(index, [x, y], '井盖', '2024-01-01'), { component: { id: 'a' } }, 'of things that stand on the day')
  t.match(ownerOf(index, [x, y], '路灯', '2024-01-01'), { component: { id: 'c' } }, 'of that kind')
  t.equal(ownerOf(index, [x - 60 / 95_320, y], '井盖', '2024-01-01'), null, 'none within 25 m')
  t.equal(ownerOf(componentIndex([]), [x, y], '井盖', '2024-01-01'), null)
  t.end()
})

t.test('GCJ-02 is converted once', t => {
  // Published with eviltransform, whose formula the second pair follows, too: Pudong, and the corner of a street in Xinzhuang.
  const pairs: Array<[gps: Position, mars: Position]> = [
    [[121.5272106, 31.1774276], [121.531541859215, 31.17530398364597]], [[121.385, 31.111], [121.3896337489803, 31.109097572309533]]
  ]
  for (const [gps, mars] of pairs) {
    t.ok(metresBetween(toWgs84(mars, 'gcj02'), gps) < 0.1, 'to 10 cm')
    t.ok(metresBetween(toWgs84(toWgs84(mars, 'gcj02'), 'gcj02'), gps) > 400, 'twice is another street')
  }
  const [gps, mars] = pairs[1] as [Position, Position]
  t.same(toWgs84(gps, 'wgs84'), gps)
  const apart = metresBetween(gps, mars)
  t.ok(apart > 480 && apart < 495, `${apart} m apart`)
  t.end()
})
