import type { Clock } from '../../domain/time/clock.ts'
import type { Feed, FeedAudience } from '../../feed/feed.ts'
import type { Module } from '../../module.ts'
import type { LiveChange, LiveState } from '../../pbx/live-state.ts'
import type { Nodes } from '../../pbx/nodes.ts'
import { staff } from '../../http/kit/routes.ts'
import { callersNow, seatNow } from './rules/floor-now.ts'

const floor: FeedAudience = { roles: ['AGENT', 'SHIFT_LEADER', 'SUPERVISOR', 'LEADER', 'CALLBACK_OFFICER'] }
const chair: FeedAudience = { roles: ['EMERGENCY_COORDINATOR', 'SHIFT_LEADER', 'LEADER'] }

export interface LiveFiguresNeeds { nodes: Nodes<{ name: string, live: LiveState }>, feed: Feed, clock: Clock }

/** What the PBXs say this second, for screens alone: ringing telephones, waiting callers, arrivals in rooms. Nothing is kept of it. */
export function liveFiguresModule ({ nodes, feed, clock }: LiveFiguresNeeds): Module {
  function tell (topic: string, subject: string, data: Record<string, unknown>, audience: FeedAudience): void {
    feed.broadcast({ topic, subject, at: clock.now(), data, audience })
  }

  function hear (change: LiveChange): void {
    switch (change.kind) {
      case 'reset':
        // A screen is whole only when it knows of every PBX.
        return tell('exchange.link', 'pbx', { live: nodes.all.every(({ live }) => live.isLive()) },
          { roles: [...floor.roles ?? [], 'EMERGENCY_COORDINATOR', 'ADMINISTRATOR'] })
      case 'agent': {
        const { telephone, ringingFor } = seatNow(nodes.all.map(({ live }) => live.agent(change.extension)))
        return tell('agent.telephone', change.extension, { telephone, ringingFor }, { ...floor, extension: change.extension })
      }
      case 'queue': {
        const waiting = callersNow(nodes.all.map(({ live }) => live.callers()))
        return tell('queue.now', change.uniqueId,
          { what: change.what, waiting: waiting.length, longestSince: waiting[0]?.since ?? null }, floor)
      }
      // The journal tells of arrivals, as a step of the member.
      case 'room': return tell('room.now', change.room, { channelId: change.uniqueId, what: change.what }, chair)
      case 'key': return tell('leg.key', change.leg, { question: change.question, key: change.key }, chair)
      // Features that must act on these subscribe themselves.
      case 'trunk': case 'hold': case 'originated': case 'leg-over':
    }
  }
  let isBuilt = false
  /** Telephones in pages register with every PBX: they read again which there are. */
  const nodesChanged = (name: string): void => { if (isBuilt) tell('pbx-node.changed', name, {}, { roles: staff }) }
  nodes.each(({ name, live }) => {
    nodesChanged(name)
    const unsubscribe = live.subscribe(hear)
    return () => {
      unsubscribe()
      nodesChanged(name)
    }
  })
  isBuilt = true
  return { name: 'live-figures' }
}
