// A place as a caller says it names its town, or nobody guesses.
import t from 'tap'
import { readDistrict } from '../../../src/district/read-district.ts'
import { townOfPlace } from '../../../src/features/directory/rules/town-of-place.ts'

const district = readDistrict()
const towns = district.units.filter(u => u.kind === 'town').map(u => ({ id: String(u.id), name: String(u.name) }))
const places = district.placeNames.map(p => ({ name: String(p.name), townId: String(p.town_id) }))

const cases: Array<[string, string | null, string]> = [
  ['七宝镇 沪星路某居民楼底商', 'T02', 'the whole name'],
  ['七宝的老街上', 'T02', 'the short name'],
  ['莘庄工业区 申富路某厂', 'T13', 'the zone, not the town whose name it begins with'],
  ['莘 庄 镇', 'T01', 'blanks inside'],
  ['江川路街道 石屏路', 'T10', 'a sub-district named after a road'],
  ['浦星公路某小区地下车库', 'T09', 'a road alone'],
  ['华漕 诸翟 某巷', 'T04', 'two names of one town'],
  ['虹桥路上有人摆摊', null, 'a road that only begins with a town\'s name'],
  ['七宝和颛桥交界的地方', null, 'two towns of equal length'],
  ['浦锦街道江月路', 'T14', 'a named town goes before the road\'s'],
  ['不知道什么地方', null, 'nothing known'],
  ['', null, 'nothing said']
]
for (const [said, town, why] of cases) t.equal(townOfPlace(said, towns, places), town, `${said}: ${why}`)

for (const order of district.orders) t.equal(townOfPlace(order.place, towns, places), order.town, `${order.id} ${order.place}`)
