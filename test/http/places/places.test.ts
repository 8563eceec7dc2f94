// Where something lies, by the API: areas from a file, the town and cell of an order, things in the street, names with their place.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { sampleAreas, samplePlaceNames } from '../../../src/district/draw-sample-areas.ts'
import { readDistrict, sampleFolder } from '../../../src/district/read-district.ts'
import { createDirectoryCommands } from '../../../src/features/directory/directory-commands.ts'
import { placeRoutes } from '../../../src/features/directory/place-routes.ts'
import { placeFileRoutes } from '../../../src/features/places/place-file-routes.ts'
import { createPlaceChanges } from '../../../src/features/places/place-changes.ts'
import { placesRoutes } from '../../../src/features/places/places-routes.ts'
import type { Geometry } from '../../../src/features/places/rules/shape.ts'
import { workOrderRoutes } from '../../../src/features/work-orders/work-orders-routes.ts'
import { illegalClinic, orderWorld } from '../../features/orders/order-world.ts'
import { polygon, position, square } from '../../rules/places/drawn.ts'
import { testApp } from '../app-of-test.ts'

const w = await orderWorld(t)
w.at('2026-11-23 09:00')
const { directory, places, db } = w
const app = await testApp(t, {
  on: w,
  sealing: w.sealing,
  routes: [
    placesRoutes({ places, today: directory.today }),
    placeFileRoutes({ db, changes: createPlaceChanges({ places, today: directory.today }) }),
    placeRoutes({ directory, commands: createDirectoryCommands({ directory, openParts: async () => 0 }) }),
    workOrderRoutes(w.orders)
  ]
})
const agent = await app.cookieOf('agent1', ['AGENT', 'DISPATCHER'], { extension: '8001' })
const admin = await app.cookieOf('admin', ['ADMINISTRATOR'])
const post = async (path: string, body: object, cookie = admin) => await app.send('POST', path, { cookie, body })

// The drawings of the rules' tests, east of the sample's areas, where no district lies yet.
const away = 0.5
const shift = (geometry: Geometry): Geometry => JSON.parse(JSON.stringify(geometry), (_key, value: unknown) =>
  Array.isArray(value) && typeof value[0] === 'number' ? [Number((value[0] + away).toFixed(7)), value[1] as number] : value) as Geometry
const at = (x: number, y: number) => ({ longitude: Number((position(x, y)[0] + away).toFixed(7)), latitude: position(x, y)[1] })
const feature = (id: string, level: string, geometry: Geometry, over: object = {}) => ({
  type: 'Feature',
  properties: {
    id,
    level,
    name: id,
    parentId: level === 'district' ? null : 'X',
    ...(level === 'town' ? { townId: id.slice(2) } : {}),
    validFrom: '2020-01-01',
    ...over
  },
  geometry: shift(geometry)
})
const file = (...features: object[]) => ({ type: 'FeatureCollection', features })
const own = file(
  feature('X', 'district', square(0, 0, 20)), feature('X-T01', 'town', square(0, 0, 4)), feature('X-T02', 'town', square(4, 0, 4)),
  feature('X-T01-1', 'community', square(0, 0, 2), { parentId: 'X-T01' }),
  feature('X-T01-s', 'street', square(0, 0, 4), { parentId: 'X-T01' }),
  feature('X-T01-1-b', 'block', square(0, 0, 1), { parentId: 'X-T01-1' }))

t.test('the sample: drawn by its script, and each place name lies in its town', async t => {
  t.equal(readFileSync(join(sampleFolder, 'areas.json'), 'utf8'), sampleAreas(), 'as `node src/bin/documents/sample-areas.ts` writes it')
  t.equal(readFileSync(join(sampleFolder, 'place-names.csv'), 'utf8'), samplePlaceNames(readDistrict().placeNames))
  const names = await directory.placeNames()
  for (const { name, townId, longitude, latitude } of names) {
    t.equal((await places.at([longitude ?? 0, latitude ?? 0])).townId, townId, name)
  }
  t.ok(names.length > 40 && names.every(n => n.longitude !== null))
  t.same((await places.areas()).filter(a => !a.illustration), [], 'and is a sketch')
  const west = { longitude: 121.485, latitude: 31.09 }
  t.match((await post('/api/places/at', { ...west, day: '2015-06-15' })).json(), { where: 'inside', townId: 'T09' }, 'before the division')
  t.match((await post('/api/places/at', { ...west, day: '2015-06-16' })).json(), { where: 'inside', townId: 'T14' }, 'and after')
})

