import { execFile } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readFileSync, readdirSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { asOwnUser, ownUser, type ServerUser } from './machine/own-user.ts'
import { startOrAdopt, type ServerProcess } from './server-process.ts'

const run = promisify(execFile)

export const minPostgres = 15
const superuser = 'liandong'

export interface PostgresOptions {
  /** holds the cluster, its log and its pid file; made when missing */
  folder: string
  port: number
  /** null: no password for anybody on the loopback port; for tests only */
  password: string | null
  /** false: fast and forgetful; for tests only */
  durable?: boolean
  dieWithParent?: boolean
}

export interface PostgresServer extends ServerProcess {
  /** address of a database of this server, `postgres` when not named */
  url: (database?: string) => string
}

/** The newest installed PostgreSQL of at least version 15: its folder of programs, or null. */
export function findPostgres (): { bin: string, version: number } | null {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root).map(Number).filter(v => Number.isInteger(v)) : []
  for (const version of versions.sort((a, b) => b - a)) {
    const bin = join(root, String(version), 'bin')
    if (version >= minPostgres && existsSync(join(bin, 'postgres')) && existsSync(join(bin, 'initdb'))) return { bin, version }
  }
  return null
}

/**
 * Processes of a PostgreSQL on this cluster whose first process is gone: they hold its shared memory, and the next does not start. None
 * while a first process lives, ours or not.
 */
function orphansOf (data: string): number[] {
  const ours = readdirSync('/proc').filter(name => /^\d+$/.test(name)).filter(pid => {
    try {
      return /\/postgres( \(deleted\))?$/.test(readlinkSync(`/proc/${pid}/exe`)) && readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data)
    } catch {
      return false
    }
  }).map(Number)
  if (ours.length === 0) return []
  try {
    const first = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0])
    return ours.includes(first) ? [] : ours
  } catch {
    // it ended in order: nothing of it stands in the way
    return []
  }
}

/** PostgreSQL refuses to run as root: then it runs as the user its package made. */
function postgresUser (): ServerUser | null {
  const user = ownUser('postgres', null)
  if (user === null && process.getuid?.() === 0) {
    throw new Error('PostgreSQL needs the user postgres, which its package makes: apt-get install postgresql')
  }
  return user
}

/**
 * A private PostgreSQL on a loopback port: makes the cluster at the first start, finds one an earlier start left running.
 * @throws Error when no PostgreSQL is installed or it does not start
 */
export async function startPostgres ({
  folder, port, password, durable = true, dieWithParent = false
}: PostgresOptions): Promise<PostgresServer> {
  const found = findPostgres()
  if (!found) throw new Error(`PostgreSQL ${minPostgres} or newer is missing: apt-get install postgresql`)
  const data = join(folder, 'cluster')
  const user = postgresUser()
  const url = (database = 'postgres'): string =>
    `postgres://${superuser}${password === null ? '' : ':' + encodeURIComponent(password)}@127.0.0.1:${port}/${database}`

  if (!existsSync(join(data, 'PG_VERSION'))) {
    await makeCluster({ folder, data, bin: found.bin, password, durable, user })
  }
  const made = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim()
  const bin = `/usr/lib/postgresql/${made}/bin`
  if (!existsSync(join(bin, 'postgres'))) {
    throw new Error(`the data in ${data} is of PostgreSQL ${made}, which is no longer installed: apt-get install postgresql-${made}`)
  }

  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum_naptime: '1h' })
  }
  const [command, args] = asOwnUser(join(bin, 'postgres'),
    ['-D', data, '-p', String(port), ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`])], { user, dieWithParent })
  const server = await startOrAdopt({
    name: 'PostgreSQL',
    command,
    args,
    logFile: join(folder, 'postgres.log'),
    pidFile: join(folder, 'postgres.pid'),
    // fast shutdown: open sessions are rolled back and cut off
    stopSignal: 'SIGINT',
    stopSeconds: 20,
    readySeconds: 60,
    orphans: () => orphansOf(data),
    async ready () {
      const client = new pg.Client({ connectionString: url(), connectionTimeoutMillis: 1000 })
      client.on('error', () => {})
      try {
        await client.connect()
        return true
      } finally {
        await client.end().catch(() => {})
      }
    }
  })
  return { ...server, url }
}

interface NewCluster extends Required<Pick<PostgresOptions, 'folder' | 'password' | 'durable'>> {
  data: string
  /** folder of PostgreSQL's programs */
  bin: string
  user: ServerUser | null
}

/** @throws Error when initdb does not make it; nothing of it stays then */
async function makeCluster ({ folder, data, bin, password, durable, user }: NewCluster): Promise<void> {
  // A first start that was broken off leaves half a cluster: begin again.
  rmSync(data, { recursive: true, force: true })
  mkdirSync(data, { recursive: true, mode: 0o700 })
  const passwordFile = join(folder, 'first-password')
  writeFileSync(passwordFile, password ?? 'unused', { mode: 0o600 })
  if (user) for (const path of [data, passwordFile]) chownSync(path, user.uid, user.gid)
  const auth = password === null ? 'trust' : 'scram-sha-256'
  const [command, args] = asOwnUser(join(bin, 'initdb'),
    [
      '-D', data, '-U', superuser, '-E', 'UTF8', '--locale=C.UTF-8', `--auth=${auth}`, `--pwfile=${passwordFile}`,
      ...(durable ? [] : ['--no-sync'])
    ], { user, dieWithParent: false })
  try {
    await run(command, args, { cwd: '/', timeout: 120_000 })
  } catch (error) {
    rmSync(data, { recursive: true, force: true })
    throw new Error(`PostgreSQL cannot make its cluster in ${data}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error })
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

/** Makes the database when it is not there yet. Names come from our code, never from outside. */
export async function ensureDatabase (server: PostgresServer, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.url(), connectionTimeoutMillis: 10_000, query_timeout: 60_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (!rowCount) await client.query(`create database ${pg.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
}
