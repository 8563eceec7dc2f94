import type { Tx } from '../../../db/database.ts'
import { nodeOf } from '../conference/seats.ts'
import { memberFacts, type Incident, type IncidentEntry, type Member } from '../emergency-types.ts'
import { statedWith } from '../rules/roster.ts'
import { mayCallSomebody, uuid, type Change } from './leg-changes.ts'
import { applyToMember } from './member-changes.ts'
import type { Dialling } from './dialling.ts'
import { comesBy, settleMoves, type Move, type MovesContext } from './moves.ts'

export interface ApplyingContext extends MovesContext { dialling: Dialling }

/**
 * The part of a locked incident's roster these changes need: when hundreds answer at the same time, the whole of it is not
 * read for every batch of answers.
 */
export async function rosterFor (context: ApplyingContext, tx: Tx, incident: Incident, changes: readonly Change[]): Promise<Member[]> {
  const { store } = context
  if (changes.some(c => mayCallSomebody(incident, c))) return await store.members(tx, incident.id)
  const ids = [...new Set(changes.map(c => c.memberId).filter(id => uuid.test(id)))]
  const some = await store.members(tx, incident.id, ids)
  // An unknown member, or one of another incident: the seat is looked up in the whole roster.
  return changes.every(c => some.some(m => m.id === c.memberId)) ? some : await store.members(tx, incident.id)
}

/** Applies changes to members in order, saves, tells, and asks the rule for the next member when that may have changed. */
export async function applyAll (
  context: ApplyingContext, tx: Tx, incident: Incident, roster: Member[], changes: readonly Change[]
): Promise<void> {
  const { store, dialling } = context
  const byId = new Map(roster.map(m => [m.id, m]))
  const touched = new Set<Member>()
  const entries: IncidentEntry[] = []
  const vanished = new Set<Member>()
  const moves: Move[] = []
  for (const change of changes) {
    const row = byId.get(change.memberId)
    if (!row) continue
    entries.push({ ...change.entry, incidentId: incident.id, memberId: row.id, at: change.at })
    if (change.requestId !== undefined && change.requestId === row.moving_request) {
      if (change.event?.kind === 'finished') moves.push({ member: row, room: row.moving_room, old: null })
      continue
    }
    // A request that another one has replaced says nothing about the member any more, except that a person pressed a key.
    const replaced = change.requestId !== undefined && change.requestId !== row.request_id && change.event?.kind !== 'key'
    if (change.legId && !replaced) row.leg_id = change.legId
    if (change.event === null || replaced) continue
    // Told by another PBX than the new line, and perhaps later.
    if (change.event.kind === 'entered' && change.event.channelId === row.moved_from) continue
    const older = olderLine(row, change)
    if (older !== null) {
      const node = change.channel?.node ?? nodeOf(incident, row)
      tx.afterCommit(() => { context.switchOn(node).hangUp(older).catch(context.onError) })
      continue
    }
    const before = row.state
    const move = comesBy(row, change.event)
    if (move) {
      moves.push(move)
      row.request_id = row.moving_request ?? row.request_id
      row.leg_id = change.entry.legId ?? row.leg_id
      row.moved_from = move.old?.channelId ?? null
    }
    if (applyChange(incident, row, change, change.event)) vanished.add(row)
    if (row.state === 'unreached' && before !== 'unreached') {
      entries.push({
        incidentId: incident.id,
        memberId: row.id,
        at: change.at,
        kind: 'unreached',
        actor: 'system',
        detail: { suggestion: 'superior' }
      })
    }
    touched.add(row)
  }
  shareTelephones(roster, byId, touched)
  await redial(context, tx, incident, [...vanished], 'vanished')
  store.saveMembers(tx, [...touched])
  store.record(tx, entries)
  await settleMoves(context, tx, incident, byId, moves)
  await dialling.announce(tx, incident, [...touched])
  // A member who has rung back in need not be rung any more.
  await dialling.withdraw(tx, [...touched].filter(m => m.state === 'joined' && m.channel_id !== m.leg_id))
  if (changes.some(c => mayCallSomebody(incident, c))) await dialling.advance(tx, incident, roster)
}

/** The clocks of two PBXs may be so far apart, ms. */
const apartMs = 5000

/** Told late, by a PBX that was cut off, of a line by which the member came in: they have come by another one since. */
const olderLine = (row: Member, { event, at }: Change): string | null => event?.kind === 'entered' && row.channel_id !== null &&
  row.channel_id !== event.channelId && row.joined_at !== null && row.joined_at.getTime() - at.getTime() > apartMs
  ? event.channelId
  : null

/** Changes a member's row. @returns whether the person vanished: left through no wish of anybody, and is to be rung again */
function applyChange (incident: Incident, row: Member, change: Change, said: NonNullable<Change['event']>): boolean {
  if (said.kind === 'finished') row.request_id = null
  // When the chair ends it, everybody leaves: nobody counts as dropped.
  const event = said.kind === 'left' && incident.ended_at !== null ? { ...said, result: 'ended' } : said
  const sat = row.channel_id
  const moves = event.kind === 'entered' && sat === event.channelId
  applyToMember(row, event, change.at)
  if (said.kind === 'entered') {
    row.channel_name = change.channel?.name ?? null
    row.channel_node = change.channel?.node ?? null
    if (!moves) {
      row.joined_at = change.at
      row.self_muted = false
      // The dialplan seats a member silent during "mute all", or when silenced before dropping; a chair never.
      row.muted = row.muted || (incident.muted_all && !row.commander)
    }
    row.left_at = null
    row.locked_out = false
  }
  if (said.kind === 'locked-out') row.locked_out = true
  if (said.kind === 'self-mute' && row.channel_id === said.channelId) row.self_muted = said.on
  if (said.kind === 'left' && sat !== null && row.channel_id === null) {
    row.left_at = change.at
    row.channel_name = null
    row.channel_node = null
    row.self_muted = false
    row.private_room = null
    return change.vanished === true && incident.ended_at === null && !row.removed && row.number_count > 0
  }
  return false
}

/** Who is rung by another member's telephone is in that member's state. */
function shareTelephones (roster: readonly Member[], byId: ReadonlyMap<string, Member>, touched: Set<Member>): void {
  for (const row of roster) {
    const owner = row.same_telephone_as === null ? undefined : byId.get(row.same_telephone_as)
    if (!owner || !touched.has(owner)) continue
    const state = statedWith(owner.state, memberFacts(row))
    if (state === row.state) continue
    Object.assign(row, { state, state_at: owner.state_at, acknowledged_at: row.acknowledged_at ?? owner.acknowledged_at })
    touched.add(row)
  }
}

/** Rings members again who left through no wish of their own; the rows are changed in place. */
export async function redial (
  context: ApplyingContext, tx: Tx, incident: Incident, members: readonly Member[], because: string
): Promise<void> {
  const { store, dialling, clock } = context
  const at = clock.now()
  for (const m of members) applyToMember(m, { kind: 'dialled' }, at)
  // The dialler repeats by itself what its own legs lost; for all others it gets a new request.
  const repeated = members.filter(m => because === 'pbx-lost' && m.request_id !== null)
  store.record(tx, repeated.map(m => ({
    incidentId: incident.id, memberId: m.id, at, kind: 'dialled', actor: 'system', detail: { round: m.dial_round, because }
  })))
  await dialling.repeated(tx, incident, repeated)
  const anew = members.filter(m => !repeated.includes(m))
  for (const m of anew) m.dial_round += 1
  await dialling.request(tx, incident, anew, { actor: 'system', because, wasIn: true })
}
