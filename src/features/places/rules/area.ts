import type { Outline } from './shape.ts'

/** 大网 district, 中网 town, 小网 community or street, 责任块 block; from the whole to the smallest. */
export const areaLevels = ['district', 'town', 'community', 'street', 'block'] as const
export type AreaLevel = typeof areaLevels[number]

/** Which level an area's parent may have. */
const parentLevels: Readonly<Record<AreaLevel, readonly AreaLevel[]>> = {
  district: [],
  town: ['district'],
  community: ['town'],
  street: ['town'],
  block: ['community', 'street']
}
export const mayStandIn = (level: AreaLevel, parent: AreaLevel): boolean => parentLevels[level].includes(parent)
export const hasParent = (level: AreaLevel): boolean => parentLevels[level].length > 0

/** An area of the grid (网格) in a span of days, without its drawing. */
export interface AreaFacts {
  id: string
  level: AreaLevel
  parentId: string | null
  /** the unit whose area it is or lies in; null for the district */
  townId: string | null
  name: string
  validFrom: string
  validTo: string | null
  /** who drew it, of when */
  source: string
  /** a sketch (示意): it decides nothing outside a sample */
  illustration: boolean
}

export interface Area extends AreaFacts { outline: Outline }
