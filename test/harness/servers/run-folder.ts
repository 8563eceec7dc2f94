import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, openSync, closeSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from '../../../src/servers/until.ts'

/** Whose life bounds the servers shared by test files: tap's, or the test file's own when it was started by hand. */
function runOwner (): number {
  try {
    const parent = readFileSync(`/proc/${process.ppid}/cmdline`, 'utf8')
    // tap calls itself just "tap" once it runs
    if (/(^|\/)tap([\s/\0]|$)|@tapjs/.test(parent)) return process.ppid
  } catch { /* the parent is gone */ }
  return process.pid
}

/** The Node the service runs on, whichever one runs the test. */
export const nodeProgram = fileURLToPath(new URL('../../../node_modules/node/bin/node', import.meta.url))

/** What was compiled once; `.taprc` names the same folder for the test files themselves. */
const compiled = fileURLToPath(new URL('../../../node_modules/.cache/compiled', import.meta.url))

const owner = runOwner()

/** Temporary folder of this test run; its keeper removes it when the run ends, however it ends. */
export const runFolder = join(tmpdir(), `liandong-test-${process.getuid?.() ?? 0}`, String(owner))

/** The environment without what tap adds to watch over its children. What one process has compiled the next need not compile again. */
export function plainEnvironment (): Record<string, string> {
  const own = Object.entries(process.env).filter((entry): entry is [string, string] =>
    entry[1] !== undefined && !/^(NODE_OPTIONS|TAP|_TAPJS_|_TAP)/.test(entry[0]))
  return { ...Object.fromEntries(own), NODE_COMPILE_CACHE: compiled }
}

/**
 * Starts the service's Node: `spawn(command, [...first, file])`. tap puts itself before every child's program, to count what its
 * sources cover, at the moment it is spawned; `env` takes that away again. It costs each child a second of work.
 */
export const plainNode = { command: '/usr/bin/env', first: ['-u', 'NODE_OPTIONS', nodeProgram] } as const

export interface RunState { postgresUrl: string, template: string }

/** Where the servers shared by this test run answer; the first to ask starts their keeper. */
export async function sharedServers (): Promise<RunState> {
  mkdirSync(runFolder, { recursive: true, mode: 0o711 })
  const state = join(runFolder, 'state.json')
  if (!existsSync(state)) {
    try {
      closeSync(openSync(join(runFolder, 'keeper.lock'), 'wx'))
      const log = openSync(join(runFolder, 'keeper.log'), 'a')
      spawn(plainNode.command, [...plainNode.first, fileURLToPath(new URL('keeper.ts', import.meta.url)), runFolder, String(owner)],
        { detached: true, stdio: ['ignore', log, log], cwd: '/', env: plainEnvironment() }).unref()
      closeSync(log)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
  return await told(state)
}

async function told (file: string): Promise<RunState> {
  const answer = await until(() => existsSync(file) && JSON.parse(readFileSync(file, 'utf8')) as RunState | { error: string },
    { what: 'the test run\'s PostgreSQL is ready', seconds: 90 })
  if ('error' in answer) throw new Error(answer.error)
  return answer
}

/** The same with the sample district loaded; the passwords of its people are in `<run folder>/sample/logins.json`. */
export async function sharedSample (): Promise<RunState> {
  await sharedServers()
  return await told(join(runFolder, 'sample.json'))
}

let folders = 0

/** A fresh folder below the run's, which needs no cleaning up. */
export async function temporaryFolder (name: string): Promise<string> {
  await sharedServers()
  const folder = join(runFolder, `${process.pid}-${name}-${++folders}`)
  mkdirSync(folder, { mode: 0o711 })
  return folder
}
