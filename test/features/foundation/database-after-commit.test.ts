import t from 'tap'
import { createAmiConnection } from '../../../src/pbx/ami/ami-connection.ts'
import { createDatabase } from '../../../src/db/database.ts'
import { freshDatabase } from '../../harness/servers/database.ts'

t.test('an announcement that throws after the commit neither undoes nor fails the write', async t => {
  const { url } = await freshDatabase(t)
  const failures: string[] = []
  const db = createDatabase({ url, size: 2, onError: error => { failures.push(error.message) } })
  t.teardown(db.close)
  const said: string[] = []
  const result = await db.tx(async tx => {
    // any table will do
    tx.write('insert into setting (name, value, changed_by, changed_at) values (\'after-commit\', \'1\', \'test\', now())')
    tx.afterCommit(() => { throw new Error('nobody listens') })
    tx.afterCommit(() => { said.push('the second') })
    return 'written'
  })
  t.equal(result, 'written')
  t.same(said, ['the second'], 'the others are said all the same')
  t.same(failures, ['nobody listens'])
  t.equal((await db.query('select 1 from setting where name = \'after-commit\'')).length, 1)
})

t.test('an action of the PBX inside a transaction is refused, whatever the caller', async t => {
  const { db } = await freshDatabase(t)
  const ami = createAmiConnection({ host: '127.0.0.1', port: 9, user: 'nobody', secret: 'none' })
  t.teardown(ami.close)
  const deep = async (): Promise<void> => { await Promise.all([ami.action('Ping')]) }
  await t.rejects(db.tx(async tx => {
    await tx.query('select 1')
    await deep()
  }), /inside a transaction/)
  await t.rejects(deep(), { code: 'pbx-unavailable' }, 'outside it is only the link that is missing')
  const later: Array<Promise<void>> = []
  await db.tx(async tx => { tx.afterCommit(() => { later.push(deep()) }) })
  await t.rejects(later[0] ?? Promise.resolve(), { code: 'pbx-unavailable' }, 'after the commit the transaction is over')
})
