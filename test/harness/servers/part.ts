import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { freePort } from './ports.ts'
import { until } from '../../../src/servers/until.ts'
import { plainEnvironment, plainNode, temporaryFolder } from './run-folder.ts'

export type PartName = 'server' | 'worker' | 'node'

/** A part of the service as an operator runs it: `npm run server`, `worker` or `node`, a process that hears signals. */
export interface Part {
  address: string
  pid: number
  /** SIGTERM, and waits; the exit code, null when a signal ended it */
  end: (seconds?: number) => Promise<number | null>
  kill: () => Promise<void>
}

export interface PartsOptions { databaseUrl: string, redisUrl: string, dataDir?: string, settings?: Record<string, string> }

/** Starts parts of one service on servers that already run; no PBX lives at its address. */
export async function partsOf (
  t: Test,
  { databaseUrl, redisUrl, dataDir, settings = {} }: PartsOptions
): Promise<(name: PartName) => Promise<Part>> {
  const folder = dataDir ?? await temporaryFolder('parts')
  mkdirSync(join(folder, 'recordings'), { recursive: true })
  const [ami, door] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`]
  return async name => {
    const http = `127.0.0.1:${await freePort()}`
    let said = ''
    const child = spawn(plainNode.command, [...plainNode.first, fileURLToPath(new URL(`../../../src/bin/${name}.ts`, import.meta.url))], {
      env: {
        ...plainEnvironment(),
        DATA_DIR: folder,
        DATABASE_URL: databaseUrl,
        REDIS_URL: redisUrl,
        HTTP_ADDRESS: http,
        AMI_ADDRESS: ami,
        AMI_SECRET: 'nobody',
        NODE_ADDRESS: door,
        SWEEP_MS: '300',
        LOG_LEVEL: 'warn',
        ...settings
      }
    })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', data => { said += String(data) })
    const ended = new Promise<number | null>(resolve => child.on('exit', resolve))
    t.teardown(async () => {
      if (!t.passing()) t.comment(`${name} said:\n${said.slice(-4000)}`)
      child.kill('SIGKILL')
      await ended
    })
    await until(() => {
      if (child.exitCode !== null) throw new Error(said)
      return /^(listening on|working|beside)/m.test(said)
    }, { what: `${name} runs`, seconds: 120 })
    return {
      address: `http://${http}`,
      pid: child.pid ?? 0,
      async end (seconds = 30) {
        child.kill('SIGTERM')
        await until(() => child.exitCode !== null || child.signalCode !== null, { what: `${name} ends`, seconds })
        return child.exitCode
      },
      async kill () {
        child.kill('SIGKILL')
        await ended
      }
    }
  }
}
