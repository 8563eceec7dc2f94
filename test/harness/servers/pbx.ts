import { cpSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { readConfig, type Config } from '../../../src/config.ts'
import { pbxPaths, type PbxPaths } from '../../../src/pbx/render-config.ts'
import { freePort } from './ports.ts'
import { layOutPbx, startPrivatePbx } from '../../../src/servers/asterisk/private-pbx.ts'
import { installPrompts } from '../../../src/speech/prompts.ts'
import { asteriskImage } from '../telephones/network.ts'
import { runFolder, temporaryFolder } from './run-folder.ts'

export interface TestPbx {
  /** addresses and short times of this test; DATA_DIR is the test's own folder */
  config: Config
  paths: PbxPaths
  recordingsDir: string
  amiSecret: string
  console: (command: string) => Promise<string>
  /** SIGKILL, as a power cut would */
  kill: () => Promise<void>
  start: () => Promise<void>
  /** SIGSTOP: it lives and says nothing, until `thaw` */
  freeze: () => void
  thaw: () => void
}

/** Times as short as tests need them; a test overrides what it is about. */
const short = {
  QUEUE_SECONDS: '20',
  AGENT_RING_SECONDS: '4',
  WRAP_UP_SECONDS: '0',
  CALLBACK_WINDOWS: '00:00-24:00',
  CALLBACK_RING_SECONDS: '5',
  CALLBACK_KEY_SECONDS: '3',
  EMERGENCY_RING_SECONDS: '5',
  EMERGENCY_GAP_SECONDS: '1',
  SWEEP_MS: '300',
  EMERGENCY_SWEEP_MS: '200'
}

/** The machine speaks every sentence once a run, not once a test. */
async function spokenOnce (sounds: string, moh: string): Promise<void> {
  const kept = join(runFolder, 'prompts')
  if (!existsSync(kept)) {
    const beside = `${kept}.${process.pid}`
    await installPrompts({
      prompts: fileURLToPath(new URL('../../../dialplans/prompts', import.meta.url)),
      soundsDir: join(beside, 'sounds'),
      mohDir: join(beside, 'moh')
    })
    try {
      renameSync(beside, kept)
    } catch {
      rmSync(beside, { recursive: true }) // another test file was faster
    }
  }
  cpSync(join(kept, 'sounds'), sounds, { recursive: true })
  cpSync(join(kept, 'moh'), moh, { recursive: true })
}

/** Cuts every sentence to its first half second: what is said is not what most journeys are about. */
function shorten (folder: string): void {
  const bytes = 8000
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(n => n.endsWith('.wav'))) {
    const wav = readFileSync(join(folder, name))
    if (wav.length <= 44 + bytes) continue
    const short = Buffer.from(wav.subarray(0, 44 + bytes))
    short.writeUInt32LE(36 + bytes, 4)
    short.writeUInt32LE(bytes, 40)
    writeFileSync(join(folder, name), short)
  }
}

/** A PBX of the test's own on free ports, laid out as `up` does it; includes are empty until the service writes them. */
export async function startTestPbx (
  t: Test, settings: Record<string, string> = {}, { wholePrompts = false }: { wholePrompts?: boolean } = {}
): Promise<TestPbx> {
  const folder = await temporaryFolder('pbx')
  const config = readConfig({
    DATA_DIR: folder,
    HTTP_ADDRESS: `127.0.0.1:${await freePort()}`,
    SIP_ADDRESS: `127.0.0.1:${await freePort()}`,
    PBX_HTTP_ADDRESS: `127.0.0.1:${await freePort()}`,
    AMI_ADDRESS: `127.0.0.1:${await freePort()}`,
    NODE_ADDRESS: `127.0.0.1:${await freePort()}`,
    TRUNK_ADDRESS: `127.0.0.2:${await freePort('127.0.0.2')}`,
    ...short,
    ...settings
  })
  const options = {
    image: await asteriskImage(),
    config,
    amiSecret: 'secret-of-a-test',
    folder,
    recordingsDir: `${folder}/recordings`,
    rtp: { first: 20_000, last: 31_999 },
    dieWithParent: true
  }
  const { soundsDir, mohDir } = pbxPaths(folder)
  await spokenOnce(soundsDir, mohDir)
  const paths = await layOutPbx(options)
  if (!wholePrompts) shorten(soundsDir)
  let server = await startPrivatePbx(options, paths)
  const signal = (name: 'SIGSTOP' | 'SIGCONT'): void => { process.kill(server.pid, name) }
  t.teardown(async () => await server.kill())
  return {
    config,
    paths,
    recordingsDir: options.recordingsDir,
    amiSecret: options.amiSecret,
    console: async command => await server.console(command),
    kill: async () => await server.kill(),
    freeze: () => { signal('SIGSTOP') },
    thaw: () => { signal('SIGCONT') },
    async start () { server = await startPrivatePbx(options, paths) }
  }
}
