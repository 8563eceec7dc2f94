import Type from 'typebox'
import { datums } from '../../domain/place/coordinates.ts'
import { Nullable, OneOf, SafeLine, ShortId } from '../../http/kit/schema-words.ts'
import { areaLevels } from './rules/area.ts'
import { importFaults } from './rules/import-areas.ts'
import { componentFaults } from './rules/import-components.ts'

const Day = (description: string) => Type.String({ format: 'date', maxLength: 10, description })
const dated = { validFrom: Day('first day'), validTo: Nullable(Day('last day; null: open')) }

export const Longitude = Type.Number({ minimum: -180, maximum: 180 })
export const Latitude = Type.Number({ minimum: -90, maximum: 90 })
export const From = Type.Optional(OneOf(datums, 'what the coordinates refer to; default wgs84'))
export const OnDay = Type.Optional(Day('as it stands on this day; otherwise today'))

const facts = {
  id: ShortId(),
  level: OneOf(areaLevels, '区 街镇 居村 街面 责任块'),
  parentId: Nullable(ShortId('the area around it; null for the district alone')),
  townId: Nullable(ShortId('the unit whose area it is or lies in; null for the district')),
  name: SafeLine({ minLength: 1, maxLength: 60 }),
  ...dated,
  source: SafeLine({ description: 'who drew it, of when' }),
  illustration: Type.Boolean({ description: '示意: a sketch' })
}
export const AreaFactsSchema = Type.Object(facts)

const Position = Type.Array(Type.Number(), { minItems: 2, maxItems: 3 })
const Polygon = Type.Array(Type.Array(Position, { maxItems: 20_000 }), { maxItems: 1000 })

export const GeometrySchema = Type.Union([
  Type.Object({ type: Type.Literal('Polygon'), coordinates: Polygon }),
  Type.Object({ type: Type.Literal('MultiPolygon'), coordinates: Type.Array(Polygon, { maxItems: 1000 }) })
], { description: 'GeoJSON (RFC 7946)' })

export const AreaSchema = Type.Object({ ...facts, geometry: Type.Optional(GeometrySchema) })

/** As many rows as a file may have. */
const mostRows = 20_000

/** A GeoJSON file of areas: what is not in a feature's properties has its default. */
export const AreaFileSchema = Type.Object({
  type: Type.Literal('FeatureCollection'),
  from: From,
  features: Type.Array(Type.Object({
    type: Type.Literal('Feature'),
    properties: Type.Object({
      id: facts.id,
      level: facts.level,
      parentId: Type.Optional(facts.parentId),
      townId: Type.Optional(Nullable(ShortId('of a town: its unit; of others it follows from the area around them'))),
      name: facts.name,
      validFrom: dated.validFrom,
      validTo: Type.Optional(dated.validTo),
      source: Type.Optional(facts.source),
      illustration: Type.Optional(facts.illustration)
    }),
    geometry: GeometrySchema
  }), { minItems: 1, maxItems: mostRows })
})

export const Kind = SafeLine({ minLength: 1, maxLength: 40, description: '部件: 雨水井盖, 路灯 …' })
const ComponentSchema = Type.Object({
  id: ShortId(),
  kind: Kind,
  name: SafeLine({ maxLength: 60 }),
  ownerUnit: ShortId('权属: the unit it belongs to'),
  longitude: Longitude,
  latitude: Latitude,
  ...dated
})
export const ComponentFileSchema = Type.Object({
  from: From,
  components: Type.Array(ComponentSchema, { minItems: 1, maxItems: mostRows })
})

const outcome = <const F extends readonly string[]>(faults: F) => Type.Object({
  saved: Type.Integer({ description: 'rows new or changed' }),
  ended: Type.Integer({ description: 'rows that get a last day, since a later one begins' }),
  known: Type.Integer({ description: 'rows that stand already as they are' }),
  faults: Type.Array(Type.Object({
    fault: OneOf(faults),
    id: Type.String(),
    validFrom: Type.String(),
    at: Nullable(Type.Unsafe<readonly [number, number]>(
      Type.Array(Type.Number(), { minItems: 2, maxItems: 2, description: 'longitude, latitude in WGS-84' }))),
    other: Nullable(Type.String({ description: 'the area or unit it is about' }))
  }))
})
export const AreaOutcome = outcome(importFaults)
export const ComponentOutcome = outcome(componentFaults)

export const LocatedSchema = Type.Object({
  where: OneOf(['inside', 'border', 'outside', 'no-areas'] as const,
    'border: another town is within 30 m; outside: in no town; no-areas: none is drawn on that day'),
  cell: Nullable(AreaFactsSchema),
  townId: Nullable(Type.String()),
  near: Type.Array(Type.String({ description: 'other towns within 30 m' })),
  thing: Nullable(Type.Object({ component: ComponentSchema, metres: Type.Number() },
    { description: 'the nearest of that kind within 25 m; null where no kind is asked for, too' })),
  position: Type.Object({ longitude: Longitude, latitude: Latitude }, { description: 'the same place in WGS-84' })
})
