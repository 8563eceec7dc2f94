import type { paths } from '../../../api/api-types.d.ts'

export type AreaFile = paths['/api/places/areas/check']['post']['requestBody']['content']['application/json']
export type Feature = AreaFile['features'][number]

const named = ['id', 'level', 'parentId', 'townId', 'name', 'validFrom', 'validTo', 'source', 'illustration'] as const

/**
 * The features of a GeoJSON file with what the service knows of their properties; null where it is none. Programs that draw maps write
 * more into a file than it needs. Whether the rest is right, the service says.
 */
export function readAreaFile (text: string): Feature[] | null {
  try {
    const { features } = JSON.parse(text.replace(/^\uFEFF/, '')) as { features: Array<{ properties: Record<string, unknown>, geometry: unknown }> }
    return features.map(({ properties, geometry }) => ({
      type: 'Feature',
      properties: Object.fromEntries(named.filter(name => properties[name] !== undefined).map(name => [name, properties[name]])),
      geometry
    }) as Feature)
  } catch {
    return null
  }
}
