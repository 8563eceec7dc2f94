import type { Database } from '../db/database.ts'
import type { Clock } from '../domain/time/clock.ts'
import type { Module } from '../module.ts'
import { hourly } from '../queue/hourly.ts'
import { administrationRoutes } from './accounts/account-routes.ts'
import { createAuditReading, type AuditReadingOptions } from './audit-reading.ts'
import type { Telephones } from './accounts/accounts.ts'
import { forgetOldFailures } from './sessions/login-guard.ts'
import { sessionRoutes, type SessionRoutesOptions } from './sessions/session-routes.ts'
import { createSessions, forgetOldSessions, type Sessions } from './sessions/sessions.ts'

export interface AccessNeeds extends Pick<SessionRoutesOptions, 'exchanges' | 'timeZone'> {
  db: Database
  clock: Clock
  /** what the audit's readers may not learn */
  names: Pick<AuditReadingOptions, 'hiddenOrders' | 'ordersOf'>
  /** what follows for the telephones when a login changes */
  telephones: Telephones
}

/** Identity: logins, sessions, tokens. */
export function accessModule ({ telephones, exchanges, timeZone, names, ...needs }: AccessNeeds): Module & { sessions: Sessions } {
  const sessions = createSessions(needs)
  const audit = createAuditReading({ db: needs.db, ...names })
  return {
    name: 'access',
    sessions,
    routes: [sessionRoutes({ ...needs, sessions, exchanges, timeZone }), administrationRoutes({ ...needs, sessions, telephones, audit })],
    sweeps: [hourly('old sessions and failed sign-ins', async now => {
      await forgetOldSessions(needs.db, now)
      await forgetOldFailures(needs.db, now)
    })]
  }
}
