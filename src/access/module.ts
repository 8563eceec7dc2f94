import type { Database } from '../db/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { Module } from '../module.ts'
import { administrationRoutes } from './account-routes.ts'
import type { Telephones } from './accounts.ts'
import { createSessionSweep } from './session-sweep.ts'
import { sessionRoutes, type SessionRoutesOptions } from './session-routes.ts'
import { createSessions, type Sessions } from './sessions.ts'

export interface AccessNeeds extends Pick<SessionRoutesOptions, 'telephone' | 'timeZone'> {
  db: Database
  clock: Clock
  /** what follows for the telephones when a login changes */
  telephones: Telephones
}

/** Who somebody is: logins, sessions, tokens. */
export function accessModule ({ telephones, telephone, timeZone, ...needs }: AccessNeeds): Module & { sessions: Sessions } {
  const sessions = createSessions(needs)
  return {
    name: 'access',
    sessions,
    routes: [sessionRoutes({ ...needs, sessions, telephone, timeZone }), administrationRoutes({ ...needs, sessions, telephones })],
    sweeps: [createSessionSweep(needs.db)]
  }
}
