import { fileURLToPath } from 'node:url'
import type { Config } from '../../config.ts'
import { renderPbxConfig, type PbxPaths, type PbxSettings } from '../../pbx/render-config.ts'
import { installPrompts } from '../../speech/prompts.ts'
import type { AsteriskImage } from './asterisk-image.ts'
import { runningAsterisk, startAsterisk, type AsteriskServer } from './asterisk.ts'
import { isFree } from '../machine/ports.ts'

const templates = fileURLToPath(new URL('../../../dialplans', import.meta.url))

export interface PrivatePbxOptions {
  image: AsteriskImage
  config: Config
  amiSecret: string
  /** everything of this PBX lies below it */
  folder: string
  recordingsDir: string
  /** default: the port beside the SIP port */
  tlsPort?: number
  rtp?: { first: number, last: number }
  dieWithParent?: boolean
}

/** The values of an installation's settings for its PBX. */
export const pbxSettings = (
  { image, config, amiSecret, recordingsDir, tlsPort, rtp }:
  Pick<PrivatePbxOptions, 'image' | 'config' | 'amiSecret' | 'recordingsDir' | 'tlsPort' | 'rtp'>
): PbxSettings => ({
  node: config.pbxNode,
  sip: config.sip,
  http: { ...config.pbxHttp, tls: config.tls },
  ami: { host: config.ami.host, port: config.ami.port, user: config.ami.user, secret: amiSecret },
  trunk: {
    host: config.trunk.host,
    port: config.trunk.port,
    channels: config.trunk.channels,
    callerId: config.trunk.callerId,
    qualifySeconds: config.trunk.qualifySeconds,
    keys: config.trunk.keys,
    caFile: config.trunk.caFile,
    conferenceSilence: config.emergency.silenceSeconds
  },
  edge: config.edge.addresses.length > 0 ? { addresses: config.edge.addresses, secret: config.edge.amiSecret ?? '' } : null,
  ...(tlsPort === undefined ? {} : { tlsPort }),
  ...(rtp ? { rtp } : {}),
  modulesDir: image.modules,
  stockDataDir: image.data,
  recordingsDir,
  timeZone: config.timeZone,
  emergencyDutyNumber: config.emergencyDutyNumber,
  queueSeconds: config.queueSeconds,
  agentRingSeconds: config.agentRingSeconds,
  wrapUpSeconds: config.wrapUpSeconds,
  agentBackSeconds: config.agentBackSeconds
})

/** Fills the templates with this installation's settings and speaks the prompts; nothing is started. */
export async function layOutPbx (options: PrivatePbxOptions): Promise<PbxPaths> {
  const paths = await renderPbxConfig({ templates, target: options.folder, settings: pbxSettings(options) })
  await installPrompts({ prompts: `${templates}/prompts`, soundsDir: paths.soundsDir, mohDir: paths.mohDir })
  return paths
}

/**
 * Starts the PBX, or takes over the one an earlier start left running: calls in progress go on.
 * @throws Error naming the setting whose address is taken by another program
 */
export async function startPrivatePbx (options: PrivatePbxOptions, paths: PbxPaths): Promise<AsteriskServer> {
  const writes = [paths.varDir, paths.spoolDir, paths.runDir, paths.logDir, options.recordingsDir]
  const asterisk = {
    image: options.image,
    folder: options.folder,
    config: paths.config,
    writes,
    dieWithParent: options.dieWithParent ?? false
  }
  if (!runningAsterisk(asterisk)) {
    const taken = await takenAddress(options.config)
    if (taken) throw taken
  }
  return await startAsterisk(asterisk)
}

/** An Asterisk whose address is taken runs without it and only logs that. */
async function takenAddress (config: Config): Promise<Error | null> {
  const addresses = { SIP_ADDRESS: config.sip, PBX_HTTP_ADDRESS: config.pbxHttp, AMI_ADDRESS: config.ami }
  for (const [name, { host, port }] of Object.entries(addresses)) {
    if (!await isFree(host, port)) {
      return new Error(`${name} ${host}:${port} is used by another program: end it, or set ${name} to another address`)
    }
  }
  return null
}
