// An administrator changes the district by date: what stood before still stands on its own days.
import t from 'tap'
import type { Tx } from '../../../src/db/database.ts'
import { below } from '../../../src/domain/people/unit-tree.ts'
import { systemActor, type Actor } from '../../../src/domain/people/roles.ts'
import { createDirectory } from '../../../src/features/directory/directory.ts'
import { createDirectoryCommands } from '../../../src/features/directory/directory-commands.ts'
import { openPartsOf } from '../../../src/features/work-orders/assignment/assignment-reads.ts'
import type { Category } from '../../../src/features/directory/directory-types.ts'
import { loadDistrict } from '../../../src/district/load-district.ts'
import { readDistrict } from '../../../src/district/read-district.ts'
import { until } from '../../../src/servers/until.ts'
import { freshDatabase } from '../../harness/servers/database.ts'

const administrator: Actor = { ...systemActor, id: 'admin', roles: ['ADMINISTRATOR'] }
const { db } = await freshDatabase(t)
await db.tx(async tx => { await loadDistrict(tx, readDistrict()) })
// Its days are those of the stories below.
const clock = { now: () => new Date('2026-11-28T04:00:00Z') }
const directory = createDirectory({ db, clock, timeZone: 'Asia/Shanghai', cacheMs: 60_000 })
const commands = createDirectoryCommands({ directory, openParts: openPartsOf })

t.test('a unit is divided: the new one from its day, a second change refused', async t => {
  const unit = {
    id: 'T15',
    kind: 'town' as const,
    parentId: 'C00',
    name: '新镇',
    nameEn: 'New Town',
    government: true,
    areaCode: null,
    dutyNumber: '5000 1015',
    validFrom: '2027-01-01',
    validTo: null
  }
  await db.tx(async tx => await commands.addUnit(tx, administrator, unit))
  t.equal((await directory.unit('T15', '2027-01-01')).dutyNumber, '+862150001015', 'stored in one spelling')
  await t.rejects(directory.unit('T15', '2026-12-31'), { code: 'unknown-unit' })
  await t.rejects(db.tx(async tx => await commands.addUnit(tx, administrator, unit)), { code: 'already-done' })
  await db.tx(async tx => await commands.endUnit(tx, administrator, 'T15', '2027-06-30'))
  t.equal((await directory.units({ kind: 'town', day: '2027-06-30' })).length, 15, 'the last day counts')
  t.equal((await directory.units({ kind: 'town', day: '2027-07-01' })).length, 14)
})

t.test('a category changes from a day on', async t => {
  await db.tx(async tx => await commands.changeCategory(tx, administrator, '1001', '2026-12-01', { leadUnitId: 'D15', urgency: 'urgent' }))
  t.equal((await directory.category('1001', '2026-11-30')).leadUnitId, 'D02')
  t.match(await directory.category('1001', '2026-12-01'), { leadUnitId: 'D15', urgency: 'urgent', name: '违法搭建' })
  await db.tx(async tx => await commands.changeCategory(tx, administrator, '1001', '2026-12-01', { urgency: 'normal' }))
  t.match(await directory.category('1001', '2026-12-01'), { leadUnitId: 'D15', urgency: 'normal' }, 'changed again on the same day')
  t.equal((await directory.categories('2026-12-01')).length, 67, 'never two of one code on one day')
})

t.test('two administrators enter one code for days that overlap, neither seeing the other: one of them is kept', async t => {
  const category: Category = { ...await directory.category('1001', '2026-12-01'), code: '1099' }
  let [settled, second] = [false, Promise.resolve<unknown>(null)]
  await db.tx(async tx => {
    await commands.addCategory(tx, administrator, { ...category, validFrom: '2027-01-01' })
    second = db.tx(async other => await commands.addCategory(other, administrator, { ...category, validFrom: '2027-02-01' }))
    second.catch(() => {}).finally(() => { settled = true })
    // It has looked, and waits for the first one's row; or nothing keeps it, and it is written.
    const waits = async (): Promise<boolean> =>
      (await db.query('select 1 from pg_stat_activity where datname = current_database() and wait_event_type = \'Lock\'')).length > 0
    await until(async () => settled || await waits(), { what: 'the second one has come as far as it comes', seconds: 30 })
  })
  await t.rejects(second, { code: 'already-done', details: { guard: 'category-taken' } })
  t.equal((await directory.categories('2027-02-01')).filter(c => c.code === '1099').length, 1)
  const overlaps = 'update category set valid_to = \'2026-12-02\' where code = \'1001\' and valid_to = \'2026-11-30\''
  await t.rejects(db.query(overlaps), { code: '23P01' }, 'nor does the table hold two on one day')
})

