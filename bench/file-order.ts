// Orders filed through POST /api/work-orders (session, validation, audit, idempotency, timeline, clocks, outbox, feed;
// fsync on) against pgbench running the same writes as plain statements, with as many clients, in turns.
import { execFile, fork, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { once } from 'node:events'
import pg from 'pg'
import { sessionCookie } from '../src/http/kit/session-cookie.ts'
import { migrate } from '../src/servers/migrate.ts'
import { ensureDatabase, startPostgres } from '../src/servers/postgres.ts'
import { freePort } from '../src/servers/machine/ports.ts'

const clients = 16
const warmUpSeconds = 12
const seconds = 6
const rounds = 3

const body = JSON.stringify({
  channel: 'HOTLINE_962000',
  requestType: 'COMPLAINT',
  categoryCode: '0701',
  title: '早点摊占道',
  description: '菜场门口七八个早点摊占了半条路，上班时间堵得厉害。',
  place: '莘庄镇 莘建东路 菜场门口',
  townId: 'T01',
  complainantName: '李女士',
  complainantNumber: '13900001002'
})

/** One agent's connection: the next order as soon as the last one is answered. Answers how many were filed. */
async function client (port: number, cookie: string, until: number): Promise<number> {
  const socket = createConnection({ host: '127.0.0.1', port, noDelay: true })
  await once(socket, 'connect')
  let filed = 0
  let text = ''
  const ask = (): void => {
    socket.write('POST /api/work-orders HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncookie: ' +
      `${sessionCookie}=${cookie}\r\n` +
      `idempotency-key: ${randomUUID()}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  }
  return await new Promise((resolve, reject) => {
    socket.setEncoding('utf8')
    socket.on('error', reject)
    socket.on('data', chunk => {
      text += String(chunk)
      const head = text.indexOf('\r\n\r\n')
      const length = Number(/content-length: (\d+)/i.exec(text.slice(0, head))?.[1])
      if (head < 0 || Buffer.byteLength(text) < head + 4 + length) return
      if (!text.startsWith('HTTP/1.1 201')) { reject(new Error(`not filed: ${text}`)); return }
      text = ''
      filed++
      if (performance.now() < until) ask()
      else { socket.end(); resolve(filed) }
    })
    ask()
  })
}

async function ours (port: number, cookie: string, seconds: number): Promise<number> {
  const begun = performance.now()
  const filed = await Promise.all(Array.from({ length: clients }, async () => await client(port, cookie, begun + seconds * 1000)))
  return filed.reduce((a, b) => a + b, 0) / ((performance.now() - begun) / 1000)
}

/** What one filed order writes, read off the database, as plain statements. */
async function plainStatements (url: string): Promise<string> {
  const db = new pg.Client({ connectionString: url })
  await db.connect()
  try {
    const { rows: [order] } = await db.query<{ id: string }>('select id from work_order order by received_at desc limit 1')
    const literal = (value: unknown): string => {
      if (value === null) return 'null'
      if (value instanceof Date) return pg.escapeLiteral(value.toISOString())
      if (Buffer.isBuffer(value)) return `'\\x${value.toString('hex')}'`
      if (Array.isArray(value)) return `'{${value.join(',')}}'`
      return pg.escapeLiteral(typeof value === 'object' ? JSON.stringify(value) : String(value))
    }
    const inserts = async (table: string, where: string, change: Record<string, string>, leaveOut: string[] = []): Promise<string> => {
      const { rows, fields } = await db.query<Record<string, unknown>>(`select * from ${table} where ${where}`)
      if (rows.length === 0) throw new Error(`nothing was written to ${table}`)
      const columns = fields.map(f => f.name).filter(name => !leaveOut.includes(name))
      return `insert into ${table} (${columns.join(', ')})
        values ${rows.map(row => `(${columns.map(c => change[c] ?? literal(row[c])).join(', ')})`).join(', ')};`
    }
    const id = order?.id ?? ''
    const ofOrder = `order_id = '${id}'`
    return [
      'begin;',
      // pgbench's random is per client; together with its client's number it makes a key of its own
      'insert into idempotency (actor, key, request_hash, created_at) values (\'8001\', gen_random_uuid()::text, \'\\x00\', ' +
      'now()) returning key \\gset k_',
      'select gen_random_uuid() as id, to_char(now(), \'YYYYMMDD\') || \'-\' || nextval(\'work_order_number\') as number \\gset o_',
      await inserts('work_order', `id = '${id}'`, { id: "':o_id'", number: "':o_number'" }),
      await inserts('request', ofOrder, { id: 'gen_random_uuid()', order_id: "':o_id'", filed_with: "':o_id'" }),
      await inserts('deadline', ofOrder, { id: 'gen_random_uuid()', order_id: "':o_id'" }),
      await inserts('outbox', `payload->>'orderId' = '${id}'`, { job_id: 'gen_random_uuid()::text' }, ['id']),
      await inserts('order_event', ofOrder, { order_id: "':o_id'" }, ['id']),
      await inserts('feed_event', `subject = '${id}'`, { subject: "':o_id'", id: 'null' }, ['seq']),
      await inserts('audit_entry', `subject = '${id}'`, { subject: "':o_id'" }, ['id']),
      `update idempotency set status = 201, response = '\\x${'00'.repeat(160)}' where actor = '8001' and key = ':k_key';`,
      'commit;'
    ].join('\n')
  } finally {
    await db.end()
  }
}

async function plain (url: string, script: string): Promise<number> {
  const { stdout } = await promisify(execFile)('pgbench',
    ['-n', '-f', script, '-c', String(clients), '-j', '2', '-T', String(seconds), url])
  return Number(/tps = ([\d.]+)/.exec(stdout)?.[1])
}

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

const folder = mkdtempSync('/tmp/liandong-bench-file-order-')
let server: ChildProcess | null = null
const postgres = await startPostgres({ folder, port: await freePort(), password: null, dieWithParent: true })
try {
  await ensureDatabase(postgres, 'bench')
  const url = postgres.url('bench')
  await migrate(url)
  server = fork(join(import.meta.dirname, 'http/file-order-server.ts'), [url], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [{ port, secret }] = await once(server, 'message') as [{ port: number, secret: string }]
  // A service that has been up for a minute is measured, not one whose code is still being compiled.
  await ours(port, secret, warmUpSeconds)
  const script = join(folder, 'plain.sql')
  writeFileSync(script, await plainStatements(url))
  const figures: Array<{ ours: number, bare: number }> = []
  for (let i = 0; i < rounds; i++) figures.push({ ours: await ours(port, secret, seconds), bare: await plain(url, script) })
  const [filed, bare] = [middle(figures.map(f => f.ours)), middle(figures.map(f => f.bare))]
  console.log(JSON.stringify({
    figure: 'file-order',
    ours: Math.round(filed),
    bare: Math.round(bare),
    unit: 'orders/s',
    ratio: Number((filed / bare).toFixed(2)),
    wanted: '>= 0.5'
  }))
} finally {
  server?.disconnect()
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}
