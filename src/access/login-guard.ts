import { createHash } from 'node:crypto'
import type { Database, Tx } from '../db/database.ts'
import type { Clock } from '../domain/clock.ts'
import { DomainError } from '../domain/errors.ts'
import { counted, forgetMs, forgiven, freeFailures, secondsLeft, waitFrom, type Failures } from './rules/sign-in-wait.ts'

/** Where an attempt comes from. */
export interface Attempt {
  login: string
  address: string
  /** this browser has signed this login in before: a secret only it holds */
  device: string | null
}

/**
 * Slows down a guesser and nobody else. Failures are counted for a login at an address, and for an address over all logins. A browser
 * that has signed the login in before is counted by itself. So neither a stranger far away nor a guessing colleague keeps a person out.
 * All processes count together.
 */
export interface LoginGuard {
  /**
   * Counts the attempt as a failure of its login before the password is looked at: of forty at once no more are tried than of forty in a
   * row. For the address only a failure counts: the people of a shift who sign in together are none.
   * @throws DomainError `too-many-requests` with the seconds to wait
   */
  begin: (attempt: Attempt) => Promise<{
    succeeded: () => Promise<void>
    failed: () => Promise<void>
    /** The password was never looked at: nothing happened. */
    takenBack: () => Promise<void>
  }>
}

interface Origin { key: Buffer, free: number, whole: boolean }

const fingerprint = (...parts: string[]): Buffer => createHash('sha256').update(parts.join('\n')).digest()

const originsOf = ({ login, address, device }: Attempt): Origin[] => device !== null
  ? [{ key: fingerprint('device', device, login), free: freeFailures.login, whole: false }]
  : [
      { key: fingerprint('login', address, login), free: freeFailures.login, whole: false },
      { key: fingerprint('address', address), free: freeFailures.address, whole: true }
    ]

export function createLoginGuard ({ db, clock }: { db: Database, clock: Clock }): LoginGuard {
  /** The rows of these origins, locked in a fixed order; a new origin gets its row. */
  async function locked (tx: Tx, origins: readonly Origin[]): Promise<Map<string, Failures>> {
    const keys = origins.map(o => o.key)
    await tx.query(`insert into sign_in_failure (key, count, last_at) select key, 0, $2 from unnest($1::bytea[]) as n(key)
      order by key on conflict do nothing`, [keys, clock.now()])
    const rows = await tx.query<Failures & { key: Buffer }>(`select key, count, last_at as "lastAt", wait_until as "waitUntil"
      from sign_in_failure where key = any($1::bytea[]) order by key for update`, [keys])
    return new Map(rows.map(({ key, ...failures }) => [key.toString('hex'), failures]))
  }

  /** Changes the row of each origin, after `check` of them all; null deletes it. */
  async function change (
    origins: readonly Origin[], to: (known: Failures, origin: Origin) => Failures | null,
    check: (known: readonly Failures[]) => void = () => {}
  ): Promise<void> {
    await db.tx(async tx => {
      const known = await locked(tx, origins)
      check([...known.values()])
      for (const origin of origins) {
        const before = known.get(origin.key.toString('hex'))
        const after = before && to(before, origin)
        if (!after) tx.write('delete from sign_in_failure where key = $1', [origin.key])
        else {
          tx.write('update sign_in_failure set count = $2, last_at = $3, wait_until = $4 where key = $1',
            [origin.key, after.count, after.lastAt, after.waitUntil])
        }
      }
    })
  }

  return {
    async begin (attempt) {
      const origins = originsOf(attempt)
      await change(origins, (known, { free, whole }) => whole ? known : counted(known, free, clock.now()), known => {
        const retryAfter = secondsLeft(known.map(k => k.waitUntil), clock.now())
        if (retryAfter > 0) throw new DomainError('too-many-requests', 'too many failed attempts; wait before the next', { retryAfter })
      })
      return {
        // The wait begins when the answer goes out, however long the check took.
        failed: async () => {
          await change(origins, (known, { free, whole }) => whole
            ? counted(known, free, clock.now())
            : { ...known, waitUntil: waitFrom(known.count, free, clock.now()) ?? known.waitUntil })
        },
        // The login's own failures are forgiven; those of others at the address are not.
        succeeded: async () => { await change(origins, (known, { whole }) => whole && known.count > 0 ? known : null) },
        takenBack: async () => { await change(origins, (known, { free, whole }) => whole ? known : forgiven(known, free)) }
      }
    }
  }
}

/** Deletes failures that no longer count. */
export async function forgetOldFailures (db: Database, now: Date): Promise<void> {
  await db.query('delete from sign_in_failure where last_at < $1', [new Date(now.getTime() - forgetMs)])
}
