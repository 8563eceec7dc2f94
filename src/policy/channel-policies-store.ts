import type { Queryable, Tx } from '../db/database.ts'
import { lockNamed } from '../db/lock-store.ts'
import type { ChannelPolicy, EnteredChannelPolicy } from './rules/channel-policy.ts'

const columns = `code, to_char(valid_from, 'YYYY-MM-DD') as "validFrom", name, name_en as "nameEn", sent_with as "sentWith",
  asked_back as "askedBack", restricted, clock, consult_clock as "consultClock", entered_by as "enteredBy", entered_at as "enteredAt"`

export async function channelPolicyRows (db: Queryable): Promise<EnteredChannelPolicy[]> {
  return await db.query<EnteredChannelPolicy>(`select ${columns} from channel_policy order by code, valid_from desc`)
}

export async function putChannelPolicy (
  tx: Tx, row: ChannelPolicy, entered: { by: string, at: Date }
): Promise<EnteredChannelPolicy> {
  // The table has a second unique key, which orders name: a row that is being entered for the same day would break it, not be replaced.
  await lockNamed(tx, `channel-policy:${row.code}:${row.validFrom}`)
  const [put] = await tx.query<EnteredChannelPolicy>(`
    insert into channel_policy (code, valid_from, name, name_en, sent_with, asked_back, restricted, clock, consult_clock, entered_by,
      entered_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    on conflict (code, valid_from) do update set name = excluded.name, name_en = excluded.name_en, sent_with = excluded.sent_with,
      asked_back = excluded.asked_back, restricted = excluded.restricted, clock = excluded.clock, consult_clock = excluded.consult_clock,
      entered_by = excluded.entered_by, entered_at = excluded.entered_at
    returning ${columns}`,
  [row.code, row.validFrom, row.name, row.nameEn, row.sentWith, row.askedBack, row.restricted, row.clock, row.consultClock, entered.by,
    entered.at])
  if (!put) throw new Error('insert returned nothing')
  return put
}

/** @returns whether there was such a row */
export async function removeChannelPolicy (tx: Tx, { code, validFrom }: Pick<ChannelPolicy, 'code' | 'validFrom'>): Promise<boolean> {
  return (await tx.query('delete from channel_policy where code = $1 and valid_from = $2 returning 1', [code, validFrom])).length > 0
}
