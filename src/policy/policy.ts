import type { Database, Tx } from '../db/database.ts'
import type { Clock } from '../domain/time/clock.ts'
import type { Actor } from '../domain/people/roles.ts'
import { createAttemptPolicies } from './attempt-policies.ts'
import { createChannelPolicies } from './channel-policies.ts'
import { createDeadlinePolicies } from './deadline-policies.ts'
import { createRulePolicies } from './rule-policies.ts'
import type { AttemptPolicies, AttemptPolicy, AttemptSettings, EnteredAttemptPolicy } from './rules/attempt-policy.ts'
import type { ChannelPolicies, ChannelPolicy, EnteredChannelPolicy } from './rules/channel-policy.ts'
import type { DeadlinePolicies, DeadlinePolicy, EnteredDeadlinePolicy } from './rules/deadline-policy.ts'
import type { EnteredRulePolicy, RulePolicies, RulePolicy } from './rules/rule-policy.ts'

/** How the city wants things done: dated rows that are read wherever something is decided. */
export interface Policies {
  /** How long something may take; a row that another process adds is seen within five seconds. */
  deadlines: () => Promise<DeadlinePolicies & { rows: readonly EnteredDeadlinePolicy[] }>
  /**
   * Enters a row for a day to come; one that has not begun is replaced, one that has stays: clocks go by the row of the day they began on.
   * @throws DomainError `not-allowed`, `invalid-input`
   */
  enterDeadline: (tx: Tx, actor: Actor, row: DeadlinePolicy) => Promise<EnteredDeadlinePolicy>
  /** How often and when somebody is rung again; kept as long as deadlines are. */
  attempts: () => Promise<AttemptPolicies>
  /**
   * Enters a row for a day to come, as with deadlines. What is decided from that day on goes by it, of earlier callbacks too.
   * @throws DomainError `not-allowed`, `invalid-input` with the field
   */
  enterAttempts: (tx: Tx, actor: Actor, row: AttemptPolicy) => Promise<EnteredAttemptPolicy>
  /** Which channels there are, and what follows from each; kept as long as deadlines are. */
  channels: () => Promise<ChannelPolicies & { rows: readonly EnteredChannelPolicy[] }>
  /**
   * Enters a row for a day to come, as with deadlines: an order goes by the row of the day it was received on, or by today's
   * where that promises more.
   * @throws DomainError `not-allowed`, `invalid-input` with the field
   */
  enterChannel: (tx: Tx, actor: Actor, row: ChannelPolicy) => Promise<EnteredChannelPolicy>
  /**
   * Takes back a row that has not begun: a mistyped new channel is gone with it.
   * @throws DomainError `not-allowed`, `not-found`, `invalid-input` with `validFrom`
   */
  withdrawChannel: (tx: Tx, actor: Actor, row: Pick<ChannelPolicy, 'code' | 'validFrom'>) => Promise<void>
  /** Figures the city chooses; kept as long as deadlines are. */
  rules: () => Promise<RulePolicies & { rows: readonly EnteredRulePolicy[] }>
  /**
   * Enters a row for a day to come, as with deadlines. What is decided from that day on goes by it.
   * @throws DomainError `not-allowed`, `invalid-input` with the field
   */
  enterRule: (tx: Tx, actor: Actor, row: RulePolicy) => Promise<EnteredRulePolicy>
}

export interface PoliciesOptions {
  db: Database
  clock: Clock
  timeZone: string
  /** what the service's settings say of attempts */
  settings?: AttemptSettings
  onIdle?: (settings: readonly string[]) => void
}

export function createPolicies ({ db, clock, timeZone, settings = {}, onIdle = () => {} }: PoliciesOptions): Policies {
  return {
    ...createDeadlinePolicies({ db, clock, timeZone }),
    ...createAttemptPolicies({ db, clock, timeZone, settings, onIdle }),
    ...createChannelPolicies({ db, clock, timeZone }),
    ...createRulePolicies({ db, clock, timeZone })
  }
}
