// Who leads: by a row of the dispatch catalogue, else by the class's own unit, else by the town. Expected units are written by hand.
import t from 'tap'
import { readDistrict } from '../../../src/district/read-district.ts'
import type { UnitFacts } from '../../../src/domain/people/unit-tree.ts'
import type { CatalogueRow } from '../../../src/features/catalogue/rules/catalogue-row.ts'
import { catalogueOf, decideLead, precedences, type LeadFacts } from '../../../src/features/catalogue/rules/decide-lead.ts'

const district = readDistrict()
const shipped = precedences[0] ?? []
const day = '2026-11-23'
const units = new Map(district.units.filter(u => u.valid_to === null).map((u): [string, UnitFacts] => {
  const kind = u.kind as UnitFacts['kind']
  const path = u.parent_id === null || u.parent_id === 'C00' ? [u.id ?? ''] : [u.id ?? '', u.parent_id ?? '']
  return [u.id ?? '', { id: u.id ?? '', kind, path, government: u.government === 'true' }]
}))
const classes = new Map(district.categories.map(c => [c.code ?? '', {
  code: c.code ?? '', kind: c.kind as 'component' | 'event', leadUnitId: c.lead_unit_id ?? null
}]))
const asked = (code: string, over: Partial<LeadFacts> = {}): LeadFacts => ({
  category: classes.get(code) ?? null,
  townId: 'T06',
  place: '',
  words: '',
  ownerOf: () => null,
  excluded: new Set(),
  unit: id => units.get(id) ?? null,
  ...over
})
let n = 0
const row = (over: Partial<CatalogueRow> & Pick<CatalogueRow, 'categoryCode'>): CatalogueRow => ({
  id: `row-${++n}`,
  validFrom: '2026-01-01',
  validTo: null,
  townId: null,
  place: null,
  object: null,
  backstop: false,
  lead: over.leadUnit === undefined ? 'town' : 'unit',
  leadUnit: null,
  componentKind: null,
  coUnits: [],
  basisKind: 'law',
  basisText: '依据',
  ...over
})
const sample = district.catalogue.map(r => row({
  validFrom: r.valid_from ?? '',
  categoryCode: r.category_code ?? '',
  object: r.object ?? null,
  lead: r.lead as CatalogueRow['lead'],
  leadUnit: r.lead_unit ?? null,
  componentKind: r.component_kind ?? null,
  coUnits: (r.co_units ?? '').replace(/[{}]/g, '').split(',').filter(Boolean),
  basisKind: r.basis_kind as CatalogueRow['basisKind'],
  basisText: r.basis_text ?? ''
}))
/** `D04+D02 law`, `D10|D01` of a conflict, `none`. */
const said = (rows: readonly CatalogueRow[], facts: LeadFacts, precedence = shipped, on = day): string => {
  const decided = decideLead(catalogueOf(rows), facts, precedence, on)
  if (decided.kind === 'none') return 'none'
  if (decided.kind === 'conflict') return decided.unitIds.join('|')
  return `${[decided.unitId, ...decided.coUnits].join('+')} ${decided.why === 'row' ? decided.basis : decided.why}`
}

// domain §6.2, class by class; `town` decides where the table has none.
const byClass = `
  0101 D23  0102 D23  0103 U02  0104 U05  0105 town 0201 D23  0202 D20  0203 D23  0204 D22  0301 U07  0302 D05  0303 U07  0304 D05
  0401 D05  0402 D05  0403 D05  0404 D05  0501 D14  0502 U04  0503 U08  0504 D08  0601 U07  0602 D02  0603 U07  0604 D14  0701 D02
  0702 D02  0703 town 0704 D22  0801 D02  0802 D02  0803 D05  0901 D06  0902 D03  0903 D03  0904 D02  1001 D02  1002 D04  1003 D04
  1004 D04  1101 D07  1102 D09  1103 D10  1104 D07  1105 D07  1106 D11  1201 D06  1202 D06  1203 D06  1204 D06  1301 D21  1302 D13
  1303 D13  1304 D21  1401 D01  1402 D24  1403 D01  1404 D01  1501 D12  1502 town 1503 D17  1504 D18  1505 D26  1601 D14  1602 D22
  1603 U03  1604 U01`.trim().split(/\s+/)

