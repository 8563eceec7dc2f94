import { dateOf } from '../calendar/rules/working-time.ts'
import type { Database, Tx } from '../db/database.ts'
import type { Clock } from '../domain/time/clock.ts'
import { DomainError } from '../domain/errors.ts'
import { keptFor } from '../domain/kept.ts'
import { holds, type Actor } from '../domain/people/roles.ts'
import { attemptPolicyRows, putAttemptPolicy } from './attempt-policies-store.ts'
import { keptMs, putForADayToCome } from './days-to-come.ts'
import { bySettings, unfitField, type AttemptPolicies, type AttemptPolicy, type AttemptSettings, type EnteredAttemptPolicy } from
  './rules/attempt-policy.ts'

export interface AttemptOptions {
  db: Database
  clock: Clock
  timeZone: string
  settings: AttemptSettings
  /** these settings have no effect: an administrator has entered another row */
  onIdle: (settings: readonly string[]) => void
}

/** How often and when somebody is rung again. */
export function createAttemptPolicies ({ db, clock, timeZone, settings, onIdle }: AttemptOptions) {
  const today = (): string => dateOf(clock.now(), timeZone)
  let settingsEntered = false

  /** Once a process, before the first decision: what the settings say becomes the row of today. */
  async function enterSettings (): Promise<void> {
    const { rows, without } = bySettings(await attemptPolicyRows(db), settings, today())
    for (const row of rows) await putAttemptPolicy(db, row, { by: 'settings', at: clock.now() })
    if (without.length > 0) onIdle(without)
    settingsEntered = true
  }

  const attempts = keptFor(keptMs, async (): Promise<AttemptPolicies> => {
    if (!settingsEntered) await enterSettings()
    return { rows: await attemptPolicyRows(db), timeZone }
  })

  return {
    attempts: attempts.get,

    async enterAttempts (tx: Tx, actor: Actor, row: AttemptPolicy): Promise<EnteredAttemptPolicy> {
      if (!holds(actor, 'ADMINISTRATOR')) throw new DomainError('not-allowed', 'only an administrator enters an attempt policy')
      const field = unfitField(row)
      if (field) throw new DomainError('invalid-input', 'the attempt policy does not fit its purpose', { field })
      const entered = await putForADayToCome({ clock, timeZone }, row.validFrom,
        async () => await putAttemptPolicy(tx, row, { by: actor.id, at: clock.now() }))
      tx.afterCommit(attempts.forget)
      return entered
    }
  }
}
