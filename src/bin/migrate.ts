// Brings the database to the newest schema.
import './load-env.ts'
import { readConfig } from '../config.ts'
import { completeConfig } from '../servers/ground.ts'
import { migrate } from '../servers/migrate.ts'

try {
  const config = readConfig()
  const done = await migrate(config.databaseUrl ?? completeConfig(config).databaseUrl)
  console.log(done.length === 0 ? 'nothing to do' : done.join('\n'))
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
