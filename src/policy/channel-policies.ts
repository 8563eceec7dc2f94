import type { Database, Tx } from '../db/database.ts'
import type { Clock } from '../domain/time/clock.ts'
import { DomainError } from '../domain/errors.ts'
import { keptFor } from '../domain/kept.ts'
import { holds, type Actor } from '../domain/people/roles.ts'
import { channelPolicyRows, putChannelPolicy } from './channel-policies-store.ts'
import { keptMs, putForADayToCome } from './days-to-come.ts'
import { deadlinePolicyRows } from './deadline-policies-store.ts'
import { unfitChannelField, type ChannelPolicy, type EnteredChannelPolicy } from './rules/channel-policy.ts'

export interface ChannelOptions {
  db: Database
  clock: Clock
  timeZone: string
}

/** Channels (受理渠道): who sends them, who is asked back, who reads them, which times their orders have. */
export function createChannelPolicies ({ db, clock, timeZone }: ChannelOptions) {
  const channels = keptFor(keptMs, async () => ({ rows: await channelPolicyRows(db), timeZone }))
  return {
    channels: channels.get,

    async enterChannel (tx: Tx, actor: Actor, row: ChannelPolicy): Promise<EnteredChannelPolicy> {
      if (!holds(actor, 'ADMINISTRATOR')) throw new DomainError('not-allowed', 'only an administrator enters a channel policy')
      // As the table has them: another process may have entered its clock's row a moment ago.
      const field = unfitChannelField(row, { rows: await deadlinePolicyRows(tx) })
      if (field) throw new DomainError('invalid-input', 'the channel policy cannot be as it is', { field })
      const entered = await putForADayToCome({ clock, timeZone }, row.validFrom,
        async () => await putChannelPolicy(tx, row, { by: actor.id, at: clock.now() }))
      tx.afterCommit(channels.forget)
      return entered
    }
  }
}
