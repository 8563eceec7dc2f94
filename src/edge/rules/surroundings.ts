interface At { host: string, port: number }

/** A PBX as the edge reaches it. */
export interface EdgeNode { name: string, sip: At, ami: At }

/** `draining`: what lives there goes on, nothing new comes. */
export interface KnownNode extends EdgeNode { draining: boolean }

/** A carrier: `network` is an IP address, or a network such as `10.8.0.0/16`. */
export interface Trunk { name: string, network: string, callsPerSecond: number, remainInDialog: boolean }

/**
 * The PBXs calls go to: those of the rows, at the addresses of the settings where these name one; without rows those of the settings.
 */
export function nodesInUse (rows: readonly KnownNode[], settings: readonly EdgeNode[]): KnownNode[] {
  if (rows.length === 0) return settings.map(node => ({ ...node, draining: false }))
  return rows.map(row => ({ ...row, ...settings.find(({ name }) => name === row.name) }))
}

/**
 * The carriers calls come from. The edge's settings go first: a carrier may send from a network that no row names. The service's one
 * trunk counts until rows are known.
 */
export function trunksInUse (rows: readonly Trunk[], { set, service }: { set: readonly Trunk[], service: Trunk }): Trunk[] {
  return [...set, ...rows.length > 0 ? rows : set.length > 0 ? [] : [service]]
}
