import type { Tx } from '../../../db/database.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import type { Dialler } from '../../../dialler/dialler-types.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import type { Feed } from '../../../feed/feed.ts'
import { DomainError } from '../../../domain/errors.ts'
import { incidentAudience } from '../emergency-settings.ts'
import { memberOn, running } from '../running-incident.ts'
import type { EmergencyStore } from '../emergency-store.ts'
import { applyToMember } from './member-changes.ts'
import type { Dialling } from './dialling.ts'

export interface RunningDialContext {
  store: EmergencyStore
  dialling: Dialling
  clock: Clock
  dialler: Dialler
  feed: Feed
  /** rooms and rejoining are to be prepared */
  rejoinAccessChanged: (tx: Tx, incidentId: string) => void
}

/**
 * Rings a member (again): a dropped, unreached or skipped member, or the next one out of turn.
 * @throws DomainError `number-not-permitted` when none of them may be rung any more
 */
export async function dialMember (
  context: RunningDialContext, tx: Tx, actor: Actor, input: { incidentId: string, memberIds: readonly string[] }
): Promise<{ dialled: number, locked: boolean }> {
  const { store, dialling, clock, dialler, rejoinAccessChanged } = context
  const incident = await running(store, tx, input.incidentId)
  const roster = await store.members(tx, incident.id)
  const now = clock.now()
  // A member answered for at another's telephone is rung there.
  const asked = new Set(
    input.memberIds.map(id => memberOn(roster, id)).map(m => m.same_telephone_as === null ? m : memberOn(roster, m.same_telephone_as))
  )
  const chosen = [...asked].filter(m => m.state !== 'joined' && m.state !== 'ringing' && m.number_count > 0)
  await dialler.cancel(tx, chosen.flatMap(m => m.request_id ?? []), 'dialled again')
  for (const m of chosen) {
    m.dial_round += 1
    m.skipped = false
    applyToMember(m, { kind: 'dialled' }, now)
  }
  const rung = await dialling.request(tx, incident, chosen, { actor: actor.id })
  if (chosen.length > 0 && rung.length === 0) throw new DomainError('number-not-permitted', 'none of these numbers may be dialled')
  store.saveMembers(tx, chosen)
  await dialling.announce(tx, incident, chosen)
  // A member who was put out may ring back in again.
  rejoinAccessChanged(tx, incident.id)
  return { dialled: rung.length, locked: incident.locked }
}

/** Leaves a member out: the call is taken back if nobody answered it yet, and the next one's turn begins. */
export async function skip (
  context: RunningDialContext, tx: Tx, actor: Actor, input: { incidentId: string, memberId: string }
): Promise<void> {
  const { store, dialling, clock, dialler } = context
  const incident = await running(store, tx, input.incidentId)
  const roster = await store.members(tx, incident.id)
  const m = memberOn(roster, input.memberId)
  m.skipped = true
  if (m.request_id) await dialler.cancel(tx, [m.request_id], 'skipped by the coordinator')
  store.saveMembers(tx, [m])
  store.record(tx, [{ incidentId: incident.id, memberId: m.id, at: clock.now(), kind: 'skipped', actor: actor.id }])
  await dialling.announce(tx, incident, [m])
  await dialling.advance(tx, incident, roster)
}

/** New order of the members whose turn has not come; the others keep their places. */
export async function reorder (
  context: RunningDialContext, tx: Tx, actor: Actor, input: { incidentId: string, memberIds: readonly string[] }
): Promise<void> {
  const { store, dialling, clock } = context
  const incident = await running(store, tx, input.incidentId)
  const roster = await store.members(tx, incident.id)
  const moved = input.memberIds.map(id => memberOn(roster, id)).filter(m => m.dial_round === 0)
  const places = moved.map(m => m.ordering).sort((a, b) => a - b)
  moved.forEach((m, i) => { m.ordering = places[i] ?? m.ordering })
  store.saveMembers(tx, moved)
  store.record(tx, [{
    incidentId: incident.id,
    at: clock.now(),
    kind: 'reordered',
    actor: actor.id,
    detail: { order: moved.map(m => m.id) }
  }])
  await dialling.announce(tx, incident, moved)
}

/** Stops dialling: nobody new is rung, ringing telephones fall silent, talks go on. */
export async function stop (context: RunningDialContext, tx: Tx, actor: Actor, incidentId: string): Promise<void> {
  const { store, clock, dialler, feed } = context
  const incident = await running(store, tx, incidentId)
  const roster = await store.members(tx, incident.id)
  store.saveStopped(tx, incident.id, clock.now())
  await dialler.cancel(tx, roster.flatMap(m => m.request_id ?? []), 'stopped by the coordinator')
  store.record(tx, [{ incidentId, at: clock.now(), kind: 'stopped', actor: actor.id }])
  await feed.publish(tx, { topic: 'incident.stopped', subject: incidentId, at: clock.now(), data: {}, audience: incidentAudience })
}

/** Goes on dialling after a stop. */
export async function resume (context: RunningDialContext, tx: Tx, actor: Actor, incidentId: string): Promise<void> {
  const { store, dialling, clock, feed } = context
  const incident = await running(store, tx, incidentId)
  if (incident.state === 'dialling') return
  incident.state = 'dialling'
  store.saveResumed(tx, incident.id)
  store.record(tx, [{ incidentId, at: clock.now(), kind: 'resumed', actor: actor.id }])
  await feed.publish(tx, { topic: 'incident.resumed', subject: incidentId, at: clock.now(), data: {}, audience: incidentAudience })
  // A member whose call is still being taken back is dialled as soon as it has ended.
  await dialling.advance(tx, incident, await store.members(tx, incident.id))
}
