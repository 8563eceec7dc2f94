import type { Tx } from '../../db/database.ts'

/** Adds a sample person's telephone; an existing one gets this SIP password and keeps the rest. */
export function putSampleAgent (
  tx: Tx, { extension, login, displayName, sipPassword }: { extension: string, login: string, displayName: string, sipPassword: string }
): void {
  tx.write(`insert into agent (extension, login, display_name, sip_password, sample) values ($1, $2, $3, $4, true)
    on conflict (extension) do update set sip_password = excluded.sip_password`, [extension, login, displayName, sipPassword])
}
