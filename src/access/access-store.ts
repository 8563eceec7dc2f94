import type { Queryable, Tx } from '../db/database.ts'
import type { Role, TokenPurpose } from '../domain/people/roles.ts'

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

const columns = `login, roles, unit_id as "unitId", person_id as "personId", extension, disabled_at as "disabledAt",
  created_at as "createdAt"`

/** What a login stands for: whether its unit, person and extension exist; those it has none of do. */
export async function referencesOf (
  q: Queryable, { unitId, personId, extension }: Pick<AccountView, 'unitId' | 'personId' | 'extension'>
): Promise<{ unit: boolean, person: boolean, extension: boolean }> {
  const [found] = await q.query<{ unit: boolean, person: boolean, extension: boolean }>(`
    select $1::text is null or exists (select from unit_read where id = $1) unit,
           $2::text is null or exists (select from person_read where id = $2) person,
           $3::text is null or exists (select from agent_read where extension = $3) extension`, [unitId, personId, extension])
  return found ?? { unit: false, person: false, extension: false }
}

/** Another request for the same extension waits for this transaction. @returns whether another enabled login has it */
export async function lockExtensionTaken (tx: Tx, extension: string, login: string): Promise<boolean> {
  await tx.query('select 1 from agent_read where extension = $1 for update', [extension])
  const [other] = await tx.query(
    'select 1 from user_account where extension = $1 and login <> $2 and disabled_at is null limit 1', [extension, login])
  return other !== undefined
}

/** Whether another login has this extension or had it, enabled or not. */
export async function isExtensionOfAnother (q: Queryable, extension: string, login: string): Promise<boolean> {
  return (await q.query('select 1 from user_account where extension = $1 and login <> $2 limit 1', [extension, login])).length > 0
}

/** By login, after this one; one more than `limit`. */
export async function listAccounts (q: Queryable, after: string | null, limit: number): Promise<AccountView[]> {
  return await q.query<AccountView>(`select ${columns} from user_account where $1::text is null or login > $1 order by login limit $2`,
    [after, limit + 1])
}

export interface NewAccount extends Pick<AccountView, 'login' | 'roles' | 'unitId' | 'personId' | 'extension'> { hash: string }

/** null: the login exists already */
export async function insertAccount (tx: Tx, account: NewAccount, now: Date): Promise<AccountView | null> {
  return (await tx.query<AccountView>(`
    insert into user_account (login, password_hash, roles, unit_id, person_id, extension, created_at) values ($1, $2, $3, $4, $5, $6, $7)
    on conflict do nothing returning ${columns}`,
  [account.login, account.hash, account.roles, account.unitId, account.personId, account.extension, now]))[0] ?? null
}

export async function lockAccount (tx: Tx, login: string): Promise<AccountView | null> {
  return (await tx.query<AccountView>(`select ${columns} from user_account where login = $1 for update`, [login]))[0] ?? null
}

/** null: there is no such login */
export async function saveAccount (
  tx: Tx, { login, roles, unitId, personId, extension, disabledAt }: Omit<AccountView, 'createdAt'>
): Promise<AccountView | null> {
  return (await tx.query<AccountView>(`
    update user_account set roles = $2, unit_id = $3, person_id = $4, extension = $5, disabled_at = $6
      where login = $1 returning ${columns}`, [login, roles, unitId, personId, extension, disabledAt]))[0] ?? null
}

/** Logins of the enabled administrators, locked: a concurrent change to one of them waits, then counts again. */
export async function lockAdministrators (tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ login: string }>(`select login from user_account
    where 'ADMINISTRATOR' = any(roles) and disabled_at is null order by login for update`)
  return rows.map(row => row.login)
}

/** @returns false: there is no such login */
export async function savePassword (tx: Tx, login: string, hash: string): Promise<boolean> {
  return (await tx.query('update user_account set password_hash = $2 where login = $1 returning login', [login, hash])).length > 0
}

/** A login with what its password is checked against. */
export interface SigningInRow {
  login: string
  password_hash: string
  roles: Role[]
  unit_id: string | null
  extension: string | null
  person_id: string | null
  disabled_at: Date | null
}

export async function accountSigningIn (q: Queryable, login: string): Promise<SigningInRow | null> {
  return (await q.query<SigningInRow>(
    'select login, password_hash, roles, unit_id, extension, person_id, disabled_at from user_account where login = $1',
    [login]))[0] ?? null
}

/** Names beside a login, and its telephone; null where it has none. */
export interface NamesRow {
  unit_name: string | null
  person_name: string | null
  person_title: string | null
  display_name: string | null
  sip_password: string | null
  webrtc: boolean | null
}

export async function namesOf (
  q: Queryable, { unitId, personId, extension }: Pick<AccountView, 'unitId' | 'personId' | 'extension'>
): Promise<NamesRow | null> {
  return (await q.query<NamesRow>(`
    select (select name from unit_read where id = $1) unit_name, p.name person_name, p.title person_title,
           a.display_name, a.sip_password, a.webrtc
      from (select 1) one left join person_read p on p.id = $2 left join agent_telephone a on a.extension = $3`,
  [unitId, personId, extension]))[0] ?? null
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

/** By name, after this one; one more than `limit`. */
export async function listTokens (q: Queryable, after: readonly [string, string] | null, limit: number): Promise<TokenView[]> {
  return await q.query<TokenView>(
    `select ${tokenColumns} from integration_token where $1::text is null or (name, id) > ($1, $2::uuid) order by name, id limit $3`,
    [after?.[0] ?? null, after?.[1] ?? null, limit + 1]
  )
}

/** @throws a unique violation when the name is taken */
export async function insertToken (
  tx: Tx, { id, name, hash, roles, unitId, createdBy, createdAt, purposes }: Omit<TokenView, 'revokedAt'> & { hash: Buffer }
): Promise<TokenView> {
  const [made] = await tx.query<TokenView>(`
    insert into integration_token (id, name, token_hash, roles, unit_id, created_by, created_at, purposes)
      values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${tokenColumns}`,
  [id, name, hash, roles, unitId, createdBy, createdAt, purposes])
  if (!made) throw new Error('insert returned nothing')
  return made
}

/** Another token with the name, roles, unit and purposes of this one. null: there is no such token */
export async function insertTokenLike (
  tx: Tx, of: string, { id, hash, createdBy, createdAt }: Pick<TokenView, 'id' | 'createdBy' | 'createdAt'> & { hash: Buffer }
): Promise<TokenView | null> {
  return (await tx.query<TokenView>(`
    insert into integration_token (id, name, token_hash, roles, unit_id, created_by, created_at, purposes, rotated_from)
      select $2, name, $3, roles, unit_id, $4, $5, purposes, id from integration_token where id = $1 returning ${tokenColumns}`,
  [of, id, hash, createdBy, createdAt]))[0] ?? null
}

/** @returns false: there is no such token */
export async function markTokenRevoked (tx: Tx, id: string, at: Date): Promise<boolean> {
  return (await tx.query('update integration_token set revoked_at = coalesce(revoked_at, $2) where id = $1 returning id',
    [id, at])).length > 0
}

export async function tokenByHash (
  q: Queryable, hash: Buffer
): Promise<{ name: string, roles: Role[], unit_id: string | null, purposes: TokenPurpose[] } | null> {
  return (await q.query<{ name: string, roles: Role[], unit_id: string | null, purposes: TokenPurpose[] }>(
    'select name, roles, unit_id, purposes from integration_token where token_hash = $1 and revoked_at is null', [hash]))[0] ?? null
}
