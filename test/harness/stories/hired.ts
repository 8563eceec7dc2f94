import { putSampleAccount } from '../../../src/access/accounts/account-load.ts'
import type { Database } from '../../../src/db/database.ts'
import type { Role } from '../../../src/domain/people/roles.ts'

export interface Hired { unitId?: string | null, extension?: string | null, personId?: string | null, hash?: string }

/** A login as the load of a district adds one; without a hash nobody can sign in with its password. One that is there stays. */
export async function hired (
  db: Database, login: string, roles: readonly Role[], { unitId = null, extension = null, personId = null, hash = 'none' }: Hired = {}
): Promise<void> {
  await db.tx(async tx => { putSampleAccount(tx, { login, hash, roles, unitId, extension, personId }) })
}
