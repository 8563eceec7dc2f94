import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from '../../../src/db/database.ts'
import { readDistrict } from '../../../src/district/read-district.ts'
import { seed } from '../../../src/district/seed.ts'
import type { PlanOfFile } from '../../../src/features/emergency/plan-load.ts'
import { cheapHash } from '../cheap-hash.ts'
import { runFolder } from '../servers/run-folder.ts'

/** Loads the sample district; its passwords are cheap to verify and stand in `<dataDir>/logins.json`. */
export async function seedSample (db: Database, dataDir: string): Promise<void> {
  await seed({ db, dataDir, hashPassword: cheapHash })
}

/** A plan of the sample with these fields changed, for `loadPlans`. */
export function planLike (code: string, over: Partial<PlanOfFile>): PlanOfFile {
  const plan = readDistrict().plans.find(p => p.code === code)
  if (!plan) throw new Error(`there is no plan ${code} in the sample`)
  return { ...plan, ...over }
}

/** Login and password of a sample person, by extension or login; `dataDir` where the district was loaded for this test alone. */
export function samplePassword (who: string, dataDir = join(runFolder, 'sample')): [string, string] {
  const logins = JSON.parse(readFileSync(join(dataDir, 'logins.json'), 'utf8')) as Array<{
    user: string,
    password: string,
    extension: string | null
  }>
  const login = logins.find(l => l.extension === who || l.user === who)
  if (!login) throw new Error(`nobody in the sample is ${who}`)
  return [login.user, login.password]
}
