// What cannot be read, kept or counted is refused with a 4xx and a stable code, by every sender and each time.
import sharp from 'sharp'
import t from 'tap'
import { workOrderRoutes } from '../../../src/features/work-orders/work-orders-routes.ts'
import { photosRoutes } from '../../../src/features/photos/photos-routes.ts'
import { createPhotos } from '../../../src/features/photos/photos.ts'
import { madeAnew } from '../../../src/features/photos/photo-image.ts'
import type { PhotoPurpose } from '../../../src/domain/work-order.ts'
import { agent, dispatcher, illegalClinic, orderWorld } from '../../features/orders/order-world.ts'
import { testApp } from '../app-of-test.ts'

const cursorOf = (...values: unknown[]): string => Buffer.from(JSON.stringify(values)).toString('base64url')

t.test('malformed text, moments and cursors are refused', async t => {
  const w = await orderWorld(t)
  const { send, cookieOf } = await testApp(t, { on: { db: w.db, url: w.url, clock: w.clock }, routes: [workOrderRoutes(w.orders)] })
  const cookie = await cookieOf('8001', ['AGENT'])
  const admin = await cookieOf('admin', ['ADMINISTRATOR'])
  const { id } = await w.do(w.orders.commands.file, agent, illegalClinic)
  const refused = async (what: string, answer: Promise<{ statusCode: number, json: () => { code?: string } }>): Promise<void> => {
    const { statusCode, json } = await answer
    t.ok(statusCode >= 400 && statusCode < 500, `${what}: ${statusCode}`)
    t.ok(['invalid-input', 'control-character', 'not-found'].includes(json().code ?? ''), `${what}: ${json().code}`)
  }
  const order = { channel: 'HOTLINE_962000', requestType: 'COMPLAINT', categoryCode: '0701', title: '摊', townId: 'T02' }
  for (const broken of ['\\ud800', '\\udc00摊', '摊\\ud83d', '\\u0000', 'x\\u0000y']) {
    for (const field of ['title', 'description', 'place', 'complainantName', 'sourceNumber', 'occurred', 'townId']) {
      const raw = JSON.stringify({ ...order, [field]: 'HERE' }).replace('HERE', broken)
      await refused(`${field} ${broken}`, send('POST', '/api/work-orders', { cookie, raw }))
    }
    await refused(`note ${broken}`, send('POST', `/api/work-orders/${id}/notes`, { cookie, raw: `{"text":"${broken}"}` }))
    await refused(`login ${broken}`, send('POST', '/api/session', { raw: `{"login":"${broken}","password":"x"}` }))
    await refused(`a field's name ${broken}`, send('POST', '/api/work-orders', { cookie, raw: `{"${broken}":1}` }))
  }
  for (const moment of [
    '2026-11-23T23:59:60Z', '2026-13-01T00:00:00Z', '2026-02-30T00:00:00Z', '-271821-04-20T00:00:00Z', '+275760-09-13T00:00:00Z',
    '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '2026-11-23T24:00:01Z', '2026-11-23', 'x'
  ]) {
    if (new Date(moment).getUTCMonth() === 2 && moment.includes('02-30')) continue
    await refused(`received ${moment}`, send('POST', '/api/work-orders', { cookie, body: { ...order, receivedAt: moment } }))
    await refused(`from ${moment}`, send('GET', `/api/work-orders?from=${encodeURIComponent(moment)}`, { cookie }))
    await refused(`audit from ${moment}`, send('GET', `/api/audit?from=${encodeURIComponent(moment)}`, { cookie: admin }))
    await refused(`cursor ${moment}`, send('GET', `/api/work-orders?cursor=${cursorOf(moment, id)}`, { cookie }))
  }
  for (const cursor of [
    cursorOf('2026-11-23T00:00:00Z', 'x'), cursorOf('2026-11-23T00:00:00Z', '\ud800'), cursorOf('2026-11-23T00:00:00Z', null),
    cursorOf(1e300), cursorOf(), cursorOf('a', 'b', 'c'), 'e30', '!!!', 'A'.repeat(400)
  ]) {
    await refused(`cursor ${cursor.slice(0, 40)}`, send('GET', `/api/work-orders?cursor=${encodeURIComponent(cursor)}`, { cookie }))
    await refused(`cursor of users ${cursor.slice(0, 40)}`,
      send('GET', `/api/audit?cursor=${encodeURIComponent(cursor)}`, { cookie: admin }))
  }
})

