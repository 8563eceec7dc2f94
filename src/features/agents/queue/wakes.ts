import type { LiveChange, LiveState } from '../../../pbx/live-state.ts'
import type { Switchboard } from '../../../pbx/switchboard.ts'
import { inOrder } from '../rules/seating.ts'
import { waitingCitizens } from './who-waits.ts'

export interface WakingNode {
  name: string
  live: Pick<LiveState, 'agent' | 'agents' | 'callers'>
  switchboard: Pick<Switchboard, 'queueLook'>
}

type Agent = NonNullable<ReturnType<LiveState['agent']>>

/** Who did not answer is left to the PBX's own look: by then it has been told that they rest. ms */
const refusedMs = 1000

const isFree = ({ signedIn, paused, telephone, ringingFor }: Agent): boolean =>
  signedIn && !paused && telephone === 'NOT_INUSE' && ringingFor === null

/** Agents who were rung and did not answer, a moment ago. */
function createRefusals (now: () => number): { note: (node: string, agent: Agent) => void, has: (node: string, agent: Agent) => boolean } {
  const rung = new Set<string>()
  const until = new Map<string, number>()
  const keyOf = (node: string, { extension }: Agent): string => `${node} ${extension}`
  return {
    note (node, agent) {
      const key = keyOf(node, agent)
      if (agent.ringingFor !== null) rung.add(key)
      else if (agent.telephone !== 'RINGING' && rung.delete(key) && isFree(agent)) until.set(key, now() + refusedMs)
    },
    has: (node, agent) => now() < (until.get(keyOf(node, agent)) ?? 0)
  }
}

/**
 * Those who wait first look at once when an agent becomes free for them, or another leaves the queue: by itself a PBX lets each look once a
 * second. Without the service, or on a PBX that cannot do it, that is how it stays.
 * @param now a clock that only goes forward, ms
 */
export function createWakes (now: () => number = () => performance.now()): { heard: (node: WakingNode, change: LiveChange) => void } {
  /** channels that are being woken */
  const waking = new Set<string>()
  const refusals = createRefusals(now)
  return {
    heard (node, change) {
      const { name, live, switchboard } = node
      const agent = change.kind === 'agent' ? live.agent(change.extension) : undefined
      if (agent) refusals.note(name, agent)
      const isThere = (one: Agent): boolean => isFree(one) && !refusals.has(name, one)
      if (agent ? !isThere(agent) : change.kind !== 'queue' || change.what === 'joined') return
      for (const { channel } of inOrder(waitingCitizens([node])).slice(0, live.agents().filter(isThere).length)) {
        if (waking.has(channel)) continue
        waking.add(channel)
        switchboard.queueLook(channel).catch(() => {}).finally(() => { waking.delete(channel) })
      }
    }
  }
}
