import type { Static } from 'typebox'
import type { AreaFile } from './place-changes.ts'
import type { AreaFileSchema } from './places-schemas.ts'

/** The areas of a GeoJSON file; what a feature does not say has its default. */
export const areasOfFile = ({ from = 'wgs84', features }: Static<typeof AreaFileSchema>): AreaFile => ({
  from,
  areas: features.map(({ properties, geometry }) => ({
    parentId: null, townId: null, validTo: null, source: '', illustration: false, ...properties, geometry
  }))
})
