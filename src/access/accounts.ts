import type { Clock } from '../domain/clock.ts'
import { DomainError } from '../domain/errors.ts'
import { newId } from '../domain/ids.ts'
import { isWall, type Actor, type Role, type TokenPurpose } from '../domain/roles.ts'
import type { Queryable, Tx } from '../db/database.ts'
import { sqlState } from '../db/database-errors.ts'
import { newSecret, secretHash, type Sessions } from './sessions.ts'

/** A login as administrators see it. */
export interface AccountView {
  login: string
  roles: Role[]
  unitId: string | null
  personId: string | null
  extension: string | null
  disabledAt: Date | null
  createdAt: Date
}

/** What follows for the telephones when a login changes. */
export interface Telephones {
  loginChanged: (tx: Tx, actor: Actor, input: { extensions: readonly string[], newOwner: boolean }) => Promise<void>
}

/** The fields of a login that may change. */
export interface AccountChange {
  roles?: Role[]
  unitId?: string | null
  personId?: string | null
  extension?: string | null
  disabled?: boolean
}

const columns = `login, roles, unit_id as "unitId", person_id as "personId", extension, disabled_at as "disabledAt",
  created_at as "createdAt"`

// These act for a unit; without one they would see nothing, or by mistake everything.
const unitRoles: readonly Role[] = ['HANDLER', 'SUBCENTRE_OPERATOR']

async function checkReferences (
  tx: Queryable,
  { roles, unitId, personId, extension }: Pick<AccountView, 'roles' | 'unitId' | 'personId' | 'extension'>
): Promise<void> {
  if (unitId === null && roles.some(role => unitRoles.includes(role))) {
    throw new DomainError('invalid-input', 'this role needs a unit', { field: 'unitId', guard: 'role-needs-unit' })
  }
  if (isWall(roles) && roles.length > 1) {
    throw new DomainError('invalid-input', 'a wall board\'s login can hold no other role: its session is long',
      { field: 'roles', guard: 'wall-alone' })
  }
  const [found] = await tx.query<{ unit: boolean, person: boolean, extension: boolean }>(`
    select $1::text is null or exists (select from unit_read where id = $1) unit,
           $2::text is null or exists (select from person_read where id = $2) person,
           $3::text is null or exists (select from agent_read where extension = $3) extension`, [unitId, personId, extension])
  if (!found?.unit) throw new DomainError('unknown-unit', 'there is no such unit')
  if (!found.person) throw new DomainError('unknown-person', 'there is no such person')
  if (!found.extension) {
    throw new DomainError('invalid-input', 'there is no such extension', { field: 'extension', guard: 'no-such-extension' })
  }
}

/**
 * A telephone belongs to one person, with the call that rings on it, the draft it opens and the state it shows. Another request for the
 * same extension waits for this transaction. @throws DomainError `extension-taken` when another enabled login has it
 */
async function checkFree (tx: Tx, extension: string, login: string): Promise<void> {
  await tx.query('select 1 from agent_read where extension = $1 for update', [extension])
  const [other] = await tx.query(
    'select 1 from user_account where extension = $1 and login <> $2 and disabled_at is null limit 1', [extension, login])
  if (other) throw new DomainError('extension-taken', 'another enabled login has this extension')
}

export async function listAccounts (db: Queryable, after: string | null, limit: number): Promise<AccountView[]> {
  return await db.query<AccountView>(`select ${columns} from user_account where $1::text is null or login > $1 order by login limit $2`,
    [after, limit + 1])
}

export interface NewAccount extends Pick<AccountView, 'login' | 'roles' | 'unitId' | 'personId' | 'extension'> { hash: string }

/** @throws DomainError `already-done` when the login exists, `unknown-unit`, `unknown-person`, `invalid-input`, `extension-taken` */
export async function createAccount ({ tx, actor, account, now, telephones }: {
  tx: Tx,
  actor: Actor,
  account: NewAccount,
  now: Date,
  telephones: Telephones
}): Promise<AccountView> {
  await checkReferences(tx, account)
  if (account.extension !== null) await checkFree(tx, account.extension, account.login)
  const [made] = await tx.query<AccountView>(`
    insert into user_account (login, password_hash, roles, unit_id, person_id, extension, created_at) values ($1, $2, $3, $4, $5, $6, $7)
    on conflict do nothing returning ${columns}`,
  [account.login, account.hash, account.roles, account.unitId, account.personId, account.extension, now])
  if (!made) throw new DomainError('already-done', 'a login of this name exists already', { guard: 'login-taken' })
  if (account.extension !== null) {
    const others = await tx.query('select 1 from user_account where extension = $1 and login <> $2 limit 1',
      [account.extension, account.login])
    await telephones.loginChanged(tx, actor, { extensions: [account.extension], newOwner: others.length > 0 })
  }
  return made
}

/** Enabled administrators beside this login. Locked: a concurrent change to one of them waits, then counts again. */
async function otherAdministrators (tx: Tx, login: string): Promise<string[]> {
  const rows = await tx.query<{ login: string }>(`select login from user_account
    where 'ADMINISTRATOR' = any(roles) and disabled_at is null order by login for update`)
  return rows.map(row => row.login).filter(other => other !== login)
}

/**
 * Changes a login. Its sessions end when it is disabled, becomes a wall's, or stops being one.
 * @throws DomainError `not-found`; `guard-not-met` when administrators would lock themselves out; `extension-taken`
 */
