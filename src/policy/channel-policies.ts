import { dateOf } from '../calendar/rules/working-time.ts'
import type { Database, Tx } from '../db/database.ts'
import type { Clock } from '../domain/clock.ts'
import { DomainError } from '../domain/errors.ts'
import { keptFor } from '../domain/kept.ts'
import { holds, type Actor } from '../domain/roles.ts'
import { channelPolicyRows, putChannelPolicy } from './channel-policies-store.ts'
import { unfitChannelField, type ChannelPolicy, type EnteredChannelPolicy } from './rules/channel-policy.ts'
import type { DeadlinePolicies } from './rules/deadline-policy.ts'

export interface ChannelOptions {
  db: Database
  clock: Clock
  timeZone: string
  /** the rows a channel's clock may name */
  deadlines: () => Promise<DeadlinePolicies>
}

const keptMs = 5000

/** Channels (受理渠道): who sends them, who is asked back, who reads them, which times their orders have. */
export function createChannelPolicies ({ db, clock, timeZone, deadlines }: ChannelOptions) {
  const channels = keptFor(keptMs, async () => ({ rows: await channelPolicyRows(db), timeZone }))
  return {
    channels: channels.get,

    async enterChannel (tx: Tx, actor: Actor, row: ChannelPolicy): Promise<EnteredChannelPolicy> {
      if (!holds(actor, 'ADMINISTRATOR')) throw new DomainError('not-allowed', 'only an administrator enters a channel policy')
      // By the first day every process has read the row: an order names a row that the next process to deal with it knows.
      if (row.validFrom <= dateOf(new Date(clock.now().getTime() + keptMs), timeZone)) {
        throw new DomainError('invalid-input', 'a channel policy begins tomorrow or later', { field: 'validFrom' })
      }
      const field = unfitChannelField(row, await deadlines())
      if (field) throw new DomainError('invalid-input', 'the channel policy cannot be as it is', { field })
      const entered = await putChannelPolicy(tx, row, { by: actor.id, at: clock.now() })
      tx.afterCommit(channels.forget)
      return entered
    }
  }
}
