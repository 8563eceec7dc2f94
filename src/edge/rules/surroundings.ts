interface At { host: string, port: number }

/** A PBX as the edge reaches it. */
export interface EdgeNode { name: string, sip: At, ami: At }

/** `draining`: what lives there goes on, nothing new comes. */
export interface KnownNode extends EdgeNode { draining: boolean }

/**
 * A carrier: its calls come from these IP addresses and networks. `remainInDialog`: the edge stays in the dialogue, for a carrier that
 * cannot reach the PBXs.
 */
export interface Trunk { name: string, networks: readonly string[], callsPerSecond: number, remainInDialog: boolean }

/**
 * The PBXs calls go to: those of the rows, at the addresses of the settings where these name one; without rows those of the settings.
 */
export function nodesInUse (rows: readonly KnownNode[], settings: readonly EdgeNode[]): KnownNode[] {
  if (rows.length === 0) return settings.map(node => ({ ...node, draining: false }))
  return rows.map(row => ({ ...row, ...settings.find(({ name }) => name === row.name) }))
}
