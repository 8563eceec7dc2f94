// A database as an earlier version left it.
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runner } from 'node-pg-migrate'
import pg from 'pg'
import type { Test } from 'tap'
import { createDatabase, type Database } from '../../../src/db/database.ts'
import { migrate } from '../../../src/servers/migrate.ts'
import { sharedServers } from './run-folder.ts'

/** A database with the migrations before `first` (`0051`); `migrateOn` does the others. */
export async function migratedTo (t: Test, first: string): Promise<{ db: Database, migrateOn: () => Promise<void> }> {
  const { postgresUrl } = await sharedServers()
  const name = `old_${first}_${process.pid}`
  const server = new pg.Client({ connectionString: postgresUrl })
  await server.connect()
  t.teardown(async () => await server.end())
  await server.query(`create database ${name}`)
  t.teardown(async () => await server.query(`drop database ${name} with (force)`))
  const url = new URL(postgresUrl)
  url.pathname = name
  const before = mkdtempSync(join(tmpdir(), 'before-'))
  t.teardown(() => { rmSync(before, { recursive: true }) })
  for (const file of readdirSync('migrations').filter(f => f < first)) cpSync(join('migrations', file), join(before, file))
  await runner({ databaseUrl: url.href, dir: before, direction: 'up', migrationsTable: 'migration', log: () => {} })
  const db = createDatabase({ url: url.href })
  t.teardown(async () => await db.close())
  return { db, migrateOn: async () => { await migrate(url.href) } }
}
