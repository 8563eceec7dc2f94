import type { Database, Tx } from '../db/database.ts'
import { keptFor } from '../domain/kept.ts'
import type { Actor } from '../domain/people/roles.ts'
import { keptMs, type DayToCome } from './days-to-come.ts'
import { deadlinePolicyRows, putDeadlinePolicy } from './deadline-policies-store.ts'
import { enterPolicy, type PolicyKind } from './entering.ts'
import { unusableField, type DeadlinePolicy, type EnteredDeadlinePolicy } from './rules/deadline-policy.ts'

export interface DeadlineOptions extends DayToCome { db: Database }

/** How long something may take. */
export function createDeadlinePolicies ({ db, clock, timeZone }: DeadlineOptions) {
  const deadlines = keptFor(keptMs, async () => ({ rows: await deadlinePolicyRows(db), timeZone }))
  const kind: PolicyKind<DeadlinePolicy, EnteredDeadlinePolicy> = {
    noun: 'a deadline policy',
    unfitField: (_tx, row) => unusableField(row),
    unfit: ({ name }) => `no clock of ${name} can go by this`,
    put: putDeadlinePolicy,
    forget: deadlines.forget
  }
  return {
    deadlines: deadlines.get,
    enterDeadline: async (tx: Tx, actor: Actor, row: DeadlinePolicy): Promise<EnteredDeadlinePolicy> =>
      await enterPolicy(kind, { clock, timeZone }, tx, actor, row)
  }
}