t.test('a category that ends does not come back with a change that was entered for later', async t => {
  const change = async (from: string, name: string): Promise<Category> =>
    await db.tx(async tx => await commands.changeCategory(tx, administrator, '1002', from, { name }))
  await change('2026-12-10', '改名')
  await change('2026-12-20', '又改名')
  const ended = await db.tx(async tx => await commands.endCategory(tx, administrator, '1002', '2026-12-15'))
  t.match(ended, { name: '改名', validTo: '2026-12-15' })
  for (const day of ['2026-12-16', '2026-12-25']) await t.rejects(directory.category('1002', day), { code: 'unknown-category' }, day)
  await db.tx(async tx => await commands.endCategory(tx, administrator, '1002', '2026-12-05'))
  t.equal((await directory.category('1002', '2026-12-05')).validTo, '2026-12-05')
  await t.rejects(directory.category('1002', '2026-12-12'), { code: 'unknown-category' })
})

t.test('nothing new is put under a unit that has ended, and what is there can still be changed', async t => {
  const ended = { ...await directory.unit('T03-JSB'), id: 'T03-OLD' }
  const child = { ...ended, id: 'T03-OLD-1', parentId: ended.id }
  const worker = { ...await directory.person('R-T03-JSB'), id: 'R-OLD', unitId: ended.id }
  await db.tx(async tx => {
    await commands.addUnit(tx, administrator, ended)
    await commands.addUnit(tx, administrator, child)
    await commands.addPerson(tx, administrator, worker)
    await commands.changeCategory(tx, administrator, '1003', '2026-11-28', { leadUnitId: ended.id })
    await commands.endUnit(tx, administrator, ended.id, '2026-11-27')
  })
  const tries: Array<(tx: Tx) => Promise<unknown>> = [
    async tx => await commands.addUnit(tx, administrator, { ...child, id: 'T03-OLD-2' }),
    async tx => await commands.changeUnit(tx, administrator, 'T03-PCS', { parentId: ended.id }),
    async tx => await commands.addPerson(tx, administrator, { ...worker, id: 'R-NEW' }),
    async tx => await commands.changeCategory(tx, administrator, '1004', '2026-12-01', { leadUnitId: ended.id })
  ]
  for (const command of tries) await t.rejects(db.tx(command), { code: 'unknown-unit', details: { unit: ended.id } })
  await db.tx(async tx => {
    await commands.changeUnit(tx, administrator, child.id, { nameEn: 'Corrected', parentId: ended.id })
    await commands.changePerson(tx, administrator, worker.id, { title: '改' })
    await commands.changeCategory(tx, administrator, '1003', '2026-12-01', { urgency: 'urgent' })
  })
})

