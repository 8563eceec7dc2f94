import { createHash } from 'node:crypto'
import Type from 'typebox'
import type { Role } from '../../domain/people/roles.ts'
import { photoPurposes, type PhotoPurpose } from '../../domain/work-order.ts'
import { createUploads, oneFileOf, type Uploads } from '../../http/kit/one-file.ts'
import { staff, type App, type Routes } from '../../http/kit/routes.ts'
import { answers, Id, Moment, Nothing, Nullable, OneOf, params, WriteHeaders } from '../../http/kit/schema-words.ts'
import { write } from '../../http/kit/write.ts'
import { maxAttachments, type Attachments } from './attachments.ts'
import { scanStates } from './attachments-store.ts'
import { attachmentTypes, mediaTypeOf } from './rules/file-types.ts'

const tags = ['work-orders']
const Attachment = Type.Object({
  id: Id(),
  purpose: OneOf(photoPurposes),
  cycle: Type.Integer(),
  name: Nullable(Type.String({ description: 'null: the order\'s words are withheld, and another unit added it' })),
  type: OneOf(attachmentTypes),
  bytes: Type.Integer(),
  scan: OneOf(scanStates, '`found`: something harmful, and the file was not kept'),
  open: Type.Boolean({ description: 'whether it can be loaded down now' }),
  by: Type.String({ description: 'login' }),
  unitId: Nullable(Type.String()),
  at: Moment()
})

export interface AttachmentsRoutesOptions {
  attachments: Attachments<PhotoPurpose>
  /** roles that may add a file to an order at all */
  takers: readonly Role[]
  /** bytes of a file at most */
  maxBytes: number
}

const OneFile = params({ id: Id(), attachment: Id() })

/** Files of an order: added, listed, loaded down by people who may read the order, taken back. */
export function attachmentsRoutes (options: AttachmentsRoutesOptions): Routes {
  const uploads = createUploads({ inAll: 6, ofOne: 2 })
  return app => {
    add(app, options, uploads)
    list(app, options)
    look(app, options)
    takeBack(app, options)
  }
}

function add (app: App, { attachments, takers, maxBytes }: AttachmentsRoutesOptions, uploads: Uploads): void {
  app.post('/api/work-orders/:id/attachments', {
    config: { roles: takers },
    schema: {
      tags,
      summary: 'Add a file',
      description: `\`multipart/form-data\` with one file, at most ${maxBytes / 1024 / 1024} MB: PDF, JPEG, PNG, WebP, DOCX, XLSX, MP3, ` +
        'WAV, MP4 or TXT, by its content and its name alike. Macros, scripts, encryption and archives are refused; `details.guard` says ' +
        `which. A picture is encoded again, without position, device or time. At most ${maxAttachments} of a purpose in a round; the ` +
        'same file again is the same attachment. Where a scanner is set, the file is handed out once it has looked it through.',
      params: params({ id: Id() }),
      querystring: Type.Object({ purpose: OneOf(photoPurposes, 'what it belongs to: as for photos') }),
      headers: WriteHeaders,
      response: answers({ 201: Attachment })
    }
  }, async (request, reply) => {
    const { purpose } = request.query
    const orderId = request.params.id
    // Not a byte is read for a person without permission, and only a limited number of files is in memory at once.
    await attachments.mayAdd(request.actor, { orderId, purpose })
    const kept = await uploads.within(request.actor.id, async () => {
      const { name, bytes: sent } = await oneFileOf(request, 'file', maxBytes)
      // What an Idempotency-Key stands for are these bytes.
      request.body = { purpose, file: createHash('sha256').update(sent).digest('hex') }
      return await attachments.add(request.actor, { orderId, purpose, name, sent }, async command => await write(request, reply, {
        action: 'order.attach', subject: orderId, status: 201, detail: ({ id, type }) => ({ attachment: id, purpose, type })
      }, command))
    })
    return await reply.status(201).send(kept as typeof kept & { purpose: PhotoPurpose })
  })
}

function list (app: App, { attachments }: AttachmentsRoutesOptions): void {
  app.get('/api/work-orders/:id/attachments', {
    config: { roles: staff },
    schema: {
      tags,
      summary: 'Files of an order, oldest first',
      params: params({ id: Id() }),
      response: answers({ 200: Type.Object({ items: Type.Array(Attachment) }) })
    }
  }, async request => ({
    items: await attachments.list(request.actor, request.params.id) as Array<Type.Static<typeof Attachment>>
  }))
}

function look (app: App, { attachments }: AttachmentsRoutesOptions): void {
  app.get('/api/work-orders/:id/attachments/:attachment', {
    config: { roles: staff },
    schema: {
      tags,
      summary: 'A file, as a download; each is kept with its reader',
      params: OneFile,
      response: answers({ 200: Type.Unsafe<unknown>({ description: 'the file' }) })
    }
  }, async (request, reply) => {
    const { id, attachment } = request.params
    const found = await attachments.look(request.actor, { orderId: id, attachmentId: attachment })
    await write(request, reply, { action: 'attachment.look', subject: id, detail: { attachment }, repeatable: false }, async () => null)
    // Never shown by the browser itself, and harmless if it were.
    return await reply.type(mediaTypeOf[found.type])
      .header('content-length', found.bytes)
      .header('content-disposition', `attachment; filename="${attachment}"; filename*=UTF-8''${encodeURIComponent(found.name)}`)
      .header('content-security-policy', 'sandbox; default-src \'none\'')
      .send(found.stream())
  })
}

function takeBack (app: App, { attachments, takers }: AttachmentsRoutesOptions): void {
  app.delete('/api/work-orders/:id/attachments/:attachment', {
    config: { roles: takers },
    schema: { tags, summary: 'Take one\'s own file back', params: OneFile, headers: WriteHeaders, response: answers({ 204: Nothing }) }
  }, async (request, reply) => {
    const { id, attachment } = request.params
    return await write(request, reply, { action: 'order.attach-remove', subject: id, status: 204, detail: { attachment } },
      async tx => { await attachments.remove(tx, request.actor, { orderId: id, attachmentId: attachment }); return null })
  })
}
