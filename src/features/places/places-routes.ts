import Type, { type Static } from 'typebox'
import { toWgs84 } from '../../domain/place/coordinates.ts'
import { validOn } from '../../domain/time/valid-on.ts'
import { staff, type Routes } from '../../http/kit/routes.ts'
import { answers, OneOf } from '../../http/kit/schema-words.ts'
import type { Places } from './places.ts'
import { AreaSchema, From, Kind, Latitude, LocatedSchema, Longitude, OnDay } from './places-schemas.ts'
import { areaLevels, type Area } from './rules/area.ts'
import { geometryOf } from './rules/shape.ts'

const tags = ['places']

type Drawn = NonNullable<Static<typeof AreaSchema>['geometry']>

const shown = ({ outline, ...facts }: Area, geometry: boolean): Static<typeof AreaSchema> =>
  ({ ...facts, ...(geometry ? { geometry: geometryOf(outline.shape) as Drawn } : {}) })

/** Where something lies, and the areas of a day. */
export function placesRoutes ({ places, today }: { places: Places, today: () => string }): Routes {
  return app => {
    // A place may be a person's address: it travels in the body, addresses of requests are logged.
    app.post('/api/places/at', {
      config: { roles: staff },
      schema: {
        tags,
        summary: 'The cell and town a position lies in, and the thing in the street that stands there',
        body: Type.Object({ longitude: Longitude, latitude: Latitude, from: From, day: OnDay, kind: Type.Optional(Kind) }),
        response: answers({ 200: LocatedSchema })
      }
    }, async ({ body: { longitude, latitude, from = 'wgs84', day, kind } }) => {
      const position = toWgs84([longitude, latitude], from)
      const [located, thing] = await Promise.all([
        places.at(position, day), kind === undefined ? null : places.ownerOf(position, kind, day)
      ])
      return { ...located, thing, position: { longitude: position[0], latitude: position[1] } }
    })

    app.get('/api/places/areas', {
      config: { roles: staff },
      schema: {
        tags,
        summary: 'Areas of a day',
        querystring: Type.Object({
          day: OnDay,
          level: Type.Optional(OneOf(areaLevels)),
          geometry: Type.Optional(Type.Boolean({ description: 'with their drawings' }))
        }),
        response: answers({ 200: Type.Object({ items: Type.Array(AreaSchema) }) })
      }
    }, async ({ query: { day = today(), level, geometry = false } }) => {
      const areas = (await places.areas()).filter(area => validOn(area, day) && (level === undefined || area.level === level))
      return { items: areas.map(area => shown(area, geometry)) }
    })
  }
}
