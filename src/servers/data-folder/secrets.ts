import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Type from 'typebox'
import { readJson } from '../../domain/text/json-text.ts'
import { keysOf, recordOf } from '../../domain/properties.ts'

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
 * Reads the installation's secrets and makes the missing ones.
 * @param dataKey of an installation whose folder is elsewhere; it is not written down here
 * @throws Error when the file is there but cannot be understood: a new data key would lose the data sealed under the old one
 */
export function keepSecrets (dataDir: string, dataKey: string | null = null): Secrets {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = join(dataDir, 'secrets.json')
  const known = readSecrets(file)
  if (dataKey !== null && known.dataKey !== undefined && known.dataKey !== dataKey) {
    throw new Error(`DATA_KEY is another than the dataKey in ${file}`)
  }
  // A key that stands here stays here.
  const own = names.filter(name => name !== 'dataKey' || dataKey === null || known.dataKey !== undefined)
  const secrets = recordOf(names, name => known[name] ?? (name === 'dataKey' ? dataKey : null) ?? makers[name]())
  if (own.some(name => known[name] === undefined)) {
    const kept = Object.fromEntries(own.map(name => [name, secrets[name]]))
    writeFileSync(file + '.new', JSON.stringify(kept, null, 2) + '\n', { mode: 0o600 })
    renameSync(file + '.new', file)
  }
  return secrets
}
