// Rows of the dispatch catalogue as they are entered: of one key one stands on a day, what has begun stays, and each fault has its line.
import t from 'tap'
import { keyOf, type CatalogueRow } from '../../../src/features/catalogue/rules/catalogue-row.ts'
import { coverage, enterRows, type District, type RowPlan } from '../../../src/features/catalogue/rules/enter-rows.ts'

const today = '2026-11-23'
const district: District = {
  categories: () => new Set(['0602', '1104']),
  units: day => new Map([
    ['C00', 'centre'], ['D02', 'department'], ['D05', 'department'], ['T06', 'town'], ['T06-CG', 'office'],
    ...(day < '2027-06-01' ? [['D09', 'department'] as const] : [])
  ])
}
const row = (id: string, over: Partial<CatalogueRow> = {}): CatalogueRow => ({
  id,
  validFrom: '2027-01-01',
  validTo: null,
  categoryCode: '0602',
  townId: null,
  place: null,
  object: null,
  backstop: false,
  lead: 'unit',
  leadUnit: 'D02',
  componentKind: null,
  coUnits: [],
  basisKind: 'law',
  basisText: '某条例第 3 条',
  ...over
})
const spans = (rows: readonly CatalogueRow[]): string[] => rows.map(r => `${r.id} ${r.validFrom} ${r.validTo ?? '-'}`)
const said = ({ saved, ended, known, faults }: RowPlan) =>
  ({ saved: spans(saved), ended: spans(ended), known, faults: faults.map(f => f.fault) })

t.test('a later row about the same ends the one before', async t => {
  const first = row('a', { validFrom: '2026-01-01' })
  t.same(said(enterRows([first], [row('b')], district, today)),
    { saved: ['b 2027-01-01 -'], ended: ['a 2026-01-01 2026-12-31'], known: 0, faults: [] })
  t.same(said(enterRows([first], [row('b', { townId: 'T06' })], district, today)),
    { saved: ['b 2027-01-01 -'], ended: [], known: 0, faults: [] }, 'of a town it is another matter')
  t.same(said(enterRows([first], [row('b', { lead: 'town', leadUnit: null, basisKind: 'town-list' })], district, today)).ended, [],
    'line and territory stand side by side')
  const before = row('c', { validFrom: '2026-12-01' })
  t.same(said(enterRows([row('b')], [before], district, today)),
    { saved: ['c 2026-12-01 2026-12-31'], ended: [], known: 0, faults: [] }, 'entered before one that stands, it ends itself')
})

t.test('the same row once more is known; one that has not begun is replaced, one that has is not', async t => {
  const begun = row('a', { validFrom: today, coUnits: ['D05', 'T06'] })
  t.same(said(enterRows([begun], [row('x', { validFrom: today, coUnits: ['T06', 'D05'] })], district, today)),
    { saved: [], ended: [], known: 1, faults: [] })
  t.same(said(enterRows([{ ...begun, validTo: '2026-12-31' }], [row('x', { validFrom: today, coUnits: ['T06', 'D05'] })], district, today)),
    { saved: [], ended: [], known: 1, faults: [] }, 'and its last day stays')
  t.same(said(enterRows([begun], [row('x', { validFrom: today, leadUnit: 'D09' })], district, today)).faults, ['begun'])
  t.same(said(enterRows([], [row('x', { validFrom: today })], district, today)).faults, ['begun'], 'nor is one entered for today')
  t.same(said(enterRows([row('a')], [row('x', { leadUnit: 'D05' })], district, today)),
    { saved: ['a 2027-01-01 -'], ended: [], known: 0, faults: [] }, 'the id stays')
  const spelled = row('a', { place: '申长路 1 号', object: '发廊 美容' })
  t.equal(keyOf(spelled), keyOf({ ...spelled, place: '申长路１号', object: '美容　发廊' }), 'two spellings are one')
})

t.test('each fault has its line', async t => {
  const wrong: ReadonlyArray<[fault: string, over: Partial<CatalogueRow>]> = [
    ['days', { validTo: '2026-12-31' }],
    ['incomplete', { leadUnit: null }],
    ['incomplete', { lead: 'town', basisKind: 'town-list' }],
    ['incomplete', { lead: 'owner', leadUnit: null }],
    ['incomplete', { place: '　' }],
    ['helper-leads', { coUnits: ['D02'] }],
    ['helper-leads', { coUnits: ['D05', 'D05'] }],
    ['unknown-category', { categoryCode: '9999' }],
    ['unknown-unit', { leadUnit: 'D77' }],
    ['unknown-unit', { leadUnit: 'C00' }],
    ['unknown-unit', { coUnits: ['D77'] }],
    ['unknown-unit', { leadUnit: 'D09', validFrom: '2027-06-01' }],
    ['unknown-town', { townId: 'D05' }],
    ['town-without-list', { leadUnit: 'T06' }],
    ['town-without-list', { leadUnit: null, lead: 'town', basisKind: 'power-list' }],
    ['backstop-not-designated', { backstop: true, basisKind: 'minutes' }]
  ]
  for (const [fault, over] of wrong) {
    const { faults } = enterRows([], [row('good', { place: '别处' }), row('x', over)], district, today)
    t.match(faults, [{ line: 2, fault }], `${fault} ${JSON.stringify(over)}`)
    t.equal(faults.length, 1)
  }
  t.match(enterRows([], [row('a'), row('b', { leadUnit: 'D05' })], district, today).faults, [{ line: 2, fault: 'twice' }], 'two rows a day')
  t.same(enterRows([], [
    row('a', { leadUnit: 'T06', basisKind: 'town-list' }), row('b', { backstop: true, basisKind: 'designation' })
  ], district, today).faults, [], 'a town by its list, a backstop by designation')
})

t.test('gaps: classes without a row for anywhere and without a unit of their own', async t => {
  const classes = [{ code: '0105', leadUnitId: null }, { code: '0602', leadUnitId: 'D02' }, { code: '1104', leadUnitId: null }]
  t.same(coverage([], classes, today), ['0105', '1104'])
  const since = { validFrom: '2026-01-01' }
  const rows = [row('a', { categoryCode: '0105', ...since }), row('b', { categoryCode: '1104', place: '某路', ...since })]
  t.same(coverage(rows, classes, today), ['1104'], 'a row for one road covers no class')
  t.same(coverage(rows, classes, '2025-12-31'), ['0105', '1104'], 'before its first day')
})
