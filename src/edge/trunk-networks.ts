import { BlockList, isIP } from 'node:net'
import type { Trunk } from './rules/surroundings.ts'

/** Whose address this is; null: nobody's we know. The first of these trunks goes first. */
export function trunkFinder (trunks: readonly Trunk[]): (source: string) => Trunk | null {
  const lists = trunks.map(trunk => {
    const list = new BlockList()
    const [ip = '', bits] = trunk.network.split('/')
    const family = isIP(ip) === 6 ? 'ipv6' : 'ipv4'
    // A name is nobody's address; thrown for, it would end every call.
    if (isIP(ip) === 0) return { trunk, list }
    if (bits === undefined) list.addAddress(ip, family)
    else list.addSubnet(ip, Number(bits), family)
    return { trunk, list }
  })
  return source => {
    const kind = isIP(source)
    if (kind === 0) return null
    return lists.find(({ list }) => list.check(source, kind === 6 ? 'ipv6' : 'ipv4'))?.trunk ?? null
  }
}