t.test('a photo without permission, or half a body, is not read', async t => {
  const w = await orderWorld(t)
  const photos = createPhotos<PhotoPurpose>({
    db: w.db,
    clock: w.clock,
    folder: t.testdir(),
    freeShare: async () => 1,
    sees: w.orders.queries.one,
    mayAdd: w.orders.queries.mayAddPhoto,
    onOrder: w.orders.commands.photo
  })
  const { app, cookieOf } = await testApp(t, {
    on: { db: w.db, url: w.url, clock: w.clock },
    routes: [photosRoutes({ photos, takers: w.orders.photoRoles })]
  })
  const { id } = await w.do(w.orders.commands.file, agent, illegalClinic)
  await w.do(w.orders.commands.dispatch, dispatcher, { orderId: id, mode: 'single', unitIds: ['D11'], basis: 'designated', evidence: '指定' })
  const its = await cookieOf('d11', ['HANDLER'], { unitId: 'D11' })
  const other = await cookieOf('d05', ['HANDLER'], { unitId: 'D05' })
  const head = '--b\r\ncontent-disposition: form-data; name="photo"; filename="a.jpg"\r\ncontent-type: image/jpeg\r\n\r\n'
  const post = async (cookie: string, payload: string, purpose = 'arrival') => await app.inject({
    method: 'POST',
    url: `/api/work-orders/${id}/photos?purpose=${purpose}`,
    payload,
    headers: { cookie, 'content-type': 'multipart/form-data; boundary=b' }
  })
  for (const body of ['', '--b', head, `${head}half a picture`, `${head}x\r\n--b`, '--b\r\n\r\n']) {
    const answer = await post(its, body)
    t.ok(answer.statusCode >= 400 && answer.statusCode < 500,
      `${JSON.stringify(body.slice(-20))}: ${answer.statusCode} ${answer.json().code}`)
  }
  t.match((await post(other, head)).json(), { status: 404 }, 'another unit\'s order: refused before its body')
  t.match((await post(its, head, 'verification')).json(), { status: 409, code: 'transition-not-allowed' }, 'a step that is not now')
})

t.test('a picture that would be unpacked as a whole has few pixels', async t => {
  const big = { create: { width: 9000, height: 9000, channels: 3 as const, background: '#fff' } }
  await t.rejects(madeAnew(await sharp(big).png({ progressive: true, compressionLevel: 9 }).toBuffer()), { code: 'not-a-photo' },
    'interlaced')
  await t.rejects(madeAnew(await sharp(big).jpeg({ progressive: true }).toBuffer()), { code: 'not-a-photo' }, 'progressive')
  await t.rejects(madeAnew(await sharp(big).webp().toBuffer()), { code: 'not-a-photo' }, 'WebP')
  t.match(await madeAnew(await sharp(big).jpeg().toBuffer()), { width: 2048, height: 2048 }, 'line by line it may be large')
  t.match(
    await madeAnew(await sharp({ create: { ...big.create, width: 1000, height: 1000 } }).png({ progressive: true }).toBuffer()),
    { width: 1000 }
  )
})

t.test('requests without a session are counted', async t => {
  const { send, cookieOf } = await testApp(t, { requestsPerMinute: 20 })
  const cookie = await cookieOf('agent1', ['AGENT'])
  const answers: number[] = []
  for (let i = 0; i < 30; i++) {
    answers.push((await send('GET', '/api/users', i % 2 === 0 ? {} : { cookie: 'liandong_session=made-up-made-up-made-up' })).statusCode)
  }
  t.same([answers.filter(s => s === 401).length, answers.filter(s => s === 429).length], [20, 10])
  t.equal((await send('GET', '/api/session', { cookie })).statusCode, 200, 'a colleague at the same address goes on')
})

t.test('a broken Authorization and refused roles are counted', async t => {
  const { send, cookieOf } = await testApp(t, { requestsPerMinute: 20 })
  const statuses = async (options: Parameters<typeof send>[2]): Promise<number[]> => {
    const answers: number[] = []
    for (let i = 0; i < 30; i++) answers.push((await send('GET', '/api/users', options)).statusCode)
    return answers
  }
  const broken = await statuses({ headers: { authorization: 'Bearer x' } })
  t.same([broken.filter(s => s === 401).length, broken.filter(s => s === 429).length], [20, 10])
  const refused = await statuses({ cookie: await cookieOf('agent1', ['AGENT']) })
  t.same([refused.filter(s => s === 403).length, refused.filter(s => s === 429).length], [20, 10])
})
