import t from 'tap'
import { identifies } from '../../src/features/work-orders/closing/rules/identifies.ts'
import { catalogueOf, decideLead, precedences } from '../../src/features/catalogue/rules/decide-lead.ts'
import { enterRows } from '../../src/features/catalogue/rules/enter-rows.ts'

t.test('identifies', async t => {
  const no = { number: null, creditCode: null }
  for (const name of ['张建国（业主）', '张建国 女', '张建国、李梅', '张建国(租客)', '张建国13900001001', '欧阳娜娜女士（8号楼）', '张建国同志', '张 建国', 'Li Ming (tenant)', 'Ming Li']) {
    t.comment(name, identifies('张建国您好，欧阳娜娜，Li Ming 已处理', [{ name, ...no }]))
  }
  for (const [number, text] of [
    ['+862162345678', '已致电62345678'], ['+862162345678', '已致电021-62345678'], ['+8613900001001', '139 0000 1001'],
    ['+8613900001001', '139-0000-1001'], ['+8613900001001', '一三九〇〇〇〇一〇〇一'], ['+8613900001001', '139（0000）1001'],
    ['+8613900001001', '139.0000.1001'], ['+8613900001001', '壹叁玖零零零零壹零零壹'], ['+8613900001001', '⑴39'],
    ['+862162345678;ext=12', '已致电62345678转12'], ['+8613900001001', '前三位139，后八位00001001'], ['+8613900001001', '1390000l001'],
    ['+8613900001001', '13900001001'.split('').join('、')], ['+8613900001001', '１３９００００１００１'], ['+8613900001001', '①③⑨⓪⓪⓪⓪①⓪⓪①'], ['+8613900001001', '१३९००००१००१']
  ] as const) t.comment(number, text, identifies(text, [{ name: null, number, creditCode: null }]))
})

const row = (over: object) => ({ id: 'r', validFrom: '2026-01-01', validTo: null, categoryCode: '0101', townId: null, place: null, object: null, backstop: false, lead: 'unit', leadUnit: 'D01', componentKind: null, coUnits: [], basisKind: 'duties', basisText: 'p', ...over }) as never
const units = new Map([['D01', { id: 'D01', kind: 'department', path: ['D01'], government: true }], ['D02', { id: 'D02', kind: 'department', path: ['D02'], government: true }], ['T01', { id: 'T01', kind: 'town', path: ['T01'], government: true }], ['T01-O', { id: 'T01-O', kind: 'office', path: ['T01-O', 'T01'], government: true }]]) as never as Map<string, never>
t.test('place', async t => {
  const cat = catalogueOf([row({ leadUnit: 'D02' }), row({ place: '1号楼' })])
  for (const place of ['幸福路1号楼', '幸福路11号楼', '幸福路21号楼', '十一号楼']) {
    const d = decideLead(cat, { category: { code: '0101', kind: 'event', leadUnitId: null }, townId: 'T01', place, words: '', ownerOf: () => null, excluded: new Set(), unit: id => units.get(id) ?? null }, precedences[0]!, '2026-06-01')
    t.comment(place, d.kind === 'lead' ? d.unitId : d.kind)
  }
})
t.test('town office by law', async t => {
  const kinds = new Map([['D01', 'department'], ['T01', 'town'], ['T01-O', 'office']]) as never
  const d = { categories: () => new Set(['0101']), units: () => kinds }
  for (const leadUnit of ['T01', 'T01-O']) t.comment(leadUnit, JSON.stringify(enterRows([], [row({ validFrom: '2026-07-01', leadUnit, basisKind: 'law' })], d as never, '2026-06-01').faults))
})
