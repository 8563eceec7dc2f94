// A photo of an order is what its bytes say. It is encoded again without the camera's data, and readers of the order alone see it.
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pino from 'pino'
import sharp from 'sharp'
import t from 'tap'
import type { Role } from '../../../src/domain/people/roles.ts'
import { freeShareOf } from '../../../src/disk/free-share.ts'
import { createPhotos, type Photos } from '../../../src/features/photos/photos.ts'
import type { PhotoPurpose } from '../../../src/domain/work-order.ts'
import { createHttpServer } from '../../../src/http/server.ts'
import { createSessions } from '../../../src/access/sessions/sessions.ts'
import { photosRoutes } from '../../../src/features/photos/photos-routes.ts'
import { agent, dispatcher, handler, illegalClinic, operator, orderWorld, type OrderWorld } from './order-world.ts'
import { hired } from '../../harness/stories/hired.ts'

interface Answer { status: number, body: Record<string, unknown>, bytes: Buffer, type: string }

const photosOf = (w: OrderWorld, folder: string): Photos<PhotoPurpose> => createPhotos<PhotoPurpose>({
  db: w.db,
  clock: w.clock,
  folder,
  freeShare: freeShareOf,
  sees: w.orders.queries.one,
  mayAdd: w.orders.queries.mayAddPhoto,
  onOrder: w.orders.commands.photo
})

