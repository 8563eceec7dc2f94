import type { Tx } from '../../../db/database.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import { meet } from '../conference/apart.ts'
import type { ConferenceSwitch } from '../conference/conference.ts'
import { nodeOf } from '../conference/seats.ts'
import type { EmergencyStore } from '../emergency-store.ts'
import type { Incident, Member } from '../emergency-types.ts'
import type { MemberEvent } from '../rules/roster.ts'

export interface MovesContext {
  store: EmergencyStore
  clock: Clock
  /** the verbs of a PBX node */
  switchOn: (node: string) => Pick<ConferenceSwitch, 'bring' | 'tellOfRinging' | 'hangUp'>
  /** a channel could not be brought or let go */
  onError: (error: unknown) => void
}

/** A member who was rung anew for a room on another PBX has come, or has not. `old`: the line that ends. */
export interface Move { member: Member, room: string | null, old: { node: string | null, channelId: string } | null }

/** Whether the member comes by the new line; read before the event is applied. */
export function comesBy (member: Member, event: MemberEvent): Move | null {
  const { moving_room: room, channel_id: channelId, channel_node: node } = member
  if (event.kind !== 'entered' || room === null || event.room !== room || event.channelId === channelId) return null
  return { member, room, old: channelId === null ? null : { node, channelId } }
}

/** The old line of who has come ends, and the one who has waited comes too. Of who has not come the timeline tells. */
export async function settleMoves (
  context: MovesContext, tx: Tx, incident: Incident, known: ReadonlyMap<string, Member>, moves: readonly Move[]
): Promise<void> {
  const { store, clock, switchOn, onError } = context
  for (const { member, room, old } of moves) {
    if (room === null) continue
    const came = member.in_room === room
    Object.assign(member, { moving_room: null, moving_request: null, private_room: came ? room : member.private_room })
    store.saveMembers(tx, [member])
    store.record(tx, [{
      incidentId: incident.id, memberId: member.id, at: clock.now(), kind: came ? 'moved' : 'not-moved', actor: 'pbx', detail: { room }
    }])
    if (old !== null) {
      const node = old.node ?? nodeOf(incident, member)
      tx.afterCommit(() => { switchOn(node).hangUp(old.channelId).catch(onError) })
    }
    const waiting = (await store.awaitedIn(tx, incident.id, room)).filter(m => m.id !== member.id).map(m => known.get(m.id) ?? m)
    if (came) await meet(context, tx, incident, waiting, room)
    else {
      for (const one of waiting) one.moving_room = null
      store.saveMembers(tx, waiting)
    }
  }
}
