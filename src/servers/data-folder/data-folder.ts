import {
  closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync, writeSync
} from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { readJson } from '../../domain/text/json-text.ts'
import { flock } from './file-lock.ts'

/** Where the private servers answer; kept in `DATA_DIR/servers.json`, so that the other commands find them. */
const WhereaboutsSchema = Type.Partial(Type.Object({
  databaseUrl: Type.String(),
  redisUrl: Type.String(),
  amiSecret: Type.String(),
  journalFile: Type.String(),
  /** PBXs of our own; default 1 */
  nodes: Type.Integer(),
  postgresPort: Type.Integer(),
  redisPort: Type.Integer()
}))
export type Whereabouts = Static<typeof WhereaboutsSchema>

export function readWhereabouts (dataDir: string): Whereabouts {
  const file = join(dataDir, 'servers.json')
  try {
    return readJson(readFileSync(file, 'utf8'), WhereaboutsSchema, file)
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
 * One `up` at a time owns a data folder. Returns how to give it back. The claim is a lock of the kernel's on `up.pid`: it belongs to
 * the file as this process opened it, outlives the program that took it, and ends with this process, however that ends. The
 * file's content only names the owner; the file itself is never removed, or two could lock two files of one name.
 * @throws Error naming the process that has it
 */
export function claim (dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = join(dataDir, 'up.pid')
  const opened = openSync(file, 'a+', 0o600)
  const { status, error } = flock(opened, ['--nonblock'], 10_000)
  if (status !== 0) {
    const [owner] = readFileSync(file, 'utf8').trim().split(' ')
    closeSync(opened)
    if (error) throw new Error(`${file} cannot be locked: ${error.message}`, { cause: error })
    throw new Error(`the service already runs on ${dataDir} (process ${owner || 'unknown'}): end it first, or set another DATA_DIR`)
  }
  ftruncateSync(opened)
  writeSync(opened, `${process.pid}\n`)
  return () => {
    ftruncateSync(opened)
    closeSync(opened)
  }
}

/**
 * Removes everything in a data folder, the secrets included.
 * @throws Error when the folder holds something but is not one of ours
 */
export function wipe (dataDir: string): void {
  if (!existsSync(dataDir)) return
  const entries = readdirSync(dataDir).filter(name => name !== 'up.pid')
  if (entries.length > 0 && !entries.includes('secrets.json')) {
    throw new Error(`${dataDir} is not a data folder of this service, so --fresh leaves it alone: set another DATA_DIR`)
  }
  // the secrets last: without them the folder would no longer be known as ours
  for (const name of entries.sort((a, b) => Number(a === 'secrets.json') - Number(b === 'secrets.json'))) {
    rmSync(join(dataDir, name), { recursive: true, force: true })
  }
}
