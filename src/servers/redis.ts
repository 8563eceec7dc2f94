import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { asOwnUser, giveTo, ownUser } from './machine/own-user.ts'
import { startOrAdopt, type ServerProcess } from './server-process.ts'

export const minRedis = [6, 2] as const

/** When its package made no user. */
const redisUid = 61_963

export interface RedisOptions {
  folder: string
  port: number
  /** null: no password for anybody on the loopback port; for tests only */
  password: string | null
  dieWithParent?: boolean
}

export interface RedisServer extends ServerProcess { url: string }

/** Version of the installed redis-server, or null. */
export async function findRedis (): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('redis-server', ['--version'], { timeout: 10_000 })
    return /v=([\d.]+)/.exec(stdout)?.[1] ?? null
  } catch {
    return null
  }
}

/** Speaks just enough of the protocol to know that it is up, has loaded its file and knows our password. */
async function ping (port: number, password: string | null): Promise<boolean> {
  return await new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    let heard = ''
    const done = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(1000, () => done(false))
    socket.on('error', () => done(false))
    socket.on('close', () => done(false))
    socket.on('connect', () => socket.write((password === null ? '' : `AUTH ${password}\r\n`) + 'PING\r\n'))
    socket.on('data', data => {
      heard += data.toString('latin1')
      if (heard.includes('+PONG\r\n')) done(true)
      else if (/^-/m.test(heard)) done(false)
    })
  })
}

/** A private Redis on a loopback port, as BullMQ needs it: every write in the append-only file, nothing ever evicted. */
export async function startRedis ({ folder, port, password, dieWithParent = false }: RedisOptions): Promise<RedisServer> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const config = join(folder, 'redis.conf')
  // In a file: everybody on the machine can read a command line.
  writeFileSync(config, [
    'bind 127.0.0.1', `port ${port}`, `dir "${folder}"`,
    'appendonly yes', 'appendfsync everysec', 'save ""', 'maxmemory-policy noeviction',
    ...(password === null ? [] : [`requirepass "${password}"`])
  ].join('\n') + '\n', { mode: 0o600 })
  const user = ownUser('redis', redisUid)
  await giveTo(user, folder)
  const [command, args] = asOwnUser('redis-server', [config], { user, dieWithParent })
  const server = await startOrAdopt({
    name: 'Redis',
    command,
    args,
    logFile: join(folder, 'redis.log'),
    pidFile: join(folder, 'redis.pid'),
    ready: async () => await ping(port, password)
  })
  return { ...server, url: `redis://${password === null ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${port}/0` }
}