export async function changeAccount ({ tx, actor, sessions, login, change, now, telephones }: {
  tx: Tx,
  actor: Actor,
  sessions: Sessions,
  login: string,
  change: AccountChange,
  now: Date,
  telephones: Telephones
}): Promise<AccountView> {
  const { disabled, ...fields } = change
  const takesAway = disabled === true || (change.roles !== undefined && !change.roles.includes('ADMINISTRATOR'))
  const others = takesAway ? await otherAdministrators(tx, login) : []
  const [before] = await tx.query<AccountView>(`select ${columns} from user_account where login = $1 for update`, [login])
  if (!before) throw new DomainError('not-found', 'there is no such login')
  const after = { ...before, ...fields }
  const isLast = before.roles.includes('ADMINISTRATOR') && before.disabledAt === null && others.length === 0
  if (takesAway && (login === actor.id || isLast)) {
    throw new DomainError('guard-not-met', 'only another administrator can remove this from you', { guard: 'other-administrator' })
  }
  await checkReferences(tx, after)
  const disabledAt = disabled === undefined ? before.disabledAt : disabled ? before.disabledAt ?? now : null
  const moved = before.extension !== after.extension
  const takesIt = moved || before.disabledAt !== null
  if (after.extension !== null && disabledAt === null && takesIt) await checkFree(tx, after.extension, login)
  const [changed] = await tx.query<AccountView>(`
    update user_account set roles = $2, unit_id = $3, person_id = $4, extension = $5, disabled_at = $6
      where login = $1 returning ${columns}`,
  [login, after.roles, after.unitId, after.personId, after.extension, disabledAt])
  if (!changed) throw new DomainError('not-found', 'there is no such login')
  // A wall's session lasts for months: it is not carried into other roles, nor is another session made a wall's.
  if (disabled || isWall(before.roles) !== isWall(after.roles)) await sessions.endAllOf(tx, login)
  if (moved || disabled !== undefined) {
    await telephones.loginChanged(tx, actor, { extensions: [before.extension, changed.extension].filter(e => e !== null), newOwner: moved })
  }
  sessions.changed(tx)
  return changed
}

/** Stores a new password's hash and ends every session of the login. @throws DomainError `not-found` */
export async function changePassword ({ tx, sessions, login, hash }: {
  tx: Tx,
  sessions: Sessions,
  login: string,
  hash: string
}): Promise<void> {
  const changed = await tx.query('update user_account set password_hash = $2 where login = $1 returning login', [login, hash])
  if (changed.length === 0) throw new DomainError('not-found', 'there is no such login')
  await sessions.endAllOf(tx, login)
  sessions.changed(tx)
}

/** A token of an outside system as administrators see it; the token itself is shown once, when it is made. */
export interface TokenView {
  id: string
  name: string
  purposes: TokenPurpose[]
  roles: Role[]
  unitId: string | null
  createdBy: string
  createdAt: Date
  revokedAt: Date | null
}

const tokenColumns = `id, name, purposes, roles, unit_id as "unitId", created_by as "createdBy", created_at as "createdAt",
  revoked_at as "revokedAt"`

export async function listTokens (db: Queryable, after: readonly [string, string] | null, limit: number): Promise<TokenView[]> {
  return await db.query<TokenView>(
    `select ${tokenColumns} from integration_token where $1::text is null or (name, id) > ($1, $2::uuid) order by name, id limit $3`,
    [after?.[0] ?? null, after?.[1] ?? null, limit + 1]
  )
}

/** @throws DomainError `already-done` when the name is taken */
export async function createToken (
  tx: Tx,
  actor: Actor,
  clock: Clock,
  { name, purposes, roles, unitId }: Pick<TokenView, 'name' | 'purposes' | 'roles' | 'unitId'>
): Promise<TokenView & { token: string }> {
  const held = [...new Set<Role>(['INTEGRATION', ...roles])]
  await checkReferences(tx, { roles: held, unitId, personId: null, extension: null })
  const token = newSecret()
  try {
    const [made] = await tx.query<TokenView>(`
      insert into integration_token (id, name, token_hash, roles, unit_id, created_by, created_at, purposes)
        values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${tokenColumns}`,
    [newId(), name, secretHash(token), held, unitId, actor.id, clock.now(), purposes])
    if (!made) throw new Error('insert returned nothing')
    return { ...made, token }
  } catch (error) {
    if (sqlState(error) === '23505') {
      throw new DomainError('already-done', 'a token of this name exists already', { guard: 'token-taken' })
    }
    throw error
  }
}

/**
 * Another token of the same system: of its name, purposes, roles and unit, so that its orders are seen with both until the old one is
 * revoked. @throws DomainError `not-found`
 */
export async function rotateToken (tx: Tx, actor: Actor, clock: Clock, id: string): Promise<TokenView & { token: string }> {
  const token = newSecret()
  const [made] = await tx.query<TokenView>(`
    insert into integration_token (id, name, token_hash, roles, unit_id, created_by, created_at, purposes, rotated_from)
      select $2, name, $3, roles, unit_id, $4, $5, purposes, id from integration_token where id = $1 returning ${tokenColumns}`,
  [id, newId(), secretHash(token), actor.id, clock.now()])
  if (!made) throw new DomainError('not-found', 'there is no such token')
  return { ...made, token }
}

/** @throws DomainError `not-found` */
export async function revokeToken (tx: Tx, sessions: Sessions, id: string, now: Date): Promise<void> {
  const revoked = await tx.query('update integration_token set revoked_at = coalesce(revoked_at, $2) where id = $1 returning id', [id, now])
  if (revoked.length === 0) throw new DomainError('not-found', 'there is no such token')
  sessions.changed(tx)
}
