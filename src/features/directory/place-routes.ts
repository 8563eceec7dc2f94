import Type from 'typebox'
import { datums } from '../../domain/place/coordinates.ts'
import { staff, type Routes } from '../../http/kit/routes.ts'
import { answers, Nothing, Nullable, OneOf, SafeLine, WriteHeaders } from '../../http/kit/schema-words.ts'
import { write } from '../../http/kit/write.ts'
import type { Directory } from './directory.ts'
import type { DirectoryCommands } from './directory-commands.ts'
import {
  administrators, AddressSchema, DayQuery, list, PlaceKey, PlaceNameRow, PlaceNameSchema, tags, UnitSchema
} from './directory-schemas.ts'

/** Old service lines, and place names by which a town is guessed. */
export function placeRoutes ({ directory, commands }: { directory: Directory, commands: DirectoryCommands }): Routes {
  return app => {
    app.get('/api/directory/service-lines', {
      config: { roles: staff },
      schema: {
        tags,
        summary: 'Numbers that arrive on the hotline',
        response: answers({
          200: list(Type.Object({
            did: Type.String(),
            name: Type.String(),
            unitId: Nullable(Type.String()),
            kind: OneOf(['hotline', 'service', 'duty'] as const)
          }))
        })
      }
    }, async () => ({ items: await directory.serviceLines() }))

    app.get('/api/directory/place-names', {
      config: { roles: staff },
      schema: { tags, summary: 'Roads, estates and committees by which a town is guessed', response: answers({ 200: list(PlaceNameRow) }) }
    }, async () => ({ items: [...await directory.placeNames()] }))

    app.post('/api/directory/place-names', {
      config: { roles: administrators },
      schema: {
        tags,
        summary: 'Add place names; those that are there already are left alone, or get another place on the map',
        headers: WriteHeaders,
        body: Type.Object({
          from: Type.Optional(OneOf(datums, 'what the coordinates refer to; default wgs84')),
          items: Type.Array(PlaceNameSchema, { minItems: 1, maxItems: 5000 })
        }),
        response: answers({ 200: Type.Object({ added: Type.Integer(), moved: Type.Integer(), known: Type.Integer() }) })
      }
    }, async (request, reply) => await write(request, reply, {
      action: 'place-name.add',
      subject: 'place-names',
      detail: done => ({ ...done })
    }, async tx => await commands.addPlaceNames(tx, request.actor, request.body.items, request.body.from)))

    app.post('/api/directory/place-names/remove', {
      config: { roles: administrators },
      schema: { tags, summary: 'Remove a place name', headers: WriteHeaders, body: PlaceKey, response: answers({ 204: Nothing }) }
    }, async (request, reply) => {
      await write(request, reply, {
        action: 'place-name.remove',
        subject: request.body.townId,
        status: 204,
        detail: { name: request.body.name }
      }, async tx => { await commands.removePlaceName(tx, request.actor, request.body) })
      return null
    })

    app.post('/api/places/find', {
      config: { roles: staff },
      schema: {
        tags: ['places'],
        summary: 'Places that what is typed may mean: by name, its letters, its sound, or with one character wrong',
        body: Type.Object({ typed: SafeLine({ maxLength: 400 }), ...DayQuery }),
        response: answers({ 200: list(AddressSchema) })
      }
    }, async ({ body: { typed, day } }) => ({ items: await directory.addresses(typed, day) }))

    // A place may be a person's address: it travels in the body, addresses of requests are logged.
    app.post('/api/directory/town-guess', {
      config: { roles: staff },
      schema: {
        tags,
        summary: 'The likely town of a described place',
        body: Type.Object({ place: SafeLine({ maxLength: 400 }), ...DayQuery }),
        response: answers({ 200: Type.Object({ town: Nullable(UnitSchema) }) })
      }
    }, async ({ body: { place, day } }) => ({ town: await directory.guessTown(place, day) }))
  }
}
