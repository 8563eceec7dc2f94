// A file of areas: what it makes of those that stand, and what is refused of it.
import t from 'tap'
import type { Area } from '../../../src/features/places/rules/area.ts'
import { importAreas } from '../../../src/features/places/rules/import-areas.ts'
import { area, polygon, square } from './drawn.ts'

const today = '2024-05-01'
const towns = new Set(['A', 'B', 'C'])
const district = area('district', 'D', square(0, 0, 20))
const a = area('town', 'A', square(0, 0, 4))
const b = area('town', 'B', square(4, 0, 4))
const village = area('community', 'A-1', square(3, 0, 1))
const standing = [district, a, b, village]
const plan = (incoming: Area[], before: Area[] = standing) => importAreas(before, incoming, { towns, today })
const faults = (incoming: Area[], before?: Area[]): unknown => plan(incoming, before).faults.map(f => [f.id, f.fault, f.other])

t.match(plan(standing, []), { saved: { length: 4 }, ended: [], known: 0, faults: [] }, 'a first file')
t.match(plan(standing), { saved: [], ended: [], known: 4, faults: [] }, 'the same file again changes nothing')

t.test('a village moves between two days', t => {
  // From June on A ends where the village began, and the village lies in B.
  const from = { validFrom: '2024-06-01' }
  const smaller = area('town', 'A', polygon([[0, 0], [3, 0], [3, 1], [4, 1], [4, 4], [0, 4]]), from)
  const larger = area('town', 'B', polygon([[3, 0], [8, 0], [8, 4], [4, 4], [4, 1], [3, 1]]), from)
  const moved = area('community', 'A-1', square(3, 0, 1), { ...from, parentId: 'B', townId: 'B' })
  const { saved, ended, faults: wrong } = plan([smaller, larger, moved])
  t.same(wrong, [])
  t.same(saved.map(s => [s.id, s.validFrom, s.validTo]),
    [['A', '2024-06-01', null], ['B', '2024-06-01', null], ['A-1', '2024-06-01', null]])
  t.same(ended.map(s => [s.id, s.validFrom, s.validTo]),
    [['A', '2020-01-01', '2024-05-31'], ['B', '2020-01-01', '2024-05-31'], ['A-1', '2020-01-01', '2024-05-31']])
  const after = [district, ...ended, ...saved]
  t.match(plan([smaller, larger, moved], after), { saved: [], ended: [], known: 3, faults: [] }, 'and once more')
  t.match(plan(standing, after), { saved: [], ended: [], known: 4, faults: [] }, 'the older file, too, changes nothing')
  t.same(faults([smaller]), [['A-1', 'outside-parent', 'A']], 'without the village: it would stick out')
  t.same(faults([moved]), [['A-1', 'outside-parent', 'B']], 'without the towns')
  t.same(faults([larger, moved]), [['B', 'overlaps', 'A']], 'without what the other gives away')
  t.end()
})

const refused: Array<[what: string, incoming: Area[], expected: unknown]> = [
  ['an area twice', [area('town', 'C', square(8, 0)), area('town', 'C', square(8, 0))], [['C', 'twice', null]]],
  ['a last day before the first', [area('town', 'C', square(8, 0), { validTo: '2019-12-31' })], [['C', 'days', null]]],
  ['another drawing of a row that has begun', [area('town', 'B', square(4, 0, 3))], [['B', 'begun', null]]],
  ['a parent that is not there', [area('town', 'C', square(8, 0), { parentId: 'X' })], [['C', 'no-parent', 'X']]],
  ['no parent at all', [area('town', 'C', square(8, 0), { parentId: null })], [['C', 'no-parent', null]]],
  ['a community in the district', [area('community', 'D-1', square(8, 0), { parentId: 'D', townId: null })],
    [['D-1', 'parent-level', 'D']]],
  ['a district in a district', [area('district', 'E', square(30, 30), { parentId: 'D' })], [['E', 'parent-level', 'D']]],
  ['a child older than its parent', [area('town', 'C', square(8, 0), { validFrom: '2019-01-01' })], [['C', 'parent-days', 'D']]],
  ['a town without its unit', [area('town', 'X', square(8, 0))], [['X', 'unknown-town', 'D']]],
  ['a bow tie', [area('town', 'C', polygon([[8, 0], [9, 1], [9, 0], [8, 1]]))], [['C', 'crosses-itself', null]]],
  ['two of the file in each other', [area('community', 'A-2', square(0, 0)), area('community', 'A-3', square(0.5, 0))],
    [['A-2', 'overlaps', 'A-3'], ['A-3', 'overlaps', 'A-2']]]
]
for (const [what, incoming, expected] of refused) t.same(faults(incoming), expected, what)

const taken: Array<[what: string, incoming: Area[]]> = [
  ['a street over a community', [area('street', 'A-s', square(3, 0, 1))]],
  ['two of one place on different days', [area('community', 'A-4', square(0, 0), { validTo: '2022-12-31' }),
    area('community', 'A-5', square(0, 0), { validFrom: '2023-01-01' })]],
  ['the name and last day of a row that has begun', [{ ...village, name: '新村', validTo: '2024-12-31' }]],
  ['another drawing of a row that begins today', [area('community', 'A-6', square(0, 2), { validFrom: today })]]
]
for (const [what, incoming] of taken) t.match(plan(incoming), { saved: { length: incoming.length }, faults: [] }, what)
t.match(plan([area('community', 'A-6', square(0, 1), { validFrom: today })],
  [...standing, area('community', 'A-6', square(0, 2), { validFrom: today })]), { saved: [{ id: 'A-6' }], faults: [] },
'which may be mended')
