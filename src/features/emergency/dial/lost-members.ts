import type { Tx } from '../../../db/database.ts'
import type { Dialler } from '../../../dialler/dialler-types.ts'
import type { Incident, Member } from '../emergency-types.ts'
import { moveRooms, recordOn, type MovingContext, type NodeLoss } from '../rooms/moving.ts'
import { nodeOf } from '../conference/seats.ts'
import type { ChairTelephones } from '../conference/chair-telephones.ts'
import { callOffMoves } from './calling-off.ts'
import { hasVanished } from '../rules/roster.ts'
import { applyAll, redial, type ApplyingContext } from './applying.ts'
import type { Change } from './leg-changes.ts'

export interface LostMembersContext extends ApplyingContext, MovingContext {
  dialler: Pick<Dialler, 'moveTo' | 'cancel'>
  telephones: Pick<ChairTelephones, 'ended'>
  /** rooms are to be joined anew, and their PBXs told who may come in */
  rejoinAccessChanged: (tx: Tx, incidentId: string) => void
}

/** A member who left the conference without having hung up is rung again. */
async function dropped (
  context: LostMembersContext, tx: Tx, incident: Incident, roster: Member[], lost: readonly Member[], at: Date
): Promise<void> {
  const { store, dialling } = context
  await applyAll(context, tx, incident, roster, lost.map(m => ({
    memberId: m.id,
    at,
    event: { kind: 'left', channelId: m.channel_id ?? '', room: m.in_room ?? '', result: 'lost', lost: true },
    entry: { kind: 'left', actor: 'pbx', detail: { room: m.in_room, result: 'pbx-lost' } }
  })))
  // Who was put out stays out, also where the row of leaving was never read.
  const again = lost.filter(m => m.number_count > 0 && !m.removed)
  await redial(context, tx, incident, again, 'pbx-lost')
  store.saveMembers(tx, again)
  await dialling.announce(tx, incident, again)
}

/**
 * A PBX restarted, or is lost: members in the node's rooms are out of them and are rung again. Members of other nodes are left alone, and
 * so are those who have rung in since; the journal may tell that before this row.
 */
export async function lostNode (context: LostMembersContext, tx: Tx, { node, at, back }: NodeLoss): Promise<void> {
  const { store, telephones, rejoinAccessChanged } = context
  for (const incident of await store.lockOnNode(tx, node)) {
    const wasRoot = incident.node === node
    const roster = await store.members(tx, incident.id)
    const sits = roster.filter(m => m.channel_id !== null && nodeOf(incident, m) === node)
    const rung = roster.filter(m => m.chair_login !== null && m.state === 'ringing' && m.leg_id !== null && nodeOf(incident, m) === node)
    await callOffMoves(context, tx, incident, roster, { node, at })
    await moveRooms(context, tx, incident, roster, { node, at, back })
    if (!back) store.leaveBehind(tx, incident.id, node)
    if (wasRoot) recordOn(context, tx, incident, at)
    await dropped(context, tx, incident, roster, sits.filter(m => m.joined_at === null || m.joined_at <= at), at)
    if (rung.length > 0) await telephones.ended(tx, rung.flatMap(m => m.leg_id ?? []), at)
    rejoinAccessChanged(tx, incident.id)
  }
}

/** The row of leaving was lost, and the end of the line is known: as that row would have said. */
async function hungUp (
  context: LostMembersContext, tx: Tx, incident: Incident, roster: Member[], causes: ReadonlyMap<string, number>, at: Date
): Promise<void> {
  await applyAll(context, tx, incident, roster, roster.flatMap(m => {
    const cause = causes.get(m.channel_id ?? '')
    if (cause === undefined) return []
    const change: Change = {
      memberId: m.id,
      at,
      vanished: hasVanished(cause),
      event: { kind: 'left', channelId: m.channel_id ?? '', room: m.in_room ?? '', result: 'hangup', lost: false },
      entry: { kind: 'left', actor: 'pbx', detail: { room: m.in_room, result: 'HANGUP', cause } }
    }
    return [change]
  }))
}

/** The PBX does not know these members' channels, and no row says that they left. */
export async function lostChannels (context: LostMembersContext, tx: Tx, ids: readonly string[], at: Date): Promise<void> {
  const causes = await context.store.knownEnds(tx, ids)
  for (const incident of await context.store.lockOfChannels(tx, ids)) {
    const roster = await context.store.members(tx, incident.id)
    await hungUp(context, tx, incident, roster, causes, at)
    await dropped(context, tx, incident, roster, roster.filter(m => m.channel_id !== null && ids.includes(m.channel_id)), at)
  }
}
