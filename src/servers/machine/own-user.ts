import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface ServerUser { uid: number, gid: number }

/**
 * The user of a private server when we are root: the one its package made, else a number nobody signs in with.
 * null when we are not root: then it runs as our own user.
 */
export function ownUser (name: string, otherwise: number | null): ServerUser | null {
  if (process.getuid?.() !== 0) return null
  const line = readFileSync('/etc/passwd', 'utf8').split('\n').find(l => l.startsWith(`${name}:`))?.split(':')
  if (line) return { uid: Number(line[2]), gid: Number(line[3]) }
  return otherwise === null ? null : { uid: otherwise, gid: otherwise }
}

export interface OwnUserOptions {
  user: ServerUser | null
  /** the kernel ends it when this process dies */
  dieWithParent: boolean
}

/**
 * The command line that runs a program as its own user. It may pass through folders only root may enter (a data folder below
 * /root): thus it can read everything, but write only its own files. Nobody else can read its new files.
 */
export function asOwnUser (command: string, args: readonly string[], { user, dieWithParent }: OwnUserOptions): [string, string[]] {
  const capabilities = '+dac_read_search,+net_bind_service'
  const identity = user === null
    ? []
    : [
        '--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups', '--inh-caps', capabilities, '--ambient-caps',
        capabilities
      ]
  const options = [...dieWithParent ? ['--pdeathsig', 'KILL'] : [], ...identity]
  const privately = ['sh', '-c', 'umask 077; exec "$@"', 'sh', command, ...args]
  return options.length === 0 ? ['sh', privately.slice(1)] : ['setpriv', [...options, '--', ...privately]]
}

/** Gives these folders and their content to the server's user, and closes them to everybody else. */
export async function giveTo (user: ServerUser | null, ...folders: string[]): Promise<void> {
  if (user) await run('chown', ['-R', `${user.uid}:${user.gid}`, ...folders])
  await run('chmod', ['-R', 'go=', ...folders])
}
