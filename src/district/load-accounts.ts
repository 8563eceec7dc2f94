import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { knownLogins, putSampleAccount } from '../access/accounts/account-load.ts'
import type { Database } from '../db/database.ts'
import { readJson } from '../domain/text/json-text.ts'
import { putSampleAgent } from '../features/agents/agents-load.ts'
import type { SampleAccount } from './read-district.ts'

const OrNone = Type.Union([Type.String(), Type.Null()])

/** One line of `logins.json`: a sample person's password, generated here and never the same twice. */
const LoginSchema = Type.Object({
  user: Type.String(),
  password: Type.String(),
  name: Type.String(),
  roles: Type.Array(Type.String()),
  unitId: OrNone,
  extension: OrNone,
  sipPassword: OrNone
})
export type Login = Static<typeof LoginSchema>

/** Without letters and digits that look alike: it is read from a screen and typed. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'
const password = (length: number): string => Array.from(randomBytes(length), byte => alphabet[byte % alphabet.length]).join('')

/** The sample logins of a data folder; empty before the first seed. */
export function readLogins (dataDir: string): Login[] {
  const file = join(dataDir, 'logins.json')
  return existsSync(file) ? readJson(readFileSync(file, 'utf8'), Type.Array(LoginSchema), file) : []
}

// Written beside and renamed: a reader sees the whole new file or the old one.
function writeLogins (dataDir: string, logins: Login[]): void {
  const file = join(dataDir, 'logins.json')
  writeFileSync(`${file}.new`, `[\n${logins.map(l => '  ' + JSON.stringify(l)).join(',\n')}\n]\n`, { mode: 0o600 })
  chmodSync(`${file}.new`, 0o600)
  renameSync(`${file}.new`, file)
}

export interface AccountsOptions {
  db: Database
  dataDir: string
  hashPassword: (password: string) => Promise<string>
  accounts: readonly SampleAccount[]
}

/**
 * Makes the sample accounts that are missing, and writes their passwords to `logins.json` (mode 0600). An existing account
 * keeps its password while the file knows it; when the file is gone it gets a new one.
 */
export async function loadAccounts ({ db, dataDir, hashPassword, accounts }: AccountsOptions): Promise<Login[]> {
  const known = new Map(readLogins(dataDir).map(login => [login.user, login]))
  const present = await knownLogins(db)
  const wanting = accounts.filter(a => !present.has(a.login) || !known.has(a.login))
  const made = await inTwos(wanting, async account => {
    const login: Login = known.get(account.login) ?? {
      user: account.login,
      password: password(12),
      name: account.displayName,
      roles: account.roles,
      unitId: account.unitId,
      extension: account.extension,
      sipPassword: account.extension === null ? null : password(16)
    }
    return { account, login, hash: await hashPassword(login.password) }
  })
  for (const { login } of made) known.set(login.user, login)
  const logins = accounts.flatMap(a => known.get(a.login) ?? [])
  // The file first: an account whose password nobody knows would be useless, a password without account is made good by the next run.
  if (made.length > 0) writeLogins(dataDir, logins)
  await db.tx(async tx => {
    for (const { account, login, hash } of made) {
      putSampleAccount(tx, { ...account, hash })
      if (account.extension === null || login.sipPassword === null) continue
      putSampleAgent(tx, { ...account, extension: account.extension, sipPassword: login.sipPassword })
    }
  })
  return logins
}

/** Hashing a password takes a core for a tenth of a second: two at a time. */
async function inTwos<A, B> (items: readonly A[], work: (item: A) => Promise<B>): Promise<B[]> {
  const results: B[] = []
  for (let i = 0; i < items.length; i += 2) results.push(...await Promise.all(items.slice(i, i + 2).map(work)))
  return results
}
