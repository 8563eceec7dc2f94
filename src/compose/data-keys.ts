import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { createKeyFollower, type KeyFollower } from '../db/keys/key-follower.ts'
import { createResealing, type Resealing } from '../db/keys/resealing.ts'
import type { Database } from '../db/database.ts'
import type { KeyRing, Sealing } from '../db/sealing.ts'
import { DomainError } from '../domain/errors.ts'
import type { Module } from '../module.ts'
import { desiredValues } from '../pbx/desired/sealed-desired-store.ts'
import { readDataKeys } from '../servers/data-folder/data-keys.ts'

interface DataKeysOptions {
  config: Pick<Config, 'dataKeysFile' | 'sweepMs'>
  db: Database
  sealing: Sealing & KeyRing
  log: Logger
  after?: (moving: boolean) => Promise<void>
}

/** Keeps one process to the data keys of the rows. */
export const followDataKeys = ({ config, db, sealing, log, after = async () => {} }: DataKeysOptions): KeyFollower => createKeyFollower({
  db,
  ring: sealing,
  readKeys: () => readDataKeys(config.dataKeysFile),
  process: `${hostname()} ${process.pid} ${randomBytes(4).toString('hex')}`,
  paceMs: config.sweepMs.ordinary,
  after,
  log
})

/** The same in a process of the service, which also moves what it writes something of, and, where it has sweeps, everything else. */
export function createDataKeys (
  { modules, ...options }: Omit<DataKeysOptions, 'after'> & { modules: readonly Module[] }
): Pick<Resealing, 'sweep'> & { follower: KeyFollower } {
  const { sealing } = options
  const resealed = [{ values: [desiredValues] }, ...modules.flatMap(module => module.resealed ?? [])]
  const resealing = createResealing({ ...options, resealed })
  const follower = followDataKeys({
    ...options,
    async after (moving) {
      sealing.remember(moving)
      await resealing.moveFresh()
    }
  })
  return { sweep: resealing.sweep, follower }
}

/** A process that writes nothing sealed works without a key as well as it can: its rounds say what is missing. */
export async function readWithKeys (follower: KeyFollower): Promise<void> {
  await follower.once().catch(() => {})
  follower.start()
}

/** Before anything is written. With the database away it goes on: nothing can be written then. @throws as `KeyFollower.once` */
export async function beginWithKeys (follower: KeyFollower): Promise<void> {
  await follower.once().catch((error: unknown) => {
    if (!(error instanceof DomainError && error.code === 'database-unavailable')) throw error
  })
  follower.start()
}
