import { afterEvent, type MemberEvent } from '../rules/roster.ts'
import { memberFacts, type Member } from '../emergency-types.ts'

/** Applies one event to a row in place; `state_at` moves only with the state. */
export function applyToMember (row: Member, event: MemberEvent, at: Date): void {
  const after = afterEvent(memberFacts(row), event)
  if (after.state !== row.state) {
    row.state_at = at
    if (after.state === 'acknowledged') row.acknowledged_at ??= at
  }
  row.state = after.state
  row.joins = after.joins
  row.missed_legs = after.missedLegs
  row.removed = after.removed
  row.channel_id = after.channelId
  row.in_room = after.room
}
