import { inNetworks } from '../domain/ip-networks.ts'
import type { Trunk } from './rules/surroundings.ts'

/** Whose address this is; null: nobody's we know. The first of these trunks goes first. */
export function trunkFinder (trunks: readonly Trunk[]): (source: string) => Trunk | null {
  const lists = trunks.map(trunk => ({ trunk, has: inNetworks(trunk.networks) }))
  return source => lists.find(({ has }) => has(source))?.trunk ?? null
}
