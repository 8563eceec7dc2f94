// Orders of before requests were rows: each complaint is one request, where merging had taken it, and its callback asks about it.
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { migratedTo } from '../../harness/servers/migrated-to.ts'

t.test('one request for each order, and one for each person who joined by word', async t => {
  const { db, migrateOn } = await migratedTo(t, '0081')
  const id: Record<string, string> = {}
  const insert = async (table: string, row: Record<string, unknown>): Promise<void> => {
    const places = Object.keys(row).map((_, i) => `$${i + 1}`).join(', ')
    await db.query(`insert into ${table} (${Object.keys(row).join(', ')}) values (${places})`, Object.values(row))
  }
  const ten = '2026-11-20T10:00:00+08:00'
  const filed = { state: 'FILED', channel: 'HOTLINE_962000', channel_since: '2000-01-01', asked_back: true, restricted: false }
  const order = async (number: string, over: Record<string, unknown> = {}): Promise<void> => {
    id[number] = randomUUID()
    const [created, said] = [{ created_by: '8001', received_at: ten, filed_at: ten, updated_at: ten }, { request_type: 'COMPLAINT' }]
    await insert('work_order', { ...filed, ...created, ...said, id: id[number], number, number_hash: Buffer.from(number), ...over })
  }
  const joined = async (from: string | null, hash: string, hour: number, over: Record<string, unknown> = {}): Promise<string> => {
    const [co, at] = [randomUUID(), `2026-11-20T${hour}:00:00+08:00`]
    const of = { order_id: id.stays, from_order: from === null ? null : id[from] }
    await insert('co_complainant', { id: co, ...of, number_hash: Buffer.from(hash), added_at: at, complained_at: at, ...over })
    return co
  }
  const asked = async (number: string, co: string | null): Promise<void> => {
    await db.query(`insert into callback (id, order_id, cycle, co_complainant_id, status, number_sealed, number_hash, due_at, created_at)
      values ($1, $2, 1, $3, 'SCHEDULED', '\\x00', '\\x00', now(), now())`, [randomUUID(), id[number], co])
  }
  await order('stays', { reply: '已答复', confidential: true, marks: ['elderly'] })
  // `first` was merged into `between`, which a person had joined by word; then `between` was merged into `stays`.
  await order('between', {
    state: 'MERGED', closed_at: '2026-11-20T13:00:00+08:00', merged_into: id.stays, wants_callback: false, number_changed: true
  })
  await order('first', {
    state: 'MERGED', closed_at: '2026-11-20T12:00:00+08:00', merged_into: id.between, anonymous: true, request_type: 'REPORT_OF_WRONG'
  })
  const first = await joined('first', 'first', 12)
  const byWord = await joined('between', 'by-word', 11, { marks: ['dialect'] })
  const between = await joined('between', 'between', 13)
  const late = await joined(null, 'late', 14, { confidential: true })
  await asked('stays', null)
  await asked('stays', byWord)
  await asked('stays', between)
  await migrateOn()

  const rows = await db.query<{ hash: string, at: string, filed: string, joined: boolean, id: string }>(`
    select encode(r.number_hash, 'escape') hash, o.number at, f.number filed, r.joined_at is not null joined, r.confidential, r.marks,
      r.reply, r.wants_callback, r.anonymous, r.number_changed, r.request_type, r.id
    from request r join work_order o on o.id = r.order_id join work_order f on f.id = r.filed_with order by hash`)
  t.match(rows, [
    { hash: 'between', id: between, at: 'stays', filed: 'between', joined: false, wants_callback: false, number_changed: true },
    { hash: 'by-word', id: byWord, at: 'stays', filed: 'between', joined: true, marks: ['dialect'] },
    { hash: 'first', id: first, at: 'stays', filed: 'first', joined: false, anonymous: true, request_type: 'REPORT_OF_WRONG' },
    { hash: 'late', id: late, at: 'stays', filed: 'stays', joined: true, confidential: true },
    { hash: 'stays', at: 'stays', filed: 'stays', joined: false, reply: '已答复', confidential: true, marks: ['elderly'] }
  ])
  t.equal(rows.length, 5)
  const own = rows.at(-1)?.id
  const about = await db.query<{ request: string }>('select request_id request from callback')
  t.same(about.map(c => c.request).sort(), [own, byWord, between].sort(), 'each callback asks about the request it asked about')
})