t.test('photos of an order', async t => {
  const w = await orderWorld(t)
  const folder = t.testdir()
  const sessions = createSessions({ db: w.db, clock: w.clock })
  const photos = photosOf(w, folder)
  const app = await createHttpServer({
    ...w,
    sessions,
    logger: pino({ level: 'silent' }),
    routes: [photosRoutes({ photos, takers: w.orders.photoRoles })]
  })
  t.teardown(async () => { await app.close() })

  async function as (
    login: string,
    unit: string | null,
    ...roles: Role[]
  ): Promise<(method: 'GET' | 'POST' | 'DELETE', path: string, sent?: Buffer, name?: string, key?: string) => Promise<Answer>> {
    await hired(w.db, login, roles, { unitId: unit })
    const { secret } = await sessions.begin(w.db, login)
    return async (method, path, sent, name = 'IMG_0001.jpg', key) => {
      const payload = sent && Buffer.concat([
        Buffer.from(`--x\r\nContent-Disposition: form-data; name="photo"; filename="${name}"\r\nContent-Type: image/jpeg\r\n\r\n`),
        sent,
        Buffer.from('\r\n--x--\r\n')
      ])
      const answer = await app.inject({
        method,
        url: `/api/work-orders/${path}`,
        headers: {
          cookie: `liandong_session=${secret}`,
          ...(key ? { 'idempotency-key': key } : {}),
          ...(payload ? { 'content-type': 'multipart/form-data; boundary=x' } : {})
        },
        ...(payload ? { payload } : {})
      })
      const type = String(answer.headers['content-type'])
      return { status: answer.statusCode, body: type.includes('json') ? answer.json() : {}, bytes: answer.rawPayload, type }
    }
  }
  const files = async (): Promise<string[]> => (await readdir(folder, { recursive: true })).filter(f => f.endsWith('.jpg'))
  const picture = async (shade: number, kind: 'jpeg' | 'png' | 'webp' | 'gif' = 'jpeg'): Promise<Buffer> =>
    await sharp({ create: { width: 640, height: 480, channels: 3, background: { r: shade, g: 80, b: 80 } } })[kind]().toBuffer()

  const c = w.orders.commands
  const { id } = await w.do(c.file, agent, illegalClinic)
  await w.do(c.dispatch, dispatcher, { orderId: id, mode: 'single', unitIds: ['D11'], basis: 'statutory' })
  const unit = await as('d11', 'D11', 'HANDLER')
  const report = `${id}/photos?purpose=report`

  await t.test('re-encoded: upright, smaller, without position, owner or appended data', async t => {
    const camera = sharp({ create: { width: 4000, height: 3000, channels: 3, background: '#789' } }).jpeg().withMetadata({ orientation: 6 })
      .withExifMerge({
        IFD0: { Make: 'PhoneMaker', Artist: 'Li Ming' },
        IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '31/1 6/1 36/1', GPSLongitudeRef: 'E', GPSLongitude: '121/1 22/1 48/1' }
      })
    const sent = Buffer.concat([await camera.toBuffer(), Buffer.from('PK-hidden-behind-the-picture')])
    t.match((await sharp(sent).metadata()).exif?.toString('latin1') ?? '', /PhoneMaker/, 'the camera did write it')
    const added = await unit('POST', report, sent, 'x.jpg', 'photo-key-1')
    t.match(added, { status: 201, body: { purpose: 'report', width: 1536, height: 2048 } })
    const full = await unit('GET', `${id}/photos/${String(added.body.id)}`)
    t.match(full, { status: 200, type: 'image/jpeg' })
    const { exif, xmp, iptc, icc, orientation, format } = await sharp(full.bytes).metadata()
    t.same(
      { exif, xmp, iptc, icc, orientation, format },
      { exif: undefined, xmp: undefined, iptc: undefined, icc: undefined, orientation: undefined, format: 'jpeg' }
    )
    t.notMatch(full.bytes.toString('latin1'), /hidden-behind|PhoneMaker|Li Ming/)
    t.match(await sharp((await unit('GET', `${id}/photos/${String(added.body.id)}?size=small`)).bytes).metadata(),
      { width: 360, height: 360 })
    t.same((await unit('POST', report, sent, 'x.jpg', 'photo-key-1')).body, added.body, 'sent again under its key')
    t.same((await unit('POST', report, sent, 'other name.png')).body.id, added.body.id, 'the same picture again is the same photo')
    t.equal((await files()).length, 2, 'one photo, two files')
    t.same((await w.db.query('select action, actor from audit_entry where action like \'%photo%\' order by id')),
      [{ action: 'order.photo', actor: 'd11' }, { action: 'photo.look', actor: 'd11' }])
    t.match(
      await w.orders.queries.one(dispatcher, id),
      {
        version: 2,
        photos: [{ purpose: 'report', by: 'd11', unit: { id: 'D11' } }],
        timeline: [{ kind: 'case.file' }, { kind: 'case.dispatch' }, { kind: 'photo.add' }]
      },
      'on the timeline; nobody\'s version is out of date by it'
    )
  })

  await t.test('no photo, too large, too many', async t => {
    const before = await files()
    const jpeg = await picture(1)
    const rows: Array<[string, Buffer, number, string]> = [
      ['a GIF named .jpg', await picture(1, 'gif'), 422, 'not-a-photo'],
      ['a drawing that fetches', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'), 422,
        'not-a-photo'],
      ['a page', Buffer.from('<!doctype html><script>alert(1)</script>'), 422, 'not-a-photo'],
      ['a torn photo', jpeg.subarray(0, jpeg.length / 2), 422, 'not-a-photo'],
      ['nothing', Buffer.alloc(0), 422, 'not-a-photo'],
      ['eleven megabytes', randomBytes(11 * 1024 * 1024), 413, 'too-large']
    ]
    for (const [what, sent, status, code] of rows) t.match(await unit('POST', report, sent), { status, body: { code } }, what)
    t.match(await unit('POST', `${id}/photos?purpose=selfie`, jpeg), { status: 400 })
    t.match(await unit('POST', report), { status: 406, body: { code: 'invalid-input' } }, 'no form')
    for (const [i, kind] of (['png', 'webp', 'jpeg', 'jpeg', 'jpeg', 'jpeg', 'jpeg', 'jpeg'] as const).entries()) {
      t.match(await unit('POST', report, await picture(10 + i * 20, kind)), { status: 201 })
    }
    t.match(await unit('POST', report, await picture(250)), { status: 409, body: { code: 'too-many-photos' } })
    t.equal((await files()).length, before.length + 16, 'a refused photo left no file')
  })

  await t.test('photos of another unit\'s order', async t => {
    const [one] = (await w.orders.queries.one(dispatcher, id)).photos
    const path = `${id}/photos/${one?.id ?? ''}`
    const stranger = await as('d02', 'D02', 'HANDLER')
    const verifier = await as('verifier', null, 'VERIFIER')
    t.match(await stranger('GET', path), { status: 404 })
    t.match(await stranger('POST', report, await picture(200)), { status: 404 })
    t.match(await verifier('POST', `${id}/photos?purpose=verification`, await picture(200)), { status: 404 },
      'nothing is to be verified yet')
    t.match(await (await as('agent', null, 'AGENT'))('POST', report, await picture(200)), { status: 403 })
    t.match(await (await as('colleague', 'D11', 'HANDLER'))('DELETE', path), { status: 403, body: { code: 'not-allowed' } })
    const [file] = await w.db.query<{ file: string }>('select file from photo where id = $1', [one?.id])
    t.ok((await readFile(join(folder, `${file?.file ?? ''}.jpg`))).length > 0)
    t.match(await unit('DELETE', path), { status: 204 })
    t.match(await unit('GET', path), { status: 404 })
    await t.rejects(readFile(join(folder, `${file?.file ?? ''}.jpg`)), { code: 'ENOENT' })

    // What a crash left without a row goes; what has one stays.
    const [other] = (await w.orders.queries.one(dispatcher, id)).photos
    const [kept] = await w.db.query<{ file: string }>('select file from photo where id = $1', [other?.id])
    const orphan = (kept?.file ?? '').replace(/[^/]+$/, 'left-behind')
    await writeFile(join(folder, `${orphan}.jpg`), 'x')
    await utimes(join(folder, `${orphan}.jpg`), w.clock.now(), w.clock.now())
    await photos.sweep.run(w.clock.now())
    t.ok(existsSync(join(folder, `${orphan}.jpg`)), 'it may still be on its way')
    for (const file of [`${orphan}.jpg`, `${kept?.file ?? ''}.jpg`]) await utimes(join(folder, file), new Date(0), new Date(0))
    await photosOf(w, folder).sweep.run(w.clock.now())
    t.notOk(existsSync(join(folder, `${orphan}.jpg`)))
    t.ok(existsSync(join(folder, `${kept?.file ?? ''}.jpg`)))

    for (const step of [c.sign, c.arrive, c.start] as const) await w.do(step, handler('D11'), { orderId: id })
    await w.do(c.report, handler('D11'), { orderId: id, text: '已取缔' })
    await w.do(c.acceptReport, operator('T02'), { orderId: id })
    t.match(await unit('POST', report, await picture(201)), { status: 409, body: { code: 'transition-not-allowed' } },
      'after the report was accepted')
    t.match(await verifier('POST', `${id}/photos?purpose=verification`, await picture(202)), { status: 201 })
    t.match(await verifier('GET', `${id}/photos/${(await w.orders.queries.one(dispatcher, id)).photos[0]?.id ?? ''}`), { status: 200 },
      'the verifier sees what the unit showed')
  })
})
