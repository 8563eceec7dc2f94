import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { until } from './until.ts'

/** A server of ours, known by its process id: started by us, or found still running from an earlier start. */
export interface ServerProcess {
  readonly pid: number
  /** found running from an earlier start instead of started now */
  readonly adopted: boolean
  alive: () => boolean
  /** asks it to end, and ends it with SIGKILL when it takes longer than its time-out */
  stop: () => Promise<void>
  /** SIGKILL, and waits until it is gone */
  kill: () => Promise<void>
}

export interface StartOptions {
  /** its name in errors: `PostgreSQL` */
  name: string
  command: string
  args: readonly string[]
  /** standard output and error are appended here */
  logFile: string
  /** remembers process id and start time, so that a later start can find the process and never mistakes another for it */
  pidFile: string
  /** true once it serves; asked again and again */
  ready: () => boolean | Promise<boolean>
  readySeconds?: number
  stopSignal?: NodeJS.Signals
  stopSeconds?: number
  /** processes of an earlier one that outlived it and stand in the way of the next; they are ended */
  orphans?: () => readonly number[]
  /**
   * the kernel ends the server when this process dies, however it dies; without it the server outlives a crash and is adopted by the next
   * start
   */
  dieWithParent?: boolean
}

/**
 * Start time in clock ticks since boot; null when there is no such process (or only its zombie). A process whose first thread has ended is
 * no zombie while others of it are still ending: until then they hold its sockets and files.
 */
export function startTime (pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, threads, started] = [fields[0], Number(fields[17]), fields[19]]
    return state === 'X' || (state === 'Z' && threads <= 1) ? null : started ?? null
  } catch {
    return null
  }
}

/** Ends what outlived an earlier server: frozen children of its do not notice its death. @throws Error when they do not end */
async function endOrphans ({ name, orphans }: StartOptions): Promise<void> {
  if (!orphans) return
  await until(() => {
    const left = orphans()
    for (const pid of left) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch { /* gone in between */ }
    }
    return left.length === 0
  }, { what: `processes an earlier ${name} left end`, seconds: 10 })
}

function handle (options: StartOptions, pid: number, started: string, adopted: boolean): ServerProcess {
  const alive = (): boolean => startTime(pid) === started
  const signal = (name: NodeJS.Signals): void => {
    try {
      if (alive()) process.kill(pid, name)
    } catch { /* gone in between */ }
  }
  const gone = async (seconds: number): Promise<boolean> =>
    await until(() => !alive(), { what: `${options.name} ends`, seconds }).then(() => true, () => false)
  const kill = async (): Promise<void> => {
    signal('SIGKILL')
    if (!await gone(10)) throw new Error(`${options.name} (process ${pid}) does not end even on SIGKILL`)
    await endOrphans(options)
    rmSync(options.pidFile, { force: true })
  }
  return {
    pid,
    adopted,
    alive,
    kill,
    async stop () {
      signal(options.stopSignal ?? 'SIGTERM')
      if (!await gone(options.stopSeconds ?? 10)) await kill()
      rmSync(options.pidFile, { force: true })
    }
  }
}

function rememberedProcess (pidFile: string): { pid: number, started: string } | null {
  try {
    const [pid, started] = readFileSync(pidFile, 'utf8').trim().split(' ')
    return pid && started && startTime(Number(pid)) === started ? { pid: Number(pid), started } : null
  } catch {
    // no pid file: never started, or stopped in order
    return null
  }
}

/** Whether the process a pid file remembers still runs, and is really that one. */
export const isRunning = (pidFile: string): boolean => rememberedProcess(pidFile) !== null

/** The server an earlier start left running under this pid file, if it is really that one. */
export function findRunning (options: StartOptions): ServerProcess | null {
  const known = rememberedProcess(options.pidFile)
  return known && handle(options, known.pid, known.started, true)
}

function lastLines (file: string): string {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').slice(-5).join('\n')
  } catch {
    return ''
  }
}

/**
 * Starts a server in a session of its own, so that Ctrl-C reaches only this process, which ends it in order. Waits until it serves.
 * @throws Error with the end of its log when it does not serve
 */
export async function startServer (options: StartOptions): Promise<ServerProcess> {
  mkdirSync(dirname(options.logFile), { recursive: true })
  await endOrphans(options)
  const log = openSync(options.logFile, 'a')
  const [command, args] = options.dieWithParent
    ? ['setpriv', ['--pdeathsig', 'KILL', options.command, ...options.args]]
    : [options.command, options.args]
  let failed: Error | undefined
  let exited: string | undefined
  const child = spawn(command, args, {
    stdio: ['ignore', log, log],
    detached: true,
    cwd: '/'
  })
  closeSync(log)
  child.on('error', error => { failed = error })
  child.on('exit', (code, signal) => { exited = signal ?? `code ${code}` })
  child.unref()
  const pid = child.pid
  const started = pid === undefined ? null : startTime(pid)
  if (pid !== undefined && started) writeFileSync(options.pidFile, `${pid} ${started}\n`)
  try {
    await until(async () => {
      if (failed) throw failed
      if (exited !== undefined) return 'ended' as const
      return await options.ready() ? 'ready' as const : false
    }, { what: `${options.name} serves`, seconds: options.readySeconds ?? 30 })
    if (exited !== undefined || pid === undefined || !started) throw new Error(`it ended at once (${exited ?? 'not started'})`)
  } catch (error) {
    if (pid !== undefined && started) await handle(options, pid, started, false).kill()
    const reason = failed ?? error
    throw new Error(
      `${options.name} does not start: ${reason instanceof Error ? reason.message : String(reason)}\n${lastLines(options.logFile)}`.trim(),
      { cause: error }
    )
  }
  return handle(options, pid, started, false)
}

/** Takes over a server left by an earlier start when it still serves; otherwise ends it and starts a new one. */
export async function startOrAdopt (options: StartOptions): Promise<ServerProcess> {
  const running = findRunning(options)
  if (running) {
    const serves = await until(options.ready, { what: options.name, seconds: 3 }).then(() => true, () => false)
    if (serves) return running
    await running.stop()
  }
  return await startServer(options)
}
