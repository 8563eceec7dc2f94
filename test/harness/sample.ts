import type { Database } from '../../src/db/database.ts'
import { seed } from '../../src/district/seed.ts'
import { cheapHash } from './cheap-hash.ts'

/** Loads the sample district; its passwords are cheap to verify and stand in `<dataDir>/logins.json`. */
export async function seedSample (db: Database, dataDir: string): Promise<void> {
  await seed({ db, dataDir, hashPassword: cheapHash })
}
