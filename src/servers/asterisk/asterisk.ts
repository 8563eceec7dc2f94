import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { AsteriskImage } from './asterisk-image.ts'
import { asOwnUser, giveTo, ownUser } from '../machine/own-user.ts'
import { findRunning, startOrAdopt, type ServerProcess, type StartOptions } from '../server-process.ts'

const run = promisify(execFile)

export interface AsteriskOptions {
  image: AsteriskImage
  /** holds its log and pid file */
  folder: string
  /** the rendered asterisk.conf */
  config: string
  /** its own folders for writing; with them it runs as a user of its own when we are root */
  writes?: readonly string[]
  dieWithParent?: boolean
}

/** When no package made a user for it: in the range for services without one; nobody signs in with it. */
const asteriskUid = 61_962

export interface AsteriskServer extends ServerProcess {
  /** Runs one command of Asterisk's own console; returns its output. */
  console: (command: string) => Promise<string>
}

/** ms */
const maxCommandMs = 20_000

async function consoleOf ({ image, config }: AsteriskOptions, command: string): Promise<string> {
  try {
    // The console of an Asterisk that says nothing survives SIGTERM.
    const args = [...image.args, '-C', config, '-rx', command]
    return (await run(image.command, args, { timeout: maxCommandMs, killSignal: 'SIGKILL' })).stdout
  } catch (error) {
    if (error instanceof Error && 'killed' in error && error.killed === true) {
      throw new Error(`Asterisk does not answer "${command}" within ${maxCommandMs / 1000} s`, { cause: error })
    }
    throw error
  }
}

function commandOf ({ image, config, writes, dieWithParent = false }: AsteriskOptions): [string, string[]] {
  return asOwnUser(image.command, [...image.args, '-C', config, '-f'],
    { user: writes ? ownUser('asterisk', asteriskUid) : null, dieWithParent })
}

const startOptions = (options: AsteriskOptions): StartOptions => ({
  name: 'Asterisk',
  command: commandOf(options)[0],
  args: commandOf(options)[1],
  logFile: join(options.folder, 'asterisk.out'),
  pidFile: join(options.folder, 'asterisk.pid'),
  ready: async () => {
    await consoleOf(options, 'core waitfullybooted')
    return true
  }
})

/** The Asterisk an earlier start left running in this folder, if there is one. */
export const runningAsterisk = (options: AsteriskOptions): ServerProcess | null => findRunning(startOptions(options))

/**
 * A private Asterisk on a rendered configuration. One that an earlier start left running goes on with its calls and
 * reads the configuration again.
 */
export async function startAsterisk (options: AsteriskOptions): Promise<AsteriskServer> {
  mkdirSync(options.folder, { recursive: true })
  if (options.writes) await giveTo(ownUser('asterisk', asteriskUid), ...options.writes)
  const server = await startOrAdopt(startOptions(options))
  const console = async (command: string): Promise<string> => await consoleOf(options, command)
  if (server.adopted) await console('core reload')
  return { ...server, console }
}
