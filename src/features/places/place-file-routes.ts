import type { Database } from '../../db/database.ts'
import type { Routes } from '../../http/kit/routes.ts'
import { answers, WriteHeaders } from '../../http/kit/schema-words.ts'
import { write } from '../../http/kit/write.ts'
import { areasOfFile } from './area-file.ts'
import type { Outcome, PlaceChanges } from './place-changes.ts'
import { AreaFileSchema, AreaOutcome, ComponentFileSchema, ComponentOutcome } from './places-schemas.ts'

const tags = ['places']
const administrators = ['ADMINISTRATOR'] as const
/** A district's areas by streets are some megabytes. */
const bodyLimit = 32 * 1024 * 1024

/** For the audit: figures alone; a file may be large. */
const figures = ({ saved, ended, known }: Outcome<unknown>): Record<string, unknown> => ({ saved, ended, known })

/** Files of areas and of things in the street: tried, then entered. */
export function placeFileRoutes ({ db, changes }: { db: Database, changes: PlaceChanges }): Routes {
  return app => {
    app.post('/api/places/areas/check', {
      bodyLimit,
      config: { roles: administrators },
      schema: {
        tags,
        summary: 'What a file of areas would do, and what is wrong with it; changes nothing',
        body: AreaFileSchema,
        response: answers({ 200: AreaOutcome })
      }
    }, async ({ actor, body }) => await db.tx(async tx => await changes.checkAreas(tx, actor, areasOfFile(body))))

    app.post('/api/places/areas', {
      bodyLimit,
      config: { roles: administrators },
      schema: {
        tags,
        summary: 'Enter areas from a GeoJSON file, all of it or nothing',
        description: 'An area\'s earlier row ends the day before the new one begins. A row that has begun keeps its drawing.',
        headers: WriteHeaders,
        body: AreaFileSchema,
        response: answers({ 200: AreaOutcome })
      }
    }, async (request, reply) => await write(request, reply, { action: 'area.import', subject: 'areas', detail: figures },
      async tx => await changes.putAreas(tx, request.actor, areasOfFile(request.body))))

    app.post('/api/places/components/check', {
      bodyLimit,
      config: { roles: administrators },
      schema: {
        tags,
        summary: 'What a file of things in the street would do, and what is wrong with it; changes nothing',
        body: ComponentFileSchema,
        response: answers({ 200: ComponentOutcome })
      }
    }, async ({ actor, body }) => await db.tx(async tx => await changes.checkComponents(tx, actor, { from: 'wgs84', ...body })))

    app.post('/api/places/components', {
      bodyLimit,
      config: { roles: administrators },
      schema: {
        tags,
        summary: 'Enter things in the street with their owners, all of them or none',
        headers: WriteHeaders,
        body: ComponentFileSchema,
        response: answers({ 200: ComponentOutcome })
      }
    }, async (request, reply) => await write(request, reply, { action: 'component.import', subject: 'components', detail: figures },
      async tx => await changes.putComponents(tx, request.actor, { from: 'wgs84', ...request.body })))
  }
}
