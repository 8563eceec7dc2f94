import { DomainError } from '../../../domain/errors.ts'
import type { TrunkFields } from './trunk.ts'

/** What is known beside a trunk that a person enters. */
export interface TrunkAround {
  /** the other trunks */
  others: ReadonlyArray<Pick<TrunkFields, 'address' | 'enabled' | 'direction'>>
  /** where our own PBXs take calls, and edges stand; without a port: the whole host */
  ours: readonly string[]
  /** what the trunk's host resolves to, itself among them */
  hosts: readonly string[]
  /** the same of its outbound proxy; empty: there is none */
  proxyHosts: readonly string[]
  /** there is a list of local mobiles, so that those of other places are known */
  knowsLocalMobiles: boolean
}

const splitAddress = (address: string): { host: string, port: string } => {
  const end = address.lastIndexOf(':')
  return { host: address.slice(0, end).replace(/[[\]]/g, '').toLowerCase(), port: address.slice(end + 1) }
}
/** The host of `host:port`, without brackets. */
export const hostOf = (address: string): string => splitAddress(address).host

const dialsOut = (trunk: Pick<TrunkFields, 'enabled' | 'direction'>): boolean => trunk.enabled && trunk.direction !== 'in'

/** Whether calls sent there would come back to us. */
function isOurs (address: string, { ours, hosts }: TrunkAround): boolean {
  const { port } = splitAddress(address)
  return hosts.some(host => ours.some(own => own === host || own === `${host}:${port}`))
}

/** The same of a proxy: it may stand on the machine of an edge. */
const isOurPbx = (proxy: string, { ours, proxyHosts }: TrunkAround): boolean =>
  proxyHosts.some(host => ours.includes(`${host}:${splitAddress(proxy).port}`))

/**
 * A port from 1 to 65535, and a host of figures and dots, or in brackets, is one IP address: of any other the PBX makes no call, and says
 * nothing of it.
 */
function isAddress (text: string): boolean {
  const { host } = splitAddress(text)
  const read = URL.parse(`http://${text}`)
  return read !== null && (!/^[\d.]+$/.test(host) || read.hostname === host) && !/^(0\.0\.0\.0|\[::\])$/.test(read.hostname)
}

/**
 * @throws DomainError `trunk-is-ours`, `trunk-address-taken`, `srtp-needs-tls`, `reserve-too-large`, `no-local-mobiles`, `trunk-is-last`,
 * each with the field it is about
 */
export function checkTrunk (trunk: TrunkFields, around: TrunkAround): void {
  const refuse = (code: ConstructorParameters<typeof DomainError>[0], field: keyof TrunkFields, why: string): never => {
    throw new DomainError(code, why, { field })
  }
  const { address, outboundProxy } = trunk
  if (!isAddress(address)) refuse('invalid-input', 'address', 'this is no address')
  if (outboundProxy !== '' && !isAddress(outboundProxy)) refuse('invalid-input', 'outboundProxy', 'this is no address')
  if (isOurs(address, around)) refuse('trunk-is-ours', 'address', 'calls sent there would come back to this service')
  if (isOurPbx(outboundProxy, around)) refuse('trunk-is-ours', 'outboundProxy', 'calls sent there would come back to this service')
  if (around.others.some(other => other.address.toLowerCase() === trunk.address.toLowerCase())) {
    refuse('trunk-address-taken', 'address', 'another trunk has this address')
  }
  if (trunk.srtp && trunk.transport !== 'tls') refuse('srtp-needs-tls', 'srtp', 'the keys of the sound would travel in clear')
  if (trunk.reservedInbound >= trunk.channels) refuse('reserve-too-large', 'reservedInbound', 'nothing would be left to call by')
  if (trunk.outOfTownPrefix !== '' && !around.knowsLocalMobiles) {
    refuse('no-local-mobiles', 'outOfTownPrefix', 'no list says which mobiles are local (TRUNK_LOCAL_MOBILES_FILE)')
  }
  if (![trunk, ...around.others].some(dialsOut)) {
    refuse('trunk-is-last', trunk.enabled ? 'direction' : 'enabled', 'nobody could be called any more')
  }
}

/** Trunks by which the PBX itself may call, in the order of their use; those that spell numbers otherwise than the first are left out. */
export function dialplanOrder<T extends TrunkFields & { id: string }> (trunks: readonly T[]): T[] {
  const order = trunks.filter(dialsOut).toSorted((a, b) =>
    a.priority - b.priority || b.weight - a.weight || a.id.length - b.id.length || (a.id < b.id ? -1 : 1))
  return order.filter(trunk => trunk.outOfTownPrefix === order[0]?.outOfTownPrefix)
}

/** Calls a PBX may place on a trunk without the dialler, of all its channels: an equal part for each PBX, at least one. */
export const shareOf = (channels: number, nodes: number): number => Math.max(1, Math.floor(channels / Math.max(1, nodes)))
