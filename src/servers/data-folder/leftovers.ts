import { join } from 'node:path'
import { maxOwnPbxs, ownPbxFolder } from '../asterisk/own-pbxs.ts'
import { findRunning } from '../server-process.ts'

async function stop (dataDir: string, name: string, pidFile: string): Promise<void> {
  const server = findRunning({ name, pidFile: join(dataDir, pidFile), command: '', args: [], logFile: '', ready: () => false })
  await server?.stop()
}

/** Ends the servers an earlier start left running in a data folder, before the folder is wiped. */
export async function stopLeftovers (dataDir: string): Promise<void> {
  await stopFurtherPbxs(dataDir, 0)
  await stop(dataDir, 'Redis', 'redis/redis.pid')
  await stop(dataDir, 'PostgreSQL', 'postgres/postgres.pid')
}

/** Ends the PBXs beyond the first `count` that a start with more of them left running: nobody would hear of their calls. */
export async function stopFurtherPbxs (dataDir: string, count: number): Promise<void> {
  for (let i = count; i < maxOwnPbxs; i++) await stop(dataDir, 'Asterisk', join(ownPbxFolder(i), 'asterisk.pid'))
}
