import { BlockList, isIP } from 'node:net'

const familyOf = (ip: string): 'ipv4' | 'ipv6' => isIP(ip) === 6 ? 'ipv6' : 'ipv4'

function split (text: string): { ip: string, bits: number } | null {
  const [ip = '', bits, ...more] = text.split('/')
  const longest = isIP(ip) === 4 ? 32 : 128
  if (isIP(ip) === 0 || more.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return null
  const length = bits === undefined ? longest : Number(bits)
  return length <= longest ? { ip, bits: length } : null
}

/** Whether this is an IP address, or a network such as `10.8.0.0/16`. */
export const isNetwork = (text: string): boolean => split(text) !== null

/** Whether a network is wider than any carrier's: more than a /8, or a /32 of IPv6. */
export function isTooWide (network: string): boolean {
  const { ip, bits } = split(network) ?? { ip: '', bits: 0 }
  return bits < (isIP(ip) === 6 ? 32 : 8)
}

/** Whether an address is in one of these networks; what is no network holds none. */
export function inNetworks (networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const { ip, bits } of networks.flatMap(network => split(network) ?? [])) list.addSubnet(ip, bits, familyOf(ip))
  return address => isIP(address) !== 0 && list.check(address, familyOf(address))
}

/** Whether two networks have an address in common: then one holds the other. */
export const overlap = (a: string, b: string): boolean =>
  inNetworks([a])(split(b)?.ip ?? '') || inNetworks([b])(split(a)?.ip ?? '')
