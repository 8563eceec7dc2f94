import { mkdirSync } from 'node:fs'
import type { Database } from '../db/database.ts'
import { loadAccounts, type Login } from './load-accounts.ts'
import { loadCentre, loadDistrict } from './load-district.ts'
import { readDistrict } from './read-district.ts'

export interface SeedOptions {
  db: Database
  dataDir: string
  hashPassword: (password: string) => Promise<string>
  /** only the Centre and an administrator: a real district enters its own */
  empty?: boolean
}

/** Loads a district and its logins; run on every start, does only what is missing. */
export async function seed ({ db, dataDir, hashPassword, empty = false }: SeedOptions): Promise<{ logins: Login[] }> {
  const district = readDistrict()
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  await db.tx(async tx => { await (empty ? loadCentre(tx, district) : loadDistrict(tx, district)) })
  const accounts = empty ? district.accounts.filter(a => a.roles.includes('ADMINISTRATOR')) : district.accounts
  return { logins: await loadAccounts({ db, dataDir, hashPassword, accounts }) }
}
