// The sample district loads, twice without harm, and says what the handbook's tables say.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import t from 'tap'
import { readLogins } from '../../../src/district/load-accounts.ts'
import { seed } from '../../../src/district/seed.ts'
import { sampleLoaded } from '../../../src/features/directory/directory-reads.ts'
import { adjustableClock } from '../../../src/domain/time/clock.ts'
import { createDirectory } from '../../../src/features/directory/directory.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { systemActor } from '../../../src/domain/people/roles.ts'
import { createDirectoryCommands } from '../../../src/features/directory/directory-commands.ts'
import { openPartsOf } from '../../../src/features/work-orders/assignment/assignment-reads.ts'

const hashPassword = async (password: string): Promise<string> => `hash-of-${password.length}`

function folder (): string {
  const dir = mkdtempSync(join(tmpdir(), 'district-'))
  t.teardown(() => { rmSync(dir, { recursive: true }) })
  return dir
}

t.test('the whole sample', async t => {
  const { db } = await freshDatabase(t)
  const dataDir = folder()
  const { logins } = await seed({ db, dataDir, hashPassword })
  const again = await seed({ db, dataDir, hashPassword })
  t.same(again.logins, logins, 'a second run keeps every password')
  t.equal(statSync(join(dataDir, 'logins.json')).mode & 0o777, 0o600)
  t.ok(await sampleLoaded(db))

  const [counts] = await db.query<Record<string, number>>(`select
    (select count(*) from unit where kind = 'town') towns, (select count(*) from unit where id ~ '^D\\d\\d$') departments,
    (select count(*) from unit where kind = 'utility') utilities, (select count(*) from unit where kind in ('office', 'station')) offices,
    (select count(*) from category) categories, (select count(distinct class_code) from category) classes,
    (select count(*) from person where id like 'P%') command, (select count(*) from service_line where kind = 'service') lines,
    (select count(distinct unit_id) from service_line where kind = 'service') line_departments,
    (select count(*) from plan) plans, (select count(*) from plan_member) members, (select count(*) from agent) agents,
    (select count(*) from article) articles, (select count(*) from interface where sample) interfaces, (select count(*) from unit u
    where id <> 'GOV' and not exists (select from person p where p.unit_id = u.id and p.responsible)) nobody,
    (select count(*) from (select mobile from person group by mobile having count(*) > 1) d) doubled,
    (select count(*) from person where mobile !~ '^\\+861390000\\d{4}$' or office !~ '^\\+86215000\\d{4}$') outside_sample`)
  t.same(counts, {
    towns: 14,
    departments: 32,
    utilities: 8,
    offices: 140,
    categories: 67,
    classes: 16,
    command: 45,
    lines: 34,
    line_departments: 21,
    plans: 12,
    members: 102,
    agents: 27,
    articles: 23,
    interfaces: 60,
    nobody: 0,
    doubled: 0,
    outside_sample: 0
  })
  const noVisit = await db.query<{ code: string }>('select code from category where on_site_minutes is null order by code')
  t.same(noVisit.map(r => r.code), ['1504', '1505'])
  t.equal(readLogins(dataDir).filter(l => l.roles.includes('SUBCENTRE_OPERATOR')).length, 14)

  const directory = createDirectory({ db, clock: adjustableClock(), timeZone: 'Asia/Shanghai' })
  t.equal((await directory.units({ kind: 'town', day: '2015-06-15' })).length, 13)
  t.equal((await directory.units({ kind: 'town', day: '2015-06-16' })).length, 14)
})

t.test('an administrator\'s changes stay', async t => {
  const { db } = await freshDatabase(t)
  const dataDir = folder()
  await seed({ db, dataDir, hashPassword })
  const directory = createDirectory({ db, clock: adjustableClock(), timeZone: 'Asia/Shanghai' })
  const administrator = { ...systemActor, roles: ['ADMINISTRATOR' as const] }
  const commands = createDirectoryCommands({ directory, openParts: openPartsOf })
  await db.tx(async tx => await commands.changeUnit(tx, administrator, 'T02', { name: '七宝' }))
  await seed({ db, dataDir, hashPassword })
  t.same(await db.query("select name from unit where id = 'T02'"), [{ name: '七宝' }])
})

t.test('empty: the Centre and an administrator', async t => {
  const { db } = await freshDatabase(t)
  const { logins } = await seed({ db, dataDir: folder(), hashPassword, empty: true })
  t.same(logins.map(l => l.user), ['admin'])
  t.same(await db.query('select id from unit'), [{ id: 'C00' }])
  t.notOk(await sampleLoaded(db))
})
