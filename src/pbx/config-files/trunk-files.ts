import { DomainError } from '../../domain/errors.ts'
import { isNetwork } from '../../domain/ip-networks.ts'
import { configValue } from './config-value.ts'

/** A trunk as a PBX reads it from its files. */
export interface TrunkLine {
  /** name of its endpoints: `trunk`, `trunk2` */
  id: string
  /** `host:port` of the carrier */
  address: string
  /** IP addresses and networks its calls come from beside that host; none where the service that wrote it was older */
  sources?: readonly string[]
  transport: 'udp' | 'tcp' | 'tls'
  /** sound is encrypted with keys that the signalling carries (SDES) */
  srtp: boolean
  /** `out`: no call from its address is taken */
  direction: 'both' | 'in' | 'out'
  callerId: string
  /** seconds between two OPTIONS; 0: the carrier is not asked */
  qualifySeconds: number
  keys: 'rfc4733' | 'info'
  /** `host:port`; empty: straight to the carrier */
  outboundProxy: string
}

/** A trunk's name. */
export const trunkId = /^trunk([1-9]\d{0,3})?$/

const head = '; Written by the service; changes made here are overwritten.\n'

/** @throws DomainError `invalid-input` */
function addressOf (what: string, text: string): { host: string, uri: string } {
  const [, host = '', port = ''] = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+):(\d{1,5})$/i.exec(text) ?? []
  if (host === '') throw new DomainError('invalid-input', `this is no ${what}`)
  return { host: host.replace(/[[\]]/g, ''), uri: `sip:${host}:${port}` }
}

/** The sections of one trunk. @throws DomainError for a value that cannot stand in a file */
export function trunkLines (trunk: TrunkLine): string {
  const { id, sources = [], transport, srtp, direction, qualifySeconds, keys, outboundProxy } = trunk
  if (!trunkId.test(id)) throw new DomainError('invalid-input', 'this is no trunk')
  const { host, uri } = addressOf('address of a trunk', trunk.address)
  if (!sources.every(isNetwork)) throw new DomainError('invalid-input', 'this is no network')
  const contact = `contact = ${uri}${transport === 'udp' ? '' : `\\;transport=${transport}`}\n`
  const proxy = outboundProxy === '' ? '' : `outbound_proxy = ${addressOf('address of a proxy', outboundProxy).uri}\\;lr\n`
  const common = `transport = transport-${transport}
from_user = ${configValue('caller id', trunk.callerId)}
dtmf_mode = ${keys}
${srtp ? 'media_encryption = sdes\n' : ''}${proxy}`
  const endpoint = (suffix: string, template: string): string => `[${id}${suffix}](${template})\naors = ${id}\n${common}`
  return `
${endpoint('', 'carrier-people')}${endpoint('-script', 'carrier-script')}${endpoint('-conference', 'carrier-conference')}[${id}]
type = aor
${contact}${proxy}[${id}-watch](carrier)
aors = ${id}-watch
${common}[${id}-watch]
type = aor
${contact}${proxy}qualify_frequency = ${qualifySeconds}
qualify_timeout = 2
${direction === 'out' ? '' : `[${id}]\ntype = identify\nendpoint = ${id}\n${[host, ...sources].map(one => `match = ${one}\n`).join('')}`}`
}

/**
 * `trunks.conf` without its sections, and `modules.conf`. The TLS transport is there while a trunk wants it. The module that reads keys
 * sent by INFO is loaded as Asterisk starts, and from then on for every trunk.
 */
export const trunkFrame = (trunks: readonly TrunkLine[]): { pjsip: string, modules: string } => ({
  pjsip: head + (trunks.some(trunk => trunk.transport === 'tls') ? '\n[transport-tls](carrier-tls)\n' : ''),
  modules: head + (trunks.some(trunk => trunk.keys === 'info') ? 'load = res_pjsip_dtmf_info.so\n' : '')
})
