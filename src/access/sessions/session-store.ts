import type { Queryable } from '../../db/database.ts'
import type { Role } from '../../domain/people/roles.ts'

export interface SessionRow {
  login: string
  created_at: Date
  expires_at: Date
  roles: Role[]
  unit_id: string | null
  extension: string | null
  person_id: string | null
}

/** The session that lives under this hash, with its enabled login. */
export async function livingSession (q: Queryable, idHash: Buffer): Promise<SessionRow | null> {
  return (await q.query<SessionRow>(`
    select s.login, s.created_at, s.expires_at, u.roles, u.unit_id, u.extension, u.person_id
      from session s join user_account u using (login)
     where s.id_hash = $1 and s.ended_at is null and u.disabled_at is null`, [idHash]))[0] ?? null
}

export async function rolesOf (q: Queryable, login: string): Promise<Role[]> {
  return (await q.query<{ roles: Role[] }>('select roles from user_account where login = $1', [login]))[0]?.roles ?? []
}

export async function insertSession (q: Queryable, idHash: Buffer, login: string, createdAt: Date, expiresAt: Date): Promise<void> {
  await q.query('insert into session (id_hash, login, created_at, expires_at) values ($1, $2, $3, $4)',
    [idHash, login, createdAt, expiresAt])
}

/** Moves the end of a living session on, never back. */
export async function moveEnd (q: Queryable, idHash: Buffer, to: Date): Promise<void> {
  await q.query('update session set expires_at = $2 where id_hash = $1 and ended_at is null and expires_at < $2', [idHash, to])
}

export async function endSession (q: Queryable, idHash: Buffer, at: Date): Promise<void> {
  await q.query('update session set ended_at = $2 where id_hash = $1 and ended_at is null', [idHash, at])
}

export async function endSessionsOf (q: Queryable, login: string, at: Date): Promise<void> {
  await q.query('update session set ended_at = $2 where login = $1 and ended_at is null', [login, at])
}

export async function deleteSessions (q: Queryable, endedBefore: Date): Promise<void> {
  await q.query('delete from session where expires_at < $1', [endedBefore])
}
