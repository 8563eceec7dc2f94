import { execFileSync } from 'node:child_process'
import { existsSync, appendFileSync, openSync, closeSync, writeSync, renameSync, writeFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import type { Database } from '../../../src/db/database.ts'
import { pruneJournal } from '../../../src/pbx/journal/backups.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { until } from '../../../src/servers/until.ts'
import { journalCommand, journalFile, line, quiet, shipperOf } from './journal-file.ts'

const shipped = async (db: Database): Promise<string[]> =>
  (await db.query<{ num: string }>('select num from pbx_journal order by id')).map(r => r.num)
const numbered = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, i) => line({ event: 'ANSWER', num: String(from + i) })).join('')
const upTo = (n: number): string[] => Array.from({ length: n }, (_, i) => String(i + 1))
const generation = (path: string, n: number): string => join(dirname(path), `journal.${String(n).padStart(8, '0')}.csv`)

t.test('rotation loses no row, also while the old file is held open', async t => {
  const { db } = await freshDatabase(t)
  const file = await journalFile()
  const shipper = shipperOf(t, db, file, { rotateBytes: numbered(1, 4).length })
  file.append(numbered(1, 4))
  await shipper.catchUp()
  t.ok(existsSync(file.path), 'not large enough yet')
  // A writer that opened the file just before it was renamed.
  const late = openSync(file.path, 'a')
  file.append(numbered(5, 5))
  await shipper.catchUp()
  t.ok(existsSync(generation(file.path, 1)), 'renamed to its generation')
  t.notOk(existsSync(file.path))
  writeSync(late, numbered(6, 7))
  closeSync(late)
  await until(async () => (await shipped(db)).length === 7, { what: 'the late lines are shipped', seconds: 30 })
  file.append(numbered(8, 9))
  await until(async () => (await shipped(db)).length === 9, { what: 'the new file is shipped', seconds: 30 })
  t.strictSame(await shipped(db), upTo(9))
  t.match(await db.query('select generation, complete from journal_file order by generation'),
    [{ generation: 1, complete: true }, { generation: 2, complete: false }])
})

t.test('a crash right after renaming, and several generations written while nobody shipped', async t => {
  const { db } = await freshDatabase(t)
  const file = await journalFile()
  const first = shipperOf(t, db, file)
  file.append(numbered(1, 3))
  await first.catchUp()
  await first.close()
  file.append(numbered(4, 5))
  renameSync(file.path, generation(file.path, 1))
  file.append(numbered(6, 7))
  renameSync(file.path, generation(file.path, 2))
  file.append(numbered(8, 9))
  const second = shipperOf(t, db, file)
  await second.catchUp()
  t.strictSame(await shipped(db), upTo(9))
  t.equal((await second.status()).generation, 3)
})

t.test('a large file is rotated by itself and its torn end put aside', async t => {
  const { db } = await freshDatabase(t)
  const file = await journalFile()
  const shipper = shipperOf(t, db, file, { rotateBytes: 1000 })
  file.append(numbered(1, 10))
  await until(() => existsSync(generation(file.path, 1)), { what: 'rotated', seconds: 30 })
  appendFileSync(generation(file.path, 1), '"HANGUP","","2026')
  file.append(numbered(11, 12))
  await until(async () => (await shipped(db)).length === 12, { what: 'all shipped', seconds: 30 })
  t.strictSame(await shipped(db), upTo(12))
  t.match(await db.query('select generation, content, reason from journal_quarantine'),
    [{ generation: 1, content: '"HANGUP","","2026', reason: 'cut off' }])
  await shipper.catchUp()
})

