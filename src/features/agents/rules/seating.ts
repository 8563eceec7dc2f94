/** A citizen who waits in a PBX's queue and whom no telephone rings for now. */
export interface WaitingCitizen {
  node: string
  /** higher goes first */
  priority: number
  /** by the service's clock, whatever the PBX's says */
  since: Date
}

/** An agent who is ready and whose telephone is free. */
export interface FreeAgent {
  extension: string
  /** the PBX whose queue gives the agent citizens now; null: none */
  seat: string | null
  /** the PBXs with a link that can ring this telephone */
  nodes: readonly string[]
}

/** Whether the first is to be served before the other: by priority, then by the time of waiting. */
export const goesBefore = (a: WaitingCitizen, b: WaitingCitizen): boolean =>
  a.priority > b.priority || (a.priority === b.priority && a.since < b.since)

/** Who came so much earlier is rung first, and not merely soon; ms. Half of what counts as an inversion. */
const apartMs = 500

/** Whether the first is to be rung before the other: by priority, or by more than a moment. */
const isClearlyBefore = (a: WaitingCitizen, b: WaitingCitizen): boolean =>
  a.priority > b.priority || (a.priority === b.priority && b.since.getTime() - a.since.getTime() > apartMs)

export const inOrder = <C extends WaitingCitizen>(citizens: readonly C[]): C[] =>
  [...citizens].sort((a, b) => b.priority - a.priority || a.since.getTime() - b.since.getTime())

/** Gives the citizens who go first over all PBXs an agent each, as many as can. @returns by extension */
export function agentsFor<C extends WaitingCitizen> (citizens: readonly C[], agents: readonly FreeAgent[]): Map<string, C> {
  const given = new Map<string, C>()
  /** Gives the citizen an agent; one who is given already may be exchanged for another. */
  const give = (citizen: C, asked: Set<string>): boolean => candidates(citizen, agents).some(({ extension }) => {
    if (asked.has(extension)) return false
    asked.add(extension)
    const other = given.get(extension)
    if (other !== undefined && !give(other, asked)) return false
    given.set(extension, citizen)
    return true
  })
  for (const citizen of inOrder(citizens)) {
    if (given.size === agents.length) break
    give(citizen, new Set())
  }
  return given
}

/**
 * One queue over all PBXs: for each agent the PBX whose queue is to give the next citizen. Who has no citizen is spread so that each PBX
 * has somebody for who dials next. An agent moves only where that is needed.
 * @param given by `agentsFor`
 * @param nodes those that get new calls: a draining PBX gets agents only for the citizens who wait there
 * @returns for every agent with such a PBX that can ring the telephone, or with a citizen
 */
export function seatsFor (
  given: ReadonlyMap<string, WaitingCitizen>, agents: readonly FreeAgent[], nodes: readonly string[]
): Map<string, string> {
  const seats = new Map([...given].map(([extension, { node }]) => [extension, node]))
  const left = agents.filter(agent => !seats.has(agent.extension))
    .map(agent => ({ ...agent, nodes: agent.nodes.filter(node => nodes.includes(node)) }))
  spread(left.filter(agent => agent.nodes.length > 0), nodes, seats)
  return seats
}

/**
 * Agents who are to wait for a moment: another PBX has still to ring for a citizen who goes clearly before theirs.
 * @param given to citizens for whom no telephone rings yet
 * @param isAwaited whether this citizen is to be rung at any moment; one who should have been long ago holds up nobody
 */
export function heldBack<C extends WaitingCitizen> (given: ReadonlyMap<string, C>, isAwaited: (citizen: C) => boolean): Set<string> {
  /** by PBX */
  const firsts = new Map<string, C>()
  for (const citizen of inOrder([...given.values()])) {
    if (!firsts.has(citizen.node) && isAwaited(citizen)) firsts.set(citizen.node, citizen)
  }
  const isHeld = (citizen: C): boolean => [...firsts.values()].some(first => first.node !== citizen.node && isClearlyBefore(first, citizen))
  return new Set([...given].filter(([, citizen]) => isHeld(citizen)).map(([extension]) => extension))
}

/** Who could serve this citizen: who sits there already first, then whom fewer PBXs can ring. */
const candidates = ({ node }: WaitingCitizen, agents: readonly FreeAgent[]): FreeAgent[] =>
  agents.filter(agent => agent.nodes.includes(node))
    .sort((a, b) => Number(b.seat === node) - Number(a.seat === node) || a.nodes.length - b.nodes.length)

/** Leaves who is left where they are, and moves single ones to PBXs that would have nobody. */
function spread (left: readonly FreeAgent[], nodes: readonly string[], seats: Map<string, string>): void {
  const idle = new Map<string, FreeAgent[]>(nodes.map(node => [node, []]))
  const emptiest = (of: FreeAgent): string =>
    of.nodes.reduce((best, node) => (idle.get(node)?.length ?? 0) < (idle.get(best)?.length ?? 0) ? node : best)
  const sit = (agent: FreeAgent, node: string): void => {
    seats.set(agent.extension, node)
    idle.get(node)?.push(agent)
  }
  for (const agent of left) if (agent.seat !== null && agent.nodes.includes(agent.seat)) sit(agent, agent.seat)
  for (const agent of left) if (!seats.has(agent.extension)) sit(agent, emptiest(agent))
  for (const node of nodes.filter(node => idle.get(node)?.length === 0)) {
    const [most = []] = [...idle.values()].sort((a, b) => b.length - a.length)
    const mover = most.length < 2 ? undefined : most.find(agent => agent.nodes.includes(node))
    if (mover === undefined) continue
    most.splice(most.indexOf(mover), 1)
    sit(mover, node)
  }
}
