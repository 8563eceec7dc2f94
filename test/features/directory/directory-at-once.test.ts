// Two administrators change the directory at once: one after the other, and each is told what became of their change.
import t from 'tap'
import type { Tx } from '../../../src/db/database.ts'
import { loadDistrict } from '../../../src/district/load-district.ts'
import { readDistrict } from '../../../src/district/read-district.ts'
import { systemActor, type Actor } from '../../../src/domain/people/roles.ts'
import { createDirectory } from '../../../src/features/directory/directory.ts'
import { createDirectoryCommands } from '../../../src/features/directory/directory-commands.ts'
import type { Category, EnteredPerson, EnteredUnit } from '../../../src/features/directory/directory-types.ts'
import { openPartsOf } from '../../../src/features/work-orders/assignment/assignment-reads.ts'
import { until } from '../../../src/servers/until.ts'
import { freshDatabase } from '../../harness/servers/database.ts'

const administrator: Actor = { ...systemActor, id: 'admin', roles: ['ADMINISTRATOR'] }
const { db } = await freshDatabase(t)
await db.tx(async tx => { await loadDistrict(tx, readDistrict()) })
const clock = { now: () => new Date('2026-11-28T04:00:00Z') }
const directory = createDirectory({ db, clock, timeZone: 'Asia/Shanghai' })
const commands = createDirectoryCommands({ directory, openParts: openPartsOf })

type Command = (tx: Tx) => Promise<unknown>

/** `done`, or the code it was refused with. */
const told = async (command: Promise<unknown>): Promise<string> => await command.then(() => 'done', (error: { code: string }) => error.code)

/** What the second is told, which begins before the first is committed. */
async function meanwhile (first: Command, second: Command): Promise<string> {
  let [settled, answer] = [false, Promise.resolve('')]
  await db.tx(async tx => {
    await first(tx)
    answer = told(db.tx(second)).finally(() => { settled = true })
    const waits = async (): Promise<boolean> =>
      (await db.query('select 1 from pg_stat_activity where datname = current_database() and wait_event_type = \'Lock\'')).length > 0
    await until(async () => settled || await waits(), { what: 'the second one has come as far as it comes', seconds: 30 })
  })
  return await answer
}

const unit = (over: Partial<EnteredUnit>): EnteredUnit => ({
  id: 'X01',
  kind: 'office',
  parentId: 'T01',
  name: '新所',
  nameEn: 'New office',
  government: true,
  areaCode: null,
  dutyNumber: null,
  validFrom: '2026-01-01',
  validTo: null,
  ...over
})
const person = (over: Partial<EnteredPerson>): EnteredPerson => ({
  id: 'PX1',
  name: '某某',
  title: '',
  unitId: 'T01',
  mobile: null,
  office: null,
  deputyId: null,
  responsible: false,
  validFrom: '2026-01-01',
  validTo: null,
  ...over
})

t.test('people who are each other\'s deputies are changed at once without waiting for each other', async t => {
  let begun = 0
  const change = async (id: string, deputyId: string): Promise<string> => await told(db.tx(async tx => {
    // A deadlock would end it after a second, and begin it again.
    begun++
    await commands.changePerson(tx, administrator, id, { deputyId })
  }))
  const rounds = 20
  for (let i = 0; i < rounds; i++) t.same(await Promise.all([change('P01', 'P02'), change('P02', 'P01')]), ['done', 'done'])
  t.equal(begun, 2 * rounds)
})

t.test('what two administrators add at once is added once, and the second is told', async t => {
  const one: Category = { ...await directory.category('1001'), code: '9010', classCode: '90', validFrom: '2027-01-01', validTo: null }
  const both: Array<[table: string, add: (tx: Tx, name: string) => Promise<unknown>]> = [
    ['unit', async (tx, name) => await commands.addUnit(tx, administrator, unit({ name }))],
    ['person', async (tx, name) => await commands.addPerson(tx, administrator, person({ name }))],
    ['category', async (tx, name) => await commands.addCategory(tx, administrator, { ...one, name })]
  ]
  for (const [table, add] of both) {
    t.equal(await meanwhile(async tx => await add(tx, '甲'), async tx => await add(tx, '乙')), 'already-done', table)
    t.same(await db.query(`select name from ${table} where name in ('甲', '乙')`), [{ name: '甲' }], table)
  }
})

t.test('two changes of one category from different days both stand', async t => {
  const change = (from: string): Command => async tx => await commands.changeCategory(tx, administrator, '1001', from, { name: from })
  t.equal(await meanwhile(change('2027-02-01'), change('2027-03-01')), 'done')
  const spans = await db.query<{ name: string, validTo: string | null }>(
    'select name, valid_to as "validTo" from category where code = \'1001\' order by valid_from')
  t.match(spans, [
    { validTo: '2027-01-31' }, { name: '2027-02-01', validTo: '2027-02-28' }, { name: '2027-03-01', validTo: null }
  ])
})