t.test('a file of areas is tried, refused, taken, and taken once', async t => {
  const check = async (...features: object[]) => (await post('/api/places/areas/check', file(...features))).json()
  t.match((await post('/api/places/at', at(1, 1), agent)).json(), { where: 'outside', townId: null, cell: null })
  t.equal((await post('/api/places/areas', own, agent)).statusCode, 403)
  t.equal((await post('/api/places/areas/check', own, agent)).statusCode, 403)
  t.match(await check(...own.features), { saved: 6, known: 0, faults: [] })
  t.equal((await places.areas()).some(a => a.id === 'X'), false, 'tried alone')
  t.match((await post('/api/places/areas', own)).json(), { saved: 6, ended: 0, known: 0, faults: [] })
  const revision = await places.revision()
  t.match((await post('/api/places/areas', own)).json(), { saved: 0, ended: 0, known: 6 }, 'the same file again')
  t.equal(await places.revision(), revision, 'changed nothing')
  t.match(await db.query('select detail from audit_entry where action = \'area.import\' order by id'),
    [{ detail: { saved: 6 } }, { detail: { saved: 0 } }])

  const tie = feature('X-T03', 'town', polygon([[8, 0], [10, 2], [10, 0], [8, 2]]))
  t.match(await check(tie), {
    faults: [{ fault: 'crosses-itself', id: 'X-T03', at: [at(9, 1).longitude, at(9, 1).latitude], other: null }]
  }, 'it says where')
  const exchanged = { type: 'Polygon', coordinates: [[[31.1, 121.9], [31.2, 121.9], [31.2, 122], [31.1, 121.9]]] }
  const refused: Array<[object, string, object]> = [
    [tie, 'area-crosses-itself', {}], [feature('X-T03', 'town', square(3.5, 3)), 'area-overlaps', { other: 'X-T01' }],
    [feature('X-T03', 'town', square(19.5, 3)), 'area-outside', { other: 'X' }],
    [feature('X-T03', 'town', square(8, 8), { townId: 'D01' }), 'unknown-town', {}],
    [feature('X-T03', 'town', square(8, 8), { parentId: 'nowhere' }), 'invalid-input', { guard: 'no-parent' }],
    [{ ...feature('X-T03', 'town', square(8, 8)), geometry: exchanged }, 'invalid-input', { guard: 'not-here' }]
  ]
  for (const [one, code, details] of refused) t.match((await post('/api/places/areas', file(one))).json(), { code, details }, code)
  for (const bad of [
    { type: 'Feature', properties: {}, geometry: null }, feature('X-T03', 'planet', square(8, 8)), feature('X T03', 'town', square(8, 8)),
    { ...feature('X-T03', 'town', square(8, 8)), geometry: { type: 'Point', coordinates: [121, 31] } },
    feature('X-T03', 'town', square(8, 8), { validFrom: '2026-02-30' }), feature('X-T03', 'town', square(8, 8), { name: 'a\u202Eb' })
  ]) t.match((await post('/api/places/areas', file(bad))).json(), { status: /^(400|422)$/, code: /^(invalid-input|control-character)$/ })
  t.equal((await post('/api/places/areas', file())).statusCode, 400, 'an empty file')
  t.equal(await places.revision(), revision)

  const gcj = { from: 'gcj02', longitude: 121.3896337489803, latitude: 31.109097572309533 }
  const { position: wgs } = (await post('/api/places/at', gcj, agent)).json()
  t.ok(Math.abs(wgs.longitude - 121.385) < 1e-5 && Math.abs(wgs.latitude - 31.111) < 1e-5, 'what a map of others says is converted')
  t.match((await post('/api/places/at', at(0.5, 0.5), agent)).json(), { where: 'inside', townId: 'T01', cell: { id: 'X-T01-1-b' } })
  t.match((await post('/api/places/at', at(3.99, 1), agent)).json(), { where: 'border', townId: 'T01', near: ['T02'] }, 'both towns')
  t.equal((await post('/api/places/at', { longitude: 181, latitude: 0 }, agent)).statusCode, 400)
  const listed = (await app.send('GET', '/api/places/areas?level=block&geometry=true', { cookie: agent })).json()
  t.match(listed.items, [{ id: 'X-T01-1-b', townId: 'T01', geometry: { type: 'Polygon' } }])
})

