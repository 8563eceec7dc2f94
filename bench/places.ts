// Where a position lies, and which places a typed word may mean: 600 areas of 139,000 sides, 20,000 names, no database.
import { syllables } from '../src/domain/text/spelling.ts'
import { rounded, type Position } from '../src/domain/place/coordinates.ts'
import { addresses, addressIndex, kindOfName, plain } from '../src/features/directory/rules/addresses.ts'
import type { Area, AreaLevel } from '../src/features/places/rules/area.ts'
import { areaIndex, areasAt } from '../src/features/places/rules/areas-at.ts'
import { importAreas } from '../src/features/places/rules/import-areas.ts'
import { outlineOf, type Outline } from '../src/features/places/rules/shape.ts'
import { createChance } from '../test/harness/chance.ts'

const { share } = createChance(1)
const [across, corners, names, asked] = [24, 50, 20_000, 20_000]
const side = across * corners
const [west, south, wide, high] = [121.24, 30.98, 0.33, 0.28]

/** A corner of a grid whose lines are waves, so that no two areas have straight borders. */
const corner = (i: number, j: number): Position => [
  rounded(west + wide * i / side + 0.0004 * Math.sin(j / 7)), rounded(south + high * j / side + 0.0004 * Math.sin(i / 5))
]

function block (i: number, j: number, size: number): Outline {
  const along = Array.from({ length: size }, (_, n) => n)
  const ring = [
    ...along.map(n => corner(i + n, j)), ...along.map(n => corner(i + size, j + n)),
    ...along.map(n => corner(i + size - n, j + size)), ...along.map(n => corner(i, j + size - n)), corner(i, j)
  ]
  return outlineOf([[ring]])
}

const area = (level: AreaLevel, id: string, parentId: string | null, townId: string | null, outline: Outline): Area =>
  ({ id, level, parentId, townId, name: id, validFrom: '2020-01-01', validTo: null, source: 'bench', illustration: true, outline })

const quarter = across / 4
const ofTown = quarter * corners
const towns = Array.from({ length: 16 }, (_, n) => ({ id: `T${n}`, i: n % 4 * ofTown, j: Math.floor(n / 4) * ofTown }))
const areas = [
  area('district', 'D', null, null, block(0, 0, side)),
  ...towns.map(({ id, i, j }) => area('town', id, 'D', id, block(i, j, ofTown))),
  ...Array.from({ length: across * across }, (_, n) => {
    const [x, y] = [n % across, Math.floor(n / across)]
    const town = `T${Math.floor(y / quarter) * 4 + Math.floor(x / quarter)}`
    return area('community', `C${n}`, town, town, block(x * corners, y * corners, corners))
  })
]

/** p50 and p99 of a number of turns, and the CPU of one, ms. */
function times (turns: number, work: () => void): { p50: number, p99: number, cpu: number } {
  for (let n = 0; n < turns / 10; n++) work()
  const begun = process.cpuUsage()
  const taken = Array.from({ length: turns }, () => {
    const from = performance.now()
    work()
    return performance.now() - from
  }).sort((a, b) => a - b)
  const at = (part: number): number => Number((taken[Math.floor(turns * part)] ?? NaN).toFixed(3))
  return { p50: at(0.5), p99: at(0.99), cpu: cpuSince(begun) / turns }
}

function cpuSince (begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun)
  return (user + system) / 1000
}

const say = (figure: string, values: object): void => { console.log(JSON.stringify({ figure, ...values, unit: 'ms' })) }

const begun = process.cpuUsage()
const { faults } = importAreas([], areas, { towns: new Set(towns.map(t => t.id)), today: '2026-01-01' })
const cpu = Math.round(cpuSince(begun))
if (faults.length > 0) throw new Error(`the drawing of this bench is wrong: ${JSON.stringify(faults[0])}`)
say('places-check', { areas: areas.length, sides: areas.reduce((n, a) => n + a.outline.edges.length, 0), cpu })

const index = areaIndex(areas)
const anywhere = (): Position => [west + share() * wide, south + share() * high]
say('places-at', { areas: areas.length, ...times(asked, () => { areasAt(index, anywhere(), '2026-01-01') }) })

const characters = [...'莘庄七宝颛桥华漕虹梅陇吴泾马浦江川古美新建银都光中剑北松宁平南镇沪闵星申长石屏碧纪翟联航朱莲花枢纽城市金汇顾戴兴高鹤庆龙茗']
const one = (): string => characters[Math.floor(share() * characters.length)] ?? '莘'
const ends = ['路', '东路', '公路', '小区', '新村', '居委会', '花园', '弄']
const places = Array.from({ length: names }, (_, n) => {
  const name = `${one()}${one()}${one()}${ends[n % ends.length] ?? ''}`
  return { name, townId: `T${n % 16}`, kind: kindOfName(name), longitude: null, latitude: null, pinyin: syllables(name).join(' ') }
})
const found = addressIndex(places)
const townNames = towns.map(({ id }) => ({ id, name: `${id}镇` }))
const some = (): (typeof places)[number] => places[Math.floor(share() * names)] ?? places[0] as (typeof places)[number]
const typings: Record<string, () => string> = {
  name: () => `${some().name}198弄`,
  initials: () => some().pinyin.split(' ').map(s => s.charAt(0)).join(''),
  wrong: () => { const { name } = some(); return `我在${name.slice(0, 1)}${one()}${name.slice(2)}198弄` }
}
for (const [kind, typing] of Object.entries(typings)) {
  const figures = times(500, () => {
    const text = typing()
    addresses(found, { text, syllables: syllables(plain(text)) }, townNames)
  })
  say(`places-find-${kind}`, { names, ...figures })
}
