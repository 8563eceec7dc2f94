import type { LiveChange, LiveState } from '../../../pbx/live-state.ts'
import type { Switchboard } from '../../../pbx/switchboard.ts'
import { inOrder } from '../rules/seating.ts'
import { waitingCitizens } from './who-waits.ts'

export interface WakingNode {
  name: string
  live: Pick<LiveState, 'agent' | 'agents' | 'callers'>
  switchboard: Pick<Switchboard, 'queueLook'>
}

const isFree = (agent: ReturnType<LiveState['agent']>): boolean =>
  agent !== undefined && agent.signedIn && !agent.paused && agent.telephone === 'NOT_INUSE' && agent.ringingFor === null

/**
 * Those who wait first look at once when an agent becomes free for them, or another leaves the queue: by itself a PBX lets each look once a
 * second. Without the service, or on a PBX that cannot do it, that is how it stays.
 */
export function createWakes (): { heard: (node: WakingNode, change: LiveChange) => void } {
  /** channels that are being woken */
  const waking = new Set<string>()
  return {
    heard (node, change) {
      const mayHelp = change.kind === 'agent'
        ? isFree(node.live.agent(change.extension))
        : change.kind === 'queue' && change.what !== 'joined'
      if (!mayHelp) return
      const free = node.live.agents().filter(isFree).length
      for (const { channel } of inOrder(waitingCitizens([node])).slice(0, free)) {
        if (waking.has(channel)) continue
        waking.add(channel)
        node.switchboard.queueLook(channel).catch(() => {}).finally(() => { waking.delete(channel) })
      }
    }
  }
}
