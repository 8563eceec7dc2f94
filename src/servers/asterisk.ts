import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { AsteriskImage } from './asterisk-image.ts'
import { startOrAdopt, type ServerProcess } from './server-process.ts'

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

/**
 * A private Asterisk on a rendered configuration. One that an earlier start left running goes on with its calls and
 * reads the configuration again.
 */
export async function startAsterisk ({ image, folder, config, dieWithParent = false }: AsteriskOptions): Promise<AsteriskServer> {
  mkdirSync(folder, { recursive: true })
  const console = async (command: string): Promise<string> =>
    (await run(image.command, [...image.args, '-C', config, '-rx', command], { timeout: 20_000 })).stdout
  const server = await startOrAdopt({
    name: 'Asterisk',
    command: image.command,
    args: [...image.args, '-C', config, '-f'],
    logFile: join(folder, 'asterisk.out'),
    pidFile: join(folder, 'asterisk.pid'),
    dieWithParent,
    ready: async () => {
      await console('core waitfullybooted')
      return true
    }
  })
  if (server.adopted) await console('core reload')
  return { ...server, console }
}
