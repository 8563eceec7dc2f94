import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { until } from '../../../src/servers/until.ts'
import { freePort } from '../servers/ports.ts'
import { plainEnvironment, plainNode } from '../servers/run-folder.ts'
import type { Address } from './stand-in/messages.ts'
import { rawLink } from './raw-link.ts'

/** A drachtio-server, or the stand-in for it. */
export interface EdgeServer {
  /** where drachtio-srf connects */
  link: Address
  secret: string
  /** where carriers send their calls */
  sip: Address
  version: string
}

/** The stand-in as a process of its own. */
export interface StandInProcess extends EdgeServer {
  pid: number
  kill: () => Promise<void>
  /** again on the same addresses */
  restart: () => Promise<void>
}

/** Why tests against a real server are skipped; false where one is named. */
export const noRealServer: string | false = process.env.DRACHTIO_ADDRESS
  ? false
  : 'no drachtio-server here: name one by DRACHTIO_ADDRESS=host:port and DRACHTIO_SECRET'

/** The real server named by DRACHTIO_ADDRESS. @throws Error where its secret is another */
export async function realServer (t: Test): Promise<EdgeServer> {
  const [host = '', port = ''] = (process.env.DRACHTIO_ADDRESS ?? '').split(':')
  const link = { host, port: Number(port) }
  const secret = process.env.DRACHTIO_SECRET ?? 'cymru'
  const raw = await rawLink(t, link)
  const [answer, hostports = '', version = ''] = await raw.ask('authenticate', secret)
  raw.close()
  const [, sipHost = '', sipPort = ''] = /udp\/([^:,]+):(\d+)/.exec(hostports) ?? []
  if (answer !== 'OK') throw new Error(`${host}:${port} takes another secret`)
  return { link, secret, sip: { host: sipHost, port: Number(sipPort) }, version }
}

export async function standInProcess (t: Test): Promise<StandInProcess> {
  const secret = 'a secret of this test'
  const [link, sip] = [await freePort(), await freePort()]
  const start = async (): Promise<{ pid: number, kill: () => Promise<void>, version: string }> => {
    let said = ''
    const file = fileURLToPath(new URL('stand-in/run.ts', import.meta.url))
    const child = spawn(plainNode.command, [...plainNode.first, file, `127.0.0.1:${link}`, `127.0.0.1:${sip}`, '--with-parent'],
      { env: { ...plainEnvironment(), DRACHTIO_SECRET: secret } })
    const ended = new Promise(resolve => child.on('exit', resolve))
    for (const stream of [child.stdout, child.stderr]) stream.on('data', data => { said += String(data) })
    const kill = async (): Promise<void> => {
      child.kill('SIGKILL')
      await ended
    }
    t.teardown(async () => {
      await kill()
      if (!t.passing()) t.comment(`the stand-in said:\n${said.slice(-4000)}`)
    })
    const { version } = await until(() => {
      if (child.exitCode !== null) throw new Error(said)
      return said.includes('}\n') && JSON.parse(said) as { version: string }
    }, { what: 'the stand-in runs', seconds: 60 })
    return { pid: child.pid ?? 0, kill, version }
  }
  let running = await start()
  return {
    link: { host: '127.0.0.1', port: link },
    sip: { host: '127.0.0.1', port: sip },
    secret,
    version: running.version,
    get pid () { return running.pid },
    kill: async () => { await running.kill() },
    async restart () {
      await running.kill()
      running = await start()
    }
  }
}

/** The real server where one is named, otherwise the stand-in: what an edge is tried on. */
export const edgeServer = async (t: Test): Promise<EdgeServer> => noRealServer ? await standInProcess(t) : await realServer(t)
