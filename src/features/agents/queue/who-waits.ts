import type { LiveState } from '../../../pbx/live-state.ts'
import type { WaitingCitizen } from '../rules/seating.ts'

type LiveNode<K extends keyof LiveState> = { name: string, live: Pick<LiveState, K> }

export interface Waiting extends WaitingCitizen { uniqueId: string, channel: string }

/** Citizens in the queues of these PBXs whom no telephone rings for now. */
export function waitingCitizens (nodes: ReadonlyArray<LiveNode<'agents' | 'callers'>>): Waiting[] {
  return nodes.flatMap(({ name, live }) => {
    const served = new Set(live.agents().map(agent => agent.ringingFor))
    return live.callers().filter(caller => !served.has(caller.uniqueId)).map(caller => ({ ...caller, node: name }))
  })
}

/** An agent's telephone as the PBXs see it together. */
export interface TelephoneNow {
  /** PBXs it is registered with */
  reachableAt: string[]
  /** PBXs that see it in use, or ring it */
  busyAt: string[]
  isBusy: boolean
  /** PBXs whose queue may offer it a citizen, or offers one now */
  offeredAt: string[]
}

const unreachable: readonly string[] = ['UNAVAILABLE', 'INVALID', 'UNKNOWN']

export function telephoneOf (nodes: ReadonlyArray<LiveNode<'agent'>>, extension: string): TelephoneNow {
  const seen = nodes.flatMap(({ name, live }) => {
    const agent = live.agent(extension)
    return agent === undefined ? [] : [{ node: name, agent }]
  })
  const at = (is: (agent: (typeof seen)[number]['agent']) => boolean): string[] => seen.filter(({ agent }) => is(agent)).map(s => s.node)
  const busyAt = at(agent => agent.ringingFor !== null || !(agent.telephone === 'NOT_INUSE' || unreachable.includes(agent.telephone)))
  return {
    reachableAt: at(agent => !unreachable.includes(agent.telephone)),
    busyAt,
    isBusy: busyAt.length > 0,
    offeredAt: at(agent => (agent.signedIn && !agent.paused) || agent.ringingFor !== null)
  }
}
