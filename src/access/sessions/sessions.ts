import { createHash, randomBytes } from 'node:crypto'
import type { Database, Queryable, Tx } from '../../db/database.ts'
import { bind } from '../../domain/bind.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { isWall, type Actor, type Role, type TokenPurpose } from '../../domain/people/roles.ts'
import { tokenByHash } from '../access-store.ts'
import { deleteSessions, endSession, endSessionsOf, insertSession, livingSession, moveEnd, rolesOf } from './session-store.ts'

/** How long a session lives: since its last use, and in all. ms */
export interface SessionLife { idle: number, absolute: number }

/** A shift is at most twelve hours; two hours of nothing end it sooner. */
export const sessionLife: SessionLife = { idle: 2 * 3_600_000, absolute: 12 * 3_600_000 }

/**
 * Nobody is there at night to sign a wall board in again. Its session ends when an administrator disables its login or sets its password,
 * or after 400 days: no browser keeps a cookie longer.
 */
export const wallSessionLife: SessionLife = { idle: 30 * 86_400_000, absolute: 400 * 86_400_000 }

// Longest age of a cached copy that no announced change has dropped, ms.
const cacheMs = 5000
/** Told to every process when a session, a login or a token has changed. */
export const accessChannel = 'access_changed'
const cacheSize = 5000
// A session's end is moved on at most this often, not with every request.
const slideMs = 60_000

/** An outside system, and what its token is for. */
export interface TokenHolder { actor: Actor, purposes: readonly TokenPurpose[] }

/** A session as it is known this second. */
export interface Session { actor: Actor, idHash: Buffer, expiresAt: Date }

export interface Sessions {
  /** @returns the client's secret (only its hash is stored), the session's end without use, and its end in any case */
  begin: (tx: Queryable, login: string) => Promise<{ secret: string, expiresAt: Date, endsAt: Date }>
  /** The session of this cookie, or null; with `slide` its end moves on */
  find: (secret: string, slide: boolean) => Promise<Session | null>
  /** The holder of this token, or null. */
  findToken: (secret: string) => Promise<TokenHolder | null>
  end: (tx: Tx, idHash: Buffer) => Promise<void>
  endAllOf: (tx: Tx, login: string) => Promise<void>
  /** A login, its roles or a token changes in this transaction: at commit every process drops its cache. */
  changed: (tx: Tx) => void
  /** Drops the cache and tells the watchers. */
  forget: () => void
  /** Called whenever somebody's rights may have changed; from then on `find` reads again. */
  watch: (hear: () => void) => () => void
}

export const secretHash = (secret: string): Buffer => createHash('sha256').update(secret, 'utf8').digest()

/** 256 random bits, as text. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

type KnownSession = Session & { createdAt: Date }
interface Cached<T> { value: T | null, until: number }

interface SessionState {
  db: Database
  clock: Clock
  sessions: Map<string, Cached<KnownSession>>
  tokens: Map<string, Cached<TokenHolder>>
  /** one reader per key at a time: a page opening ten requests asks the database once */
  reading: Map<string, Promise<unknown>>
  watchers: Set<() => void>
  /** what was read before the last change is not kept */
  generation: number
}

export function createSessions ({ db, clock }: { db: Database, clock: Clock }): Sessions {
  const state: SessionState = {
    db, clock, sessions: new Map(), tokens: new Map(), reading: new Map(), watchers: new Set(), generation: 0
  }
  return {
    ...bind(state, { begin, find, findToken, end, endAllOf, changed, forget }),
    watch (hear) {
      state.watchers.add(hear)
      return () => { state.watchers.delete(hear) }
    }
  }
}

function forget (state: SessionState): void {
  state.generation++
  state.sessions.clear()
  state.tokens.clear()
  state.reading.clear()
  for (const hear of state.watchers) hear()
}

function changed (state: SessionState, tx: Tx): void {
  tx.write('select pg_notify($1, \'\')', [accessChannel])
  tx.afterCommit(() => { forget(state) })
}

async function cached<T> (
  state: SessionState, cache: Map<string, Cached<T>>, key: string, read: () => Promise<T | null>
): Promise<T | null> {
  const known = cache.get(key)
  // Wall clock on purpose: the age of a copy does not depend on the product's time.
  if (known && known.until > Date.now()) return known.value
  const running = state.reading.get(key)
  if (running) return await running as T | null
  const begun = state.generation
  const promise = read().then(value => {
    if (begun !== state.generation) return value
    if (cache.size >= cacheSize) cache.delete(cache.keys().next().value ?? '')
    cache.delete(key)
    cache.set(key, { value, until: Date.now() + cacheMs })
    return value
  }).finally(() => { if (state.reading.get(key) === promise) state.reading.delete(key) })
  state.reading.set(key, promise)
  return await promise
}

function endOf (createdAt: Date, now: Date, roles: readonly Role[]): Date {
  const life = isWall(roles) ? wallSessionLife : sessionLife
  return new Date(Math.min(now.getTime() + life.idle, createdAt.getTime() + life.absolute))
}

async function begin (state: SessionState, tx: Queryable, login: string): ReturnType<Sessions['begin']> {
  const secret = newSecret()
  const now = state.clock.now()
  const roles = await rolesOf(tx, login)
  const expiresAt = endOf(now, now, roles)
  await insertSession(tx, secretHash(secret), login, now, expiresAt)
  return { secret, expiresAt, endsAt: new Date(now.getTime() + (isWall(roles) ? wallSessionLife : sessionLife).absolute) }
}

async function find (state: SessionState, secret: string, slide: boolean): Promise<Session | null> {
  const idHash = secretHash(secret)
  const session = await cached(state, state.sessions, `s${idHash.toString('hex')}`, async () => {
    const row = await livingSession(state.db, idHash)
    if (!row) return null
    const actor: Actor = { id: row.login, roles: row.roles, unitId: row.unit_id, extension: row.extension, personId: row.person_id }
    return { actor, idHash, createdAt: row.created_at, expiresAt: row.expires_at }
  })
  const now = state.clock.now()
  if (!session || session.expiresAt <= now) return null
  const later = endOf(session.createdAt, now, session.actor.roles)
  if (slide && later.getTime() - session.expiresAt.getTime() >= slideMs) {
    session.expiresAt = later
    await moveEnd(state.db, idHash, later)
  }
  return session
}

async function findToken (state: SessionState, secret: string): Promise<TokenHolder | null> {
  const hash = secretHash(secret)
  return await cached(state, state.tokens, `t${hash.toString('hex')}`, async () => {
    const row = await tokenByHash(state.db, hash)
    return row
      ? {
          actor: { id: `integration:${row.name}`, roles: row.roles, unitId: row.unit_id, extension: null, personId: null },
          purposes: row.purposes
        }
      : null
  })
}

async function end (state: SessionState, tx: Tx, idHash: Buffer): Promise<void> {
  await endSession(tx, idHash, state.clock.now())
  changed(state, tx)
}

async function endAllOf (state: SessionState, tx: Tx, login: string): Promise<void> {
  await endSessionsOf(tx, login, state.clock.now())
  changed(state, tx)
}

/** Forgets sessions that ended a week ago; run by a sweep. */
export async function forgetOldSessions (db: Database, now: Date): Promise<void> {
  await deleteSessions(db, new Date(now.getTime() - 7 * 86_400_000))
}
