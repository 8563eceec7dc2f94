import pg from 'pg'
import type { Test } from 'tap'
import { createDatabase, type Database } from '../../../src/db/database.ts'
import { migrate } from '../../../src/servers/migrate.ts'
import { ensureDatabase, startPostgres, type PostgresOptions } from '../../../src/servers/postgres.ts'
import { freePort } from './ports.ts'
import { freeze, thaw } from './freezing.ts'
import { sharedSample, sharedServers, temporaryFolder } from './run-folder.ts'

export interface FreshDatabase { url: string, db: Database }

let made = 0

async function onServer (url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

/** A migrated database of this test's own, empty or with the sample district, dropped when the test is over. */
export async function freshDatabase (t: Test, { size = 16, seed = 'none' }: {
  size?: number,
  seed?: 'sample' | 'none'
} = {}): Promise<FreshDatabase> {
  const shared = await (seed === 'sample' ? sharedSample() : sharedServers())
  const name = `t_${process.pid}_${++made}`
  await onServer(shared.postgresUrl, `create database ${name} template ${shared.template} strategy file_copy`)
  const url = new URL(shared.postgresUrl)
  url.pathname = name
  const db = createDatabase({ url: url.href, size })
  t.teardown(async () => {
    await db.close()
    await onServer(shared.postgresUrl, `drop database if exists ${name} with (force)`)
  })
  return { url: url.href, db }
}

export interface OwnPostgres {
  /** a migrated database on a server nobody else uses */
  url: string
  /** SIGKILL: connections break, what was committed stays */
  kill: () => Promise<void>
  start: () => Promise<void>
  /** SIGSTOP, its backends too: connections stay and nothing is answered, until `thaw` */
  freeze: () => void
  thaw: () => void
}

/** A PostgreSQL of this test's own, to be killed and started again; in a folder of its own. */
export async function ownPostgres (t: Test, folder?: string): Promise<OwnPostgres> {
  const options: PostgresOptions = {
    folder: folder ?? await temporaryFolder('postgres'),
    port: await freePort(),
    password: null,
    dieWithParent: true
  }
  let server = await startPostgres(options)
  t.teardown(async () => await server.kill())
  await ensureDatabase(server, 'liandong')
  const url = server.url('liandong')
  await migrate(url)
  return {
    url,
    kill: async () => await server.kill(),
    async start () { server = await startPostgres(options) },
    freeze: () => { freeze(server.pid) },
    thaw: () => { thaw(server.pid) }
  }
}

/** Folder for the files of one test, removed with the run. */
export const freshFolder = temporaryFolder
