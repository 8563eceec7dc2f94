import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startTime } from './server-process.ts'

/** Where the private servers answer; kept in `DATA_DIR/servers.json`, so that the other commands find them. */
export interface Whereabouts {
  databaseUrl?: string
  redisUrl?: string
  amiSecret?: string
  journalFile?: string
  postgresPort?: number
  redisPort?: number
}

export function readWhereabouts (dataDir: string): Whereabouts {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'servers.json'), 'utf8')) as Whereabouts
  } catch {
    return {}
  }
}

export function writeWhereabouts (dataDir: string, whereabouts: Whereabouts): void {
  const file = join(dataDir, 'servers.json')
  writeFileSync(file + '.new', JSON.stringify(whereabouts, null, 2) + '\n', { mode: 0o600 })
  renameSync(file + '.new', file)
}

/**
 * One `up` at a time owns a data folder. Answers how to give it back.
 * @throws Error naming the process that has it
 */
export function claim (dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = join(dataDir, 'up.pid')
  const mine = `${process.pid} ${startTime(process.pid) ?? ''}\n`
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      writeFileSync(file, mine, { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
    const [pid, started] = existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ') : []
    if (pid && started && startTime(Number(pid)) === started) {
      throw new Error(`the service already runs on ${dataDir} (process ${pid}): end it first, or set another DATA_DIR`)
    }
    // left by one that was killed
    rmSync(file, { force: true })
  }
  throw new Error(`${file} cannot be taken`)
}

/**
 * Removes everything in a data folder, the secrets included.
 * @throws Error when the folder holds something but is not one of ours
 */
export function wipe (dataDir: string): void {
  if (!existsSync(dataDir)) return
  const entries = readdirSync(dataDir).filter(name => name !== 'up.pid')
  if (entries.length > 0 && !entries.includes('secrets.json')) throw new Error(`${dataDir} is not a data folder of this service, so --fresh leaves it alone: set another DATA_DIR`)
  // the secrets last: without them the folder would no longer be known as ours
  for (const name of entries.sort((a, b) => Number(a === 'secrets.json') - Number(b === 'secrets.json'))) rmSync(join(dataDir, name), { recursive: true, force: true })
}