t.test('67 classes in every town, without and with the sample catalogue: the unit is the same', async t => {
  t.equal(byClass.length, 2 * 67)
  t.same([...classes.keys()].sort(), byClass.filter((_, i) => i % 2 === 0), 'every class has its line')
  const towns = [...units.values()].filter(u => u.kind === 'town').map(u => u.id)
  t.ok(towns.length >= 13)
  for (const townId of towns) {
    for (let i = 0; i < byClass.length; i += 2) {
      const [code = '', unit = ''] = byClass.slice(i, i + 2)
      const expected = unit === 'town' ? townId : unit
      for (const rows of [[], sample]) {
        const decided = decideLead(catalogueOf(rows), asked(code, { townId }), shipped, day)
        t.match(decided, { kind: 'lead', unitId: expected, alternative: expected === townId ? null : townId }, `${code} in ${townId}`)
      }
    }
  }
})

t.test('12 kinds of unlicensed trade, by the sample catalogue', async t => {
  for (const [code, words, expected] of [
    ['1101', '路口有早餐摊无证经营', 'D02+D07+D09 agreed'],
    ['1101', '无证小吃店', 'D09+D07 agreed'],
    ['1101', '豆制品作坊没有执照', 'D09+D07 agreed'],
    ['1103', '黑牙科', 'D10+D01 agreed'],
    ['1103', '无证药店卖药', 'D09+D10 agreed'],
    ['1104', '无证发廊', 'D10+D01 agreed'],
    ['1104', '棋牌室 通宵营业', 'D01+D07 agreed'],
    ['1104', '网　吧吵闹', 'D19+D01 agreed'],
    ['1104', '日租房', 'D01+D21 agreed'],
    ['1104', '废品回收站堆在路边', 'D07+D02 agreed'],
    ['1104', '洗车店污水横流', 'D22+D14 agreed'],
    ['1104', '无证幼儿园', 'D18+D21 agreed'],
    ['1104', '无证乐器行', 'D07 category'],
    ['1101', '无证', 'D07 category']
  ] as const) t.equal(said(sample, asked(code, { words })), expected, words)
})

t.test('sample orders', async t => {
  t.equal(said(sample, asked('1002', { townId: 'T02', place: '七宝镇 吴宝路某小区' })), 'D04+D02 statutory', 'W05: housing, then enforcement')
  const sewer = asked('0502', { place: '梅陇镇 莲花南路某小区' })
  t.equal(said(sample, sewer), 'U04 owner', 'W06: nothing is known of the pipe')
  t.equal(said(sample, { ...sewer, ownerOf: kind => kind === '污水井盖' ? 'U08' : null }), 'U08 statutory', 'W06: the pipe is the manager\'s')
  t.equal(said(sample, asked('1201', { place: '梅陇镇 高兴路' })), 'D06+D02+D07 agreed', 'W14')
  const alley = asked('1104', { townId: 'T04', place: '华漕镇 诸翟 某巷', words: '七家无证发廊和棋牌室，通宵营业' })
  t.equal(said(sample, alley), 'D10|D01', 'W25: two kinds at once, a person decides')
  const designated = row({
    categoryCode: '1104', place: '诸翟', leadUnit: 'D07', coUnits: ['D19', 'D01', 'T04'], basisKind: 'designation', basisText: '指定 2026-3'
  })
  t.equal(said([...sample, designated], alley), 'D07+D19+D01+T04 designated', 'W25, once it is designated')
  const road = row({ categoryCode: '0201', place: '申长路', leadUnit: 'D03', basisKind: 'minutes' })
  t.equal(said([...sample, road], asked('0201', { townId: 'T12', place: '新虹街道 申长路' })), 'D03 agreed', 'W27')
  t.equal(said([...sample, road], asked('0201', { townId: 'T12', place: '新虹街道 申虹路' })), 'D23 owner', 'another road')
  t.equal(said(sample, asked('1001', { townId: 'T01', place: '莘庄镇 都市路某小区' })), 'D02+D15 statutory', 'W30')
})

