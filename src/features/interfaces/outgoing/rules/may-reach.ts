import { inNetworks } from '../../../../domain/ip-networks.ts'

/** Nobody's peer, whatever a list says: this network itself, link-local with its metadata services, multicast, reserved. */
const never = inNetworks([
  '0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4', '::/128', 'fe80::/10', 'ff00::/8'
])

/** Not the public internet. Source: IANA's special-purpose address registries. An IPv4 address mapped into IPv6 is that address. */
const inside = inNetworks([
  '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16',
  '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '::/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23',
  '2001:db8::/32', '2002::/16', 'fc00::/7', 'fec0::/10'
])

/**
 * Whether events may be sent to this address: a public one, or one in a private network that the endpoint's list names.
 * @param allow networks such as `10.8.0.0/16`
 */
export function mayReach (address: string, allow: readonly string[]): boolean {
  if (never(address)) return false
  return !inside(address) || inNetworks(allow)(address)
}

/** The longest address of a peer. */
export const maxUrlLength = 500

/** The address of a peer in the one spelling it is kept in; null: it is none. `http` or `https`, no login, no fragment. */
export function peerUrl (text: string): string | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  if (!['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '' || url.hash !== '') return null
  return url.href.length <= maxUrlLength ? url.href : null
}

/** The host of a URL as it is looked up: an IPv6 address without its brackets. */
export const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, '')