t.test('an order is given its town by the map, and its cell soon after', async t => {
  const { townId: _townId, ...matter } = illegalClinic
  const order = async (body: object) =>
    await app.send('POST', '/api/work-orders', { cookie: agent, body: { ...matter, requestType: 'HELP', ...body } })
  const one = async (id: string) => (await app.send('GET', `/api/work-orders/${id}`, { cookie: agent })).json()
  t.equal((await order({})).statusCode, 201, 'without a place on the map')
  t.match((await order({ longitude: 121.9 })).json(), { code: 'invalid-input', details: { field: 'latitude' } }, 'half a place')
  t.match((await order({ coordinatesFrom: 'gcj02' })).json(), { code: 'invalid-input' }, 'a reference without a place')
  t.equal((await order({ ...at(1, 1), coordinatesFrom: 'bd09' })).statusCode, 400)

  const { id } = (await order({ ...at(0.5, 0.5), place: '七宝镇 沪星路' })).json()
  t.match(await one(id), { townId: 'T01', ...at(0.5, 0.5), coordinatesFrom: 'wgs84', cellId: null }, 'the map goes before the words')
  const onBorder = (await order({ ...at(3.99, 1), place: '七宝镇 沪星路' })).json().id
  t.match(await one(onBorder), { townId: 'T02' }, 'on a border the words decide')
  const mars = (await order({ coordinatesFrom: 'gcj02', longitude: 121.3896337489803, latitude: 31.109097572309533 })).json().id
  const kept = await one(mars)
  t.ok(Math.abs(kept.longitude - 121.385) < 1e-5, 'kept in WGS-84')
  t.match(kept, { coordinatesFrom: 'gcj02', townId: (await places.at([121.385, 31.111])).townId })

  const { version } = await one(id)
  await w.sweep()
  t.match(await one(id), { cellId: 'X-T01-1-b', version }, 'the version stays: nothing was said')
  t.match(await one(onBorder), { cellId: 'X-T01-s' })
  t.ok((await one(mars)).cellId.startsWith('Q-T'))
  const amend = async (body: object) => await app.send('PUT', `/api/work-orders/${id}/matter`, { cookie: agent, body })
  const moved = (await amend({ version, ...at(1.5, 1.5) })).json()
  t.match(await one(id), { cellId: null, longitude: at(1.5, 1.5).longitude }, 'another place has no cell yet')
  await w.sweep()
  t.match(await one(id), { cellId: 'X-T01-1' })
  t.match((await one(id)).timeline.at(-1).detail.changed.map((c: { field: string }) => c.field).sort(), ['latitude', 'longitude'])
  t.match((await amend({ version: moved.version, longitude: null, latitude: null })).json(), { id })
  t.match(await one(id), { cellId: null, longitude: null, coordinatesFrom: null })

  await t.test('again when the areas have changed; what fails in the middle is done by the next run', async t => {
    await post('/api/places/areas', file(
      feature('X-T01-3', 'community', square(2, 0, 2), { parentId: 'X-T01' }),
      feature('X-T01-4', 'community', square(2, 2, 2), { parentId: 'X-T01', validFrom: '2026-11-24' })
    ))
    const inOther = (await order({ ...at(3, 3) })).json().id
    const run = w.orders.sweeps.find(s => s.name === 'orders-to-cells')?.run ?? (async () => { t.fail('there is no such sweep') })
    await db.query('alter table work_order add constraint fails check (cell_id <> \'X-T01-3\') not valid')
    await t.rejects(run(w.clock.now()))
    await db.query('alter table work_order drop constraint fails')
    await run(w.clock.now())
    t.match(await one(onBorder), { cellId: 'X-T01-3' }, 'the new community, before the street')
    t.match(await one(inOther), { cellId: 'X-T01-s' }, 'one that begins tomorrow is not the order\'s of today')
    t.same(await db.query('select id from work_order where longitude is not null and cell_revision < $1', [await places.revision()]), [])
  })
})

