import { join } from 'node:path'
import type { Config } from '../../config.ts'

/** One of the PBXs that `up` runs on this machine: the settings as they are for it, and its folder. */
export interface OwnPbx {
  config: Config
  folder: string
  recordingsDir: string
  /** for carriers over TLS: beside the SIP ports of all of them, which are TCP too */
  tlsPort: number
  rtp?: { first: number, last: number }
}

/** As many as a machine for trying takes. */
export const maxOwnPbxs = 4

/** Below DATA_DIR; from 0. */
export const ownPbxFolder = (i: number): string => i === 0 ? 'pbx' : `pbx${i + 1}`

/** Ports for sound of each, where there are several; one alone has ten thousand. */
const soundPorts = 2500
const firstSoundPort = 20_000

/**
 * The PBXs of our own on this machine, `count` of them: the first as the settings say, each further one (`pbx2` …) at the ports beside it
 * and in a folder of its own.
 * @throws Error when the first has the name of a further one
 */
export function ownPbxs (config: Config, count: number): OwnPbx[] {
  const { dataDir } = config
  const names = Array.from({ length: count }, (_, i) => i === 0 ? config.pbxNode : `pbx${i + 1}`)
  if (new Set(names).size < count) throw new Error(`PBX_NODE ${config.pbxNode} is the name of another PBX of --nodes ${count}: set another`)
  return names.map((name, i) => ({
    config: i === 0 ? config : beside(config, name, i),
    folder: join(dataDir, ownPbxFolder(i)),
    tlsPort: config.sip.port + count + i,
    recordingsDir: i === 0 ? join(dataDir, 'recordings') : join(dataDir, ownPbxFolder(i), 'recordings'),
    ...count === 1 ? {} : { rtp: { first: firstSoundPort + i * soundPorts, last: firstSoundPort + (i + 1) * soundPorts - 1 } }
  }))
}

function beside (config: Config, pbxNode: string, i: number): Config {
  const at = <A extends { port: number }>(address: A): A => ({ ...address, port: address.port + i })
  const webSocketUrl = new URL(config.webSocketUrl)
  webSocketUrl.port = String(Number(webSocketUrl.port || (webSocketUrl.protocol === 'wss:' ? 443 : 80)) + i)
  return {
    ...config,
    pbxNode,
    sip: at(config.sip),
    pbxHttp: at(config.pbxHttp),
    ami: at(config.ami),
    node: at(config.node),
    webSocketUrl: webSocketUrl.href,
    recordingsDir: join(config.dataDir, pbxNode, 'recordings'),
    journalFile: null,
    soundsDir: null,
    includesDir: null
  }
}
