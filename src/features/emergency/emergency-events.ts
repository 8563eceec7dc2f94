import type { LegListener } from '../../dialler/dialler-types.ts'
import { endsChannel, endsNode, type JournalHandler } from '../../pbx/pbx-event.ts'
import type { Talks } from './conference/talks.ts'
import { rooms, wrongPins, type WhoCameInContext } from './conference/who-came-in.ts'
import { applyAll, rosterFor } from './dial/applying.ts'
import { changeOf, memberOf, uuid } from './dial/leg-changes.ts'
import { lostChannels, restarted, type LostMembersContext } from './dial/lost-members.ts'

export interface EmergencyEventsOptions extends WhoCameInContext, LostMembersContext {
  talks: Pick<Talks, 'hear'>
}

/** What the emergency dial learns from the journal: its legs, its rooms, a PBX that went away. */
export function createEmergencyEvents (context: EmergencyEventsOptions): { legListener: LegListener, journalHandler: JournalHandler } {
  const { store, clock, talks, telephones } = context
  return {
    legListener: {
      purpose: 'emergency',
      async hear (tx, events) {
        const changes = events.flatMap(e => changeOf(e) ?? [])
        const memberIds = [...new Set(changes.map(c => c.memberId))].filter(id => uuid.test(id))
        if (memberIds.length === 0) return
        for (const incident of await store.lockOfMembers(tx, memberIds)) {
          await applyAll(context, tx, incident, await rosterFor(context, tx, incident, changes), changes)
        }
      },
      // A member who pressed 1 or 3 has answered; one who sat in the conference is rung again.
      settled: async (tx, subjects) => new Set((await store.settledMembers(tx,
        subjects.map(memberOf).filter(id => uuid.test(id)))).map(id => `member:${id}`))
    },
    journalHandler: {
      name: 'emergency',
      async handle (tx, events) {
        if (events.some(e => e.kind === 'user' && (e.name === 'LD_ROOM' || e.name === 'LD_VOICE'))) {
          await rooms(context, tx, events)
          await talks.hear(tx, events)
        }
        await wrongPins(context, tx, events)
        const lost = events.filter(e => e.kind === 'channel-lost')
        if (lost.length > 0) await lostChannels(context, tx, lost.map(e => e.uniqueId), lost[0]?.at ?? clock.now())
        const over = events.filter(e => endsChannel(e) && e.uniqueId.startsWith('chair-'))
        if (over.length > 0) await telephones.ended(tx, over.map(e => e.uniqueId), over[0]?.at ?? clock.now())
        for (const e of events) if (endsNode(e)) await restarted(context, tx, e.node, e.at)
      }
    }
  }
}
