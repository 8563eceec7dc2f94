import { spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'

const waitSeconds = 10

/**
 * Asks for the kernel's lock on an opened file: it belongs to the file as this process opened it, and ends with this process.
 * @param how options of flock(1). @returns a status of 0 with the lock
 */
export const flock = (opened: number, how: readonly string[], timeoutMs: number): SpawnSyncReturns<Buffer> =>
  spawnSync('flock', [...how, '3'], { stdio: ['ignore', 'ignore', 'ignore', opened], timeout: timeoutMs })

/**
 * Works while no other process works on this file. The lock is the kernel's, on a file beside it that stays: it ends with this process,
 * however that ends.
 * @throws Error when another process has it longer than ten seconds
 */
export function alone<T> (file: string, work: () => T): T {
  const opened = openSync(`${file}.lock`, 'a', 0o600)
  try {
    const { status, error } = flock(opened, ['--timeout', `${waitSeconds}`], 2 * waitSeconds * 1000)
    if (error) throw new Error(`${file} cannot be locked: ${error.message}`, { cause: error })
    if (status !== 0) throw new Error(`another process has been at ${file} for ${waitSeconds} s`)
    return work()
  } finally {
    closeSync(opened)
  }
}
