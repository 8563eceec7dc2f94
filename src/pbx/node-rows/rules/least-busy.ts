/** A PBX as something new is to be placed. */
export interface NodeNow {
  name: string
  /** there is a link to it */
  linked: boolean
  draining: boolean
  /** channels it said it has, and what was given to it since */
  busy: number
}

/**
 * The PBX for something new: one with a link, not draining, the least busy; two equally busy: the first. Where that cannot be had, one that
 * is draining, and at last one without a link: it is rung from as soon as it is back.
 * @returns its name; undefined when there is none at all
 */
export function leastBusy (nodes: readonly NodeNow[]): string | undefined {
  const rank = ({ linked, draining }: NodeNow): number => (linked ? 0 : 2) + (draining ? 1 : 0)
  return nodes.toSorted((a, b) => rank(a) - rank(b) || a.busy - b.busy)[0]?.name
}
