// Calls that became one are one call under every id that any of them had.
import t from 'tap'
import type { Queryable } from '../../../src/db/database.ts'
import { createSealing } from '../../../src/db/sealing.ts'
import type { Actor } from '../../../src/domain/people/roles.ts'
import { createCallQueries } from '../../../src/features/calls/call-queries.ts'
import { saveProgress, type StoredCall } from '../../../src/features/calls/calls-store.ts'
import { newCall } from '../../../src/features/calls/rules/call.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { migratedTo } from '../../harness/servers/migrated-to.ts'
import { noUnit } from '../../../src/domain/people/reader-unit.ts'

const leader: Actor = { id: 'bz01', roles: ['SHIFT_LEADER'], unitId: null, extension: '8030', personId: null }
const sealing = createSealing(Buffer.alloc(32, 7))
const number = '+8613900001001'
const call = (id: string, minute: number, mergedInto: string | null = null): StoredCall => ({
  ...newCall({ uniqueId: id, linkedId: id, node: 'pbx1', channel: 'PJSIP/trunk-1', at: new Date(Date.UTC(2026, 8, 30, 1, minute)) }),
  mergedInto,
  numberSealed: sealing.seal(number),
  numberHash: Buffer.alloc(32, 1)
})
const root = async (db: Queryable, id: string): Promise<unknown> => (await db.query('select id from call_root($1)', [id]))[0]?.id

t.test('two merges in one batch lead to the call that goes on', async t => {
  const { db } = await freshDatabase(t)
  await db.tx(async tx => {
    saveProgress(tx, {
      calls: [call('before', 0), call('a', 3, 'b'), call('b', 2, 'c'), call('c', 1)],
      channels: [],
      aliases: [{ linkedId: 'heard-of-a', callId: 'a' }, { linkedId: 'a', callId: 'b' }, { linkedId: 'b', callId: 'c' }],
      merges: [{ from: 'a', into: 'b' }, { from: 'b', into: 'c' }],
      entries: []
    })
  })
  for (const id of ['a', 'b', 'c', 'heard-of-a']) t.equal(await root(db, id), 'c', id)
  t.equal(await root(db, 'nobody'), 'nobody', 'an id that no call has stays itself')

  const queries = createCallQueries({ db, sealing, readerUnit: async () => noUnit })
  for (const id of ['a', 'c', 'heard-of-a']) {
    t.equal((await queries.get(leader, id)).id, 'c')
    t.same((await queries.earlier(leader, id)).map(c => c.id), ['before'], `${id}: no call is among its own earlier ones`)
  }
})

t.test('calls merged before there were aliases for all', async t => {
  const { db, migrateOn } = await migratedTo(t, '0038')
  // By SQL: rows as the product wrote them before this migration.
  await db.query(`insert into call (id, node, direction, state, offered_at, merged_into)
    select id, 'pbx1', 'inbound', 'ended', now(), into_id from (values ('c', null), ('b', 'c'), ('a', 'c')) as x (id, into_id)`)
  await db.query("insert into call_alias (linked_id, call_id) values ('a', 'b'), ('heard-of-b', 'b')")
  await migrateOn()
  for (const id of ['a', 'b', 'c', 'heard-of-b']) t.equal(await root(db, id), 'c', id)
})
