import type { Clock } from '../../domain/time/clock.ts'
import { DomainError } from '../../domain/errors.ts'
import { newId } from '../../domain/ids.ts'
import { isWall, type Actor, type Role } from '../../domain/people/roles.ts'
import type { Queryable, Tx } from '../../db/database.ts'
import { sqlState } from '../../db/database-errors.ts'
import {
  insertAccount, insertToken, insertTokenLike, isExtensionOfAnother, lockAccount, lockAdministrators, lockExtensionTaken,
  markTokenRevoked, referencesOf, saveAccount, savePassword, type AccountView, type NewAccount, type TokenView
} from '../access-store.ts'
import { newSecret, secretHash, type Sessions } from '../sessions/sessions.ts'

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
  const found = await referencesOf(tx, { unitId, personId, extension })
  if (!found.unit) throw new DomainError('unknown-unit', 'there is no such unit')
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
  if (await lockExtensionTaken(tx, extension, login)) {
    throw new DomainError('extension-taken', 'another enabled login has this extension')
  }
}

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
  const made = await insertAccount(tx, account, now)
  if (!made) throw new DomainError('already-done', 'a login of this name exists already', { guard: 'login-taken' })
  if (account.extension !== null) {
    const newOwner = await isExtensionOfAnother(tx, account.extension, account.login)
    await telephones.loginChanged(tx, actor, { extensions: [account.extension], newOwner })
  }
  return made
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
  const others = takesAway ? (await lockAdministrators(tx)).filter(other => other !== login) : []
  const before = await lockAccount(tx, login)
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
  const changed = await saveAccount(tx, {
    login, roles: after.roles, unitId: after.unitId, personId: after.personId, extension: after.extension, disabledAt
  })
  if (!changed) throw new DomainError('not-found', 'there is no such login')
  // A wall's session lasts for months: it is not carried into other roles, nor is another session made a wall's.
  if (disabled || isWall(before.roles) !== isWall(after.roles)) await sessions.endAllOf(tx, login)
  const leads = ({ roles }: Pick<AccountView, 'roles'>): boolean => roles.includes('SHIFT_LEADER')
  if (moved || disabled !== undefined || leads(before) !== leads(after)) {
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
  if (!await savePassword(tx, login, hash)) throw new DomainError('not-found', 'there is no such login')
  await sessions.endAllOf(tx, login)
  sessions.changed(tx)
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
    const made = await insertToken(tx, {
      id: newId(), name, hash: secretHash(token), roles: held, unitId, createdBy: actor.id, createdAt: clock.now(), purposes
    })
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
  const made = await insertTokenLike(tx, id, { id: newId(), hash: secretHash(token), createdBy: actor.id, createdAt: clock.now() })
  if (!made) throw new DomainError('not-found', 'there is no such token')
  return { ...made, token }
}

/** @throws DomainError `not-found` */
export async function revokeToken (tx: Tx, sessions: Sessions, id: string, now: Date): Promise<void> {
  if (!await markTokenRevoked(tx, id, now)) throw new DomainError('not-found', 'there is no such token')
  sessions.changed(tx)
}
