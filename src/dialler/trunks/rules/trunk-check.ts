import { DomainError } from '../../../domain/errors.ts'
import { inNetworks, isNetwork, isTooWide, overlap } from '../../../domain/ip-networks.ts'
import { hostOf, readAddress, splitAddress } from '../../../pbx/node-rows/rules/address.ts'
import type { TrunkFields } from './trunk.ts'

/** What is known beside a trunk that a person enters. */
export interface TrunkAround {
  /** the other trunks */
  others: ReadonlyArray<Pick<TrunkFields, 'address' | 'sources' | 'enabled' | 'direction'>>
  /** where our own PBXs take calls, and edges stand; without a port: the whole host */
  ours: readonly string[]
  /** what the trunk's host resolves to, itself among them */
  hosts: readonly string[]
  /** the same of its proxy's host; empty without one */
  proxyHosts: readonly string[]
  /** there is a list of local mobiles, so that those of other places are known */
  knowsLocalMobiles: boolean
}

/** The IP addresses and networks of a text. */
export const sourcesOf = (text: string): string[] => text.split(/[\s,]+/).filter(one => one !== '')

const dialsOut = (trunk: Pick<TrunkFields, 'enabled' | 'direction'>): boolean => trunk.enabled && trunk.direction !== 'in'

/** Whether calls sent there would come back to us. */
function isOurs ({ address }: TrunkFields, { ours, hosts }: TrunkAround): boolean {
  const { port } = splitAddress(address)
  return hosts.some(host => ours.some(own => own === host || own === `${host}:${port}`))
}

/** The same of a proxy: it may stand on the machine of an edge. */
const isOurPbx = (proxy: string, { ours, proxyHosts }: TrunkAround): boolean =>
  proxyHosts.some(host => ours.includes(`${host}:${splitAddress(proxy).port}`))

/** The PBX makes no call to what is no address, and says nothing of it; one that means this machine is no carrier's. */
function isAddress (text: string): boolean {
  const read = readAddress(text)
  return read !== null && !/^(0\.0\.0\.0|[0:]+)$/.test(read.host)
}

type Refuse = (code: ConstructorParameters<typeof DomainError>[0], field: keyof TrunkFields, why: string) => never

/** A PBX knows a caller by the address alone: each is one trunk's, and none is a PBX's or an edge's. */
function checkSources (trunk: TrunkFields, { others, ours, hosts }: TrunkAround, refuse: Refuse): void {
  const sources = sourcesOf(trunk.sources)
  if (!sources.every(isNetwork)) refuse('no-network', 'sources', 'IP addresses and networks, such as 10.8.0.0/16')
  if (sources.some(isTooWide)) refuse('network-too-wide', 'sources', 'no carrier has so wide a network: /8 at most, IPv6 /32')
  const has = inNetworks(sources)
  if (ours.some(own => has(own) || has(hostOf(own)))) refuse('trunk-is-ours', 'sources', 'a PBX or an edge of ours calls from there')
  const taken = others.some(other =>
    has(hostOf(other.address)) || sourcesOf(other.sources).some(one => sources.some(own => overlap(own, one))))
  if (taken) refuse('trunk-source-taken', 'sources', 'another trunk\'s calls come from there')
  if (others.some(other => hosts.some(inNetworks(sourcesOf(other.sources))))) {
    refuse('trunk-source-taken', 'address', 'another trunk\'s calls come from there')
  }
}

/**
 * @throws DomainError `trunk-is-ours`, `trunk-address-taken`, `no-network`, `network-too-wide`, `trunk-source-taken`, `srtp-needs-tls`,
 * `reserve-too-large`, `no-local-mobiles`, `trunk-is-last`, each with the field it is about
 */
export function checkTrunk (trunk: TrunkFields, around: TrunkAround): void {
  const refuse: Refuse = (code, field, why) => {
    throw new DomainError(code, why, { field })
  }
  const { address, outboundProxy } = trunk
  if (!isAddress(address)) refuse('invalid-input', 'address', 'this is no address')
  if (outboundProxy !== '' && !isAddress(outboundProxy)) refuse('invalid-input', 'outboundProxy', 'this is no address')
  if (isOurs(trunk, around)) refuse('trunk-is-ours', 'address', 'calls sent there would come back to this service')
  if (isOurPbx(outboundProxy, around)) refuse('trunk-is-ours', 'outboundProxy', 'calls sent there would come back to this service')
  if (around.others.some(other => other.address.toLowerCase() === trunk.address.toLowerCase())) {
    refuse('trunk-address-taken', 'address', 'another trunk has this address')
  }
  checkSources(trunk, around, refuse)
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