t.test('only whole, shipped and old enough generations are deleted, and only those in a backup', async t => {
  const { db, url } = await freshDatabase(t)
  const file = await journalFile()
  const shipper = shipperOf(t, db, file, { rotateBytes: numbered(1, 2).length })
  const prune = async (keepMs = 0, free = 0.5): Promise<number> =>
    await pruneJournal({ db, file: file.path, node: 'pbx1', log: quiet, keepMs, freeShare: async () => free })
  file.append(numbered(1, 2))
  await shipper.catchUp()
  const before = new Date()
  file.append(numbered(3, 3))
  await until(() => existsSync(generation(file.path, 1)), { what: 'generation 1', seconds: 30 })
  file.append(numbered(4, 4))
  await until(async () => (await shipped(db)).length === 4, { what: 'shipped', seconds: 30 })
  t.equal(await prune(), 0, 'no backup yet')
  t.equal(await journalCommand(url, 'backed-up', before.toISOString()), 0)
  t.equal(await prune(), 0, 'it began before the file was carried over')
  for (const nonsense of ['soon', new Date(Date.now() + 600_000).toISOString()]) {
    t.equal(await journalCommand(url, 'backed-up', nonsense), 1, nonsense)
  }
  t.equal(await prune(), 0)
  t.equal(await journalCommand(url, 'backed-up', new Date().toISOString()), 0)
  t.equal(await prune(60_000), 0, 'not old enough')
  appendFileSync(generation(file.path, 1), line({ event: 'ANSWER', num: 'late' }))
  t.equal(await prune(), 0, 'it holds a line that is not shipped')
  await shipper.close()
  const next = shipperOf(t, db, file, { rotateBytes: numbered(4, 4).length })
  await next.catchUp()
  t.ok((await shipped(db)).includes('late'), 'a line that came to a completed file is found at the next start')
  const folderAway = async (): Promise<number> => { throw new Error('its disk is not mounted') }
  t.equal(await pruneJournal({ db, file: file.path, node: 'pbx1', log: quiet, keepMs: 0, freeShare: folderAway }), 0,
    'its folder is away: nothing is counted as gone')
  t.equal(await prune(), 1)
  t.notOk(existsSync(generation(file.path, 1)))
  t.ok(existsSync(file.path))
  // The number goes on although the file that bore it is gone.
  file.append(numbered(5, 5))
  await until(() => existsSync(generation(file.path, 2)), { what: 'generation 2', seconds: 30 })
  file.append(numbered(6, 6))
  await until(async () => (await shipped(db)).length === 7, { what: 'shipped', seconds: 30 })
  t.equal(await prune(), 0, 'in no backup')
  t.equal(await prune(0, 0.05), 1, 'on a disk that is nearly full it goes all the same')
})

t.test('another file in the live one\'s place is a new generation, an absent one is not', async t => {
  const { db } = await freshDatabase(t)
  const file = await journalFile()
  const shipper = shipperOf(t, db, file)
  file.append(numbered(1, 3))
  await shipper.catchUp()
  // Its disk goes away and comes back.
  renameSync(file.path, file.path + '.away')
  await shipper.catchUp()
  renameSync(file.path + '.away', file.path)
  await shipper.catchUp()
  t.strictSame(await shipped(db), upTo(3))
  await shipper.close()
  const size = statSync(file.path).size
  writeFileSync(file.path, numbered(4, 9))
  t.ok(statSync(file.path).size > size, 'longer than what was shipped: its size tells nothing')
  const next = shipperOf(t, db, file)
  await next.catchUp()
  t.strictSame(await shipped(db), upTo(9))
})

t.test('a file that cannot be renamed is carried all the same, and what waits for the journal does not fail', async t => {
  const { db } = await freshDatabase(t)
  const file = await journalFile()
  file.append(numbered(1, 3))
  try {
    // A container that is given the file alone mounts it: it cannot be renamed.
    execFileSync('mount', ['--bind', file.path, file.path], { stdio: 'ignore' })
  } catch {
    t.comment('SKIPPED: nobody may mount here')
    return
  }
  t.teardown(() => { execFileSync('umount', ['-l', file.path]) })
  const shipper = shipperOf(t, db, file, { rotateBytes: 100 })
  await shipper.catchUp()
  file.append(numbered(4, 6))
  await shipper.catchUp()
  t.strictSame(await shipped(db), upTo(6))
  t.match(await shipper.status(), { generation: 1, behindBytes: 0, failures: 0 })
  t.ok(existsSync(file.path))
})

t.test('a journal that came back from a backup is carried on behind the lines that were carried before', async t => {
  const { db } = await freshDatabase(t)
  const file = await journalFile()
  const kept = numbered(1, 3)
  const at = new Date('2026-11-22T06:40:08.123Z')
  const first = (n: number): string => line({ event: 'CHAN_START', at, uniqueId: `pbx1-1.${n}` })
  const shipper = shipperOf(t, db, file, { rotateBytes: 100_000 })
  file.append(first(0) + kept + numbered(4, 5))
  await shipper.catchUp()
  await shipper.close()
  // The same generation as it was before its last two lines; the PBX has written on.
  writeFileSync(file.path, first(0) + kept + numbered(6, 7))
  const again = shipperOf(t, db, file)
  await again.catchUp()
  t.strictSame((await shipped(db)).filter(num => num !== ''), upTo(7), 'each line once, the new ones too')
  t.equal((await db.query('select 1 from pbx_journal where event = \'CHAN_START\'')).length, 1)
  await again.close()

  // An earlier generation, after a rotation that the backup does not know.
  renameSync(file.path, `${file.path}.elsewhere`)
  file.append(line({ event: 'CHAN_START', uniqueId: 'pbx1-2.0' }) + numbered(8, 8))
  const newer = shipperOf(t, db, file)
  await newer.catchUp()
  await newer.close()
  writeFileSync(file.path, first(0) + kept + numbered(9, 9))
  const last = shipperOf(t, db, file)
  await last.catchUp()
  t.strictSame((await shipped(db)).filter(num => num !== ''), upTo(9))
  t.match(await db.query('select copy_of from journal_file where copy_of is not null order by generation'),
    [{ copy_of: 1 }, { copy_of: 2 }])
})
