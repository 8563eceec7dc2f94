import gcoord from 'gcoord'

// Its types describe a default export; in an ES module that default is the package itself.
const { transform, GCJ02, WGS84 } = gcoord as unknown as typeof gcoord.default

/** Degrees: longitude, then latitude, as in GeoJSON. */
export type Position = readonly [longitude: number, latitude: number]

/** What coordinates refer to. Maps sold in China and the city's orders come in GCJ-02 (火星坐标), some 490 m away from WGS-84 here. */
export const datums = ['wgs84', 'gcj02'] as const
export type Datum = typeof datums[number]

/** One degree of latitude, m; the same figure everywhere. */
export const metresPerDegree = 111_320

/** WGS-84 to 1 cm, whatever it came in. Converted once, where it enters. */
export function toWgs84 ([longitude, latitude]: Position, from: Datum): Position {
  const entered: [number, number] = [rounded(longitude), rounded(latitude)]
  if (from === 'wgs84') return entered
  const [east, north] = transform(entered, GCJ02, WGS84)
  return [rounded(east), rounded(north)]
}

/** To 7 decimals, 1 cm: what is kept. */
export const rounded = (degrees: number): number => Math.round(degrees * 1e7) / 1e7

/** Metres between two positions of one city; a plane is exact enough there. */
export const metresBetween = (a: Position, b: Position): number =>
  metresPerDegree * Math.hypot(b[1] - a[1], (b[0] - a[0]) * Math.cos(a[1] * Math.PI / 180))
