import type { Database, Tx } from '../db/database.ts'
import { DomainError } from '../domain/errors.ts'
import { keptFor } from '../domain/kept.ts'
import { holds, type Actor } from '../domain/people/roles.ts'
import { channelPolicyRows, putChannelPolicy, removeChannelPolicy } from './channel-policies-store.ts'
import { keptMs, putForADayToCome, type DayToCome } from './days-to-come.ts'
import { deadlinePolicyRows } from './deadline-policies-store.ts'
import { enterPolicy, type PolicyKind } from './entering.ts'
import { unfitChannelField, type ChannelPolicy, type EnteredChannelPolicy } from './rules/channel-policy.ts'

export interface ChannelOptions extends DayToCome { db: Database }

/** Channels (受理渠道): who sends them, who is asked back, who reads them, which times their orders have. */
export function createChannelPolicies ({ db, clock, timeZone }: ChannelOptions) {
  const channels = keptFor(keptMs, async () => ({ rows: await channelPolicyRows(db), timeZone }))
  const kind: PolicyKind<ChannelPolicy, EnteredChannelPolicy> = {
    noun: 'a channel policy',
    // As the table has them: another process may have entered its clock's row a moment ago.
    unfitField: async (tx, row) => unfitChannelField(row, { rows: await deadlinePolicyRows(tx) }),
    unfit: (row, field) => (field === 'clock' || field === 'consultClock') && row[field] !== null
      ? `${row[field]} has no row on the first day: its deadline policy is entered first`
      : 'the channel policy cannot be as it is',
    put: putChannelPolicy,
    forget: channels.forget
  }
  return {
    channels: channels.get,
    enterChannel: async (tx: Tx, actor: Actor, row: ChannelPolicy): Promise<EnteredChannelPolicy> =>
      await enterPolicy(kind, { clock, timeZone }, tx, actor, row),

    async withdrawChannel (tx: Tx, actor: Actor, row: Pick<ChannelPolicy, 'code' | 'validFrom'>): Promise<void> {
      if (!holds(actor, 'ADMINISTRATOR')) throw new DomainError('not-allowed', 'only an administrator withdraws a channel policy')
      const stood = await putForADayToCome({ clock, timeZone }, row.validFrom, async () => await removeChannelPolicy(tx, row))
      if (!stood) throw new DomainError('not-found', 'there is no such channel policy')
      tx.afterCommit(channels.forget)
    }
  }
}
