import type { Position } from '../domain/place/coordinates.ts'
import type { TextRows } from '../db/text-rows.ts'

/*
 * The sample district's areas: a sketch (示意), drawn by this script and nobody's real border. Towns are the places nearest to one of these
 * seats, within a simple outline; each is cut into four cells. On 2015-06-16 one town gives its west to a new one.
 */

const seats: Readonly<Record<string, [name: string, at: Position]>> = {
  T01: ['莘庄镇', [121.376, 31.108]],
  T02: ['七宝镇', [121.348, 31.155]],
  T03: ['颛桥镇', [121.405, 31.065]],
  T04: ['华漕镇', [121.29, 31.205]],
  T05: ['虹桥镇', [121.385, 31.18]],
  T06: ['梅陇镇', [121.412, 31.11]],
  T07: ['吴泾镇', [121.465, 31.045]],
  T08: ['马桥镇', [121.36, 31.03]],
  T09: ['浦江镇', [121.505, 31.09]],
  T10: ['江川路街道', [121.4, 31.005]],
  T11: ['古美路街道', [121.395, 31.147]],
  T12: ['新虹街道', [121.32, 31.19]],
  T13: ['莘庄工业区', [121.375, 31.07]]
}
const outline: readonly Position[] = [
  [121.245, 31.215], [121.33, 30.985], [121.45, 30.975], [121.56, 31.02], [121.565, 31.1], [121.48, 31.15], [121.3, 31.255]
]
const [begin, beforeDivision, division] = ['2010-04-22', '2015-06-15', '2015-06-16']
/** What lies west of it is T14 from the division on. */
const divisionAt = 121.495

type Convex = readonly Position[]
/** Degrees in metres of one plane: a degree of longitude is shorter here. */
const eastward = Math.cos(31.1 * Math.PI / 180)

/** The part of a convex polygon where `side` is not negative; `side` is linear. */
function cut (polygon: Convex, side: (p: Position) => number): Convex {
  return polygon.flatMap((a, i) => {
    const b = polygon[(i + 1) % polygon.length] ?? a
    const [sa, sb] = [side(a), side(b)]
    const crossing: Position[] = sa * sb < 0
      ? [[a[0] + (b[0] - a[0]) * sa / (sa - sb), a[1] + (b[1] - a[1]) * sa / (sa - sb)]]
      : []
    return [...(sa >= 0 ? [a] : []), ...crossing]
  })
}

const nearerTo = ([ax, ay]: Position, [bx, by]: Position) => ([x, y]: Position): number =>
  ((x - bx) * eastward) ** 2 + (y - by) ** 2 - ((x - ax) * eastward) ** 2 - (y - ay) ** 2
const west = (x: number) => (p: Position): number => x - p[0]
const east = (x: number) => (p: Position): number => p[0] - x
const north = (y: number) => (p: Position): number => p[1] - y
const south = (y: number) => (p: Position): number => y - p[1]

const middle = (polygon: Convex): Position =>
  [polygon.reduce((sum, p) => sum + p[0], 0) / polygon.length, polygon.reduce((sum, p) => sum + p[1], 0) / polygon.length]

function quarters (polygon: Convex): Convex[] {
  const [x, y] = middle(polygon)
  return [[west(x), north(y)], [east(x), north(y)], [west(x), south(y)], [east(x), south(y)]]
    .map(([side, other]) => cut(cut(polygon, side ?? north(y)), other ?? north(y)))
}

const short = (degrees: number): number => Math.round(degrees * 1e6) / 1e6
const closed = (polygon: Convex): Position[] => [...polygon, polygon[0] ?? [0, 0]].map(([x, y]) => [short(x), short(y)])

interface Row { id: string, level: string, parentId: string | null, townId: string | null, name: string, from: string, to: string | null }

function feature ({ from, to, ...row }: Row, polygon: Convex): object {
  return {
    type: 'Feature',
    properties: { ...row, validFrom: from, validTo: to, source: '示意图，脚本绘制', illustration: true },
    geometry: { type: 'Polygon', coordinates: [closed(polygon)] }
  }
}

function townWithCells (id: string, name: string, polygon: Convex, from: string, to: string | null): object[] {
  const town = feature({ id: `Q-${id}`, level: 'town', parentId: 'Q', townId: id, name, from, to }, polygon)
  const cells = quarters(polygon).map((cell, i) => feature(
    { id: `Q-${id}-${i + 1}`, level: 'community', parentId: `Q-${id}`, townId: id, name: `${name}第${i + 1}网格`, from, to }, cell))
  return [town, ...cells]
}

const wholes = new Map(Object.entries(seats).map(([id, [name, seat]]) => {
  const others = Object.values(seats).filter(([, other]) => other !== seat)
  return [id, { name, seat, polygon: others.reduce<Convex>((left, [, other]) => cut(left, nearerTo(seat, other)), outline) }]
}))

/** The areas as a GeoJSON file, one feature a line. */
export function sampleAreas (): string {
  const features = [
    feature({ id: 'Q', level: 'district', parentId: null, townId: null, name: '闵行区', from: begin, to: null }, outline),
    ...[...wholes].flatMap(([id, { name, polygon }]) => id === 'T09'
      ? [
          ...townWithCells(id, name, polygon, begin, beforeDivision),
          ...townWithCells(id, name, cut(polygon, east(divisionAt)), division, null),
          ...townWithCells('T14', '浦锦街道', cut(polygon, west(divisionAt)), division, null)
        ]
      : townWithCells(id, name, polygon, begin, null))
  ]
  return `{"type": "FeatureCollection", "features": [\n${features.map(f => JSON.stringify(f)).join(',\n')}\n]}\n`
}

/** The place names with a place in their town, spread around its seat: as invented as the areas. */
export function samplePlaceNames (names: TextRows): string {
  const count = new Map<string, number>()
  const lines = names.map(({ name, town_id: townId }) => {
    const no = (count.get(townId ?? '') ?? 0) + 1
    count.set(townId ?? '', no)
    const [x, y] = wholes.get(townId ?? '')?.seat ?? [0, 0]
    const [angle, away] = [no * 2.4, 0.003 * Math.sqrt(no)]
    return [name, townId, short(x + away * Math.cos(angle)), short(y + away * Math.sin(angle))].join(',')
  })
  return `name,town_id,longitude,latitude\n${lines.join('\n')}\n`
}