t.test('things in the street belong to their unit, on their days', async t => {
  const cover = { id: 'JG-1', kind: '雨水井盖', name: '', ownerUnit: 'D10', ...at(1, 1), validFrom: '2020-01-01', validTo: null }
  const put = async (...components: object[]) => (await post('/api/places/components', { components })).json()
  t.equal((await post('/api/places/components', { components: [cover] }, agent)).statusCode, 403)
  t.match(await put({ ...cover, ownerUnit: 'nobody' }), { code: 'unknown-unit' })
  t.match(await put({ ...cover, ...at(30, 30) }), { code: 'outside-district' })
  t.match(await put(cover, cover), { code: 'invalid-input', details: { guard: 'twice' } })
  t.match((await post('/api/places/components/check', { components: [cover, { ...cover, id: 'JG-2', ownerUnit: 'nobody' }] })).json(),
    { saved: 2, faults: [{ fault: 'unknown-unit', id: 'JG-2', other: 'nobody' }] })
  t.match(await put(cover), { saved: 1, known: 0 })
  t.match(await put(cover), { saved: 0, known: 1 })
  t.match(await put({ ...cover, ownerUnit: 'D11', validFrom: '2026-12-01' }), { saved: 1, ended: 1 }, 'another owner from a day on')
  const owner = async (day: string, kind = cover.kind) => (await post('/api/places/at', { ...at(1.01, 1), day, kind }, agent)).json().thing
  t.match(await owner('2026-11-30'), { component: { ownerUnit: 'D10', validTo: '2026-11-30' }, metres: Number })
  t.match(await owner('2026-12-01'), { component: { ownerUnit: 'D11' } })
  t.equal(await owner('2026-12-01', '路灯'), null)
})

t.test('names have a place on the map, and are found as they are typed', async t => {
  const find = async (typed: string, over: object = {}) => (await post('/api/places/find', { typed, ...over }, agent)).json().items
  t.match((await find('xjdl198弄'))[0],
    { text: '莘建东路198弄', why: 'initials', place: { name: '莘建东路', townId: 'T01', kind: 'road', longitude: Number } })
  t.equal((await find('星站路')).length, 0)
  const add = async (...items: object[]) => (await post('/api/directory/place-names', { items })).json()
  t.match(await add({ name: '星站路', townId: 'T02', longitude: 121.35 }), { code: 'invalid-input', details: { line: 1 } })
  t.match(await add({ name: '星站路', townId: 'T02' }, { name: '星站路', townId: 'T02' }), { added: 1, moved: 0, known: 1 })
  t.match((await find('xingzhan'))[0], { place: { name: '星站路', longitude: null } })
  t.match(await add({ name: '星站路', townId: 'T02', longitude: 121.35, latitude: 31.15 }), { added: 0, moved: 1, known: 0 })
  t.match((await find('星站路'))[0], { place: { longitude: 121.35, latitude: 31.15 } }, 'found at once, with its place')
  t.match(await add({ name: '星站路', townId: 'T02' }), { added: 0, moved: 0, known: 1 }, 'a list without places takes none away')
  t.match((await find('星站路'))[0], { place: { longitude: 121.35 } })
  t.equal((await find('浦锦', { day: '2014-01-01' })).filter((a: { place: { townId: string } }) => a.place.townId === 'T14').length, 0)
  t.equal((await post('/api/places/find', { typed: 'a'.repeat(401) }, agent)).statusCode, 400)
})
