import { dateOf } from '../calendar/rules/working-time.ts'
import type { Database, Tx } from '../db/database.ts'
import { keptFor } from '../domain/kept.ts'
import type { Actor } from '../domain/people/roles.ts'
import { attemptPolicyRows, layBySettings, putAttemptPolicy, removeComingBySettings } from './attempt-policies-store.ts'
import { keptMs, type DayToCome } from './days-to-come.ts'
import { enterPolicy, type PolicyKind } from './entering.ts'
import { bySettings, unfitField, type AttemptPolicies, type AttemptPolicy, type AttemptSettings, type EnteredAttemptPolicy } from
  './rules/attempt-policy.ts'

export interface AttemptOptions extends DayToCome {
  db: Database
  settings: AttemptSettings
  /** these settings have no effect: an administrator has entered another row */
  onIdle: (settings: readonly string[]) => void
}

/** How often and when somebody is rung again. */
export function createAttemptPolicies ({ db, clock, timeZone, settings, onIdle }: AttemptOptions) {
  const today = (): string => dateOf(clock.now(), timeZone)
  let settingsEntered = false

  /** Once a process, before the first decision: what the settings say becomes the row of today, unless a person entered one for it. */
  async function enterSettings (): Promise<void> {
    const day = today()
    await removeComingBySettings(db, day)
    const { rows } = bySettings(await attemptPolicyRows(db), settings, day)
    for (const row of rows) await layBySettings(db, row, clock.now())
    // An administrator's row may have been committed since they were read.
    const { without } = bySettings(await attemptPolicyRows(db), settings, day)
    if (without.length > 0) onIdle(without)
    settingsEntered = true
  }

  const attempts = keptFor(keptMs, async (): Promise<AttemptPolicies> => {
    if (!settingsEntered) await enterSettings()
    return { rows: await attemptPolicyRows(db), timeZone }
  })

  const kind: PolicyKind<AttemptPolicy, EnteredAttemptPolicy> = {
    noun: 'an attempt policy',
    unfitField: (_tx, row) => unfitField(row),
    unfit: () => 'the attempt policy does not fit its purpose',
    put: putAttemptPolicy,
    forget: attempts.forget
  }
  return {
    attempts: attempts.get,
    enterAttempts: async (tx: Tx, actor: Actor, row: AttemptPolicy): Promise<EnteredAttemptPolicy> =>
      await enterPolicy(kind, { clock, timeZone }, tx, actor, row)
  }
}
