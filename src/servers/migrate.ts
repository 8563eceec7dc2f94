import { fileURLToPath } from 'node:url'
import { runner } from 'node-pg-migrate'

const folder = fileURLToPath(new URL('../../migrations', import.meta.url))

/**
 * Brings a database to the newest schema; two at once wait for each other. Returns the names of the migrations run.
 * @throws Error when a migration fails; then none of them has happened
 */
export async function migrate (databaseUrl: string): Promise<string[]> {
  const done = await runner({
    databaseUrl,
    dir: folder,
    direction: 'up',
    migrationsTable: 'migration',
    advisoryLockMode: 'wait',
    log: () => {}
  })
  return done.map(migration => migration.name)
}
