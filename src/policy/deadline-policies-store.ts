import type { Queryable, Tx } from '../db/database.ts'
import type { DeadlinePolicy, EnteredDeadlinePolicy } from './rules/deadline-policy.ts'

const columns = `name, to_char(valid_from, 'YYYY-MM-DD') as "validFrom", minutes, on_site_minutes as "onSiteMinutes",
  max_extended_minutes as "maxExtendedMinutes", calendar, entered_by as "enteredBy", entered_at as "enteredAt"`

export async function deadlinePolicyRows (db: Queryable): Promise<EnteredDeadlinePolicy[]> {
  return await db.query<EnteredDeadlinePolicy>(`select ${columns} from deadline_policy order by name, valid_from desc`)
}

export async function putDeadlinePolicy (
  tx: Tx, row: DeadlinePolicy, entered: { by: string, at: Date }
): Promise<EnteredDeadlinePolicy> {
  const [put] = await tx.query<EnteredDeadlinePolicy>(`
    insert into deadline_policy (name, valid_from, minutes, on_site_minutes, max_extended_minutes, calendar, entered_by, entered_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (name, valid_from) do update set minutes = excluded.minutes, on_site_minutes = excluded.on_site_minutes,
      max_extended_minutes = excluded.max_extended_minutes, calendar = excluded.calendar, entered_by = excluded.entered_by,
      entered_at = excluded.entered_at
    returning ${columns}`,
  [row.name, row.validFrom, row.minutes, row.onSiteMinutes, row.maxExtendedMinutes, row.calendar, entered.by, entered.at])
  if (!put) throw new Error('insert returned nothing')
  return put
}
