import type { Database } from '../db/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { Module } from '../module.ts'
import { hourly } from '../queue/hourly.ts'
import { administrationRoutes } from './account-routes.ts'
import type { Telephones } from './accounts.ts'
import { forgetOldFailures } from './login-guard.ts'
import { sessionRoutes, type SessionRoutesOptions } from './session-routes.ts'
import { createSessions, forgetOldSessions, type Sessions } from './sessions.ts'

export interface AccessNeeds extends Pick<SessionRoutesOptions, 'telephone' | 'timeZone'> {
  db: Database
  clock: Clock
  /** what follows for the telephones when a login changes */
  telephones: Telephones
}

/** Identity: logins, sessions, tokens. */
export function accessModule ({ telephones, telephone, timeZone, ...needs }: AccessNeeds): Module & { sessions: Sessions } {
  const sessions = createSessions(needs)
  return {
    name: 'access',
    sessions,
    routes: [sessionRoutes({ ...needs, sessions, telephone, timeZone }), administrationRoutes({ ...needs, sessions, telephones })],
    sweeps: [hourly('old sessions and failed sign-ins', async now => {
      await forgetOldSessions(needs.db, now)
      await forgetOldFailures(needs.db, now)
    })]
  }
}
