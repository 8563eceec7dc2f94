// Everything is moved: how long does the pass that must find nothing take?
import t from 'tap'
import { smsReplyNumbers } from '../../src/sms/sealed-sms-store.ts'
import { freshDatabase } from '../harness/servers/database.ts'

t.test('last pass', { timeout: 500_000 }, async t => {
  const { db, url } = await freshDatabase(t)
  const { createDatabase } = await import('../../src/db/database.ts')
  const slow = createDatabase({ url, size: 2, statementMs: 400_000 })
  t.teardown(async () => { await slow.close() })
  const begun = performance.now()
  const rows = Number(process.env.ROWS ?? 2_000_000)
  await slow.query(`insert into sms_reply (provider_id, number_hash, number_sealed, body, received_at)
    select 'p' || i, decode('01020002' || encode(sha256(i::text::bytea), 'hex'), 'hex'), decode('01020002' || encode(sha512(i::text::bytea), 'hex'), 'hex'),
      repeat('回', 40), now() from generate_series(1, ${rows}) i`)
  await slow.query('analyze sms_reply')
  console.log('filled', Math.round(performance.now() - begun))
  for (let i = 0; i < 2; i++) {
    const at = performance.now()
    const found = await smsReplyNumbers.next?.(db, { mark: Buffer.from('01020002', 'hex'), after: Buffer.alloc(0), limit: 200 }).catch((e: Error) => e.message)
    console.log('next', Math.round(performance.now() - at), 'ms', Array.isArray(found) ? found.length : found)
  }
})
