import Flatbush from 'flatbush'
import { metresBetween, metresPerDegree, type Position } from '../../../domain/place/coordinates.ts'
import { validOn } from '../../../domain/time/valid-on.ts'

/** A thing in the street (部件) and the unit it belongs to (权属), in a span of days. */
export interface Component {
  id: string
  /** 雨水井盖, 路灯 …: as the district names them */
  kind: string
  name: string
  ownerUnit: string
  longitude: number
  latitude: number
  validFrom: string
  validTo: string | null
}

/** So far from the place named a thing may stand, m: a position by telephone is no better. */
export const ownerMetres = 25

export interface ComponentIndex { components: readonly Component[], points: Flatbush | null }

export function componentIndex (components: readonly Component[]): ComponentIndex {
  if (components.length === 0) return { components, points: null }
  const points = new Flatbush(components.length)
  for (const { longitude, latitude } of components) points.add(longitude, latitude)
  points.finish()
  return { components, points }
}

/** The nearest thing of that kind within 25 m on that day, and how far it is, or null; of two as near the first by id. */
export function ownerOf (
  { components, points }: ComponentIndex, [x, y]: Position, kind: string, day: string
): { component: Component, metres: number } | null {
  const [dx, dy] = [ownerMetres / metresPerDegree / Math.cos(y * Math.PI / 180), ownerMetres / metresPerDegree]
  const found = (points?.search(x - dx, y - dy, x + dx, y + dy) ?? []).flatMap(i => components[i] ?? [])
    .filter(component => component.kind === kind && validOn(component, day))
    .map(component => ({ component, metres: metresBetween([x, y], [component.longitude, component.latitude]) }))
    .filter(({ metres }) => metres <= ownerMetres)
    .sort((a, b) => a.metres - b.metres || (a.component.id < b.component.id ? -1 : 1))
  return found[0] ?? null
}
