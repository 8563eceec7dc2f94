import type { Test } from 'tap'
import type { NodePartSetting, NodeSetting } from '../../../src/pbx/nodes.ts'
import { nodePartsOf, nodesOf } from '../../../src/servers/ground.ts'
import type { TestPbx } from './pbx.ts'
import { tcpRelay, udpRelay } from './relay.ts'
import { temporaryFolder } from './run-folder.ts'
import { startService, type ServiceUnderTest, type StartOptions } from './service.ts'

/** A PBX as if on a machine of its own: its node process by itself, and the lines to it can be cut. Calls cross none of them. */
export interface OwnMachine {
  setting: NodeSetting
  /** starts the node process; the service need not run */
  begin: (whole: StartOptions) => Promise<void>
  advance: (ms: number) => Promise<void>
  cutOff: () => void
  mend: () => void
  /** SIGKILL of PBX and node process, as a power cut */
  dies: () => Promise<void>
  comesBack: () => Promise<void>
}

export async function ownMachine (t: Test, pbx: TestPbx, databaseUrl: string, nodeSecret: string): Promise<OwnMachine> {
  const { config, amiSecret, paths } = pbx
  const [setting] = nodesOf(config, { amiSecret, nodeSecret })
  const [part] = nodePartsOf(config, { amiSecret, nodeSecret, files: paths })
  if (setting === undefined || part === undefined) throw new Error('a PBX has a setting')
  const url = new URL(databaseUrl)
  const database = await tcpRelay(t, { host: url.hostname, port: Number(url.port) })
  url.host = `${database.host}:${database.port}`
  const lines = { ami: await tcpRelay(t, config.ami), door: await tcpRelay(t, part.door), sip: await udpRelay(t, config.sip), database }
  let node: ServiceUnderTest | null = null
  return {
    setting: {
      ...setting,
      ami: { ...setting.ami, ...address(lines.ami) },
      sip: address(lines.sip),
      door: { ...part.door, ...address(lines.door) }
    },
    async begin (whole) {
      const nodeParts: NodePartSetting[] = [part]
      node = await startService(t, await temporaryFolder('machine'), {
        ...whole, config: { ...whole.config, databaseUrl: url.href }, nodes: [setting], nodeParts, parts: ['node']
      })
    },
    async advance (ms) { await node?.advance(ms) },
    cutOff () { for (const line of Object.values(lines)) line.cut() },
    mend () { for (const line of Object.values(lines)) line.mend() },
    async dies () {
      await pbx.kill()
      await node?.kill()
    },
    async comesBack () {
      await node?.start()
      await pbx.start()
    }
  }
}

const address = ({ host, port }: { host: string, port: number }): { host: string, port: number } => ({ host, port })
