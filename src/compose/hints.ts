import type { RunningDialler } from '../dialler/create-dialler.ts'
import type { Clock } from '../domain/clock.ts'
import type { Feed, FeedAudience } from '../feed/feed.ts'
import type { LiveChange, LiveState } from '../pbx/live-state.ts'
import type { Sweep } from '../queue/alarms.ts'

const floor: FeedAudience = { roles: ['AGENT', 'SHIFT_LEADER', 'SUPERVISOR', 'LEADER', 'CALLBACK_OFFICER'] }
const chair: FeedAudience = { roles: ['EMERGENCY_COORDINATOR', 'SHIFT_LEADER', 'LEADER'] }

/** Who is told that the carrier has stopped answering. */
export const trunkAudience: FeedAudience = { roles: ['SHIFT_LEADER', 'SUPERVISOR', 'LEADER', 'EMERGENCY_COORDINATOR', 'CALLBACK_OFFICER', 'ADMINISTRATOR'] }

export interface HintsOptions {
  live: LiveState
  feed: Feed
  clock: Clock
  dialler: Pick<RunningDialler, 'originateFailed' | 'trunkHeard'>
  onHold: (held: { uniqueId: string, channel: string, on: boolean }) => void
  onError: (error: unknown) => void
}

/**
 * What the PBX says this second, as hints for screens; and what no journal row tells: a leg that got no channel, a telephone that holds us.
 */
export function tellHints ({ live, feed, clock, dialler, onHold, onError }: HintsOptions): () => void {
  function hint (topic: string, subject: string, data: Record<string, unknown>, audience: FeedAudience): void {
    feed.hint({ topic, subject, at: clock.now(), data, audience })
  }

  function tell (change: LiveChange): void {
    switch (change.kind) {
      case 'reset': return hint('exchange.link', 'pbx', { live: change.live }, { roles: [...floor.roles ?? [], 'EMERGENCY_COORDINATOR', 'ADMINISTRATOR'] })
      case 'agent': {
        const { telephone, ringingFor } = live.agent(change.extension) ?? { telephone: 'UNKNOWN', ringingFor: null }
        return hint('agent.telephone', change.extension, { telephone, ringingFor }, { ...floor, agent: change.extension })
      }
      case 'queue': return hint('queue.now', change.uniqueId, { what: change.what, waiting: live.callers().length, longestSince: live.callers()[0]?.since ?? null }, floor)
      // Who came in is told by the journal, as a step of his.
      case 'room': return hint('room.now', change.room, { channelId: change.uniqueId, what: change.what }, chair)
      case 'key': return hint('leg.key', change.leg, { question: change.question, key: change.key }, chair)
      case 'trunk':
        dialler.trunkHeard(change.id, change.answers).catch(onError)
        return
      case 'hold': return onHold(change)
      case 'originated':
        if (!change.ok) dialler.originateFailed(change.channelId)
    }
  }
  return live.subscribe(tell)
}

/** Keeps what is known of the trunks: a change that was told while the database was away is not told again. */
export const trunkSweep = ({ live, dialler }: { live: Pick<LiveState, 'trunks'>, dialler: Pick<RunningDialler, 'trunkHeard'> }): Sweep => ({
  name: 'what is known of trunks',
  pace: 'ordinary',
  async run () {
    for (const [id, answers] of live.trunks()) await dialler.trunkHeard(id, answers)
  }
})
