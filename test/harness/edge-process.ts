import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { until } from '../../src/servers/until.ts'
import { edgeServer, standInProcess, type EdgeServer } from './edge/edge-server.ts'
import type { Address } from './edge/stand-in/messages.ts'
import { plainEnvironment, plainNode, temporaryFolder } from './servers/run-folder.ts'
import { startTestPbx, type TestPbx } from './servers/pbx.ts'

/** What an edge reads a PBX of a test with. */
export const edgeSettings = { EDGE_ADDRESSES: '127.0.0.1', EDGE_AMI_SECRET: 'secret-of-an-edge' }

/** The edge as the program it is: `src/bin/edge.ts`. */
export interface EdgeProcess {
  pid: () => number
  /** all it has said so far */
  said: () => string
  /** resolves when it has said this */
  says: (words: RegExp, seconds?: number) => Promise<void>
  /** SIGTERM; resolves with its exit code */
  end: () => Promise<number | null>
  /** SIGKILL */
  kill: () => Promise<void>
  /** resolves with its exit code when it ends by itself */
  ended: (seconds?: number) => Promise<number | null>
  /** again, in the same folder */
  start: () => void
}

const program = fileURLToPath(new URL('../../src/bin/edge.ts', import.meta.url))

/** Settings by which an edge knows these PBXs. */
export const nodesSetting = (pbxs: readonly TestPbx[]): string => pbxs.map(({ config: { pbxNode, sip, ami } }) =>
  `${pbxNode} ${sip.host}:${sip.port} ${ami.host}:${ami.port}`).join(', ')

/** Settings by which an edge knows its one carrier, `trunk`, until it has read the service's rows. */
export const carrierSetting = (host: string, callsPerSecond = 100): Record<string, string> =>
  ({ TRUNK_ADDRESS: `${host}:5060`, TRUNK_CALLS_PER_SECOND: String(callsPerSecond) })

export async function edgeProcess (
  t: Test, server: Pick<EdgeServer, 'link' | 'secret'>, settings: Record<string, string>
): Promise<EdgeProcess> {
  const folder = await temporaryFolder('edge')
  mkdirSync(join(folder, 'data'))
  // The key of every service under test: numbers have the same fingerprint here and there.
  writeFileSync(join(folder, 'data/secrets.json'), JSON.stringify({ dataKey: Buffer.alloc(32, 7).toString('base64') }))
  let said = ''
  let child: ChildProcess
  const start = (): void => {
    child = spawn(plainNode.command, [...plainNode.first, program], {
      cwd: folder,
      env: {
        ...plainEnvironment(),
        DATA_DIR: join(folder, 'data'),
        EDGE_SERVER: `${server.link.host}:${server.link.port}`,
        EDGE_SECRET: server.secret,
        ...edgeSettings,
        ...settings
      }
    })
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => { said += String(data) })
  }
  const ended = async (seconds = 15): Promise<number | null> => {
    await until(() => child.exitCode !== null || child.signalCode !== null, { what: 'the edge ends', seconds })
    return child.exitCode
  }
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended()
  }
  start()
  t.teardown(async () => {
    await kill()
    if (!t.passing()) t.comment(`the edge said:\n${said.slice(-4000)}`)
  })
  return {
    pid: () => child.pid ?? 0,
    said: () => said,
    says: async (words, seconds = 20) => { await until(() => words.test(said), { what: `the edge says ${words.source}`, seconds }) },
    async end () {
      child.kill('SIGTERM')
      return await ended()
    },
    kill,
    ended,
    start
  }
}

/** Whether the citizens of every stack come in by an edge: `CITIZENS_COME_BY=edge`. */
export const byEdge = (): boolean => process.env.CITIZENS_COME_BY === 'edge'

/**
 * An edge before this PBX alone, beside a server of its own or the real one. Of several PBXs each has one that knows no rows: they name the
 * others, too.
 * @returns where the carrier sends its calls
 */
export async function doorBefore (
  t: Test, pbx: TestPbx, { databaseUrl, alone }: { databaseUrl: string, alone: boolean }
): Promise<Address> {
  const server = alone ? await edgeServer(t) : await standInProcess(t)
  const edge = await edgeProcess(t, server, {
    DATABASE_URL: alone ? databaseUrl : '',
    ...carrierSetting(pbx.config.trunk.host),
    EDGE_NODES: nodesSetting([pbx]),
    // stories dial a number as often as they need
    EDGE_CALLS_PER_NUMBER: '100'
  })
  await edge.says(/takes calls/)
  return server.sip
}

/** Calls that have come in at these PBXs, whatever became of them; test calls of an edge are none. */
export const arrivals = (pbxs: readonly TestPbx[]): number => pbxs.reduce((sum, { paths: { journalFile } }) => {
  const lines = existsSync(journalFile) ? readFileSync(journalFile, 'utf8').split('\n') : []
  return sum + lines.filter(line => line.includes('CHAN_START') && line.includes('PJSIP/trunk') && !line.includes('test-call')).length
}, 0)

/** PBXs that let an edge in. */
export async function pbxsBehind (t: Test, names: readonly string[], settings: Record<string, string> = {}): Promise<TestPbx[]> {
  const all: TestPbx[] = []
  for (const name of names) all.push(await startTestPbx(t, { ...edgeSettings, ...settings, PBX_NODE: name }))
  return all
}