t.test('an exact place before a town, a town before anywhere, an object before none, a backstop last', async t => {
  const any = row({ categoryCode: '0602', leadUnit: 'D02' })
  const town = row({ categoryCode: '0602', townId: 'T06', leadUnit: 'D05' })
  const townObject = row({ categoryCode: '0602', townId: 'T06', object: '泥浆', leadUnit: 'D14' })
  const place = row({ categoryCode: '0602', place: '申长路 1 号', leadUnit: 'D03', basisKind: 'minutes' })
  const backstop = row({ categoryCode: '0602', place: '申长路', leadUnit: 'U07', backstop: true, basisKind: 'designation' })
  const all = [backstop, any, town, townObject, place]
  t.equal(said(all, asked('0602', { place: '申长路1号门口', words: '泥浆' })), 'D03 agreed')
  t.equal(said(all, asked('0602', { place: '申长路11号', words: '泥浆' })), 'D14 statutory', '1 is not 11')
  t.equal(said(all, asked('0602', { words: '渣土' })), 'D05 statutory')
  t.equal(said(all, asked('0602', { townId: 'T01' })), 'D02 statutory')
  t.equal(said(all, asked('0602', { townId: null })), 'D02 statutory')
  t.equal(said([backstop], asked('0602', { place: '申长路' })), 'U07 designated', 'nobody else: 托底, before the class')
  t.equal(said(all, asked('0602', { place: '申长路１号' })), 'D03 agreed', 'full-width digits')
  t.equal(said(all.toReversed(), asked('0602', { place: '申长路1号门口', words: '泥浆' })), 'D03 agreed', 'in any order')
})

t.test('owner, line and territory go by the city\'s precedence', async t => {
  const rows = [
    row({ categoryCode: '0101', lead: 'owner', componentKind: '井盖' }),
    row({ categoryCode: '0101', leadUnit: 'D23' }),
    row({ categoryCode: '0101', lead: 'town', basisKind: 'town-list' })
  ]
  const known = asked('0101', { ownerOf: () => 'U05' })
  const leads = ['U05', 'U05', 'D23', 'D23', 'T06', 'T06']
  t.same(precedences.map(precedence => said(rows, known, precedence)), leads.map(id => `${id} statutory`))
  const unknown = ['D23', 'T06', 'D23', 'D23', 'T06', 'T06']
  t.same(precedences.map(precedence => said(rows, asked('0101'), precedence)), unknown.map(id => `${id} statutory`), 'no owner known')
  const office = row({ categoryCode: '0101', leadUnit: 'T06-CG', basisKind: 'minutes' })
  const inTown: UnitFacts = { id: 'T06-CG', kind: 'office', path: ['T06-CG', 'T06'], government: true }
  const withOffice = asked('0101', { unit: id => id === 'T06-CG' ? inTown : units.get(id) ?? null })
  t.equal(said([office, row({ categoryCode: '0101', leadUnit: 'D23' })], withOffice), 'D23 statutory', 'a town\'s office is the town\'s')
})

t.test('rows of a day, a unit that has ended, a unit complained about', async t => {
  const early = row({ categoryCode: '1106', leadUnit: 'D10', validFrom: '2026-01-01', validTo: '2026-06-30' })
  const late = row({ categoryCode: '1106', leadUnit: 'D09', validFrom: '2026-07-01' })
  for (const [on, unit] of [
    ['2025-12-31', 'D11 category'], ['2026-01-01', 'D10 statutory'], ['2026-06-30', 'D10 statutory'], ['2026-07-01', 'D09 statutory']
  ] as const) t.equal(said([early, late], asked('1106'), shipped, on), unit, on)
  const gone = asked('1106', { unit: id => id === 'D09' ? null : units.get(id) ?? null })
  t.match(decideLead(catalogueOf([late]), gone, shipped, day), { unitId: 'D11', passed: [{ row: late, why: 'ended' }] })
  const about = asked('1106', { excluded: new Set(['D09']) })
  t.match(decideLead(catalogueOf([late]), about, shipped, day), { unitId: 'D11', passed: [{ row: late, why: 'about-them' }] })
  t.equal(said([late], asked('1106', { excluded: new Set(['D09', 'D11']) })), 'T06 territory')
  t.equal(said([late], asked('1106', { excluded: new Set(['D09', 'D11', 'T06']) })), 'none')
  t.equal(said([row({ categoryCode: '1106', leadUnit: 'D10', coUnits: ['D09', 'D01'] })], about), 'D10+D01 statutory', 'nor as co-handler')
  const town = row({ categoryCode: '1106', lead: 'town', basisKind: 'town-list' })
  t.match(decideLead(catalogueOf([town]), asked('1106', { townId: null }), shipped, day), { unitId: 'D11', passed: [{ why: 'no-town' }] })
  t.match(decideLead(catalogueOf([late]), asked('9999', { townId: null }), shipped, day), { kind: 'none' })
})

t.test('rows that say the same unit are no conflict', async t => {
  const twice = [row({ categoryCode: '1104', object: '发廊', leadUnit: 'D10' }), row({ categoryCode: '1104', object: '美容', leadUnit: 'D10' })]
  t.equal(said(twice, asked('1104', { words: '美容发廊' })), 'D10 statutory')
})
