import type { Logger } from 'pino'
import type { Database } from '../db/database.ts'
import type { Clock } from '../domain/time/clock.ts'
import type { Module } from '../module.ts'
import { channelRoutes } from './channel-routes.ts'
import { createPolicies, type Policies } from './policy.ts'
import { policyRoutes } from './policy-routes.ts'
import { ruleRoutes } from './rule-routes.ts'
import type { AttemptSettings } from './rules/attempt-policy.ts'

export interface PolicyNeeds {
  db: Database
  clock: Clock
  timeZone: string
  log: Logger
  /** what the service's settings say of attempts */
  settings: AttemptSettings
}

/** How the city wants things done, as rows with a first day. */
export function policyModule ({ log, ...needs }: PolicyNeeds): Module & { policies: Policies } {
  const policies = createPolicies({
    ...needs,
    onIdle: settings => { log.warn({ settings }, 'these settings have no effect: the attempt policy an administrator entered holds') }
  })
  const { clock } = needs
  const routes = [policyRoutes({ policies }), channelRoutes({ clock, policies }), ruleRoutes({ clock, policies })]
  return { name: 'policy', policies, routes }
}
