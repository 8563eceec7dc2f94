import { join } from 'node:path'
import { findRunning } from '../server-process.ts'

/** Ends the servers an earlier start left running in a data folder, before the folder is wiped. */
export async function stopLeftovers (dataDir: string): Promise<void> {
  for (const [name, pidFile] of Object.entries({
    Asterisk: 'pbx/asterisk.pid',
    Redis: 'redis/redis.pid',
    PostgreSQL: 'postgres/postgres.pid'
  })) {
    const server = findRunning({ name, pidFile: join(dataDir, pidFile), command: '', args: [], logFile: '', ready: () => false })
    await server?.stop()
  }
}
