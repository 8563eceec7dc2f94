import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { createDatabase } from '../../../src/db/database.ts'
import { migrate } from '../../../src/servers/migrate.ts'
import { ensureDatabase, startPostgres, type PostgresServer } from '../../../src/servers/postgres.ts'
import { freePort } from './ports.ts'
import { seedSample } from '../stories/sample.ts'

// Keeps what a whole test run shares: one PostgreSQL with a migrated template database. It lives as long as the run's
// owner and then removes everything, so that nothing is left behind by Ctrl-C or a crash either.

const [folder, owner] = process.argv.slice(2)
if (!folder || !owner) throw new Error('usage: keeper.ts <folder> <owner process id>')

const startOf = (pid: string): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

function tell (name: string, state: object): void {
  const file = join(folder ?? '', name)
  writeFileSync(file + '.new', JSON.stringify(state))
  renameSync(file + '.new', file)
}

const failure = (error: unknown): { error: string } => ({ error: error instanceof Error ? error.message : String(error) })

async function sampleDistrict (postgres: PostgresServer): Promise<void> {
  const admin = new pg.Client({ connectionString: postgres.url() })
  await admin.connect()
  await admin.query('create database template_sample template template')
  await admin.end()
  const db = createDatabase({ url: postgres.url('template_sample'), size: 2 })
  const dataDir = join(folder ?? '', 'sample')
  await seedSample(db, dataDir)
  await db.close()
  tell('sample.json', { postgresUrl: postgres.url(), template: 'template_sample' })
}

async function main (): Promise<void> {
  const born = startOf(owner ?? '')
  let postgres: PostgresServer | undefined
  try {
    postgres = await startPostgres({
      folder: join(folder ?? '', 'postgres'), port: await freePort(), password: null, durable: false, dieWithParent: true
    })
    await ensureDatabase(postgres, 'template')
    await migrate(postgres.url('template'))
    tell('state.json', { postgresUrl: postgres.url(), template: 'template' })
    await sampleDistrict(postgres).catch(error => tell('sample.json', failure(error)))
  } catch (error) {
    tell('state.json', failure(error))
  }
  const end = async (): Promise<void> => {
    try {
      await postgres?.kill()
    } finally {
      rmSync(folder ?? '', { recursive: true, force: true })
    }
  }
  const timer = setInterval(() => {
    if (startOf(owner ?? '') === born) return
    clearInterval(timer)
    void end()
  }, 250)
}

await main()
