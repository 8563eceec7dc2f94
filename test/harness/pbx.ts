import type { Test } from 'tap'
import { readConfig, type Config } from '../../src/config.ts'
import type { PbxPaths } from '../../src/pbx/render-config.ts'
import { freePort } from '../../src/servers/ports.ts'
import { layOutPbx, startPrivatePbx } from '../../src/servers/private-pbx.ts'
import { asteriskImage } from './network.ts'
import { temporaryFolder } from './run-folder.ts'

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

/** A PBX of the test's own on free ports, laid out as `up` does it; includes are empty until the service writes them. */
export async function startTestPbx (t: Test, settings: Record<string, string> = {}): Promise<TestPbx> {
  const folder = await temporaryFolder('pbx')
  const config = readConfig({
    DATA_DIR: folder,
    HTTP_ADDRESS: `127.0.0.1:${await freePort()}`,
    SIP_ADDRESS: `127.0.0.1:${await freePort()}`,
    PBX_HTTP_ADDRESS: `127.0.0.1:${await freePort()}`,
    AMI_ADDRESS: `127.0.0.1:${await freePort()}`,
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
  const paths = await layOutPbx(options)
  let server = await startPrivatePbx(options, paths)
  t.teardown(async () => await server.kill())
  return {
    config,
    paths,
    recordingsDir: options.recordingsDir,
    amiSecret: options.amiSecret,
    console: async command => await server.console(command),
    kill: async () => await server.kill(),
    async start () { server = await startPrivatePbx(options, paths) }
  }
}
