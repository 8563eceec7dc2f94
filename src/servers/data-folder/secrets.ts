import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Type from 'typebox'
import { readJson } from '../../domain/text/json-text.ts'
import { keysOf, recordOf } from '../../domain/properties.ts'
import { alone } from './file-lock.ts'

const make = (): string => randomBytes(24).toString('base64url')

/** Made once for an installation, kept in `DATA_DIR/secrets.json`, readable by its owner alone. */
export interface Secrets {
  /** seals citizens' data; without it they are lost. base64, 32 bytes */
  dataKey: string
  sessionKey: string
  amiSecret: string
  /** for the door of the node process */
  nodeSecret: string
  postgresPassword: string
  redisPassword: string
}

export const newDataKey = (): string => randomBytes(32).toString('base64')

const makers: { [K in keyof Secrets]: () => string } = {
  dataKey: newDataKey,
  sessionKey: make,
  amiSecret: make,
  nodeSecret: make,
  postgresPassword: make,
  redisPassword: make
}
const names = keysOf(makers)
const Kept = Type.Partial(Type.Object(recordOf(names, () => Type.String())))

/** The key that stands in this folder; null: none does. @throws as `keepSecrets` */
export const keptDataKey = (dataDir: string): string | null => readSecrets(join(dataDir, 'secrets.json')).dataKey ?? null

function readSecrets (file: string): Partial<Secrets> {
  try {
    return readJson(readFileSync(file, 'utf8'), Kept, file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw new Error(`${file} cannot be read; put its copy back, a new one could not open the data of the old`, { cause: error })
  }
}

/**
 * Reads the installation's secrets and makes the missing ones. Of several processes that begin at once, one makes them.
 * @param dataKey of an installation whose folder is elsewhere; it is not written down here
 * @throws Error when the file is there but cannot be understood: a new data key would lose the data sealed under the old one
 */
export function keepSecrets (dataDir: string, dataKey: string | null = null): Secrets {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = join(dataDir, 'secrets.json')
  return known(file, dataKey) ?? alone(file, () => known(file, dataKey) ?? made(file, dataKey))
}

// A key that stands here stays here.
const ownNames = ({ dataKey: kept }: Partial<Secrets>, given: string | null): Array<keyof Secrets> =>
  names.filter(name => name !== 'dataKey' || given === null || kept !== undefined)

/** What stands in the file; null: something is missing. */
function known (file: string, given: string | null): Secrets | null {
  const kept = readSecrets(file)
  if (given !== null && kept.dataKey !== undefined && kept.dataKey !== given) {
    throw new Error(`DATA_KEY is another than the dataKey in ${file}`)
  }
  return ownNames(kept, given).some(name => kept[name] === undefined) ? null : whole(kept, given)
}

const whole = (kept: Partial<Secrets>, given: string | null): Secrets =>
  recordOf(names, name => kept[name] ?? (name === 'dataKey' ? given : null) ?? makers[name]())

function made (file: string, given: string | null): Secrets {
  const kept = readSecrets(file)
  const secrets = whole(kept, given)
  const written = Object.fromEntries(ownNames(kept, given).map(name => [name, secrets[name]]))
  writeFileSync(file + '.new', JSON.stringify(written, null, 2) + '\n', { mode: 0o600 })
  renameSync(file + '.new', file)
  return secrets
}
