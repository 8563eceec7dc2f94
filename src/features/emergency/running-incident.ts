import type { Tx } from '../../db/database.ts'
import { DomainError } from '../../domain/errors.ts'
import type { EmergencyStore } from './emergency-store.ts'
import type { Incident, Member } from './emergency-types.ts'

/** The incident, locked and not ended. @throws DomainError `not-found`, `incident-ended` */
export async function running (store: EmergencyStore, tx: Tx, id: string): Promise<Incident> {
  const incident = await store.lock(tx, id)
  if (!incident) throw new DomainError('not-found', 'there is no such incident')
  if (incident.ended_at) throw new DomainError('incident-ended', 'this incident has ended')
  return incident
}

/** The same with its roster. */
export async function runningWhole (store: EmergencyStore, tx: Tx, id: string): Promise<{ incident: Incident, members: Member[] }> {
  const incident = await running(store, tx, id)
  return { incident, members: await store.members(tx, incident.id) }
}

/** @throws DomainError `not-found` */
export function memberOn (roster: readonly Member[], id: string): Member {
  const found = roster.find(m => m.id === id)
  if (!found) throw new DomainError('not-found', 'this person is not on the list')
  return found
}
