/** A node as the edge sees it now. */
export interface NodeNow {
  name: string
  /** it answers, and takes test calls */
  healthy: boolean
  /** calls it said it has */
  said: number
  /** calls sent to it that it cannot have said yet */
  sent: number
}

/** A call is offered to two nodes at most: with more, a caller would wait a second for each that is silent. */
export const destinations = 2

/**
 * Where a call goes, first choice first: the node with its conference or its place in the queue, then the least busy one. Two nodes
 * equally busy: the first by name.
 * @returns names; empty when no node is healthy
 */
export function choose (nodes: readonly NodeNow[], preferred: string | null): string[] {
  const load = ({ said, sent }: NodeNow): number => said + sent
  return nodes.filter(node => node.healthy).sort((a, b) =>
    Number(b.name === preferred) - Number(a.name === preferred) || load(a) - load(b) || a.name.localeCompare(b.name)
  ).slice(0, destinations).map(node => node.name)
}
