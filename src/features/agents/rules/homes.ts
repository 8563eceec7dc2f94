/** An agent who takes citizens, whatever the telephone does now. */
export interface HomeAgent {
  extension: string
  /** the PBX that offers citizens while the service is silent; null: none yet */
  home: string | null
  /** the PBXs with a link that can ring this telephone */
  nodes: readonly string[]
}

/**
 * Spreads the agents evenly over the PBXs, for the time without the service. A home stays while its PBX can ring the telephone, and
 * while the telephone can be rung nowhere.
 * @returns the agents whose home is another than before, with the new one
 */
export function homesFor (agents: readonly HomeAgent[], nodes: readonly string[]): Map<string, string> {
  const count = new Map(nodes.map(node => [node, 0]))
  const add = (node: string): void => { count.set(node, (count.get(node) ?? 0) + 1) }
  const stays = ({ home, nodes }: HomeAgent): boolean => home !== null && (nodes.length === 0 || nodes.includes(home))
  for (const agent of agents) if (agent.home !== null && stays(agent)) add(agent.home)
  const moved = new Map<string, string>()
  for (const agent of agents) {
    if (stays(agent)) continue
    const [least] = [...agent.nodes].sort((a, b) => (count.get(a) ?? 0) - (count.get(b) ?? 0))
    if (least === undefined) continue
    add(least)
    moved.set(agent.extension, least)
  }
  return moved
}
