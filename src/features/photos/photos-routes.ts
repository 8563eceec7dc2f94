import { createHash } from 'node:crypto'
import Type from 'typebox'
import type { Role } from '../../domain/people/roles.ts'
import { photoPurposes, type PhotoPurpose } from '../../domain/work-order.ts'
import type { Photos } from './photos.ts'
import { createUploads, oneFileOf, type Uploads } from '../../http/kit/one-file.ts'
import { staff, type App, type Routes } from '../../http/kit/routes.ts'
import { answers, Id, Nothing, OneOf, params, WriteHeaders } from '../../http/kit/schema-words.ts'
import { write } from '../../http/kit/write.ts'

const tags = ['work-orders']
const Photo = Type.Object(
  { id: Id(), orderId: Id(), purpose: OneOf(photoPurposes), width: Type.Integer(), height: Type.Integer(), bytes: Type.Integer() }
)

/** Bytes of a sent photo. */
const maxBytes = 10 * 1024 * 1024

export interface PhotosRoutesOptions {
  photos: Photos<PhotoPurpose>
  /** roles that may add a photo to an order at all */
  takers: readonly Role[]
}

const OnePhoto = params({ id: Id(), photo: Id() })

/** Photos of an order: added, shown to people who may see the order, taken back. */
export function photosRoutes (options: PhotosRoutesOptions): Routes {
  const uploads = createUploads({ inAll: 16, ofOne: 3 })
  return app => {
    add(app, options, uploads)
    look(app, options)
    takeBack(app, options)
  }
}

function add (app: App, { photos, takers }: PhotosRoutesOptions, uploads: Uploads): void {
  app.post('/api/work-orders/:id/photos', {
    config: { roles: takers },
    schema: {
      tags,
      summary: 'Add a photo',
      description: '`multipart/form-data` with one file, at most 10 MB: JPEG, PNG or WebP by its content, whatever its name. ' +
        'It is encoded again: upright, at most 2048 pixels, without position, device or time. At most nine of a purpose in a round; ' +
        'the same picture again is the same photo.',
      params: params({ id: Id() }),
      querystring: Type.Object({
        purpose: OneOf(photoPurposes, 'what it shows: the spot found, the work done, why it is another unit\'s, what the verifier found')
      }),
      headers: WriteHeaders,
      response: answers({ 201: Photo })
    }
  }, async (request, reply) => {
    const { purpose } = request.query
    // Not a byte is read for a person without permission, and only a limited number of pictures is in memory at once.
    await photos.mayAdd(request.actor, { orderId: request.params.id, purpose })
    const { bytes: sent } = await uploads.within(request.actor.id, async () => await oneFileOf(request, 'photo', maxBytes))
    // What an Idempotency-Key stands for are these bytes.
    request.body = { purpose, photo: createHash('sha256').update(sent).digest('hex') }
    const kept = await photos.add(request.actor, { orderId: request.params.id, purpose, sent },
      async command => await write(request, reply,
        { action: 'order.photo', subject: request.params.id, status: 201, detail: ({ id }) => ({ photo: id, purpose }) }, command))
    return await reply.status(201).send(kept as typeof kept & { purpose: PhotoPurpose })
  })
}

function look (app: App, { photos }: PhotosRoutesOptions): void {
  app.get('/api/work-orders/:id/photos/:photo', {
    config: { roles: staff },
    schema: {
      tags,
      summary: 'A photo, as JPEG; views in full are kept with the viewer',
      params: OnePhoto,
      querystring: Type.Object({ size: Type.Optional(OneOf(['full', 'small'] as const)) }),
      response: answers({ 200: Type.Unsafe<unknown>({ description: 'image/jpeg' }) })
    }
  }, async (request, reply) => {
    const { id, photo } = request.params
    const size = request.query.size ?? 'full'
    const found = await photos.look(request.actor, { orderId: id, photoId: photo, size })
    if (size === 'full') {
      await write(request, reply, { action: 'photo.look', subject: id, detail: { photo }, repeatable: false }, async () => null)
    }
    return await reply.type('image/jpeg')
      .header('content-length', found.bytes)
      .header('content-disposition', 'inline')
      .send(found.stream())
  })
}

function takeBack (app: App, { photos, takers }: PhotosRoutesOptions): void {
  app.delete('/api/work-orders/:id/photos/:photo', {
    config: { roles: takers },
    schema: { tags, summary: 'Take one\'s own photo back', params: OnePhoto, headers: WriteHeaders, response: answers({ 204: Nothing }) }
  }, async (request, reply) => await write(request, reply, {
    action: 'order.photo-remove',
    subject: request.params.id,
    status: 204,
    detail: { photo: request.params.photo }
  }, async tx => { await photos.remove(tx, request.actor, { orderId: request.params.id, photoId: request.params.photo }); return null }))
}
