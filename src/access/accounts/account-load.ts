import type { Database, Tx } from '../../db/database.ts'

/** An account of a sample person, its password hashed. */
export interface SampleAccountRow {
  login: string
  hash: string
  personId: string | null
  unitId: string | null
  roles: readonly string[]
  extension: string | null
}

export async function knownLogins (db: Database): Promise<Set<string>> {
  return new Set((await db.query<{ login: string }>('select login from user_account')).map(row => row.login))
}

/** Adds a sample person's account; one that is there gets this password and keeps the rest. */
export function putSampleAccount (tx: Tx, { login, hash, personId, unitId, roles, extension }: SampleAccountRow): void {
  tx.write(`insert into user_account (login, password_hash, person_id, unit_id, roles, extension, sample)
    values ($1, $2, $3, $4, $5, $6, true)
    on conflict (login) do update set password_hash = excluded.password_hash`, [login, hash, personId, unitId, roles, extension])
}
