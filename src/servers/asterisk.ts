import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { AsteriskImage } from './asterisk-image.ts'
import { findRunning, startOrAdopt, type ServerProcess, type StartOptions } from './server-process.ts'

const run = promisify(execFile)

export interface AsteriskOptions {
  image: AsteriskImage
  /** holds its log and pid file */
  folder: string
  /** the rendered asterisk.conf */
  config: string
  dieWithParent?: boolean
}

export interface AsteriskServer extends ServerProcess {
  /** One command of Asterisk's own console; what it printed. */
  console: (command: string) => Promise<string>
}

async function consoleOf ({ image, config }: AsteriskOptions, command: string): Promise<string> {
  return (await run(image.command, [...image.args, '-C', config, '-rx', command], { timeout: 20_000 })).stdout
}

const startOptions = (options: AsteriskOptions): StartOptions => ({
  name: 'Asterisk',
  command: options.image.command,
  args: [...options.image.args, '-C', options.config, '-f'],
  logFile: join(options.folder, 'asterisk.out'),
  pidFile: join(options.folder, 'asterisk.pid'),
  dieWithParent: options.dieWithParent ?? false,
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
  const server = await startOrAdopt(startOptions(options))
  const console = async (command: string): Promise<string> => await consoleOf(options, command)
  if (server.adopted) await console('core reload')
  return { ...server, console }
}
