import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { once } from 'node:events'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { plainEnvironment, plainNode } from '../../harness/servers/run-folder.ts'
import { journalFile, line } from './journal-file.ts'

const program = fileURLToPath(new URL('journal-carrier.ts', import.meta.url))

t.test('a service killed again and again neither loses nor doubles a line or an effect', async t => {
  const { db, url } = await freshDatabase(t)
  await db.query('create table effect (id bigint generated always as identity, num text)')
  const file = await journalFile()
  let written = 0
  const writer = setInterval(
    () => { file.append(Array.from({ length: 5 }, () => line({ event: 'ANSWER', num: String(++written) })).join('')) },
    4
  )
  t.teardown(() => clearInterval(writer))
  const carrier = (): ChildProcess =>
    spawn(plainNode.command, [...plainNode.first, program, url, file.path],
      { env: plainEnvironment(), stdio: ['ignore', 'inherit', 'inherit'] })
  const count = async (): Promise<number> => (await db.query<{ n: number }>('select count(*) as n from effect'))[0]?.n ?? 0
  for (let round = 0; round < 5; round++) {
    const before = await count()
    const child = carrier()
    await until(async () => await count() > before + 300, { what: 'effects are happening', seconds: 30 })
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  clearInterval(writer)
  const last = carrier()
  t.teardown(() => last.kill('SIGKILL'))
  await until(async () => await count() >= written, { what: 'everything is handled', seconds: 30 })
  const effects = await db.query<{ num: string }>('select num from effect order by id')
  t.strictSame(effects.map(e => Number(e.num)), Array.from({ length: written }, (_, i) => i + 1), 'each once, in order')
  const generations = await db.query('select 1 from journal_file')
  t.ok(generations.length > 1, `${generations.length} generations, rotated while being killed`)
})
