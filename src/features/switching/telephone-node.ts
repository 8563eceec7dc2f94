import type { LiveState } from '../../pbx/live-state.ts'
import type { Nodes } from '../../pbx/nodes.ts'

/** A PBX, and what it sees of a telephone of ours. */
export interface TelephoneNode { name: string, live: Pick<LiveState, 'agent'>, isUp: () => boolean }

const cannotRing: readonly string[] = ['UNAVAILABLE', 'INVALID', 'UNKNOWN']

/**
 * The PBX that rings a telephone: one that has a call of it, else one where it is registered. Where no PBX says that it is, any with a
 * link.
 * @param extension null: a telephone outside, which every PBX can ring
 */
export function telephoneNode<N extends TelephoneNode> (nodes: Pick<Nodes<N>, 'all' | 'choose'>, extension: string | null): N {
  const sees = ({ live, isUp }: N): string => isUp() && extension !== null ? live.agent(extension)?.telephone ?? 'UNKNOWN' : 'UNKNOWN'
  const can = nodes.all.filter(node => !cannotRing.includes(sees(node)))
  const inUse = can.filter(node => sees(node) !== 'NOT_INUSE')
  const up = nodes.all.filter(node => node.isUp())
  const able = [inUse, can, up].find(some => some.length > 0)
  return nodes.choose('telephone', able && (node => able.includes(node)))
}