t.test('bad input is refused with a stable code, and changes nothing', async t => {
  const category: Category = { ...await directory.category('0101'), validFrom: '2026-12-01' }
  const cases: Array<[string, () => Promise<unknown>]> = [
    ['already-done', async () => await db.tx(async tx => await commands.addCategory(tx, administrator, category))],
    [
      'unknown-unit',
      async () => await db.tx(async tx => await commands.changeCategory(tx, administrator, '0101', '2026-12-01', { leadUnitId: 'D99' }))
    ],
    ...['', ' ', '\u200b', '\u3164'].map((name): [string, () => Promise<unknown>] => [
      'invalid-input', async () => await db.tx(async tx => await commands.changeUnit(tx, administrator, 'T01', { name }))
    ]),
    ['invalid-input', async () => await db.tx(async tx => await commands.changePerson(tx, administrator, 'P01', { name: '\u200b' }))],
    [
      'invalid-input',
      async () => await db.tx(async tx => await commands.changeCategory(tx, administrator, '0101', '2026-12-01', { className: ' ' }))
    ],
    ['unknown-category', async () => await db.tx(async tx => await commands.endCategory(tx, administrator, '9999', '2026-12-01'))],
    ['invalid-input', async () => await db.tx(async tx => await commands.endUnit(tx, administrator, 'T01', '2026-02-31'))],
    ['invalid-input', async () => await db.tx(async tx => await commands.endUnit(tx, administrator, 'T01', '2001-01-01'))],
    ['invalid-input', async () => await db.tx(async tx => await commands.endUnit(tx, administrator, 'T01', '2026-11-01'))],
    ['invalid-input', async () => await db.tx(async tx => await commands.changeUnit(tx, administrator, 'T01', { validTo: '2026-11-01' }))],
    ['invalid-input', async () => await db.tx(async tx => await commands.endCategory(tx, administrator, '0101', '2026-11-01'))],
    [
      'invalid-input',
      async () => await db.tx(async tx => await commands.changeCategory(tx, administrator, '0101', '2026-11-01', { urgency: 'urgent' }))
    ],
    ['invalid-input', async () => await db.tx(async tx => await commands.changeUnit(tx, administrator, 'T01', { parentId: 'T01-PCS' }))],
    ['unknown-unit', async () => await db.tx(async tx => await commands.changeUnit(tx, administrator, 'T01', { parentId: 'X' }))],
    ['unknown-person', async () => await db.tx(async tx => await commands.endPerson(tx, administrator, 'P99', '2026-12-01'))],
    ['invalid-input', async () => await db.tx(async tx => await commands.changePerson(tx, administrator, 'P01', { deputyId: 'P01' }))],
    [
      'emergency-number-refused',
      async () => await db.tx(async tx => await commands.changePerson(tx, administrator, 'P01', { mobile: '０２１-110' }))
    ],
    ['not-a-phone-number', async () => await db.tx(async tx => await commands.changePerson(tx, administrator, 'P01', { mobile: '12' }))],
    [
      'not-allowed',
      async () => await db.tx(async tx => await commands.endUnit(tx, { ...administrator, roles: ['DISPATCHER'] }, 'T01', '2026-12-01'))
    ]
  ]
  const before = await db.query(`select (select array_agg(u order by id) from unit u) u, (select array_agg(p order by id) from person p) p,
    (select array_agg(c order by code, valid_from) from category c) c`)
  for (const [code, change] of cases) await t.rejects(change(), { code })
  t.same(
    await db.query(`select (select array_agg(u order by id) from unit u) u, (select array_agg(p order by id) from person p) p,
      (select array_agg(c order by code, valid_from) from category c) c`),
    before
  )
})

t.test('people: the responsible person and the deputy are changed', async t => {
  t.equal((await directory.responsibleOf('T02-JSB'))?.id, 'R-T02-JSB')
  t.equal((await directory.deputyOf('P01'))?.id, 'P02')
  t.equal(await directory.deputyOf('P06'), null)
  await db.tx(async tx => await commands.endPerson(tx, administrator, 'R-T02-JSB', '2026-01-31'))
  t.equal(await directory.responsibleOf('T02-JSB', '2026-02-01'), null, 'nobody named is null, not somebody who left')
  t.ok(below(await directory.tree(), 'T02').includes('T02-JSB'))
  t.equal((await directory.guessTown('浦锦街道', '2014-01-01')), null, 'a town that did not yet exist is not guessed')
})

t.test('place names: added by lines, known ones left alone, a wrong town named by its line, removed', async t => {
  const before = (await directory.placeNames()).length
  const add = async (...items: Array<[string, string]>) =>
    await db.tx(async tx => await commands.addPlaceNames(tx, administrator, items.map(([name, townId]) => ({ name, townId }))))
  t.equal(await directory.guessTown('星站路口'), null)
  await t.rejects(add(['星站路', 'T02'], ['西站路', 'D06']), { code: 'unknown-town', details: { line: 2 } }, 'a department is no town')
  t.same(await add(['星站路', 'T02'], ['七莘路', 'T02']), { added: 1, moved: 0, known: 1 })
  t.equal((await directory.guessTown('星站路口'))?.id, 'T02', 'it guides the next call')
  t.equal((await directory.placeNames()).length, before + 1)
  await t.rejects(
    db.tx(async tx => await commands.removePlaceName(tx, { ...administrator, roles: ['AGENT'] }, { name: '星站路', townId: 'T02' })),
    { code: 'not-allowed' }
  )
  await db.tx(async tx => { await commands.removePlaceName(tx, administrator, { name: '星站路', townId: 'T02' }) })
  t.equal(await directory.guessTown('星站路口'), null)
  await t.rejects(db.tx(async tx => { await commands.removePlaceName(tx, administrator, { name: '星站路', townId: 'T02' }) }),
    { code: 'not-found' })
})
