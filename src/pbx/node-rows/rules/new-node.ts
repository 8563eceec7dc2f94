import type { NodeState } from './node-life.ts'

/** Where a PBX is reached; `door` null: no process stands beside it. */
export interface NodeAddresses { name: string, sip: string, ami: string, door: string | null, webSocketUrl: string }

/** A PBX that is, or once was, part of the service. */
export interface KnownNode extends NodeAddresses {
  state: NodeState
  /** start of the PBX as last seen, to the second; null: never */
  startedAt: Date | null
}

export type NewNodeRefusal = { code: 'pbx-node-taken' } | { code: 'pbx-node-address-taken', field: string, by: string }

/** The name of one that was removed may be given again. @returns why this PBX cannot be added; null: it can */
export function refusesNew (wanted: NodeAddresses, known: readonly KnownNode[]): NewNodeRefusal | null {
  const present = known.filter(node => node.state !== 'removed')
  if (present.some(node => node.name === wanted.name)) return { code: 'pbx-node-taken' }
  for (const field of ['sip', 'ami', 'door', 'webSocketUrl'] as const) {
    const other = wanted[field] === null ? undefined : present.find(node => node[field] === wanted[field])
    if (other) return { code: 'pbx-node-address-taken', field, by: other.name }
  }
  return null
}

/** Two readings of one start differ by less, where clocks are apart. ms */
const readAgainMs = 1000

/** What a PBX says of itself as it is tried. */
export interface TriedNode {
  /** its `systemname` */
  systemName: string
  startedAt: Date
  /** the PBX beside which the process at the door stands; null: there is no door */
  besides: string | null
}

export type TriedRefusal = { code: 'pbx-node-misnamed', at: 'ami' | 'door', says: string } | { code: 'pbx-node-older' }

/**
 * @param known the PBX that had this name before, if any: one that runs for longer than the last start we saw is another machine, whose
 * journal would be taken for the first one's
 * @returns why the PBX at these addresses is not the one that is meant; null: it is
 */
export function refusesTried (name: string, tried: TriedNode, known: Pick<KnownNode, 'startedAt'> | null): TriedRefusal | null {
  if (tried.systemName !== name) return { code: 'pbx-node-misnamed', at: 'ami', says: tried.systemName.slice(0, 40) }
  if (tried.besides !== null && tried.besides !== name) return { code: 'pbx-node-misnamed', at: 'door', says: tried.besides.slice(0, 40) }
  if (known?.startedAt && tried.startedAt.getTime() + readAgainMs < known.startedAt.getTime()) return { code: 'pbx-node-older' }
  return null
}
